"""Sessions: who has signed in once need not do so again, for as long as the org allows."""

import re

import pytest

from mock_okta.engine.model import Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, VERIFIER, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor


def signed_in(*steps: Step, remember: bool = False, **changes) -> Visitor:
    client = Visitor(scenario(*steps, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com", rememberMe=remember)
    client.answer("Abcd1234!")
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)
    return client


def is_signed_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def test_signing_in_sets_a_cookie():
    client = signed_in()
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    assert cookie.startswith("idx=")
    assert cookie.endswith(";Version=1;Path=/;HttpOnly;SameSite=Lax")


def test_who_stays_signed_in_keeps_it():
    client = signed_in(remember=True)
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    assert "Max-Age=7200;" in cookie


def test_only_the_reply_that_signs_in_sets_it():
    client = signed_in()
    client.post("introspect", stateToken=client.handle)
    assert "Set-Cookie" not in dict(client.last.headers)


def test_the_next_sign_in_is_over_at_once():
    client = signed_in()
    client.begin()
    assert is_signed_in(client)


def test_another_browser_is_asked():
    client = signed_in()
    del client.headers["cookie"]
    client.begin()
    assert client.offered == ["identify"]


def test_a_program_that_is_no_browser_has_no_session():
    client = EngineClient(scenario())
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert "Set-Cookie" not in dict(client.answer("Abcd1234!").headers)


def test_unless_the_org_is_told_so():
    client = EngineClient(scenario(org={"sessions": "all"}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert "Set-Cookie" in dict(client.answer("Abcd1234!").headers)


def test_an_org_can_do_without_sessions():
    client = signed_in(org={"sessions": "none"})
    assert "cookie" not in client.headers
    client.begin()
    assert client.offered == ["identify"]


def test_a_session_ends_when_it_was_not_used_for_two_hours():
    client = signed_in()
    client.at += 2 * 3600 - 1
    client.begin()
    assert is_signed_in(client)
    client.at += 2 * 3600
    client.begin()
    assert client.offered == ["identify"]


def test_it_lasts_no_longer_for_who_stays_signed_in():
    client = signed_in(remember=True)
    client.at += 2 * 3600
    client.begin()
    assert client.offered == ["identify"]


@pytest.mark.parametrize(
    "asked", [{"prompt": "login"}, {"prompt": "login consent"}, {"max_age": "0"}, {"max_age": "60"}]
)
def test_an_app_can_ask_for_a_new_proof(asked):
    client = signed_in()
    client.at += 61
    client.begin(**asked)
    assert client.offered == ["challenge-authenticator"]
    assert client.last.body["user"]["value"]["identifier"] == "mary@example.com"
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


def test_a_recent_proof_is_recent_enough():
    client = signed_in()
    client.at += 59
    client.begin(max_age="60")
    assert is_signed_in(client)


def test_tokens_say_when_the_user_really_signed_in():
    client = signed_in()
    before = client.at
    client.at += 600
    client.begin()
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert client.state.grants[code].subject.auth_time == before
    client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    assert client.last.status == 200


def test_a_policy_can_ask_again_after_a_while():
    recent = Step(verb="verify", authenticators=("okta_password",), settings={"reauthenticate_s": 3600})
    client = signed_in(IDENTIFY, recent)
    client.at += 3599
    client.begin()
    assert is_signed_in(client)
    client.at += 2
    client.begin()
    assert client.offered == ["challenge-authenticator"]


def test_only_what_is_missing_is_asked_for():
    client = signed_in()
    client.begin(acr_values="urn:okta:loa:2fa:any")
    assert client.offered[0] == "authenticator-verification-data"
    client.select("Email")
    assert "successWithInteractionCode" in client.answer(client.mail.code).body
    client.begin(acr_values="urn:okta:loa:2fa:any")
    assert is_signed_in(client)


@pytest.mark.parametrize("status", [UserStatus.SUSPENDED, UserStatus.DEPROVISIONED, UserStatus.LOCKED_OUT])
def test_who_may_not_sign_in_has_no_session(status):
    client = signed_in()
    user = next(iter(client.state.users.values()))
    client.state = _with_user(client, user, status=status)
    client.begin()
    assert client.offered == ["identify"]


def test_who_may_not_use_the_app_hears_so_at_once():
    client = signed_in()
    user = next(iter(client.state.users.values()))
    client.state = _with_user(client, user, assigned=False)
    client.begin()
    assert list(client.last.body) == ["version", "stateHandle", "expiresAt", "intent", "messages"]
    assert client.said == ["idx.error.user.not.assigned.to.app"]


def test_who_may_not_use_the_app_can_be_asked_to_sign_in_anew():
    client = signed_in()
    user = next(iter(client.state.users.values()))
    client.state = _with_user(client, user, assigned=False)
    client.begin(prompt="login")
    assert client.offered == ["identify"]


def test_a_session_that_ends_in_a_refusal_says_no_more_than_that():
    client = signed_in()
    refusal = Step(verb="refuse", settings={"messages": ("security.access_denied",)})
    client.scenario = scenario(IDENTIFY, PASSWORD, refusal)
    client.begin()
    assert list(client.last.body) == ["version", "stateHandle", "expiresAt", "intent", "messages"]
    assert client.said == ["security.access_denied"]


def _with_user(client: EngineClient, user, **changes):
    from msgspec.structs import replace

    return replace(client.state, users=client.state.users.set(user.id, replace(user, **changes)))


def test_signing_out_ends_the_session():
    client = signed_in()
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    tokens = client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER).body
    reply = client.form("logout", id_token_hint=tokens["id_token"])
    assert reply.status == 302
    client.begin()
    assert client.offered == ["identify"]


def test_nobody_signs_somebody_else_out():
    client = signed_in(users=(mary(), mary(login="eve@example.com", profile={"email": "eve@example.com"})))
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    tokens = client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER).body
    client.begin(prompt="login")
    client.post("cancel")
    client.post("identify", identifier="eve@example.com")
    client.answer("Abcd1234!")
    client.headers.pop("cookie")
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)
    assert client.form("logout", id_token_hint=tokens["id_token"]).status == 400


