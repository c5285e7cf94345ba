"""Reading forms: whatever bytes come, and what real SDKs send."""

import pytest

from tests.oauth.oauth_client import CALLBACK, CHALLENGE, FORM, NOON, SPA, OAuthClient, told


def interact_with(body, **headers):
    return OAuthClient().request("interact", body=body, headers={"content_type": FORM, **headers})


UNENCODED = (
    f"client_id={SPA}&scope=openid profile&redirect_uri={CALLBACK}&state=x&client_secret=null"
    f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
).encode()

FIELDS = (
    ("client_id", SPA),
    ("scope", "openid"),
    ("redirect_uri", CALLBACK),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
    ("state", "x"),
)


def test_a_body_without_percent_encoding_is_read():
    """okta-idx-java sends raw spaces and `://`."""
    assert interact_with(UNENCODED).status == 200


def test_parameters_in_the_query_are_read():
    """okta-idx-golang sends an empty body."""
    assert OAuthClient().request("interact", query=FIELDS).status == 200


def test_strict_mode_refuses_a_body_without_percent_encoding():
    reply = OAuthClient().strict().request("interact", body=UNENCODED, headers={"content_type": FORM})
    assert told(reply) == (400, "invalid_request", "Invalid request")


def test_strict_mode_refuses_credentials_in_the_query():
    reply = OAuthClient().strict().request("interact", query=FIELDS)
    assert told(reply) == (400, "invalid_request", "Client credentials cannot be supplied via query parameters.")


def test_strict_mode_takes_a_form_that_is_encoded_by_the_book():
    assert OAuthClient().strict().interact().status == 200


@pytest.mark.parametrize("scope", ["openid+profile", "openid%20profile", "openid%20%20profile", "%6Fpenid+profile"])
def test_all_spellings_of_a_form_mean_the_same(scope):
    body = UNENCODED.replace(b"openid profile", scope.encode())
    assert interact_with(body).status == 200


def test_a_parameter_without_a_value_counts_as_absent():
    assert told(OAuthClient().interact(state=""))[2] == "The authentication request has an invalid 'state' parameter."


@pytest.mark.parametrize("again", [b"&state=y", b"&client_id=", b"&unknown=1&unknown=2"])
def test_a_parameter_that_comes_twice_is_refused(again):
    assert told(interact_with(UNENCODED + again)) == (
        400,
        "invalid_request",
        "The request contained multiple parameters with the same name.",
    )


def test_a_parameter_in_query_and_body_comes_twice():
    reply = OAuthClient().request("interact", body=UNENCODED, query=(("state", "y"),), headers={"content_type": FORM})
    assert reply.body["error_description"] == "The request contained multiple parameters with the same name."


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_kind_is_refused_in_the_envelope(media_type):
    reply = interact_with(b"{}", content_type=media_type)
    assert (reply.status, reply.body["errorCode"]) == (400, "E0000021")


def test_the_media_type_may_have_parameters_and_letters_of_any_case():
    assert interact_with(UNENCODED, content_type="Application/X-WWW-Form-URLencoded; charset=UTF-8").status == 200


def test_more_fields_than_anyone_needs_are_refused():
    body = b"&".join(b"field%d=1" % n for n in range(101))
    query = tuple((f"field{n}", "1") for n in range(101))
    for reply in (interact_with(body), OAuthClient().request("interact", query=query)):
        assert (reply.status, reply.body["errorCode"]) == (400, "E0000003")


@pytest.mark.parametrize("body", [b"%", b"%zz=%&&&==", b"\xff\xfe=\xff", b"state=%ff%fe", b"=", b"&" * 50, b"\x00"])
def test_broken_forms_are_forms_without_the_right_fields(body):
    assert told(interact_with(body)) == (401, "invalid_client", "No client credentials found.")


def test_a_refused_request_leaves_the_tenant_as_it_was():
    client = OAuthClient(at=NOON)
    before = client.state
    client.interact(state=None)
    assert client.state.transactions == before.transactions
    assert client.state.interactions == before.interactions
