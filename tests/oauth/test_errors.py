"""The catalogue of errors, and the four forms in which endpoints say them."""

import pytest

from mock_okta.engine.base.api_errors import API_ERRORS, ApiError
from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS, OAuthError, as_json
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.endpoints import endpoint_of
from mock_okta.engine.model import Request, Scenario, State
from mock_okta.engine.scripted_reply import error_named


def turn_at(endpoint):
    request = Request(method="POST", endpoint=endpoint, origin="https://org.example", at=0.0, chance="1")
    return Turn(Scenario(name="main"), State(tenant="main", tag="mainAA", seed="a seed"), request)


def said_at(endpoint, refusal):
    """What this endpoint answers to a request that is refused so."""
    return refusal.reply(turn_at(endpoint), endpoint_of(endpoint).errors)


@pytest.mark.parametrize("row", OAUTH_ERRORS.values(), ids=lambda row: row.name)
def test_every_description_may_stand_in_an_oauth_error(row):
    error = OAuthError(row.name)
    assert error.description.isascii()
    assert error.description.isprintable()
    assert '"' not in error.description
    assert "{" not in error.description
    assert row.status in range(400, 501)


def test_a_description_is_cleaned_of_what_the_client_put_into_it():
    assert OAuthError("refresh_scopes_denied", 'a"\r\nb\u00e9').description.endswith("Denied scopes: a   b .")


def test_a_protocol_endpoint_answers_in_json():
    reply = said_at("token", OAuthError("invalid_interaction_code"))
    assert (reply.status, reply.body) == (
        400,
        {"error": "invalid_grant", "error_description": "The interaction code is invalid or has expired."},
    )
    assert reply.headers == (("Content-Type", "application/json"),)


def test_userinfo_says_everything_in_a_header():
    reply = said_at("userinfo", OAuthError("access_token_invalid"))
    assert (reply.status, reply.body) == (401, None)
    assert reply.headers == (
        ("WWW-Authenticate", 'Bearer error="invalid_token", error_description="The access token is invalid"'),
    )


def test_logout_shows_a_page():
    reply = said_at("logout", OAuthError("illegal_post_logout_redirect_uri"))
    assert reply.status == 400
    assert b"must be a Logout redirect URI in the client app settings." in reply.body
    assert ("Content-Type", "text/html;charset=utf-8") in reply.headers


def test_discovery_puts_an_oauth_code_into_an_envelope():
    reply = said_at("openid-configuration", OAuthError("invalid_client_id_of_metadata"))
    assert (reply.status, list(reply.body)) == (
        400,
        ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"],
    )
    assert reply.body["errorCode"] == reply.body["errorLink"] == "invalid_client"
    assert reply.body["errorSummary"] == "Invalid value for `client_id` parameter."


def test_an_envelope_fills_its_summary_and_draws_an_error_id():
    reply = said_at("token", ApiError("E0000007", "nobody", "AuthorizationServer"))
    assert reply.status == 404
    assert reply.body["errorSummary"] == "Not found: Resource not found: nobody (AuthorizationServer)"
    assert reply.body["errorId"].startswith("oae")
    assert len(reply.body["errorId"]) == 25
    assert reply.body["errorCauses"] == []


def test_scripts_name_errors_of_both_kinds():
    assert isinstance(error_named("pkce_verification_failed"), OAuthError)
    assert isinstance(error_named("E0000047"), ApiError)
    with pytest.raises(KeyError):
        error_named("no such error")


def test_no_name_stands_in_both_catalogues():
    assert not set(OAUTH_ERRORS) & set(API_ERRORS)


def test_a_refusal_changes_the_state_only_as_it_says():
    turn = turn_at("token")
    refusal = OAuthError("invalid_interaction_code", state_change=lambda turn: turn.put("attempts", "seen", 1))
    refusal.reply(turn, as_json)
    assert dict(turn.state.attempts) == {"seen": 1}
