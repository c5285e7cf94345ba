import threading
import time
from contextlib import suppress

import httpx
import pytest

from conformance.reference.errors import (
    ClientError,
    InvalidInput,
    NotOffered,
    NoTransaction,
    RateLimited,
    RefusedError,
    ServerError,
    TimedOut,
    TokenRejected,
    TransportError,
)
from conformance.reference.oauth import Start
from conformance.reference.pkce import challenge_of
from conformance.reference.session import Session, Stage
from conformance.reference.verbs import act
from tests.conformance.reference.fake_org import (
    CLIENT_ID,
    EXPIRED,
    IDENTIFY,
    ION,
    ISSUER,
    KEYS,
    METADATA,
    ORIGIN,
    PASSWORD,
    SUCCESS,
    FakeOrg,
    action,
    in_turn,
    messages,
    page,
    published,
    reply,
)

DISCOVERY = "/oauth2/default/.well-known/openid-configuration"
INTERACT = "/oauth2/default/v1/interact"
INTROSPECT = "/idp/idx/introspect"
TOKEN = "/oauth2/default/v1/token"
USERINFO = "/oauth2/default/v1/userinfo"
REVOKE = "/oauth2/default/v1/revoke"


def started(org: FakeOrg, **settings: object) -> Session:
    session = org.client(**settings).session()
    session.start()
    return session


def at_password(org: FakeOrg) -> Session:
    session = started(org)
    act(session, "identify", {"identifier": "mary@example.com"})
    return session


def raising(error: Exception):
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return handler


# -- starting ---------------------------------------------------------------------------------------------------------


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


def sign_in(org: FakeOrg, **settings: object) -> Session:
    session = started(org, **settings)
    act(session, "identify", {"identifier": "mary@example.com"})
    act(session, "answer password", {"password": "Abcd1234!"})
    return session


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


# -- going on ---------------------------------------------------------------------------------------------------------


def test_a_sign_in_ends_in_verified_tokens(org: FakeOrg, signed_in: Session):
    assert signed_in.stage is Stage.SUCCESS
    assert signed_in.tokens.claims["sub"] == "00uMary"
    assert signed_in.tokens.scopes == ("openid", "profile", "email", "offline_access")
    assert org.json("/go/identify") == {"identifier": "mary@example.com", "stateHandle": "02.id.handle"}
    assert org.json("/go/answer") == {"credentials": {"passcode": "Abcd1234!"}, "stateHandle": "02.id.handle"}
    assert org.to("/go/answer")[0].headers["content-type"] == "application/json; okta-version=1.0.0"
    assert org.to("/go/answer")[0].headers["accept"] == ION


def test_nothing_of_the_transaction_is_kept_after_success(signed_in: Session):
    assert signed_in.transaction is None


def test_a_form_is_sent_where_and_how_the_server_says(org: FakeOrg):
    odd = action("identify", "/odd/~path;x=1?a=%7e&b=2", {"name": "identifier"}, method="PUT")
    org.on(INTROSPECT, reply(200, page(odd)))
    org.on("/odd/~path;x=1", reply(200, PASSWORD))
    at_password(org)
    assert org.requests[-1].method == "PUT"
    assert str(org.requests[-1].url) == f"{ORIGIN}/odd/~path;x=1?a=%7e&b=2"


def test_a_form_can_be_wanted_as_a_form(org: FakeOrg):
    org.on(
        INTROSPECT,
        reply(
            200,
            page(
                action("identify", "/go/identify", {"name": "identifier"}, accepts="application/x-www-form-urlencoded")
            ),
        ),
    )
    at_password(org)
    assert org.form("/go/identify") == {"identifier": "mary@example.com", "stateHandle": "02.id.handle"}


@pytest.mark.parametrize("status", [200, 400, 401])
def test_the_newest_page_counts_also_after_a_failure(org: FakeOrg, status):
    fresh = action("identify", "/go/identify2", {"name": "identifier"})
    fresh["value"][-1]["value"] = "02.id.fresh"
    org.on("/go/identify", reply(status, page(fresh, stateHandle="02.id.fresh")))
    org.on("/go/identify2", reply(200, PASSWORD))
    session = at_password(org)
    act(session, "identify", {"identifier": "mary@example.com"})
    assert org.json("/go/identify2")["stateHandle"] == "02.id.fresh"


