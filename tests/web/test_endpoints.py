"""A row of the table of endpoints is all that there is to say of one: over HTTP each is as its row has it."""

from __future__ import annotations

import re

import pytest
from msgspec import NODEFAULT
from msgspec.structs import fields

from mock_okta.engine.base.endpoint import ALL_OTHERS, Caching, CorsPolicy, Endpoint
from mock_okta.engine.base.gaps import Gap
from mock_okta.engine.base.oauth_errors import OAuthError, as_json, as_page
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser.endpoints import ENDPOINTS as OF_BROWSERS
from mock_okta.engine.endpoints import ENDPOINTS, IDX, composed, endpoint_of
from mock_okta.engine.gaps import GAPS
from mock_okta.engine.model import Intervention, Request, Scenario, State
from tests.web.served_org import PAGE, scenario, serve

STRANGER = "https://stranger.example"
LIMIT = "X-Rate-Limit-Limit"

A_ROW = {
    "name": "server-time",
    "paths": ("/oauth2/v1/time",),
    "methods": ("GET",),
    "answer": lambda turn: None,
    "rate_limit": ALL_OTHERS,
    "caching": Caching.NEVER,
    "errors": as_json,
    "cors": CorsPolicy.OPEN,
    "leads": False,
}
EVERY_ROW = [pytest.param(row, row.paths[-1], id=row.name) for row in ENDPOINTS.values()]
EVERY_PATH = [pytest.param(row, path, id=path) for row in ENDPOINTS.values() for path in row.paths]


def filled(path):
    """An address that the rule leads to."""
    return re.sub("<path:rest>", "x/y", path.replace("<server>", "default"))


