import json
import subprocess
import sys

import httpx
import pytest

from mock_okta_conformance.adapters.protocol import CAPABILITIES, protocol_schema, read_reply
from mock_okta_conformance.reference.adapter import CAPABILITIES as DECLARED
from mock_okta_conformance.reference.adapter import Adapter
from tests.conformance.reference.fake_org import (
    CLIENT_ID,
    EXPIRED,
    ISSUER,
    PASSWORD,
    FakeOrg,
    action,
    messages,
    page,
    reply,
)

CONFIG = {"issuer": ISSUER, "clientId": CLIENT_ID, "redirectUri": "https://app.test/cb", "scopes": ["openid", "email"]}
TRANSACTION = ["code_verifier", "state", "nonce", "interaction_handle", "state_handle"]


class Driver:
    """Sends messages to an adapter in front of a fake org, and holds every reply against the protocol's schema."""

    def __init__(self, org: FakeOrg) -> None:
        self.adapter = Adapter(transport=org.transport, clock=lambda: org.now, sleep=org.sleep)
        self.count = 0

    def ask(self, **message: object) -> dict:
        self.count += 1
        answer = self.adapter.handle({"id": self.count, **message})
        json.dumps(answer)
        read_reply(answer)
        assert answer["id"] == self.count
        return answer

    def start(self, session: str = "s1", params: dict | None = None, **config: object) -> dict:
        given = {"config": {**CONFIG, **config}, "params": params or {}}
        return self.ask(op="start", session=session, test="T.1", flow="authenticate", **given)["view"]

    def act(self, do: str, session: str = "s1", **values: object) -> dict:
        return self.ask(op="act", session=session, do=do, values=values)["view"]

    def token(self, do: str, session: str = "s1") -> dict:
        return self.ask(op="token", session=session, do=do)["view"]

    def sign_in(self, **config: object) -> dict:
        self.start(**config)
        self.act("identify", identifier="mary@example.com")
        return self.act("answer password", password="Abcd1234!")


@pytest.fixture
def driver(org: FakeOrg) -> Driver:
    return Driver(org)


def test_hello_says_who_we_are(driver: Driver):
    hello = driver.ask(op="hello", protocol=1, suite="2026.1")
    assert (hello["protocol"], hello["language"]) == (1, "python")
    assert set(hello["capabilities"]) <= CAPABILITIES.keys()


def test_a_sign_in_is_seen_step_by_step(driver: Driver):
    steps = ["identify"], ["challenge-authenticator"]
    assert driver.start() == {"state": "input", "steps": steps[0], "actions": ["cancel"], "stored": TRANSACTION}
    view = driver.act("identify", identifier="mary@example.com")
    assert view == {"state": "input", "steps": steps[1], "actions": ["cancel"], "stored": TRANSACTION}
    view = driver.act("answer password", password="Abcd1234!")
    assert (view["state"], view["stored"], view["claims"]["sub"]) == ("success", [], "00uMary")
    assert view["tokens"] | {"idToken": ""} == {
        "accessToken": "access-1",
        "idToken": "",
        "refreshToken": "refresh-1",
        "tokenType": "Bearer",
        "scope": "openid profile email offline_access",
        "expiresAt": 1_800_003_600.0,
    }


def test_params_and_config_are_bound_to_the_request(driver: Driver, org: FakeOrg):
    driver.start(params={"nonce": "n-7Qd", "maxAge": 60, "acrValues": "phr", "loginHint": "m"}, clientSecret="s")
    form = org.form("/oauth2/default/v1/interact")
    assert [form[name] for name in ("nonce", "max_age", "acr_values", "login_hint", "client_secret", "scope")] == [
        "n-7Qd", "60", "phr", "m", "s", "openid email",
    ]  # fmt: skip


def test_the_first_step_can_be_repeated_for_the_second(driver: Driver, org: FakeOrg):
    driver.start()
    for _ in range(2):
        view = driver.act("identify", identifier="mary@example.com", password="Abcd1234!")
    assert view["state"] == "success"
    assert "credentials" not in org.json("/go/identify")