def test_a_step_stays_usable_after_an_error(org: FakeOrg):
    wrong = {**PASSWORD, "messages": messages(("Password is incorrect", "incorrectPassword", "ERROR"))}
    org.on("/go/answer", in_turn(reply(400, wrong), reply(200, SUCCESS)))
    session = at_password(org)
    act(session, "answer password", {"password": "wrong"})
    assert (session.stage, session.response.messages[0].key) == (Stage.INPUT, "incorrectPassword")
    act(session, "answer password", {"password": "right"})
    assert session.stage is Stage.SUCCESS


def test_the_method_of_a_page_with_a_message_is_input(org: FakeOrg):
    told = {**IDENTIFY, "messages": messages(("No account.", "idx.unknown.user", "INFO"))}
    org.on("/go/identify", reply(200, told))
    assert at_password(org).stage is Stage.INPUT


def test_a_page_without_a_way_on_is_the_end(org: FakeOrg):
    org.on(
        "/go/identify",
        reply(403, {"version": "1.0.0", "messages": messages(("No.", "security.access_denied", "ERROR"))}),
    )
    session = at_password(org)
    assert (session.stage, session.transaction) == (Stage.TERMINAL, None)
    with pytest.raises(NoTransaction):
        act(session, "identify", {"identifier": "x"})


def test_no_remediation_and_no_code_is_no_success(org: FakeOrg):
    org.on("/go/answer", reply(200, {"version": "1.0.0", "stateHandle": "02.id.handle"}))
    session = at_password(org)
    act(session, "answer password", {"password": "x"})
    assert (session.stage, session.tokens) == (Stage.TERMINAL, None)


def test_an_expired_session_is_forgotten(org: FakeOrg):
    org.on("/go/answer", reply(401, EXPIRED))
    session = at_password(org)
    act(session, "answer password", {"password": "x"})
    assert (session.stage, session.transaction) == (Stage.TERMINAL, None)
    session.start()
    assert len(org.to(INTERACT)) == 2


@pytest.mark.parametrize("verb", ["skip", "resend", "poll", "recover", "select email", "answer email", "identify"])
def test_what_is_not_on_offer_is_not_asked_for(org: FakeOrg, verb):
    session = at_password(org)
    before = len(org.requests)
    with pytest.raises(NotOffered, match="on offer: challenge-authenticator, cancel"):
        act(session, verb, {"identifier": "x", "code": "1"})
    assert len(org.requests) == before


def test_a_form_that_cannot_be_filled_is_not_sent(org: FakeOrg):
    session = started(org)
    before = len(org.requests)
    with pytest.raises(InvalidInput):
        act(session, "identify", {"identifier": "x", "rememberMe": "true"})
    assert len(org.requests) == before


@pytest.mark.parametrize("version", ["2.0.0", "zero"])
def test_another_version_is_named(org: FakeOrg, version):
    org.on(INTROSPECT, reply(200, {**IDENTIFY, "version": version}))
    with pytest.raises(ServerError, match=f"version {version}"):
        started(org)


def test_a_minor_version_makes_no_difference(org: FakeOrg):
    org.on(INTROSPECT, reply(200, {**IDENTIFY, "version": "1.1.0"}))
    assert started(org).stage is Stage.INPUT


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_not_answered_by_asking_again(org: FakeOrg, status):
    org.on("/go/answer", in_turn(lambda r: httpx.Response(status, html="<h1>"), reply(200, SUCCESS)))
    session = at_password(org)
    with pytest.raises(ServerError, match=f"answered {status}"):
        act(session, "answer password", {"password": "canary"})
    assert len(org.to("/go/answer")) == 1
    act(session, "answer password", {"password": "canary"})
    assert session.stage is Stage.SUCCESS


@pytest.mark.parametrize(
    ("error", "kind"), [(httpx.ReadTimeout("x"), TimedOut), (httpx.RemoteProtocolError("x"), TransportError)]
)
def test_a_lost_reply_is_not_answered_by_asking_again(org: FakeOrg, error, kind):
    org.on("/go/answer", raising(error))
    session = at_password(org)
    with pytest.raises(kind):
        act(session, "answer password", {"password": "canary"})
    assert len(org.to("/go/answer")) == 1


def test_a_bare_error_keeps_the_page(org: FakeOrg):
    org.on("/go/answer", reply(400, {"errorCode": "E0000003", "errorSummary": "Not well-formed."}))
    session = at_password(org)
    with pytest.raises(RefusedError) as caught:
        act(session, "answer password", {"password": "x"})
    assert (caught.value.code, session.response.remediations[0].name) == ("E0000003", "challenge-authenticator")


