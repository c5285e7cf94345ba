"""Client authentication, on the endpoint that insists on it."""

import pytest

from tests.oauth.oauth_client import SPA, WEB, WEB_SECRET, OAuthClient, basic, header, told

ENCODED_SECRET = "half%3Aof%2520it%2Band%2Fthe%3Drest"

FAILED = "Client authentication failed. Either the client or the client credentials are invalid."
WRONG_SECRET = "The client secret supplied for a confidential client is invalid."
NO_CREDENTIALS = "No client credentials found."
TWICE = (
    "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, "
    "credentials in the post body, or a client_assertion in the post body."
)
NOT_CREDENTIALS = "Found Authentication header but was not valid client credentials."


def introspect(client=None, *, fields=None, **headers):
    """Asks about a token that nobody knows: 200 means that the client was accepted."""
    return (client or OAuthClient()).post("introspect", {"token": "unknown", **(fields or {})}, **headers)


def accepted(reply):
    return (reply.status, reply.body) == (200, {"active": False})


# -- by the book ------------------------------------------------------------------------------------------------------


def test_a_secret_in_the_form_is_accepted():
    assert accepted(introspect(fields={"client_id": WEB, "client_secret": WEB_SECRET}))


def test_a_secret_in_the_header_is_form_encoded():
    assert accepted(introspect(authorization=basic(WEB, ENCODED_SECRET)))


def test_the_scheme_has_letters_of_any_case():
    assert accepted(introspect(authorization=basic(WEB, ENCODED_SECRET).replace("Basic", "bASIC")))


def test_the_client_id_may_stand_in_the_form_as_well():
    assert accepted(introspect(fields={"client_id": WEB}, authorization=basic(WEB, ENCODED_SECRET)))


@pytest.mark.parametrize("endpoint", ["interact", "token", "introspect", "revoke", "device-authorization"])
def test_strict_mode_refuses_a_client_that_says_its_id_twice(endpoint):
    reply = OAuthClient().strict().post(endpoint, {"client_id": WEB}, authorization=basic(WEB, ENCODED_SECRET))
    assert told(reply) == (401, "invalid_request", TWICE)


def test_a_public_client_has_only_its_id():
    assert accepted(introspect(fields={"client_id": SPA}))


@pytest.mark.parametrize("secret", ["wrong", WEB_SECRET + "x", WEB_SECRET[:-1], "null", "\u00e9"])
def test_a_wrong_secret_is_refused(secret):
    reply = introspect(fields={"client_id": WEB, "client_secret": secret})
    assert told(reply) == (401, "invalid_client", WRONG_SECRET)


def test_a_refusal_challenges_a_client_that_used_the_header():
    by_header = introspect(authorization=basic(WEB, "wrong"))
    by_form = introspect(fields={"client_id": WEB, "client_secret": "wrong"})
    assert told(by_header) == (401, "invalid_client", WRONG_SECRET)
    assert header(by_header, "WWW-Authenticate") == 'Basic realm="Okta"'
    assert header(by_form, "WWW-Authenticate") is None


@pytest.mark.parametrize("endpoint", ["token", "introspect", "revoke", "device-authorization"])
@pytest.mark.parametrize("shown", ["in the form", "in the header"])
def test_a_confidential_client_has_to_show_its_secret(endpoint, shown):
    fields = {"client_id": WEB} if shown == "in the form" else {}
    headers = {} if fields else {"authorization": basic(WEB, None)}
    assert told(OAuthClient().post(endpoint, fields, **headers)) == (401, "invalid_client", FAILED)


def test_a_request_without_a_client_has_no_credentials():
    assert told(introspect()) == (401, "invalid_client", NO_CREDENTIALS)


def test_an_unknown_client_is_refused():
    reply = introspect(fields={"client_id": "0oaNobody"})
    assert told(reply) == (401, "invalid_client", "Invalid value for 'client_id' parameter.")


def test_a_public_client_must_not_send_a_secret():
    reply = introspect(fields={"client_id": SPA, "client_secret": "something"})
    assert told(reply) == (401, "invalid_client", FAILED)


def test_header_and_form_must_name_the_same_client():
    reply = introspect(fields={"client_id": SPA}, authorization=basic(WEB, ENCODED_SECRET))
    assert told(reply) == (401, "invalid_client", FAILED)


ASSERTION = {
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "e30.e30.e30",
}


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"client_id": WEB, "client_secret": WEB_SECRET}, {"authorization": basic(WEB, ENCODED_SECRET)}),
        ({"client_id": WEB, "client_secret": WEB_SECRET, **ASSERTION}, {}),
        ({"client_id": WEB, **ASSERTION}, {"authorization": basic(WEB, ENCODED_SECRET)}),
    ],
)
def test_two_mechanisms_at_once_are_refused(fields, headers):
    assert told(introspect(fields=fields, **headers)) == (401, "invalid_request", TWICE)


def test_an_assertion_of_another_type_is_refused():
    reply = introspect(fields={"client_id": WEB, **ASSERTION, "client_assertion_type": "saml"})
    assert told(reply) == (400, "invalid_request", "The client_assertion_type is invalid.")


def test_an_assertion_needs_keys_that_no_app_has():
    assert told(introspect(fields={"client_id": WEB, **ASSERTION})) == (
        401,
        "invalid_client",
        "The client does not have a JWKSet configured, but the client_assertion requires one.",
    )


@pytest.mark.parametrize("value", ["", "Basic", "Basic ?", "Basic \u00e9", "Bearer abc", "Basic Og==", "Digest x"])
def test_a_header_that_holds_no_client_is_refused(value):
    assert told(introspect(authorization=value)) == (401, "invalid_client", NOT_CREDENTIALS)


# -- sloppy, as real SDKs are -----------------------------------------------------------------------------------------

SLOPPY = {
    "okta-idx-java": ({"client_id": SPA, "client_secret": "null"}, {}, FAILED),
    "okta-idx-golang": ({"client_id": SPA, "client_secret": ""}, {}, FAILED),
    "okta-auth-js": ({}, {"authorization": basic(SPA, None)}, NOT_CREDENTIALS),
    "empty half": ({}, {"authorization": basic(SPA, "")}, FAILED),
    "raw secret": ({}, {"authorization": basic(WEB, WEB_SECRET)}, WRONG_SECRET),
}


@pytest.mark.parametrize("sdk", SLOPPY)
def test_sloppy_credentials_of_real_clients_are_accepted(sdk):
    fields, headers, _ = SLOPPY[sdk]
    assert accepted(introspect(fields=fields, **headers))


@pytest.mark.parametrize("sdk", SLOPPY)
def test_strict_mode_refuses_them(sdk):
    fields, headers, text = SLOPPY[sdk]
    assert told(introspect(OAuthClient().strict(), fields=fields, **headers)) == (401, "invalid_client", text)


def test_the_documented_client_id_in_the_query_of_introspect_is_accepted_even_so():
    for client in (OAuthClient(), OAuthClient().strict()):
        reply = client.request(
            "introspect",
            body=b"token=unknown",
            query=(("client_id", SPA),),
            headers={"content_type": "application/x-www-form-urlencoded"},
        )
        assert accepted(reply)


def test_a_secret_in_the_query_is_refused_in_strict_mode():
    query = (("client_id", WEB), ("client_secret", WEB_SECRET), ("token", "unknown"))
    assert accepted(OAuthClient().request("introspect", query=query))
    assert told(OAuthClient().strict().request("introspect", query=query)) == (
        400,
        "invalid_request",
        "Client credentials cannot be supplied via query parameters.",
    )