def test_a_new_password_can_sign_out_all_other_devices():
    recover = (IDENTIFY, EMAIL, Step(verb="reset"))
    client = Visitor(
        flow_scenario({"sign_in": (Step(verb="identify", settings={"with_password": True}),), "recover": recover})
    )
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "Abcd1234!"})
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)
    elsewhere = client.headers.pop("cookie")
    client.begin()
    client.post("recover")
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    client.answer(client.mail.code)
    client.post("challenge/answer", credentials={"passcode": "Efgh5678!", "revokeSessions": True})
    client.headers["cookie"] = elsewhere
    client.begin()
    assert client.offered == ["identify"]


def test_a_tab_that_was_left_open_finds_the_sign_in_finished():
    client = signed_in()
    client.begin()
    first = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    client.begin()
    second = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    assert first != second


# -- how long ---------------------------------------------------------------------------------------------------------


HOUR_S = 3600
SHORT = {"session": {"idle_s": 900, "lifetime_s": HOUR_S}}


def test_without_a_word_a_session_idles_for_two_hours_and_has_no_end():
    client = signed_in()
    for _ in range(100):
        client.at += 2 * HOUR_S - 1
        client.begin()
        assert is_signed_in(client)
    client.at += 2 * HOUR_S
    client.begin()
    assert not is_signed_in(client)


def test_a_session_ends_when_it_is_not_used_for_as_long_as_the_org_says():
    client = signed_in(org=SHORT)
    client.at += 899
    client.begin()
    assert is_signed_in(client)
    client.at += 900
    client.begin()
    assert not is_signed_in(client)


def test_a_session_ends_after_its_lifetime_however_often_it_is_used():
    client = signed_in(org=SHORT)
    for _ in range(4):
        client.at += 899
        client.begin()
        assert is_signed_in(client)
    client.at += 4
    client.begin()
    assert not is_signed_in(client)