def test_too_many_requests_are_reported_with_what_the_page_says(org: FakeOrg):
    told = {**PASSWORD, "messages": messages(("Too many requests", "tooManyRequests", "ERROR"))}
    org.on("/go/answer", reply(429, told, retry_after="30"))
    session = at_password(org)
    with pytest.raises(RateLimited, match="Too many requests") as caught:
        act(session, "answer password", {"password": "x"})
    assert (caught.value.code, caught.value.retry_after_s) == ("tooManyRequests", 30.0)
    assert session.stage is Stage.INPUT


def test_sessions_do_not_mix(org: FakeOrg):
    client = org.client()
    one, other = client.session(), client.session()
    one.start()
    nonce = org.nonce
    other.start()
    org.nonce = nonce
    act(one, "identify", {"identifier": "mary@example.com"})
    verifier = one.transaction.code_verifier
    act(one, "answer password", {"password": "x"})
    assert org.form(TOKEN)["code_verifier"] == verifier
    assert (one.stage, other.stage) == (Stage.SUCCESS, Stage.INPUT)


# -- leaving and coming back ------------------------------------------------------------------------------------------


def test_cancelling_tells_the_server_and_forgets(org: FakeOrg):
    session = at_password(org)
    act(session, "cancel", {})
    assert org.json("/go/cancel") == {"stateHandle": "02.id.handle"}
    assert (session.stage, session.transaction) == (Stage.CANCELED, None)
    with pytest.raises(NoTransaction):
        act(session, "identify", {"identifier": "x"})


def test_cancelling_forgets_even_if_the_server_fails(org: FakeOrg):
    org.on("/go/cancel", reply(500))
    session = at_password(org)
    with pytest.raises(ServerError):
        act(session, "cancel", {})
    assert session.transaction is None


def test_another_client_can_take_up_what_was_saved(org: FakeOrg):
    saved = at_password(org).saved()
    org.on(INTROSPECT, reply(200, PASSWORD))
    session = org.client().session()
    session.resume(saved)
    assert org.json(INTROSPECT) == {"stateToken": "02.id.handle"}
    act(session, "answer password", {"password": "x"})
    assert (session.stage, len(org.to(INTERACT))) == (Stage.SUCCESS, 1)


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_the_code_is_redeemed_with_the_form_that_was_offered(org: FakeOrg, signed_in: Session):
    form, interact = org.form(TOKEN), org.form(INTERACT)
    verifier = form.pop("code_verifier")
    assert form == {"grant_type": "interaction_code", "interaction_code": "the-code", "client_id": CLIENT_ID}
    assert challenge_of(verifier) == interact["code_challenge"]
    assert org.to(TOKEN)[0].url.query == b""


def failing(org: FakeOrg, code: str) -> None:
    session = at_password(org)
    with pytest.raises(ClientError) as caught:
        act(session, "answer password", {"password": "x"})
    assert caught.value.code == code
    assert (session.tokens, session.transaction, len(org.to(TOKEN)) <= 1) == (None, None, True)
    with pytest.raises(NoTransaction):
        session.userinfo()
    assert org.to(USERINFO) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id_token": None}, "id_token"),
        ({"access_token": None}, "access_token"),
        ({"token_type": "mac"}, "token_type"),
        ({"access_token": "another"}, "at_hash"),
    ],
)
def test_nothing_is_kept_of_a_reply_that_is_wrong(org: FakeOrg, changed, code):
    org.token_reply = changed
    failing(org, code)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_nothing_is_kept_of_a_token_that_is_wrong(org: FakeOrg, claim):
    org.dropped = (claim,)
    failing(org, claim)


def test_keys_that_cannot_be_had_fail_closed(org: FakeOrg):
    org.on("/oauth2/default/v1/keys", reply(500))
    failing(org, None)


def test_a_code_is_redeemed_once_whatever_comes_of_it(org: FakeOrg):
    org.on(TOKEN, reply(500))
    failing(org, None)
    assert len(org.to(TOKEN)) == 1


def test_an_invalid_grant_ends_the_transaction(org: FakeOrg):
    org.on(TOKEN, reply(400, {"error": "invalid_grant", "error_description": "PKCE verification failed."}))
    failing(org, "invalid_grant")


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [("href", "https://evil.test/token", "token_endpoint"), ("client_id", "0oaEve", "client_id")],
)
def test_a_code_goes_nowhere_else(org: FakeOrg, member, value, code):
    issue = dict(SUCCESS["successWithInteractionCode"])
    if member == "href":
        issue["href"] = value
    else:
        issue["value"] = [f if f["name"] != member else {**f, "value": value} for f in issue["value"]]
    org.on("/go/answer", reply(200, {**SUCCESS, "successWithInteractionCode": issue}))
    failing(org, code)
    assert org.to(TOKEN) == []