def ask(at, row, path, **headers):
    """Asks as the row says that one may."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return at.client.open(filled(path), method=row.methods[0], headers=named)


@pytest.mark.parametrize("fact", [each.name for each in fields(Endpoint) if each.name != "headers"])
def test_a_row_that_leaves_a_fact_out_is_none(fact):
    assert next(each for each in fields(Endpoint) if each.name == fact).default is NODEFAULT
    with pytest.raises(TypeError, match=fact):
        Endpoint(**{name: value for name, value in A_ROW.items() if name != fact})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "token"}, "two rows of Endpoint have the name 'token'"),
        ({"paths": ("/oauth2/v1/token",)}, "/oauth2/v1/token is both of 'token' and of 'server-time'"),
        ({"paths": ("/oauth2/v1/time", "/oauth2/v1/time")}, "/oauth2/v1/time is both of 'server-time' and of"),
        ({"paths": ("/oauth2/v1/par",)}, "/oauth2/v1/par is both of 'pushed-authorization' and of 'server-time'"),
        ({"paths": ("/oauth2/<issuer>/v1/time",)}, "'server-time' has a placeholder <issuer>"),
        ({"name": "server/time"}, "'server/time' has a slash in its name"),
        ({"methods": ()}, "'server-time' has a slash in its name, no path or no method"),
        ({"paths": ()}, "'server-time' has a slash in its name, no path or no method"),
    ],
)
def test_a_row_that_gets_in_the_way_of_others_is_refused_at_once(changes, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        composed((*ENDPOINTS.values(), Endpoint(**A_ROW | changes)), GAPS.values())


def test_a_gap_is_within_an_endpoint_that_there_is():
    gap = Gap(name="leap-seconds", about="counts leap seconds", within=("server-time",))
    with pytest.raises(ValueError, match="the gap 'leap-seconds' is within 'server-time', which is no endpoint"):
        composed(ENDPOINTS.values(), (gap,))
    assert composed((Endpoint(**A_ROW),), (gap,))


def test_no_endpoint_is_asked_under_another_name():
    with pytest.raises(KeyError):
        endpoint_of("tokens")
    assert endpoint_of("idx/challenge/answer") is IDX


@pytest.mark.parametrize(("row", "path"), EVERY_PATH)
def test_every_path_leads_to_its_endpoint(row, path):
    at = serve()
    ask(at, row, path)
    [exchange] = at.org.default.journal
    assert exchange.endpoint.partition("/")[0] == row.name


@pytest.mark.parametrize(("row", "path"), EVERY_ROW)
def test_every_reply_has_the_limit_of_its_row_and_its_own_headers(row, path):
    replied = ask(serve(), row, path)
    assert replied.headers.get(LIMIT) == (None if row.rate_limit is None else str(row.rate_limit.a_minute))
    assert set(row.headers) <= set(replied.headers.items())


@pytest.mark.parametrize(("row", "path"), EVERY_ROW)
def test_only_what_is_well_is_kept_and_that_as_long_as_its_row_says(row, path):
    kept = [each.startswith("max-age=") for each in _cache_control_of(row, path, statuses=(200, 400, 404))]
    assert kept == [row.caching is not Caching.NEVER, False, False]


def _cache_control_of(row, path, statuses):
    for status in statuses:
        entry = Intervention(at={}, effect={"reply": {"error": "bad_request", "status": status}})
        yield ask(serve(scenario(script=(entry,))), row, path).headers["Cache-Control"]


@pytest.mark.parametrize(("row", "path"), EVERY_ROW)
def test_every_page_may_read_what_the_policy_of_its_row_lets_it_read(row, path):
    trusted, stranger = ask(serve(), row, path, Origin=PAGE), ask(serve(), row, path, Origin=STRANGER)
    with_cookies = trusted.headers.get("Access-Control-Allow-Credentials") == "true"
    assert trusted.headers["Access-Control-Allow-Origin"] == PAGE
    assert with_cookies == (row.cors is CorsPolicy.SESSION or trusted.status_code == 501)
    assert stranger.headers.get("Access-Control-Allow-Origin") == (
        STRANGER if row.cors is CorsPolicy.OPEN or stranger.status_code == 501 else None
    )


@pytest.mark.parametrize(("row", "path"), EVERY_PATH)
def test_a_preflight_names_the_methods_of_its_row(row, path):
    asked = {"Origin": PAGE, "Access-Control-Request-Headers": "x-any"}
    allowed = serve().client.options(filled(path), headers=asked)
    assert allowed.headers["Access-Control-Allow-Methods"] == ", ".join(row.methods)


@pytest.mark.parametrize(("row", "path"), EVERY_ROW)
def test_an_oauth_error_is_written_in_the_form_of_its_row(row, path):
    entry = Intervention(at={}, effect={"reply": {"error": "invalid_token"}})
    replied = ask(serve(scenario(script=(entry,))), row, path)
    request = Request(method="POST", endpoint=row.name, origin="http://localhost", at=0.0, chance="1")
    expected = row.errors(
        OAuthError("invalid_token"), Turn(Scenario(name=""), State(tenant="", tag="", seed=""), request)
    )
    assert replied.status_code == expected.status
    assert replied.headers.get("WWW-Authenticate") == dict(expected.headers).get("WWW-Authenticate")
    assert replied.headers.get("Content-Type") == dict(expected.headers).get("Content-Type")


def test_whatever_a_person_looks_at_shows_errors_on_a_page():
    """But for those that scripts of pages ask."""
    asked = {row.name for row in OF_BROWSERS.values() if row.errors is not as_page}
    assert asked == {"own-session", "own-session-refresh"}


def test_endpoints_that_share_a_limit_count_together_and_others_by_themselves():
    at = serve()
    left = {row.name: [] for row in ENDPOINTS.values() if row.rate_limit is not None}
    for row in (*ENDPOINTS.values(), *ENDPOINTS.values()):
        if row.rate_limit is not None:
            rest = ask(at, row, row.paths[0]).headers["X-Rate-Limit-Remaining"]
            left[row.name].append(row.rate_limit.a_minute - int(rest))
    sharing = [name for name in left if ENDPOINTS[name].rate_limit is ALL_OTHERS]
    counts = {name: number for number, name in enumerate(sharing, 1)}
    assert left == {name: [counts[name], counts[name] + len(sharing)] if name in counts else [1, 2] for name in left}
