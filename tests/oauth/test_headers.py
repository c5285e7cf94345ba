"""Headers of ordinary replies."""

import re

import pytest

from mock_okta.engine.base.endpoint import RateLimit
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.endpoints import endpoint_of
from mock_okta.engine.headers import standard_headers
from mock_okta.engine.model import Request
from tests.oauth.oauth_client import NOON, ORIGIN, OAuthClient
from tests.web.served_org import serve

METADATA = ("openid-configuration", "oauth-authorization-server", "okta-organization")
LIMITS = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")


def headers_for(endpoint, status=200, *, at=NOON, origin=ORIGIN, chance="1", recent=1):
    """The standard headers of a reply to this request, which leaves the state as it was."""
    client = OAuthClient()
    request = Request(method="POST", endpoint=endpoint, origin=origin, at=at, chance=chance, recent=recent)
    turn = Turn(client.scenario, client.state, request)
    pairs = standard_headers(turn, endpoint_of(endpoint), status)
    assert turn.state is client.state
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_an_ordinary_reply():
    headers = headers_for("interact")
    assert re.fullmatch("[0-9a-f]{32}", headers.pop("X-Okta-Request-Id"))
    assert headers == {
        "X-Content-Type-Options": "nosniff",
        "X-XSS-Protection": "0",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "P3P": 'CP="HONK"',
        "Accept-CH": "Sec-CH-UA-Platform-Version",
        "Strict-Transport-Security": "max-age=315360000; includeSubDomains",
        "X-Rate-Limit-Limit": "1200",
        "X-Rate-Limit-Remaining": "1199",
        "X-Rate-Limit-Reset": "1800000060",
        "Cache-Control": "no-cache, no-store",
        "Pragma": "no-cache",
        "Expires": "0",
    }


def test_every_request_has_an_id_of_its_own():
    ids = {headers_for("token", chance=str(number))["X-Okta-Request-Id"] for number in range(20)}
    assert len(ids) == 20
    assert {len(each) for each in ids} == {32}


@pytest.mark.parametrize("endpoint", METADATA)
def test_metadata_is_kept_for_a_day_and_has_no_limits(endpoint):
    headers = headers_for(endpoint)
    assert headers["Cache-Control"] == "max-age=86400, must-revalidate"
    assert headers["Expires"] == "Sat, 16 Jan 2027 08:00:00 GMT"
    assert not set(LIMITS) & set(headers)


@pytest.mark.parametrize("endpoint", [*METADATA, "keys"])
def test_an_error_is_never_kept(endpoint):
    assert headers_for(endpoint, 400)["Cache-Control"] == "no-cache, no-store"


def test_the_token_endpoint_is_not_for_robots():
    assert headers_for("token")["X-Robots-Tag"] == "noindex,nofollow"


def test_405_has_neither_id_nor_limits():
    assert not {"X-Okta-Request-Id", *LIMITS} & set(headers_for("token", 405))


def test_429_says_nothing_about_caching_and_that_nothing_is_left():
    headers = headers_for("token", 429)
    assert not {"Cache-Control", "Pragma", "Expires"} & set(headers)
    assert headers["X-Rate-Limit-Remaining"] == "0"
    assert int(headers["X-Rate-Limit-Reset"]) > NOON


def test_the_rest_of_a_limit_shrinks_within_a_minute():
    at = serve()

    def remaining(path="/oauth2/default/v1/token"):
        return at.form(path, {}).headers["X-Rate-Limit-Remaining"]

    assert [remaining(), remaining(), remaining("/oauth2/default/v1/interact"), remaining()] == [
        "999", "998", "1199", "997"
    ]  # fmt: skip
    at.hands[0] += 60
    assert remaining() == "999"


def test_what_is_left_is_never_less_than_nothing():
    assert headers_for("token", recent=5000)["X-Rate-Limit-Remaining"] == "0"


def test_paths_that_a_client_invents_share_one_limit():
    assert {endpoint_of(f"idx/{number}").rate_limit for number in range(50)} == {RateLimit("idx", 600)}


@pytest.mark.parametrize(
    ("origin", "is_told"),
    [
        ("https://org.example", True),
        ("https://localhost.example", True),
        ("http://org.example", False),
        ("https://localhost:6582", False),
        ("https://localhost", False),
        ("https://127.0.0.1:6582", False),
        ("https://[::1]:6582", False),
    ],
)
def test_only_a_public_host_tells_browsers_to_use_https_for_years(origin, is_told):
    assert ("Strict-Transport-Security" in headers_for("token", origin=origin)) is is_told


@pytest.mark.parametrize("at", [0.0, NOON + 0.9, 253_402_300_799.0, 1e14])
def test_every_time_can_be_written(at):
    assert headers_for("keys", at=at)["Expires"].endswith(" GMT")