def test_a_rotated_key_is_accepted(org: FakeOrg):
    client = org.client()
    for key in KEYS:
        org.key = key
        org.on("/oauth2/default/v1/keys", reply(200, {"keys": [published(key)]}))
        session = client.session()
        session.start()
        act(session, "identify", {"identifier": "x"})
        act(session, "answer password", {"password": "x"})
        assert session.stage is Stage.SUCCESS


@pytest.mark.parametrize("skew_s", [-120, 120])
def test_clocks_may_differ_a_little(org: FakeOrg, skew_s):
    session = at_password(org)
    org.claims = {"iat": int(org.now) + skew_s, "exp": int(org.now) + skew_s + 3600}
    act(session, "answer password", {"password": "x"})
    assert session.stage is Stage.SUCCESS


# -- refresh ----------------------------------------------------------------------------------------------------------


def refreshed(org: FakeOrg, **changed: object):
    """A token reply as a refresh gives it: another access token, no nonce."""

    def handler(request: httpx.Request) -> httpx.Response:
        org.dropped = ("nonce",)
        body = {"token_type": "Bearer", "expires_in": 60, "access_token": "access-2", "scope": "openid profile"}
        body |= {"refresh_token": "refresh-2", "id_token": org.id_token("access-2"), **changed}
        return httpx.Response(200, json={name: value for name, value in body.items() if value is not None})

    return handler


def test_a_refresh_uses_the_newest_refresh_token(org: FakeOrg, signed_in: Session):
    org.on(TOKEN, refreshed(org))
    signed_in.refresh()
    assert org.form(TOKEN) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": CLIENT_ID,
        "scope": "openid profile email offline_access",
    }
    assert signed_in.tokens.access_token == "access-2"
    signed_in.refresh()
    form = org.form(TOKEN)
    assert (form["refresh_token"], form["scope"]) == ("refresh-2", "openid profile")


def test_a_refresh_token_that_is_not_replaced_is_kept(org: FakeOrg, signed_in: Session):
    org.on(TOKEN, refreshed(org, refresh_token=None, id_token=None))
    signed_in.refresh()
    signed_in.refresh()
    assert org.form(TOKEN)["refresh_token"] == "refresh-1"
    assert signed_in.tokens.claims["sub"] == "00uMary"


@pytest.mark.parametrize(
    ("claims", "code"), [({"sub": "00uEve"}, "refreshed_sub"), ({"iss": "https://evil.test"}, "iss")]
)
def test_a_refresh_cannot_change_who_it_is(org: FakeOrg, signed_in: Session, claims, code):
    before = signed_in.tokens
    org.claims = claims
    org.on(TOKEN, refreshed(org))
    with pytest.raises(TokenRejected) as caught:
        signed_in.refresh()
    assert caught.value.code == code
    assert signed_in.tokens is before


