from urllib.parse import urlencode

import pytest

from mock_okta_conformance.reference.errors import CallbackRejected, NoTransaction, RefusedError
from mock_okta_conformance.reference.session import Session, Stage
from tests.conformance.reference.fake_org import CLIENT_ID, ISSUER, METADATA, PASSWORD, FakeOrg, reply

REDIRECT_URI = "https://app.test/cb?x=1"
TOKEN = "/oauth2/default/v1/token"
INTROSPECT = "/idp/idx/introspect"


@pytest.fixture
def session(org: FakeOrg) -> Session:
    begun = org.client(redirect_uri=REDIRECT_URI).session()
    begun.start()
    return begun


def callback(session: Session, **parameters: str) -> str:
    return f"{REDIRECT_URI}&{urlencode({'state': session.transaction.state, **parameters})}"


def assert_rejected(org: FakeOrg, session: Session, url: str, code: str) -> None:
    before = len(org.requests)
    with pytest.raises(CallbackRejected) as caught:
        session.callback(url)
    assert caught.value.code == code
    assert len(org.requests) == before
    assert session.stage is Stage.INPUT


def test_a_code_is_redeemed_once(org: FakeOrg, session: Session):
    verifier, url = session.transaction.code_verifier, callback(session, interaction_code="c-1", foo="1")
    session.callback(f"{url}&foo=2")
    assert session.stage is Stage.SUCCESS
    assert org.form(TOKEN) == {
        "grant_type": "interaction_code",
        "interaction_code": "c-1",
        "client_id": CLIENT_ID,
        "code_verifier": verifier,
    }
    with pytest.raises(NoTransaction):
        session.callback(url)
    assert len(org.to(TOKEN)) == 1


@pytest.mark.parametrize(
    "state",
    [
        "",
        "&state=",
        "&state=wrong",
        "&state[]={0}",
        "&state={0}&state={0}",
        "&state={0}x",
        "&state=%00",
        "&state=" + "x" * 7000,
    ],
)
@pytest.mark.parametrize("said", ["interaction_code=c-1", "error=interaction_required", "error=access_denied"])
def test_the_state_counts_before_anything_else(org: FakeOrg, session: Session, state, said):
    url = f"{REDIRECT_URI}&{said}{state.format(session.transaction.state)}"
    assert_rejected(org, session, url, "state")


@pytest.mark.parametrize(
    "place",
    [
        "https://app.test/cb.evil?x=1",
        "https://app.test/cb/?x=1",
        "https://app.test.evil/cb?x=1",
        "https://app.test:444/cb?x=1",
        "http://app.test/cb?x=1",
        "https://me@app.test/cb?x=1",
        "https://app.test/cb?x=2",
        "https://app.test/cb?y=1",
        "https://[app.test/cb?x=1",
        "",
    ],
)
def test_the_whole_address_has_to_be_ours(org: FakeOrg, session: Session, place):
    assert_rejected(org, session, f"{place}&interaction_code=c-1&state={session.transaction.state}", "redirect_uri")


def test_an_endless_callback_is_not_read(org: FakeOrg, session: Session):
    assert_rejected(org, session, callback(session, interaction_code="c" * 8000), "redirect_uri")


@pytest.mark.parametrize("said", ["", "&interaction_code=", "&interaction_code=a&interaction_code=b", "&code=c-1"])
def test_without_exactly_one_code_there_is_none(org: FakeOrg, session: Session, said):
    assert_rejected(org, session, callback(session) + said, "interaction_code")


def test_more_to_do_goes_on_in_the_same_transaction(org: FakeOrg, session: Session):
    org.on(INTROSPECT, reply(200, PASSWORD))
    session.callback(callback(session, error="interaction_required"))
    assert session.response.remediations[0].name == "challenge-authenticator"
    assert org.json(INTROSPECT) == {"stateToken": "02.id.handle"}
    assert len(org.to("/oauth2/default/v1/interact")) == 1


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"error": "access_denied", "error_description": "Not you."}, "Not you."),
        ({"error": "access_denied"}, "signing in failed: access_denied"),
        ({"error": "access_denied", "error_description": ""}, "signing in failed: access_denied"),
    ],
)
def test_any_other_error_is_the_end(org: FakeOrg, session: Session, parameters, text):
    before = len(org.requests)
    with pytest.raises(RefusedError) as caught:
        session.callback(callback(session, **parameters))
    assert (caught.value.code, caught.value.text) == ("access_denied", text)
    assert (session.transaction, len(org.requests)) == (None, before)


def test_without_a_transaction_there_is_nothing_to_answer(org: FakeOrg):
    with pytest.raises(NoTransaction):
        org.client().session().callback("https://app.test/cb?interaction_code=c-1&state=s")
    assert org.requests == []


@pytest.mark.parametrize("iss", ["https://evil.test", ISSUER + "/", ""])
def test_another_issuer_is_refused_even_if_none_was_announced(org: FakeOrg, session: Session, iss):
    assert_rejected(org, session, callback(session, interaction_code="c-1", iss=iss), "iss")


def test_an_issuer_that_was_announced_has_to_be_there(org: FakeOrg):
    org.on(
        "/oauth2/default/.well-known/openid-configuration",
        reply(200, {**METADATA, "authorization_response_iss_parameter_supported": True}),
    )
    session = org.client(redirect_uri=REDIRECT_URI).session()
    session.start()
    assert_rejected(org, session, callback(session, interaction_code="c-1"), "iss")
    session.callback(callback(session, interaction_code="c-1", iss=ISSUER))
    assert session.stage is Stage.SUCCESS


def test_nothing_is_kept_if_the_tokens_do_not_verify(org: FakeOrg, session: Session):
    org.claims = {"nonce": "another"}
    with pytest.raises(Exception, match="isn't bound to this sign-in"):
        session.callback(callback(session, interaction_code="c-1"))
    assert (session.tokens, session.transaction, session.stage) == (None, None, Stage.FAILED)
