"""A service in a walk asks for a token with its own credentials, and shows what comes of it."""

import base64
from urllib.parse import parse_qs

import httpx
import pytest

from mock_okta_conformance.walks.service import ask, service_of

NIGHTLY = {"client_id": "nightly", "client_secret": "hush", "type": "service"}
PORTAL = {"client_id": "portal", "client_secret": "s3cret", "type": "web"}
TENANT = {"client_id": "portal", "client_secret": "s3cret", "apps": [PORTAL, NIGHTLY]}


def asked(reply: httpx.Response, app=NIGHTLY, scopes=()):
    """What is shown of this reply, and the request that it was to."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return reply

    shown = ask(httpx.MockTransport(answer), "https://org.example/oauth2/main", app, scopes)
    [request] = requests
    return shown, request


def test_it_shows_its_secret_in_the_header_and_names_its_scopes():
    _, request = asked(httpx.Response(200, json={"access_token": "a"}), scopes=("a.read", "a.write"))
    assert request.url == "https://org.example/oauth2/main/v1/token"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"nightly:hush").decode()
    assert parse_qs(request.content.decode()) == {"grant_type": ["client_credentials"], "scope": ["a.read a.write"]}


def test_without_a_secret_it_says_who_it_is_and_without_scopes_it_names_none():
    _, request = asked(httpx.Response(200, json={"access_token": "a"}), app={"client_id": "spa", "client_secret": None})
    assert "authorization" not in request.headers
    assert parse_qs(request.content.decode()) == {"grant_type": ["client_credentials"], "client_id": ["spa"]}


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (httpx.Response(200, json={"access_token": "a"}), {"state": "success", "tokens": {"accessToken": "a"}}),
        (
            httpx.Response(400, json={"error": "invalid_scope", "error_description": "No."}),
            {"state": "error", "error": {"type": "refused", "code": "invalid_scope", "text": "No."}},
        ),
        (
            httpx.Response(429, json={"errorCode": "E0000047", "errorSummary": "Slow down."}),
            {"state": "error", "error": {"type": "refused", "code": "E0000047", "text": "Slow down."}},
        ),
        (
            httpx.Response(500, text="oops"),
            {"state": "error", "error": {"type": "server", "text": "500 without a JSON object"}},
        ),
    ],
    ids=str,
)
def test_what_comes_of_it_is_shown_as_any_client_shows_it(reply, shown):
    assert asked(reply)[0] == shown


@pytest.mark.parametrize(
    ("named", "apps", "meant"),
    [
        (None, [PORTAL, NIGHTLY], "nightly"),
        (None, [PORTAL], "portal"),
        ("portal", [PORTAL, NIGHTLY], "portal"),
        ("nobody", [PORTAL, NIGHTLY], "nobody"),
    ],
)
def test_which_app_it_is(named, apps, meant):
    assert service_of({**TENANT, "apps": apps}, named)["client_id"] == meant