def test_messages_carry_their_key_class_and_field(driver: Driver, org: FakeOrg):
    field = {"name": "passcode", "messages": messages(("Invalid code.", "PASSCODE_INVALID", "ERROR"))}
    form = {"name": "credentials", "form": {"value": [field]}}
    challenge = page(action("challenge-authenticator", "/go/answer", form))
    org.on("/go/identify", reply(200, challenge))
    org.on("/go/answer", reply(401, challenge))
    driver.start()
    driver.act("identify", identifier="x")
    view = driver.act("answer email", code="000000")
    assert view["messages"] == [
        {
            "text": "Invalid code.",
            "key": "PASSCODE_INVALID",
            "class": "ERROR",
            "field": "credentials.passcode",
        }
    ]
    assert view["state"] == "input"


def test_an_error_shows_where_one_stands_but_no_old_messages(driver: Driver, org: FakeOrg):
    org.on("/go/identify", reply(200, {**PASSWORD, "messages": messages(("Hello.", "hello", "INFO"))}))
    driver.start()
    assert driver.act("identify", identifier="x")["messages"][0]["key"] == "hello"
    view = driver.act("skip")
    assert (view["state"], view["error"]["type"], view["steps"]) == (
        "error",
        "not_offered",
        ["challenge-authenticator"],
    )
    assert "messages" not in view


def test_an_expired_session_is_an_end_and_an_error(driver: Driver, org: FakeOrg):
    org.on("/go/identify", reply(401, EXPIRED))
    driver.start()
    view = driver.act("identify", identifier="x")
    assert (view["state"], view["stored"], view["error"]["type"]) == ("terminal", [], "session_expired")
    assert view["error"]["code"] == view["messages"][0]["key"] == "idx.session.expired"
    assert "expired" in view["error"]["text"]


def test_cancelling_and_starting_again(driver: Driver, org: FakeOrg):
    driver.start()
    view = driver.act("cancel")
    assert (view["state"], view["stored"]) == ("canceled", [])
    assert driver.start()["state"] == "input"
    assert len(org.to("/oauth2/default/v1/interact")) == 2


def test_resuming_needs_no_new_start(driver: Driver, org: FakeOrg):
    driver.start()
    driver.act("identify", identifier="x")
    org.on("/idp/idx/introspect", reply(200, PASSWORD))
    assert driver.act("resume")["steps"] == ["challenge-authenticator"]
    assert driver.act("resume", handle="02.id.other")["state"] == "input"
    assert org.json("/idp/idx/introspect") == {"stateToken": "02.id.other"}
    assert len(org.to("/oauth2/default/v1/interact")) == 1
    assert driver.act("answer password", password="x")["state"] == "success"


def test_a_verb_without_a_row_is_done_as_the_hint_says(driver: Driver, org: FakeOrg):
    org.on(
        "/idp/idx/introspect", reply(200, page(action("future-step", "/go/future", {"name": "age", "type": "number"})))
    )
    org.on("/go/future", reply(200, PASSWORD))
    driver.start()
    hint = {"step": "future-step", "values": {"age": 42, "extra": 1}}
    assert driver.ask(op="act", session="s1", do="grow", values={}, idx=hint)["view"]["steps"] == [
        "challenge-authenticator"
    ]
    assert org.json("/go/future") == {"age": 42, "stateHandle": "02.id.handle"}
    view = driver.ask(op="act", session="s1", do="nope", values={}, idx={"step": "nope", "values": {}})["view"]
    assert view["error"]["type"] == "not_offered"


def test_what_we_do_not_do_is_unsupported(driver: Driver):
    driver.start()
    for message in (
        {"op": "dance"},
        {"op": "act", "session": "s1", "do": "juggle", "values": {}},
        {"op": "act", "session": "s1", "do": "answer", "values": {}},
        {"op": "act", "session": "s1", "do": "identify email", "values": {}},
        {"op": "token", "session": "s1", "do": "burn"},
        {"op": "start", "session": "s2", "test": "T", "flow": "recover", "config": CONFIG, "params": {}},
    ):
        assert "unsupported" in driver.ask(**message)


def test_a_message_that_makes_no_sense_is_a_fault_and_no_crash(driver: Driver):
    for message in ({"op": "act"}, {"op": "act", "session": "nobody", "do": "identify", "values": {}}, {"op": "token"}):
        assert driver.ask(**message)["fault"].startswith("KeyError")


def test_a_configuration_that_cannot_be_used_is_an_error(driver: Driver):
    for config in ({"issuer": "http://mock.test"}, {"issuer": None}, {"scopes": ["email"]}):
        assert driver.start(session="other", **config)["error"]["type"] == "configuration"


def test_http_is_switched_on_for_this_machine(driver: Driver):
    assert driver.start(issuer="http://127.0.0.1:1/oauth2/default")["error"]["type"] != "configuration"


