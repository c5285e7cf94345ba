from contextlib import suppress

import httpx
import pytest

from mock_okta_conformance.reference.errors import (
    InvalidInput,
    NotOffered,
    NoTransaction,
    RateLimited,
    RefusedError,
    ServerError,
    TimedOut,
    TransportError,
)
from mock_okta_conformance.reference.session import Session, Stage
from mock_okta_conformance.reference.verbs import act
from tests.conformance.reference.fake_org import (
    EXPIRED,
    IDENTIFY,
    ION,
    ORIGIN,
    PASSWORD,
    SUCCESS,
    FakeOrg,
    action,
    in_turn,
    messages,
    page,
    raising,
    reply,
)
from tests.conformance.reference.sign_ins import INTERACT, INTROSPECT, TOKEN, at_password, started


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
