"""Nobody learns from a reply who exists, nor what they have: known, half-enrolled and unknown users see the same.

What is compared is every byte of every reply up to the first proof, but for the name that was typed, which each reads
back as they have typed it, and for what is signed over it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from mock_okta.engine.control.phones import open_decisions
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.duo import answer_of_duo
from mock_okta.engine.idx.authenticators.totp import GOOGLE
from mock_okta.engine.idx.authenticators.yubikey import SAMPLE_KEY, typed_by
from mock_okta.engine.model import Enrollment, Scenario, Step, User
from tests.engine.engine_client import IDENTIFY, EngineClient, mary

SECRETS: dict[str, dict[str, Any]] = {
    "okta_password": {"password": "Abcd1234!"},
    "okta_email": {"email": "mary@acme.example"},
    "phone_number": {"number": "+15551234567", "nickname": "Work"},
    "security_question": {"question": "Who?", "answer": "Me myself"},
    "google_otp": {"secret": "JBSWY3DPEHPK3PXP"},
    "okta_verify": {"secret": "JBSWY3DPEHPK3PXP", "device": "Pixel 9", "auto_challenge": True},
    "custom_app": {"device": "Pixel 9", "auto_challenge": True},
    "webauthn": {"credential_id": "a-credential-id", "name": "Touch ID"},
    "yubikey_token": dict(SAMPLE_KEY),
    "tac": {"code": "Xy12"},
    "nfc_pin": {"pin": "1234"},
}
HELD = {key: SECRETS.get(key, {}) for key, row in AUTHENTICATORS.items() if row.verify}
METHODS = {"phone_number": ("sms",), "okta_verify": ("push", "totp")}
"""Known users have some methods only: fewer than the org allows."""

MARY, HALF, NOBODY = "mary@example.com", "half@example.com", "nobody@example.com"
FLOWS = ("sign_in", "recover", "recover from the sign-in page", "unlock", "unlock, identifier first")


def holding(login: str, *keys: str) -> User:
    enrolled = tuple(Enrollment(authenticator=key, secret=HELD[key], methods=METHODS.get(key, ())) for key in keys)
    return mary(login=login, enrolled=enrolled, profile={"firstName": "M", "email": "mary@acme.example"})


def org_of(flow: str, proof: Step, without: str, **changes: Any) -> Scenario:
    """An org whose flows ask for this proof, with Mary, who has everything, and somebody who lacks one thing."""
    users = (holding(MARY, *HELD), holding(HALF, *(key for key in HELD if key != without)))
    end = {"recover": Step(verb="reset"), "unlock": Step(verb="unlock")}
    first = Step(verb="verify", authenticators=("okta_password",)) if flow != "sign_in" else proof
    sign_in = (Step(verb="identify", settings={"with_password": True}),) if flow == "recover" else (IDENTIFY, first)
    flows = {"sign_in": sign_in} | {name: (IDENTIFY, proof, last) for name, last in end.items()}
    wire = {"unlock": "identifier_first"} if flow.endswith("first") else {}
    usual = {"org": {"user_enumeration_prevention": True}, "wire": wire}
    return Scenario(**{"name": "test", "flows": flows, "users": users, **usual, **changes})


def heard(scenario: Scenario, flow: str, name: str, key: str, method: str) -> list[tuple[int, str]]:
    """Every reply to somebody of this name who tries one way in, wrongly, and whatever else pages can be asked."""
    client = EngineClient(scenario)
    client.begin()
    before = len(client.replies)
    picked = {"authenticator": {"id": client.state.authenticator_ids[key], "methodType": method}}
    match flow:
        case "sign_in":
            client.post("identify", identifier=name)
        case "recover":
            client.post("recover")
            client.post("identify", identifier=name)
        case "recover from the sign-in page":
            client.post("identify", identifier=name)
            client.post("recover")
        case "unlock":
            client.post("unlock-account")
            picked["identifier"] = name
        case "unlock, identifier first":
            client.post("unlock-account")
            client.post("identify", identifier=name)
    client.post("introspect", stateHandle=client.handle)
    client.post("challenge", **picked)
    for _ in range(2):
        client.post("challenge/answer", credentials=wrong(client))
    for path in ("challenge/resend", "challenge/poll", "authenticators/poll", "challenge/send", "introspect"):
        client.post(path)
    client.at += 60
    client.post("challenge", **{name: value for name, value in picked.items() if name != "identifier"})
    client.post("challenge/resend")
    client.post("challenge/answer", credentials=wrong(client))
    return [(reply.status, masked(reply.body, name)) for reply in client.replies[before:]]


def wrong(client: EngineClient) -> dict[str, Any]:
    """The form of the page, filled in with what nobody has."""
    offered = (client.last.body or {}).get("remediation", {}).get("value", ())
    fields = [
        field for row in offered for field in row.get("value", ()) if field["name"] == "credentials" and "form" in field
    ]
    inner = fields[0]["form"]["value"] if fields else ({"name": "passcode"},)
    return {each["name"]: each.get("value", "bogus") for each in inner}


def masked(body: Any, name: str) -> str:
    text = json.dumps(body, ensure_ascii=False).replace(name, "NAME")
    return re.sub(r'"signedToken": "[^"]*"', '"signedToken": "…"', text)


WAYS = [(key, method) for key in HELD for method in AUTHENTICATORS[key].methods]


@pytest.mark.parametrize("flow", FLOWS)
def test_what_is_compared_leads_to_the_challenge_and_to_wrong_answers(flow):
    wanted = Step(verb="verify", choice="one_of", authenticators=("okta_email", "phone_number"))
    said = heard(org_of(flow, wanted, without="okta_email"), flow, NOBODY, "okta_email", "email")
    assert ["challenge-authenticator" in body for _, body in said].count(True) >= 4
    assert [status for status, _ in said].count(401) >= 2


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(("key", "method"), WAYS)
def test_the_only_way_in_is_the_same_for_everybody(flow, key, method):
    scenario = org_of(flow, Step(verb="verify", authenticators=(key,)), without=key)
    known, half, nobody = (heard(scenario, flow, name, key, method) for name in (MARY, HALF, NOBODY))
    assert known == nobody
    assert half == nobody


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("choice", ["one_of", "all_of", "two_kinds"])
@pytest.mark.parametrize("key", ["okta_password", "okta_email", "phone_number", "okta_verify"])
def test_a_list_of_ways_is_the_same_for_everybody(flow, choice, key):
    wanted = Step(verb="verify", choice=choice, authenticators=("okta_password", "okta_email", "phone_number", key))
    scenario, method = org_of(flow, wanted, without=key), AUTHENTICATORS[key].methods[-1]
    known, half, nobody = (heard(scenario, flow, name, key, method) for name in (MARY, HALF, NOBODY))
    assert known == nobody
    assert half == nobody


@pytest.mark.slow
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(("key", "method"), WAYS)
def test_each_way_in_a_list_of_all_is_the_same_for_everybody(flow, key, method):
    scenario = org_of(flow, Step(verb="verify", choice="one_of", authenticators=tuple(HELD)), without=key)
    known, half, nobody = (heard(scenario, flow, name, key, method) for name in (MARY, HALF, NOBODY))
    assert known == nobody
    assert half == nobody


# -- nobody gets in by that, and everybody else as before -------------------------------------------------------------


def at_the_way(flow: str, name: str, key: str, method: str, **changes: Any) -> EngineClient:
    """Somebody of this name who has picked this way, in an org with nothing else to prove."""
    client = EngineClient(
        org_of(flow, Step(verb="verify", choice="one_of", authenticators=tuple(HELD)), key, **changes)
    )
    client.begin()
    client.post("identify", identifier=name)
    client.post("recover") if flow != "sign_in" else None
    client.post("challenge", authenticator={"id": client.state.authenticator_ids[key], "methodType": method})
    return client


def right(client: EngineClient, key: str, name: str) -> dict[str, Any] | None:
    """What would be right of somebody who has it; None where no answer is typed."""
    challenge = client.state.transactions[client.handle].challenge
    if key in ("okta_email", "phone_number"):
        return {"passcode": challenge.code}
    if key == "duo":
        signed = client.last.body["currentAuthenticatorEnrollment"]["value"]["contextualData"]["signedToken"]
        return {"signatureData": answer_of_duo(client.scenario, signed, client.at)}
    secret = HELD[key]
    known = {"okta_password": {"passcode": secret.get("password")}, "tac": {"passcode": secret.get("code")}}
    known["security_question"] = {"questionKey": "disliked_food", "answer": secret.get("answer")}
    known["google_otp"] = {"passcode": GOOGLE.code(GOOGLE_SECRET, GOOGLE.step_at(client.at))}
    known["yubikey_token"] = {"passcode": typed_by(SAMPLE_KEY, 1)}
    return known.get(key)


GOOGLE_SECRET = "JBSWY3DPEHPK3PXP"
TYPED = [way for way in WAYS if way[0] in {"okta_password", "okta_email", "tac", "security_question", "google_otp"}]
TYPED += [("phone_number", "sms"), ("yubikey_token", "otp"), ("duo", "duo")]


@pytest.mark.parametrize("flow", ["sign_in", "recover from the sign-in page"])
@pytest.mark.parametrize(("key", "method"), TYPED)
def test_a_right_answer_is_one_only_from_who_has_it(flow, key, method):
    through = {}
    for name in (MARY, HALF, NOBODY):
        client = at_the_way(flow, name, key, method)
        reply = client.post("challenge/answer", credentials=right(client, key, name))
        through[name] = reply.status
    assert through == {MARY: 200, HALF: through[NOBODY], NOBODY: through[NOBODY]}
    assert through[NOBODY] >= 400


@pytest.mark.parametrize(
    ("key", "method"), [("okta_email", "email"), ("phone_number", "sms"), ("phone_number", "voice")]
)
def test_what_is_sent_goes_to_who_has_it_alone(key, method):
    sent = {name: len(at_the_way("sign_in", name, key, method).state.outbox) for name in (MARY, HALF, NOBODY)}
    assert sent == {MARY: 0 if method == "voice" else 1, HALF: 0, NOBODY: 0}


def test_a_push_can_be_approved_by_who_has_the_phone_alone():
    for name, words in ((MARY, ["approve"]), (HALF, [])):
        client = at_the_way("sign_in", name, "okta_verify", "push")
        assert [word for word in open_decisions(client.state, name) if word == "approve"] == words


def test_a_factor_that_is_blocked_is_not_told_from_one_that_is_not_there():
    blocked = replace(holding(MARY, *HELD))
    enrolled = tuple(replace(each, suspended=each.authenticator == "okta_email") for each in blocked.enrolled)
    client = at_the_way("sign_in", MARY, "okta_email", "email", users=(replace(blocked, enrolled=enrolled),))
    other = at_the_way("sign_in", NOBODY, "okta_email", "email")
    for each in (client, other):
        each.post("challenge/answer", credentials={"passcode": "bogus"})
    assert (client.last.status, masked(client.last.body, MARY)) == (other.last.status, masked(other.last.body, NOBODY))


# -- where it is set --------------------------------------------------------------------------------------------------

TELLS = ["idx.unknown.user"]
MAIL = Step(verb="verify", authenticators=("okta_email",))


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (False, {"sign_in": TELLS, "recover": TELLS, "unlock": TELLS}),
        (True, {"sign_in": [], "recover": [], "unlock": []}),
        ((), {"sign_in": TELLS, "recover": TELLS, "unlock": TELLS}),
        (("recovery",), {"sign_in": TELLS, "recover": [], "unlock": []}),
        (("authentication",), {"sign_in": [], "recover": TELLS, "unlock": TELLS}),
        (("authentication", "recovery"), {"sign_in": [], "recover": [], "unlock": []}),
    ],
)
def test_each_flow_tells_who_is_unknown_unless_the_org_hides_it_there(setting, told):
    heard_of = {}
    for flow in told:
        where = "unlock, identifier first" if flow == "unlock" else flow
        client = EngineClient(org_of(where, MAIL, "", org={"user_enumeration_prevention": setting}))
        client.begin()
        if flow != "sign_in":
            client.post("recover" if flow == "recover" else "unlock-account")
        client.post("identify", identifier=NOBODY)
        heard_of[flow] = client.said
    assert heard_of == told


def test_a_recovery_that_tells_asks_again_for_a_name_that_the_sign_in_has_hidden():
    client = EngineClient(
        org_of("recover from the sign-in page", MAIL, "", org={"user_enumeration_prevention": ("authentication",)})
    )
    client.begin()
    client.post("identify", identifier=NOBODY)
    client.post("recover")
    assert client.offered == ["identify-recovery"]
    client.post("identify", identifier=NOBODY)
    assert (client.said, client.offered) == (TELLS, ["identify-recovery"])


def test_a_recovery_that_tells_offers_what_the_user_has():
    ways = Step(verb="verify", choice="one_of", authenticators=("okta_email", "phone_number"))
    client = EngineClient(
        org_of(
            "recover from the sign-in page",
            ways,
            "phone_number",
            org={"user_enumeration_prevention": ("authentication",)},
        )
    )
    client.begin()
    client.post("identify", identifier=HALF)
    client.post("recover")
    assert client.offered[0] == "authenticator-verification-data"


def test_after_the_first_proof_replies_are_about_the_user():
    client = EngineClient(org_of("recover from the sign-in page", MAIL, ""))
    client.begin()
    client.post("identify", identifier=MARY)
    assert "user" not in client.last.body
    client.answer("Abcd1234!")
    assert next(iter(client.state.grants.values())).subject.user_id


# -- what a phone is called -------------------------------------------------------------------------------------------

NAMED = {"okta_verify": "deviceName", "custom_app": "deviceName", "phone_number": "nickname"}


@pytest.mark.parametrize(("key", "member"), NAMED.items())
@pytest.mark.parametrize(("wire", "before"), [({}, False), ({"device_names": "always"}, True)])
def test_what_a_phone_is_called_is_told_after_a_proof_or_in_orgs_of_before(key, member, wire, before):
    ways = Step(verb="verify", choice="one_of", authenticators=(key, "okta_email"))
    scenario = org_of("sign_in", ways, "", org={}, wire=wire)
    client = EngineClient(scenario)
    client.begin()
    client.post("identify", identifier=MARY)
    assert (f'"{member}"' in json.dumps(client.last.body)) is before
    then = Step(verb="verify", authenticators=(key,))
    password = Step(verb="verify", authenticators=("okta_password",))
    client = EngineClient(replace(scenario, flows={"sign_in": (IDENTIFY, password, then)}))
    client.begin()
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert f'"{member}"' in json.dumps(client.last.body)
