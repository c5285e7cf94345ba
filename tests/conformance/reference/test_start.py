import pytest

from mock_okta_conformance.reference.errors import (
    ClientError,
    ServerError,
)
from mock_okta_conformance.reference.oauth import Start
from mock_okta_conformance.reference.pkce import challenge_of
from tests.conformance.reference.fake_org import (
    CLIENT_ID,
    ION,
    METADATA,
    FakeOrg,
    reply,
)
from tests.conformance.reference.sign_ins import DISCOVERY, INTERACT, INTROSPECT, TOKEN, sign_in, started


def test_the_start_says_what_the_protocol_wants_and_nothing_else(org: FakeOrg):
    session = started(org, scopes=("openid", "profile"))
    form = org.form(INTERACT)
    assert form == {
        "client_id": CLIENT_ID,
        "scope": "openid profile",
        "redirect_uri": "https://app.test/cb",
        "code_challenge": challenge_of(session.transaction.code_verifier),
        "code_challenge_method": "S256",
        "state": session.transaction.state,
        "nonce": session.transaction.nonce,
    }
    introspect = org.to(INTROSPECT)[0]
    assert introspect.headers["content-type"] == introspect.headers["accept"] == ION
    assert org.json(INTROSPECT) == {"interactionHandle": "the-interaction-handle"}


def test_what_is_asked_for_is_passed_on_unchanged(org: FakeOrg):
    asked = Start(
        nonce="n", state="s", acr_values="a b", max_age=0, login_hint="m+é", activation_token="x", recovery_token="y"
    )
    org.client().session().start(asked)
    form = org.form(INTERACT)
    sent = {name: form[name] for name in ("nonce", "state", "acr_values", "max_age", "login_hint")}
    assert sent == {"nonce": "n", "state": "s", "acr_values": "a b", "max_age": "0", "login_hint": "m+é"}
    assert (form["activation_token"], form["recovery_token"]) == ("x", "y")


def test_every_transaction_has_values_of_its_own(org: FakeOrg):
    session = org.client().session()
    seen = {"state": set(), "nonce": set(), "code_challenge": set()}
    for _ in range(20):
        session.start()
        for name, values in seen.items():
            values.add(org.form(INTERACT)[name])
    assert {len(values) for values in seen.values()} == {20}


def test_nothing_is_started_with_an_issuer_that_is_another(org: FakeOrg):
    org.on(DISCOVERY, reply(200, {**METADATA, "issuer": "https://evil.test"}))
    with pytest.raises(ServerError):
        started(org)
    assert org.to(INTERACT) == []


@pytest.mark.parametrize(
    ("handler", "code"),
    [
        (reply(400, {"error": "invalid_request", "error_description": "No PKCE."}), "invalid_request"),
        (reply(401, {"error": "invalid_client"}), "invalid_client"),
        (reply(429, {"errorCode": "E0000047"}), "E0000047"),
        (reply(200, {}), None),
        (reply(200, {"interaction_handle": 7}), None),
        (reply(200, "<html>"), None),
    ],
)
def test_a_start_that_is_refused_goes_no_further(org: FakeOrg, handler, code):
    org.on(INTERACT, handler)
    with pytest.raises(ClientError) as caught:
        started(org)
    assert caught.value.code == code
    assert org.to(INTROSPECT) == []


def test_a_transaction_that_cannot_be_looked_at_is_forgotten(org: FakeOrg):
    org.on(INTROSPECT, reply(503))
    session = org.client().session()
    with pytest.raises(ServerError):
        session.start()
    assert session.transaction is None


# -- who we are -------------------------------------------------------------------------------------------------------


def test_a_public_client_shows_no_secret(org: FakeOrg):
    sign_in(org)
    for path in (INTERACT, TOKEN):
        assert "client_secret" not in org.form(path)
        assert "authorization" not in org.to(path)[-1].headers


def test_a_secret_in_the_body(org: FakeOrg):
    sign_in(org, client_secret="s:%é")
    assert org.form(INTERACT)["client_secret"] == org.form(TOKEN)["client_secret"] == "s:%é"


def test_a_secret_in_the_header_is_form_encoded_first(org: FakeOrg):
    sign_in(org, client_secret="s:%é", client_authentication="client_secret_basic")
    assert "client_secret" not in org.form(TOKEN)
    # base64("0oaTest:s%3A%25%C3%A9")
    assert org.to(TOKEN)[-1].headers["authorization"] == "Basic MG9hVGVzdDpzJTNBJTI1JUMzJUE5"


def test_only_a_confidential_client_speaks_about_the_device(org: FakeOrg):
    started(org, device_token="device-1", forwarded_for="10.0.0.1")
    assert "x-device-token" not in org.to(INTERACT)[-1].headers
    started(org, device_token="device-1", forwarded_for="10.0.0.1", client_secret="s")
    headers = org.to(INTERACT)[-1].headers
    assert (headers["x-device-token"], headers["x-forwarded-for"]) == ("device-1", "10.0.0.1")
