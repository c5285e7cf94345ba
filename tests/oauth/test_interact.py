"""`POST /v1/interact`."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.base.ids import handle_tag
from mock_okta.engine.model import Enrollment
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from tests.oauth.oauth_client import (
    CALLBACK,
    CHALLENGE,
    NOON,
    OTHER_SPA,
    SPA,
    WEB,
    WEB_SECRET,
    OAuthClient,
    header,
    told,
)

AS_WEB = {"client_id": WEB, "client_secret": WEB_SECRET}
FIELDS = {
    "client_id": SPA,
    "redirect_uri": CALLBACK,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "a-state",
}
ATTESTATION = "urn:okta:app:mfa:attestation"


def the_transaction(oauth):
    (transaction,) = oauth.state.transactions.values()
    return transaction


def test_a_valid_request_gets_a_handle_and_nothing_else():
    oauth = OAuthClient()
    reply = oauth.interact()
    assert (reply.status, list(reply.body)) == (200, ["interaction_handle"])
    assert handle_tag(reply.body["interaction_handle"]) == "mainAA"
    assert header(reply, "Content-Type") == "application/json"
    assert header(reply, "Cache-Control") == "no-cache, no-store"
    assert the_transaction(oauth).interaction_handle == reply.body["interaction_handle"]


def test_every_handle_is_another_one():
    oauth = OAuthClient()
    assert len({oauth.interact().body["interaction_handle"] for _ in range(20)}) == 20


def test_what_was_asked_for_is_remembered():
    oauth = OAuthClient()
    oauth.interact(
        scope="profile openid profile",
        nonce="a-nonce",
        max_age="0",
        login_hint="mary",
        acr_values="x urn:okta:loa:2fa:any",
    )
    asked, back = the_transaction(oauth).asked, the_transaction(oauth).redirection
    assert (asked.client_id, asked.server, asked.scope) == (SPA, "main", ("profile", "openid"))
    assert (asked.nonce, asked.max_age, asked.login_hint) == ("a-nonce", 0, "mary")
    assert asked.acr_values == ("urn:okta:loa:2fa:any",)
    assert (back.redirect_uri, back.state, back.code_challenge) == (CALLBACK, "a-state", CHALLENGE)


def test_the_org_server_has_no_id():
    oauth = OAuthClient()
    oauth.request(
        "interact",
        server="",
        query=tuple(
            {
                "client_id": SPA,
                "scope": "openid groups",
                "redirect_uri": CALLBACK,
                "code_challenge": CHALLENGE,
                "code_challenge_method": "S256",
                "state": "x",
            }.items()
        ),
    )
    assert the_transaction(oauth).asked.server == ""


# -- the client -------------------------------------------------------------------------------------------------------


def test_a_confidential_client_may_show_its_secret():
    assert OAuthClient().interact(**AS_WEB).status == 200


def test_a_confidential_client_need_not_show_its_secret():
    """The widget can't, since it runs in a browser, and okta-idx-golang doesn't."""
    assert OAuthClient().interact(client_id=WEB).status == 200


def test_strict_mode_wants_the_secret_of_a_confidential_client():
    reply = OAuthClient().strict().interact(client_id=WEB)
    text = "Client authentication failed. Either the client or the client credentials are invalid."
    assert told(reply) == (401, "invalid_client", text)


def test_a_wrong_secret_is_refused():
    reply = OAuthClient().interact(client_id=WEB, client_secret="wrong")
    assert told(reply) == (
        401,
        "invalid_client",
        "The client secret supplied for a confidential client is invalid.",
    )


def test_an_unknown_client_is_refused():
    reply = OAuthClient().interact(client_id="0oaNobody")
    assert reply.status == 400
    assert reply.body | {"errorId": ""} == {
        "errorCode": "invalid_client",
        "errorSummary": "Invalid value for 'client_id' parameter.",
        "errorLink": "invalid_client",
        "errorId": "",
        "errorCauses": [],
    }


OPENID_REQUIRED = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."


@pytest.mark.parametrize("endpoint", ["interact", "device-authorization"])
@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone", "profile offline_access", "api.read email"])
def test_scopes_of_openid_come_with_openid(endpoint, scope):
    oauth = OAuthClient().with_server(scopes=("api.read",)).with_app(SPA, grant_types=(DEVICE_CODE, "interaction_code"))
    reply = oauth.post(endpoint, {**FIELDS, "scope": scope})
    assert told(reply) == (400, "invalid_scope", OPENID_REQUIRED)


@pytest.mark.parametrize("scope", ["api.read", "api.read offline_access"])
def test_scopes_of_an_api_come_without_it(scope):
    assert OAuthClient().with_server(scopes=("api.read",)).interact(scope=scope).status == 200


def test_groups_are_a_scope_of_openid_at_the_org_server():
    reply = OAuthClient().post("interact", {**FIELDS, "scope": "groups"}, server="")
    assert told(reply) == (400, "invalid_scope", OPENID_REQUIRED)


def test_nothing_is_bound_to_a_key():
    reply = OAuthClient().interact(dpop_jkt="0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
    assert told(reply) == (400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.")
    assert header(reply, "X-Mock-Okta-Gap") == "dpop"


def test_the_app_needs_the_grant():
    oauth = OAuthClient().with_app(SPA, grant_types=("refresh_token", "implicit", "authorization_code"))
    assert told(oauth.interact()) == (
        400,
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. "
        "Configured grant types: [refresh_token, implicit, authorization_code].",
    )


def test_the_server_needs_the_feature():
    status, error, text = told(OAuthClient().with_server(interaction_code_flow=False).interact())
    assert (status, error) == (400, "access_denied")
    assert text.startswith("The requested feature (Interaction Code flow) isn't enabled in this environment.")


# -- PKCE -------------------------------------------------------------------------------------------------------------

REQUIRED = "PKCE code challenge is required to use the interaction code flow."
METHOD = "PKCE code challenge method is not supported. Valid values: [S256]"
CHARACTERS = "PKCE code challenge contains illegal characters."


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"code_challenge": None}, REQUIRED),
        ({"code_challenge": ""}, REQUIRED),
        ({"code_challenge": None, "code_challenge_method": None}, REQUIRED),
        ({"code_challenge_method": "plain"}, METHOD),
        ({"code_challenge_method": "s256"}, METHOD),
        ({"code_challenge_method": None}, METHOD),
        ({"code_challenge": CHALLENGE[:-1] + "="}, CHARACTERS),
        ({"code_challenge": CHALLENGE[:-1] + "\u00e9"}, CHARACTERS),
        ({"code_challenge": CHALLENGE[:-1]}, CHARACTERS),
        ({"code_challenge": CHALLENGE + "A"}, CHARACTERS),
        ({"code_challenge": CHALLENGE + "\n"}, CHARACTERS),
    ],
)
def test_the_code_challenge_must_be_a_sha_256(changes, text):
    assert told(OAuthClient().interact(**changes)) == (400, "invalid_request", text)


# -- redirect URI -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        None,
        "https://other.example/callback",
        "https://app.example/callback?more",
        "https://app.example/callback/more",
        "https://app.example/Callback",
        "https://APP.example/callback",
        "http://app.example/callback",
        "https://app.example/callback#",
        "http://localhost:8080/login/callback",
    ],
)
def test_an_address_that_is_not_registered_is_refused(address):
    assert told(OAuthClient().interact(redirect_uri=address)) == (
        400,
        "invalid_request",
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
    )


@pytest.mark.parametrize(
    "address",
    ["http://localhost/", "http://localhost:3000/cb", "https://127.0.0.1:8443", "http://[::1]:9/a/b.c", CALLBACK],
)
def test_an_app_may_allow_every_loopback_address(address):
    assert OAuthClient().with_app(SPA, loopback_redirects=True).interact(redirect_uri=address).status == 200


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost.example/",
        "http://localhost@evil.example/",
        "http://mary@localhost/",
        "http://localhost:3000/?a=b",
        "http://localhost:3000/#a",
        "http://local\nhost/",
        "http://localhost:port/",
        "ftp://localhost/",
        "//localhost/",
        "http://127.0.0.2/",
    ],
)
def test_what_only_looks_like_loopback_is_refused(address):
    assert OAuthClient().with_app(SPA, loopback_redirects=True).interact(redirect_uri=address).status == 400


# -- scope, state, age ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (None, "No scopes were requested."),
        ("  ", "No scopes were requested."),
        ("openid nonsense", "One or more scopes are not configured for the authorization server resource."),
        ("openid groups", "One or more scopes are not configured for the authorization server resource."),
    ],
)
def test_only_scopes_of_the_server_can_be_asked_for(scope, text):
    assert told(OAuthClient().interact(scope=scope)) == (400, "invalid_scope", text)


@pytest.mark.parametrize("endpoint", ["interact", "device-authorization"])
def test_who_asks_for_no_scope_gets_the_default_ones_of_the_server(endpoint):
    oauth = OAuthClient().with_server(scopes=("api.read", "api.write"), default_scopes=("api.read",))
    oauth.with_app(SPA, grant_types=(DEVICE_CODE, "interaction_code"))
    assert oauth.post(endpoint, {**FIELDS, "scope": " "}).status == 200
    [waiting] = (oauth.state.transactions or oauth.state.device_requests).values()
    assert waiting.asked.scope == ("api.read",)


def test_default_scopes_are_those_of_the_custom_server():
    oauth = OAuthClient().with_server(scopes=("api.read",), default_scopes=("api.read",))
    assert told(oauth.post("interact", {**FIELDS, "scope": ""}, server="")) == (
        400,
        "invalid_scope",
        "No scopes were requested.",
    )


def test_a_server_may_have_scopes_of_its_own():
    assert OAuthClient().with_server(scopes=("orders:read",)).interact(scope="openid orders:read").status == 200


def test_a_state_is_required():
    text = "The authentication request has an invalid 'state' parameter."
    assert told(OAuthClient().interact(state=None)) == (400, "invalid_request", text)


@pytest.mark.parametrize("max_age", ["-1", "2147483648", "1.5", "soon", "99999999999", "\u0661"])
def test_an_age_out_of_range_is_refused(max_age):
    text = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."
    assert told(OAuthClient().interact(max_age=max_age)) == (400, "invalid_request", text)


def test_the_largest_age_is_accepted():
    assert OAuthClient().interact(max_age="2147483647").status == 200


# -- acr_values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", ["phr", "phrh", "phr phrh", "phr unknown"])
def test_a_level_that_nobody_can_reach_is_refused(values):
    assert told(OAuthClient().interact(acr_values=values)) == (
        400,
        "unmet_authentication_requirements",
        "Unable to meet the authentication requirements imposed by 'acr_values' parameter.",
    )


@pytest.mark.parametrize("values", ["unknown", "phr urn:okta:loa:1fa:any", "urn:okta:loa:2fa:any:ifpossible"])
def test_a_level_that_can_be_reached_is_enough(values):
    assert OAuthClient().interact(acr_values=values).status == 200


def test_a_security_key_reaches_the_phishing_resistant_level():
    oauth = OAuthClient().with_mary(enrolled=(Enrollment(authenticator="webauthn"),))
    assert oauth.interact(acr_values="phr").status == 200


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {},
            (400, "invalid_request", "The client authentication is required for MFA attestation request."),
        ),
        (AS_WEB, (400, "invalid_request", "'login_hint' is required for MFA attestation.")),
        (
            {**AS_WEB, "login_hint": "mary", "idp": "0oaIdp"},
            (400, "invalid_request", "'idp' cannot be specified for MFA attestation."),
        ),
        (
            {**AS_WEB, "login_hint": "mary", "prompt": "login"},
            (400, "invalid_request", "'prompt' value cannot be specified for MFA attestation."),
        ),
        (
            {**AS_WEB, "login_hint": "mary"},
            (400, "invalid_scope", "'scope' must be 'openid' for MFA attestation."),
        ),
        (
            {**AS_WEB, "login_hint": "mary", "scope": "openid"},
            (403, "access_denied", "MFA attestation requests cannot use a custom authorization server."),
        ),
    ],
)
def test_mfa_attestation_has_rules_of_its_own(changes, refusal):
    assert told(OAuthClient().interact(acr_values=ATTESTATION, **changes)) == refusal


# -- tokens that start elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"activation_token": "x"}, "Only confidential clients can use the activation token flow"),
        ({"activation_token": "x", **AS_WEB}, "The activation token is invalid"),
        ({"recovery_token": "x"}, "The recovery token is invalid"),
        ({"recovery_token": "x", **AS_WEB}, "The recovery token is invalid"),
    ],
)
def test_tokens_that_nobody_issued_are_invalid(changes, text):
    assert told(OAuthClient().interact(**changes)) == (400, "invalid_request", text)


def test_a_long_device_token_of_a_confidential_client_is_refused():
    def status(client, token):
        fields = {"client_id": client, "scope": "openid", "redirect_uri": CALLBACK, "state": "x"}
        fields |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        return OAuthClient().post("interact", fields, x_device_token=token)

    assert told(status(WEB, "x" * 33)) == (
        400,
        "invalid_request",
        "The request has a deviceToken with length greater than 32.",
    )
    assert status(WEB, "x" * 32).status == 200
    assert status(SPA, "x" * 33).status == 200


def test_extra_parameters_of_real_clients_are_tolerated():
    assert (
        OAuthClient().interact(response_type="code", idp="0oaIdp", prompt="login", enroll_amr_values="pwd").status
        == 200
    )


def test_two_clients_do_not_share_a_transaction():
    oauth = OAuthClient(at=NOON)
    oauth.interact()
    oauth.interact(client_id=OTHER_SPA)
    assert {each.asked.client_id for each in oauth.state.transactions.values()} == {SPA, OTHER_SPA}


def test_the_same_state_and_request_give_the_same_handle():
    first, second = OAuthClient(), OAuthClient()
    assert first.interact().body == second.interact().body
    assert replace(first.state, keys=()) == replace(second.state, keys=())
