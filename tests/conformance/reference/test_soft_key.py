"""The security key in software: obedient like a browser, and the same in every run."""

from __future__ import annotations

from typing import Any

import pytest

from mock_okta_conformance.reference.pkce import base64url
from mock_okta_conformance.reference.soft_key import NoKey, SoftKey

CREATION = {
    "rp": {"name": "Acme"},
    "user": {"id": "00u3le881e9drccEu5d7", "name": "mary@example.com", "displayName": "Mary Acme"},
    "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
}
REQUEST = {"challenge": "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "userVerification": "preferred"}


def key(**changes: Any) -> SoftKey:
    return SoftKey(**{"origin": "http://localhost:8080"} | changes)


def page(context: dict[str, Any], *enrolled: str) -> dict[str, Any]:
    return {
        "currentAuthenticator": {"value": {"contextualData": context}},
        "authenticatorEnrollments": {"value": [{"key": "okta_email"}, *({"credentialId": each} for each in enrolled)]},
    }


def test_the_same_seed_makes_the_same_key_and_the_same_signatures():
    first, second = key(), key()
    assert first.create(CREATION) == second.create(CREATION)
    assert first.get(REQUEST) == second.get(REQUEST)
    assert key(seed="another").create(CREATION) != key().create(CREATION)


def test_it_makes_no_second_key_where_one_is_excluded():
    mine = key()
    mine.create(CREATION)
    taken = base64url(mine.credentials[0].id)
    with pytest.raises(NoKey):
        mine.create(CREATION, [taken])
    with pytest.raises(NoKey):
        mine.create(CREATION | {"excludeCredentials": [{"type": "public-key", "id": taken}]})
    with pytest.raises(NoKey):
        mine.answer_to(page({"activationData": CREATION}, taken))
    assert mine.create(CREATION)["attestation"]


def test_it_signs_with_a_key_that_is_allowed_and_for_the_right_party():
    mine = key()
    mine.create(CREATION)
    mine.create(CREATION | {"rp": {"name": "Acme", "id": "example.com"}})
    ours, other = (base64url(credential.id) for credential in mine.credentials)
    assert mine.get(REQUEST, [ours, other])["userHandle"] == CREATION["user"]["id"]
    assert mine.get(REQUEST | {"rpId": "example.com"})
    for request, allowed in ((REQUEST, [other]), (REQUEST | {"rpId": "example.org"}, [])):
        with pytest.raises(NoKey):
            mine.get(request, allowed)


def test_it_counts_its_signatures():
    mine = key()
    mine.create(CREATION)
    mine.get(REQUEST)
    mine.get(REQUEST)
    assert mine.count == 2


def test_it_reads_from_a_reply_what_it_is_asked():
    mine = key()
    made = mine.answer_to(page({"activationData": CREATION}))
    assert sorted(made) == ["attestation", "clientData", "clientExtensions", "transports"]
    ours = base64url(mine.credentials[0].id)
    signed = mine.answer_to(page({"challengeData": REQUEST}, ours))
    assert sorted(signed) == ["authenticatorData", "clientData", "signatureData", "userHandle"]
    assert mine.answer_to({"webauthnAutofillUIChallenge": {"value": {"challengeData": REQUEST}}})
    with pytest.raises(NoKey):
        mine.answer_to(page({}))
