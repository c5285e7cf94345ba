import httpx
import pytest

from mock_okta_conformance.reference.error_replies import refusal
from mock_okta_conformance.reference.errors import RateLimited, RefusedError, ServerError, StepUpRequired
from mock_okta_conformance.reference.wire import UNREADABLE, Answer


def told(status: int, body: object = UNREADABLE, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(Answer(status, httpx.Headers(named), body, "POST https://org.test/x"), 1000.0)


def test_the_oauth_dialect():
    error = told(400, {"error": "invalid_grant", "error_description": "PKCE verification failed."})
    assert (type(error), error.code, error.text, error.status) == (
        RefusedError, "invalid_grant", "PKCE verification failed.", 400,
    )  # fmt: skip


def test_a_missing_description_is_no_null():
    assert told(400, {"error": "access_denied"}).text == "POST https://org.test/x answered 400: access_denied"


def test_the_api_dialect_with_its_causes():
    body = {
        "errorCode": "E0000001",
        "errorSummary": "Api validation failed.",
        "errorCauses": [{"errorSummary": "a: no"}, 7],
    }
    error = told(400, body)
    assert (error.code, error.text) == ("E0000001", "Api validation failed. a: no")


def test_the_dialect_of_resources():
    error = told(401, www_authenticate='Bearer error="invalid_token", error_description="It has expired."')
    assert (error.code, error.text) == ("invalid_token", "It has expired.")


def test_a_stronger_sign_in_is_asked_for_with_its_parameters():
    challenge = 'Bearer error="insufficient_authentication_context", acr_values="urn:okta:loa:2fa:any", max_age=600'
    error = told(403, www_authenticate=challenge)
    assert isinstance(error, StepUpRequired)
    assert error.parameters == {"acrValues": "urn:okta:loa:2fa:any", "maxAge": 600}


def test_too_many_requests_say_how_long_to_wait():
    error = told(429, {"errorCode": "E0000047", "errorSummary": "Slow down."}, retry_after="30")
    assert isinstance(error, RateLimited)
    assert (error.code, error.retry_after_s) == ("E0000047", 30.0)
    assert told(429, retry_after="soon").retry_after_s is None
    assert told(429, x_rate_limit_reset="1010").retry_after_s == 10.0
    assert told(429, x_rate_limit_reset="10").retry_after_s == 0.0


@pytest.mark.parametrize("body", [UNREADABLE, {}, {"message": "x"}, [], None])
def test_a_server_error_names_the_status(body):
    error = told(502, body)
    assert isinstance(error, ServerError)
    assert error.text == "POST https://org.test/x answered 502"


def test_a_server_error_keeps_its_code():
    assert told(500, {"error": "server_error", "error_description": "Oops."}).code == "server_error"


@pytest.mark.parametrize("body", [{"error": 7}, {"errorCode": None, "errorCauses": 7}, {"error": {}}, "x"])
def test_a_refusal_of_another_shape_is_still_one(body):
    error = told(400, body)
    assert (type(error), error.code) == (RefusedError, None)