def test_tokens_have_verbs_of_their_own(driver: Driver, org: FakeOrg):
    driver.sign_in(postLogoutRedirectUri="https://app.test/")
    assert driver.token("userinfo")["userinfo"] == {"sub": "00uMary"}
    org.on("/oauth2/default/v1/introspect", reply(200, {"active": True}))
    assert driver.token("introspect")["introspection"] == {"active": True}
    view = driver.token("signOut")
    assert (view["state"], view["redirect"].partition("?")[0]) == ("signedOut", f"{ISSUER}/v1/logout")
    assert driver.token("revoke")["error"]["type"] == "no_transaction"


def test_a_failed_revocation_signs_out_all_the_same(driver: Driver, org: FakeOrg):
    driver.sign_in()
    org.on("/oauth2/default/v1/revoke", reply(500))
    view = driver.token("revoke")
    assert (view["state"], view["error"]["status"]) == ("signedOut", 500)


def test_a_stronger_sign_in_is_begun_where_one_is_wanted(driver: Driver, org: FakeOrg):
    driver.sign_in()
    challenge = 'Bearer error="insufficient_authentication_context", acr_values="urn:okta:loa:2fa:any", max_age="60"'
    org.on("/oauth2/default/v1/userinfo", reply(403, None, www_authenticate=challenge))
    assert driver.token("userinfo")["state"] == "input"
    form = org.form("/oauth2/default/v1/interact")
    assert (form["acr_values"], form["max_age"]) == ("urn:okta:loa:2fa:any", "60")


def test_metadata_is_fetched_once_for_all_starts_of_a_session(driver: Driver, org: FakeOrg):
    for _ in range(3):
        driver.sign_in()
    assert len(org.to("/oauth2/default/.well-known/openid-configuration")) == 1
    assert len(org.to("/oauth2/default/v1/keys")) == 1
    driver.ask(op="end", session="s1")
    driver.start()
    assert len(org.to("/oauth2/default/.well-known/openid-configuration")) == 2


def test_cookies_of_one_session_are_not_sent_by_another(driver: Driver, org: FakeOrg):
    org.on("/oauth2/default/v1/interact", reply(200, {"interaction_handle": "h"}, set_cookie="DT=one; Path=/; Secure"))
    driver.start("s1")
    driver.start("s2")
    sent = [request.headers.get("cookie") for request in org.requests]
    assert sent == [None, None, "DT=one", None, None, "DT=one"]


TYPED = ("canary-password", "canary-secret")
SERVED = ("the-code", "02.id.handle", "the-interaction-handle", "access-1", "refresh-1")


@pytest.mark.parametrize(
    "handler",
    [
        reply(500),
        reply(401, EXPIRED),
        reply(400, {"error": "invalid_grant"}),
        lambda request: httpx.Response(200, content=request.content),
        lambda request: httpx.Response(302, headers={"location": f"https://org.test/?{request.content!r}"}),
    ],
)
@pytest.mark.parametrize(
    "path", ["/go/identify", "/go/answer", "/oauth2/default/v1/token", "/oauth2/default/v1/userinfo"]
)
def test_no_secret_is_in_what_is_shown_of_a_failure(driver: Driver, org: FakeOrg, path, handler, capfd, caplog):
    org.on(path, handler)
    shown = [driver.start(clientSecret="canary-secret")]
    shown.append(driver.act("identify", identifier="mary@example.com"))
    shown.append(driver.act("answer password", password="canary-password"))
    if shown[-1]["state"] == "success":
        shown[-1] = driver.token("userinfo")
    shown.append({"noise": capfd.readouterr(), "logged": caplog.text})
    shown.append({"kept": repr(driver.adapter._holders["s1"].session.tokens)})
    text = repr([{**view, "tokens": None, "claims": None} for view in shown])
    assert [canary for canary in (*TYPED, *SERVED) if canary in text] == []


def test_the_driver_is_a_program_too():
    lines = ["not json", "[]", '{"id":1,"op":"hello","protocol":1,"suite":"x"}', '{"id":2,"op":"dance"}']
    done = subprocess.run(
        [sys.executable, "-m", "mock_okta_conformance.reference"],
        input="\n".join(lines), capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["id"] for r in replies] == [1, 2]
    assert replies[1]["unsupported"] == "dance"
    assert set(replies[0]["capabilities"]) == set(DECLARED)
    assert protocol_schema()["$defs"]["hello"]