def test_an_invalid_grant_signs_out(org: FakeOrg, signed_in: Session):
    org.on(
        TOKEN, reply(400, {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."})
    )
    with pytest.raises(RefusedError):
        signed_in.refresh()
    assert (signed_in.tokens, signed_in.stage) == (None, Stage.SIGNED_OUT)
    with pytest.raises(NoTransaction):
        signed_in.refresh()
    assert len(org.to(TOKEN)) == 2


@pytest.mark.parametrize("lost", [reply(503), raising(httpx.ReadError("x")), reply(429, retry_after="60")])
def test_a_refresh_that_does_not_get_through_keeps_the_tokens(org: FakeOrg, signed_in: Session, lost):
    org.on(TOKEN, in_turn(lost, refreshed(org)))
    with pytest.raises(ClientError):
        signed_in.refresh()
    signed_in.refresh()
    assert signed_in.tokens.access_token == "access-2"


def test_refreshes_at_the_same_time_become_one(org: FakeOrg, signed_in: Session):
    answer = refreshed(org)

    def slow(request: httpx.Request) -> httpx.Response:
        time.sleep(0.2)
        return answer(request)

    org.on(TOKEN, slow)
    threads = [threading.Thread(target=signed_in.refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(org.to(TOKEN)) == 2
    assert signed_in.tokens.access_token == "access-2"


# -- the rest ---------------------------------------------------------------------------------------------------------


def test_userinfo_is_asked_for_with_a_header_only(org: FakeOrg, signed_in: Session):
    assert signed_in.userinfo() == {"sub": "00uMary"}
    asked = org.to(USERINFO)[0]
    assert (asked.method, asked.headers["authorization"], asked.url.query) == ("GET", "Bearer access-1", b"")


@pytest.mark.parametrize("claims", [{"sub": "00uEve"}, {}, {"sub": None}])
def test_userinfo_about_another_person_is_not_used(org: FakeOrg, signed_in: Session, claims):
    org.on(USERINFO, reply(200, claims))
    with pytest.raises(TokenRejected, match="another person"):
        signed_in.userinfo()


def test_an_access_token_that_has_ended_is_refreshed_once(org: FakeOrg, signed_in: Session):
    org.on(TOKEN, refreshed(org))
    ended = reply(401, None, www_authenticate='Bearer error="invalid_token"')
    org.on(USERINFO, in_turn(ended, reply(200, {"sub": "00uMary"})))
    assert signed_in.userinfo()["sub"] == "00uMary"
    org.on(USERINFO, ended)
    with pytest.raises(RefusedError) as caught:
        signed_in.userinfo()
    assert caught.value.code == "invalid_token"
    assert len(org.to(TOKEN)) == 3


def test_signing_out_revokes_the_refresh_token_then_the_access_token(org: FakeOrg, signed_in: Session):
    assert signed_in.revoke() is None
    sent = [dict(part.split("=") for part in r.content.decode().split("&")) for r in org.to(REVOKE)]
    assert [(form["token"], form["token_type_hint"], form["client_id"]) for form in sent] == [
        ("refresh-1", "refresh_token", CLIENT_ID),
        ("access-1", "access_token", CLIENT_ID),
    ]
    assert (signed_in.tokens, signed_in.stage) == (None, Stage.SIGNED_OUT)


def test_signing_out_forgets_even_if_the_server_fails(org: FakeOrg, signed_in: Session):
    org.on(REVOKE, reply(500))
    assert isinstance(signed_in.revoke(), ServerError)
    assert (signed_in.tokens, len(org.to(REVOKE))) == (None, 2)


def test_the_address_to_sign_out_at(org: FakeOrg):
    session = sign_in(org, post_logout_redirect_uri="https://app.test/?a=1")
    address = httpx.URL(session.logout_address("s-1"))
    assert str(address).startswith(f"{ISSUER}/v1/logout?")
    assert dict(address.params) == {
        "id_token_hint": session.tokens.id_token,
        "post_logout_redirect_uri": "https://app.test/?a=1",
        "state": "s-1",
    }
    assert sign_in(org).logout_address("s-1") is None


# -- polling ----------------------------------------------------------------------------------------------------------


def polled(refresh_ms: object = 4000) -> dict:
    return page(action("challenge-poll", "/go/poll", refresh=refresh_ms))


def test_a_poll_waits_as_long_as_the_server_wants(org: FakeOrg):
    org.on(INTROSPECT, reply(200, polled(400)))
    org.on("/go/poll", in_turn(reply(200, polled(4000)), reply(200, polled(4000))))
    session = started(org)
    began = org.now
    act(session, "poll", {})
    assert org.now - began == pytest.approx(0.4)
    act(session, "poll", {})
    assert org.now - began == pytest.approx(4.4)


def test_a_poll_survives_one_lost_connection(org: FakeOrg):
    org.on(INTROSPECT, reply(200, polled()))
    org.on("/go/poll", in_turn(raising(httpx.ReadError("x")), reply(200, SUCCESS)))
    session = started(org)
    act(session, "poll", {})
    assert (session.stage, len(org.to("/go/poll"))) == (Stage.SUCCESS, 2)


def test_no_poll_is_sent_before_the_limit_is_over(org: FakeOrg):
    org.on(INTROSPECT, reply(200, polled()))
    org.on("/go/poll", in_turn(reply(429, {"errorCode": "E0000047"}, retry_after="60"), reply(200, SUCCESS)))
    session = started(org)
    with pytest.raises(RateLimited):
        act(session, "poll", {})
    with pytest.raises(RateLimited) as caught:
        act(session, "poll", {})
    assert caught.value.retry_after_s == pytest.approx(60)
    assert len(org.to("/go/poll")) == 1
    org.now += 60
    act(session, "poll", {})
    assert session.stage is Stage.SUCCESS


def test_a_poll_is_not_sent_once_something_else_has_happened(org: FakeOrg):
    org.on(
        INTROSPECT,
        reply(200, page(action("challenge-poll", "/go/poll", refresh=1000), PASSWORD["remediation"]["value"][0])),
    )
    session = org.client().session()
    session.start()

    def meanwhile(seconds: float) -> None:
        with suppress(NotOffered):
            act(session, "answer password", {"password": "x"})

    session._sleep = meanwhile
    act(session, "poll", {})
    assert (session.stage, org.to("/go/poll")) == (Stage.SUCCESS, [])
