"""In which form each endpoint says what is wrong: one row for each mistake at each of them.

API: the envelope of Okta's APIs; OAUTH: RFC 6749, 5.2; CHALLENGE: a header and no body, RFC 6750, 3; ION: a document of
the Identity Engine; PAGE: HTML. Source: okta-oauth notes 1.1, 2.4, 3.6, 5 and 6.1; idx-protocol notes 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from mock_okta.engine.base.oauth_errors import OAUTH_ERRORS
from mock_okta.engine.model import App, AppType
from tests.web.served_org import CALLBACK, ServedOrg, scenario, serve

API, OAUTH, CHALLENGE, ION, PAGE = "api", "oauth", "challenge", "ion", "page"

SPA = App(type=AppType.BROWSER, client_id="spa", redirect_uris=(CALLBACK,))
WEB = App(client_id="web", client_secret="secret", redirect_uris=(CALLBACK,))
ASKED = {"client_id": "spa", "redirect_uri": CALLBACK, "state": "s", "code_challenge_method": "S256"}
ASKED |= {"code_challenge": "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4", "scope": "openid"}
CODE = {"client_id": "spa", "grant_type": "interaction_code", "interaction_code": "x", "code_verifier": "y" * 43}
BASIC = {"Authorization": "Basic d2ViOg=="}  # web, without its secret
FORM_POSTED = ("interact", "token", "introspect", "revoke", "device/authorize")
GETTABLE = ("keys", "userinfo", "logout", "authorize")
DOCUMENTS = (".well-known/openid-configuration", ".well-known/oauth-authorization-server")
POSTED_JSON = ("introspect", "identify", "challenge/answer", "authenticators/poll", "cancel")


def of_form(response: Any) -> str:
    """The form of a reply, by its media type and members."""
    kind = response.content_type
    if kind is None and not response.data and response.headers.get("WWW-Authenticate"):
        return CHALLENGE
    if kind == "application/ion+json; okta-version=1.0.0":
        return ION if response.json["version"] == "1.0.0" else "?"
    if kind == "text/html;charset=utf-8":
        return PAGE
    assert kind == "application/json", kind
    if set(response.json) == {"error", "error_description"}:
        return OAUTH
    return API if list(response.json) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"] else "?"


def code_in(response: Any, form: str) -> str:
    """The error of a reply, wherever its form has it."""
    if form == CHALLENGE:
        return re.search(r'error="(\w+)"', response.headers["WWW-Authenticate"])[1]
    if form == PAGE:
        return re.search(r"<code>(\w+)</code>", response.text)[1]
    if form == ION:
        return response.json["messages"]["value"][0]["i18n"]["key"]
    return response.json["error" if form == OAUTH else "errorCode"]


@dataclass(frozen=True)
class Row:
    """A mistake and how it is told."""

    mistake: str
    path: str
    status: int
    form: str
    code: str
    method: str = "POST"
    sent: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.mistake} at {self.method} {self.path}"


def at(name: str) -> str:
    return f"/oauth2/mine/v1/{name}"


def posts(**fields: str) -> dict[str, Any]:
    return {"data": fields}


ROWS = (
    # which server, which verb, which body: before anything is looked at, so everywhere alike
    *(Row("an unknown server", f"/oauth2/nobody/v1/{each}", 404, API, "E0000007") for each in FORM_POSTED),
    *(Row("an unknown server", f"/oauth2/nobody/v1/{each}", 404, API, "E0000007", "GET") for each in GETTABLE),
    *(Row("a wrong verb", at(each), 405, API, "E0000022", "PUT") for each in (*FORM_POSTED, *GETTABLE)),
    *(Row("a wrong verb", f"/idp/idx/{each}", 405, API, "E0000022", "GET") for each in POSTED_JSON),
    *(Row("JSON for a form", at(each), 400, API, "E0000021", sent={"json": ASKED}) for each in FORM_POSTED),
    *(Row("too many fields", at(each), 400, API, "E0000003", sent=posts(**{f"f{n}": "" for n in range(150)}))
      for each in FORM_POSTED),
    *(Row("too long a body", at(each), 413, API, "E0000003", sent={"data": "x" * 2_000_000}) for each in FORM_POSTED),
    *(Row("no JSON", f"/idp/idx/{each}", 400, API, "E0000003", sent={"data": "{", "content_type": "application/json"})
      for each in POSTED_JSON),
    *(Row("a form for JSON", f"/idp/idx/{each}", 400, API, "E0000021", sent=posts(a="b")) for each in POSTED_JSON),
    Row("an unknown path", "/idp/idx/nothing", 404, API, "E0000008", sent={"json": {}}),
    Row("an unknown path", at("nothing"), 404, API, "E0000008"),
    # parameters twice
    *(Row("a parameter twice", at(each), 400, OAUTH, "invalid_request", sent={"data": {"client_id": ["spa", "spa"]}})
      for each in FORM_POSTED),
    # which client
    *(Row("no client", at(each), 401, OAUTH, "invalid_client", sent=posts(token="x")) for each in FORM_POSTED),
    *(Row("an unknown client", at(each), 401, OAUTH, "invalid_client", sent=posts(client_id="nobody"))
      for each in FORM_POSTED if each != "interact"),
    Row("an unknown client", at("interact"), 400, API, "invalid_client", sent=posts(**ASKED | {"client_id": "nobody"})),
    *(Row("an unknown client", f"/oauth2/mine/{each}?client_id=nobody", 400, API, "invalid_client", "GET")
      for each in DOCUMENTS),
    *(Row("no secret", at(each), 401, OAUTH, "invalid_client", sent=posts(client_id="web"))
      for each in FORM_POSTED if each != "interact"),
    *(Row("no secret in the header", at(each), 401, OAUTH, "invalid_client", headers=BASIC)
      for each in FORM_POSTED if each != "interact"),
    *(Row("a wrong secret", at(each), 401, OAUTH, "invalid_client", sent=posts(client_id="web", client_secret="x"))
      for each in FORM_POSTED),
    *(Row("two credentials", at(each), 401, OAUTH, "invalid_request", sent=posts(client_id="web", client_secret="x"),
          headers=BASIC) for each in FORM_POSTED),
    # interact
    *(Row(f"a bad {name}", at("interact"), 400, OAUTH, code, sent=posts(**ASKED | {name: value}))
      for name, value, code in (("scope", "openid x", "invalid_scope"), ("scope", "email", "invalid_scope"),
                                ("scope", "", "invalid_scope"), ("state", "", "invalid_request"),
                                ("redirect_uri", "https://x.example", "invalid_request"),
                                ("code_challenge", "", "invalid_request"), ("max_age", "x", "invalid_request"),
                                ("recovery_token", "x", "invalid_request"), ("dpop_jkt", "x", "invalid_dpop_proof"))),
    # token
    Row("no grant type", at("token"), 400, OAUTH, "invalid_request", sent=posts(client_id="spa")),
    Row("an unknown grant type", at("token"), 400, OAUTH, "unsupported_grant_type",
        sent=posts(**CODE | {"grant_type": "x"})),
    Row("a grant type of others", at("token"), 400, OAUTH, "unauthorized_client",
        sent=posts(**CODE | {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"})),
    Row("a wrong code", at("token"), 400, OAUTH, "invalid_grant", sent=posts(**CODE)),
    Row("no code", at("token"), 400, OAUTH, "invalid_grant",
        sent=posts(client_id="spa", grant_type="interaction_code")),
    Row("a wrong refresh token", at("token"), 400, OAUTH, "invalid_grant",
        sent=posts(client_id="spa", grant_type="refresh_token", refresh_token="x")),
    Row("no refresh token", at("token"), 400, OAUTH, "invalid_request",
        sent=posts(client_id="spa", grant_type="refresh_token")),
    Row("a page of others", at("token"), 400, OAUTH, "invalid_request", sent=posts(**CODE),
        headers={"Origin": "https://x.example"}),
    Row("a proof of DPoP", at("token"), 400, OAUTH, "invalid_dpop_proof", sent=posts(**CODE), headers={"DPoP": "x"}),
    # introspect, revoke, device/authorize
    *(Row("no token", at(each), 400, OAUTH, "invalid_request", sent=posts(client_id="spa"))
      for each in ("introspect", "revoke")),
    Row("no grant for devices", at("device/authorize"), 400, OAUTH, "unauthorized_client", sent=posts(client_id="spa")),
    # userinfo
    *(Row("no token", at("userinfo"), 401, CHALLENGE, "invalid_request", verb) for verb in ("GET", "POST")),
    *(Row("a wrong token", at("userinfo"), 401, CHALLENGE, "invalid_token", verb, headers={"Authorization": "Bearer x"})
      for verb in ("GET", "POST")),
    Row("a token in the query", at("userinfo") + "?access_token=x", 400, CHALLENGE, "invalid_request", "GET"),
    Row("a token for DPoP", at("userinfo"), 401, CHALLENGE, "invalid_dpop_proof", "GET",
        headers={"Authorization": "DPoP x"}),
    # pages
    Row("no hint", at("logout"), 400, PAGE, "invalid_request", "GET"),
    Row("a wrong hint", at("logout") + "?id_token_hint=x", 400, PAGE, "invalid_token", "GET"),
    Row("a wrong device code", "/activate", 400, PAGE, "invalid_user_code", sent=posts(user_code="BBBBBBBB")),
    Row("an unknown provider", "/sso/idps/nobody", 400, PAGE, "invalid_request", "GET"),
    Row("an unknown sign-in", "/login/token/redirect?stateToken=x", 403, PAGE, "access_denied", "GET"),
    Row("an unknown sign-in", "/idp/identity-verification", 403, PAGE, "access_denied", "GET"),
    # the Identity Engine
    *(Row("no handle", f"/idp/idx/{each}", 400, ION, "api.error.field_required", sent={"json": {}})
      for each in POSTED_JSON),
    *(Row("a dead handle", f"/idp/idx/{each}", 401, ION, "idx.session.expired", sent={"json": {"stateHandle": "x"}})
      for each in POSTED_JSON),
)  # fmt: skip


@pytest.fixture(scope="module")
def org() -> ServedOrg:
    return serve(scenario("mine", apps=(SPA, WEB)))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_mistake_is_told_in_the_form_of_its_endpoint(row: Row, org: ServedOrg):
    refused = org.client.open(row.path, method=row.method, headers=row.headers, **row.sent)
    form = of_form(refused)
    assert (refused.status_code, form, code_in(refused, form)) == (row.status, row.form, row.code)
    if row.status == 401 and "Authorization" in row.headers:
        assert refused.headers["WWW-Authenticate"]  # RFC 6749, section 5.2


# -- errors that a script wants ---------------------------------------------------------------------------------------

SCRIPTED: dict[str, tuple[str, Callable[[str], str]]] = {
    "interact": (at("interact"), lambda name: API if name == "invalid_client_id" else OAUTH),
    "token": (at("token"), lambda name: OAUTH),
    "introspect": (at("introspect"), lambda name: OAUTH),
    "revoke": (at("revoke"), lambda name: OAUTH),
    "device-authorization": (at("device/authorize"), lambda name: OAUTH),
    "userinfo": (
        at("userinfo"),
        lambda name: (
            CHALLENGE
            if OAUTH_ERRORS[name].error
            in ("invalid_request", "invalid_token", "insufficient_scope", "invalid_dpop_proof", "use_dpop_nonce")
            else OAUTH
        ),
    ),
    "logout": (at("logout"), lambda name: PAGE),
    "keys": (at("keys"), lambda name: API),
    "openid-configuration": ("/oauth2/mine/.well-known/openid-configuration", lambda name: API),
}


@pytest.mark.parametrize("endpoint", SCRIPTED)
def test_every_scripted_error_has_the_form_of_its_endpoint(endpoint, org):
    path, wanted = SCRIPTED[endpoint]
    method = "GET" if endpoint in ("keys", "openid-configuration", "userinfo", "logout") else "POST"
    for name, row in OAUTH_ERRORS.items():
        org.control("DELETE", "tenants/mine/script")
        org.control("POST", "tenants/mine/script", {"at": {"endpoint": endpoint}, "reply": {"error": name}})
        refused = org.client.open(path, method=method)
        form = of_form(refused)
        assert (form, code_in(refused, form)) == (wanted(name), row.error), name
    org.control("DELETE", "tenants/mine/script")


@pytest.mark.parametrize("endpoint", SCRIPTED)
def test_a_rate_limit_is_told_in_the_envelope_everywhere(endpoint, org):
    path, _ = SCRIPTED[endpoint]
    reply = {"error": "too_many_requests", "retry_after_s": 7}
    org.control("POST", "tenants/mine/script", {"at": {"endpoint": endpoint}, "reply": reply})
    method = "GET" if endpoint in ("keys", "openid-configuration", "userinfo", "logout") else "POST"
    limited = org.client.open(path, method=method)
    org.control("DELETE", "tenants/mine/script")
    assert (limited.status_code, of_form(limited), limited.json["errorCode"]) == (429, API, "E0000047")
    assert (limited.headers["Retry-After"], limited.headers["X-Rate-Limit-Remaining"]) == ("7", "0")
