import threading
import time

import httpx
import pytest

from mock_okta_conformance.reference.errors import (
    ClientError,
    NoTransaction,
    RefusedError,
    ServerError,
    TokenRejected,
)
from mock_okta_conformance.reference.pkce import challenge_of
from mock_okta_conformance.reference.session import Session, Stage
from mock_okta_conformance.reference.verbs import act
from tests.conformance.reference.fake_org import (
    CLIENT_ID,
    ISSUER,
    KEYS,
    SUCCESS,
    FakeOrg,
    in_turn,
    published,
    raising,
    reply,
)
from tests.conformance.reference.sign_ins import INTERACT, REVOKE, TOKEN, USERINFO, at_password, sign_in


def test_the_code_is_redeemed_with_the_form_that_was_offered(org: FakeOrg, signed_in: Session):
    form, interact = org.form(TOKEN), org.form(INTERACT)
    verifier = form.pop("code_verifier")
    assert form == {"grant_type": "interaction_code", "interaction_code": "the-code", "client_id": CLIENT_ID}
    assert challenge_of(verifier) == interact["code_challenge"]
    assert org.to(TOKEN)[0].url.query == b""


def assert_nothing_is_kept(org: FakeOrg, code: str) -> None:
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
    assert_nothing_is_kept(org, code)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_nothing_is_kept_of_a_token_that_is_wrong(org: FakeOrg, claim):
    org.dropped = (claim,)
    assert_nothing_is_kept(org, claim)


def test_keys_that_cannot_be_had_fail_closed(org: FakeOrg):
    org.on("/oauth2/default/v1/keys", reply(500))
    assert_nothing_is_kept(org, None)


def test_a_code_is_redeemed_once_whatever_comes_of_it(org: FakeOrg):
    org.on(TOKEN, reply(500))
    assert_nothing_is_kept(org, None)
    assert len(org.to(TOKEN)) == 1


def test_an_invalid_grant_ends_the_transaction(org: FakeOrg):
    org.on(TOKEN, reply(400, {"error": "invalid_grant", "error_description": "PKCE verification failed."}))
    assert_nothing_is_kept(org, "invalid_grant")


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
    assert_nothing_is_kept(org, code)
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