def test_who_signs_in_again_has_the_whole_lifetime_again():
    client = signed_in(org=SHORT)
    client.at += 600
    client.begin(max_age="1")  # the session is living, and has ended when the password is typed
    client.at += 290
    client.post("introspect", stateHandle=client.handle)
    client.at += 20
    client.answer("Abcd1234!")
    assert is_signed_in(client)
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    client.keep(cookie)
    session = next(each for each in client.state.sessions.values() if each.id in cookie)
    assert (session.started_at, session.expires_at) == (client.at, client.at + 900)


def test_the_sessions_api_says_when_it_ends():
    client = signed_in(org={"session": {"idle_s": 900, "lifetime_s": 1000}})
    assert client.visit("/api/v1/sessions/me").body["expiresAt"] == "2027-01-15T08:15:00.000Z"
    client.at += 600
    client.begin()
    assert client.visit("/api/v1/sessions/me").body["expiresAt"] == "2027-01-15T08:16:40.000Z"


# -- a lock-out that ends ---------------------------------------------------------------------------------------------


def test_a_session_of_somebody_who_was_locked_out_meanwhile_works_again_when_the_account_does():
    client = signed_in(authenticators={"okta_password": {"max_attempts": 1, "unlock_after_s": 60}})
    elsewhere = EngineClient(client.scenario, client.state, name="elsewhere", at=client.at)
    elsewhere.begin()
    elsewhere.post("identify", identifier="mary@example.com")
    elsewhere.answer("wrong")
    client.state = elsewhere.state
    client.begin()
    assert not is_signed_in(client)
    client.at += 60
    client.begin()
    assert is_signed_in(client)


# -- a session after a sign-in that a server drove --------------------------------------------------------------------


def by_server(client: EngineClient) -> EngineClient:
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def sent_on(client: EngineClient, handle: str) -> dict[str, str]:
    """Where the browser is sent, and its new session, if it gets one."""
    client.send("token-redirect", method="GET", query=(("stateToken", handle),))
    return dict(client.last.headers)


def test_the_browser_that_is_sent_on_after_a_server_s_sign_in_has_a_session_from_then_on():
    server = by_server(EngineClient(scenario()))
    assert len(server.state.sessions) == 0
    cookie = sent_on(server, server.handle)["Set-Cookie"]
    assert re.match(r"idx=[\w-]{43};Version=1;Path=/;HttpOnly", cookie)
    browser = Visitor(server.scenario, server.state, name="browser")
    browser.keep(cookie)
    browser.begin()
    assert "successWithInteractionCode" in browser.last.body


def test_it_stays_signed_in_where_the_user_wished_to():
    server = EngineClient(scenario())
    server.begin()
    server.post("identify", identifier="mary@example.com", rememberMe=True)
    server.answer("Abcd1234!")
    assert "Max-Age=" in sent_on(server, server.handle)["Set-Cookie"]


def test_who_comes_twice_has_one_session():
    server = by_server(EngineClient(scenario()))
    first, second = (sent_on(server, server.handle)["Set-Cookie"] for _ in range(2))
    assert (first, len(server.state.sessions)) == (second, 1)


def test_a_browser_that_has_signed_in_itself_keeps_its_session():
    client = signed_in()
    (session,) = client.state.sessions
    assert sent_on(client, client.handle)["Set-Cookie"].startswith(f"idx={session};")
    assert len(client.state.sessions) == 1


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({"org": {"sessions": "none"}}, ()),
        ({"wire": {"ending": "redirect"}}, (Step(verb="refuse", settings={"messages": ("security.access_denied",)}),)),
        ({}, (EMAIL,)),
    ],
    ids=["an org without sessions", "a refused sign-in", "a sign-in that is not over"],
)
def test_nobody_else_gets_one(changes, steps):
    server = by_server(EngineClient(scenario(IDENTIFY, PASSWORD, *steps, **changes)))
    assert "Set-Cookie" not in sent_on(server, server.handle)
    assert len(server.state.sessions) == 0
