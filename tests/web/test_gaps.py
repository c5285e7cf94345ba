"""What Okta serves and this server does not is told to the client, the page, the log, the journal and the list."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import mock_okta
from mock_okta.engine.base.gaps import HEADER
from mock_okta.engine.endpoints import ENDPOINTS
from mock_okta.engine.gaps import GAPS
from mock_okta.engine.model import Proof, Session
from mock_okta.engine.oauth.grants import GRANT_TYPES, served
from tests.engine.engine_client import NOON
from tests.web.served_org import PAGE, serve

RULES = [pytest.param(gap, rule, id=rule) for gap in GAPS.values() for rule in gap.paths]
BROWSER_PATHS = {
    "/login/signout": "sign-out",
    "/login/login.htm?fromURI=x": "hosted-sign-in",
    "/login/default": "hosted-sign-in",
    "/login/step-up/redirect": "step-up",
    "/login/sessionCookieRedirect": "session-cookie-redirect",
    "/signin": "hosted-sign-in",
    "/signin/forgot-password": "hosted-sign-in",
    "/signin/register/": "hosted-sign-in",
    "/enduser/settings": "dashboard",
    "/enduser/": "dashboard",
    "/app/UserHome": "dashboard",
    "/app/acme_1/exk1abc/sso/saml": "saml",
    "/app/acme_1/exk1abc/sso/saml/metadata": "saml",
    "/sso/saml2/0oa1abc": "saml",
    "/app/office365/exk1/sso/wsfed/passive": "app-sign-in",
    "/auth/services/devicefingerprint": "device-fingerprint",
    "/oauth2/v1/authorize/callback": "social-callback",
    "/tokens/abc/verify": "account-links",
    "/admin/dashboard": "admin-console",
    "/api/v1/authn": "authn",
    "/api/v1/authn/factors/x/verify": "authn",
    "/api/v1/sessions": "sessions",
    "/api/v1/sessions/101W_juydrDRByB7fUdRyE2JQ/lifecycle/refresh": "sessions",
    "/api/v1/users/me": "management-api",
    "/idp/myaccount/emails": "myaccount",
    "/oauth2/v1/clients": "client-registration",
    "/.well-known/webfinger": "webfinger",
}


def filled(rule: str) -> str:
    """An address that the rule leads to."""
    return re.sub(r"<\w+>", "x", rule.replace("<server>", "default").replace("<path:rest>", "some/thing"))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(("gap", "rule"), RULES)
def test_a_path_that_is_missing_is_told_in_full(gap, rule, method, caplog):
    at = serve()
    replied = at.client.open(filled(rule), method=method, headers={"Origin": "https://app.example.com"})
    cause = f"Okta {gap.about}; mock-okta does not yet (gap '{gap.name}', see GET /__mock__/gaps)"
    assert (replied.status_code, replied.headers[HEADER]) == (501, gap.name)
    assert replied.json["errorCauses"] == [{"errorSummary": cause}]
    assert replied.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert replied.headers["Access-Control-Allow-Credentials"] == "true"
    assert HEADER in replied.headers["Access-Control-Expose-Headers"]
    assert [line.message for line in caplog.records] == [
        f"{method} {filled(rule)}: 501, gap {gap.name!r}: Okta {gap.about}; see GET /__mock__/gaps"
    ]
    [line] = at.control("GET", "journal").json
    assert (line["endpoint"], line["response"]["status"]) == (f"gap/{gap.name}", 501)
    assert [each["hits"] for each in at.control("GET", "gaps").json if each["name"] == gap.name] == [1]


@pytest.mark.parametrize(("gap", "rule"), RULES)
def test_a_page_may_send_what_it_likes_to_learn_that_it_is_missing(gap, rule):
    asked = {"Origin": PAGE, "Access-Control-Request-Headers": "x-any"}
    replied = serve().client.options(filled(rule), headers=asked)
    assert (replied.status_code, replied.headers["Access-Control-Allow-Headers"]) == (204, "x-any")
    assert (replied.headers["Access-Control-Allow-Origin"], replied.headers["Access-Control-Allow-Credentials"]) == (
        PAGE,
        "true",
    )


@pytest.mark.parametrize(("path", "name"), BROWSER_PATHS.items())
def test_every_path_that_clients_and_browsers_know_has_a_row(path, name):
    assert serve().get(path).headers[HEADER] == name


WITHIN = {
    "authorize": ("GET", "/oauth2/default/v1/authorize?response_type=code", {}, 501),
    "client-assertion": ("POST", "/oauth2/default/v1/token", {"client_assertion": "a.b.c"}, 401),
    **{
        f"grant-type {row.name}": ("POST", "/oauth2/default/v1/token", {"grant_type": row.name}, 400)
        for row in GRANT_TYPES.values()
        if row.read is None and row.endpoint == "token"
    },
}


@pytest.mark.parametrize(("name", "asked"), WITHIN.items(), ids=WITHIN)
def test_what_is_missing_within_an_endpoint_is_told_as_well(name, asked, caplog):
    at = serve()
    method, path, fields, status = asked
    client = {"client_id": at.org.default.state.client_ids[1]}
    replied = at.client.open(path, method=method, data={**client, **fields} if fields else None)
    assert (replied.status_code, replied.headers[HEADER]) == (status, name)
    assert GAPS[name].status == status
    assert [line.message.partition(": ")[2][: len(f"{status}, gap {name!r}")] for line in caplog.records] == [
        f"{status}, gap {name!r}"
    ]
    assert [each["hits"] for each in at.control("GET", "gaps").json if each["name"] == name] == [1]


PROBES = {
    "authorize": ({"response_type": "code"}, {}),
    "client-assertion": ({"client_assertion": "a.b.c"}, {}),
    "dpop": ({"dpop_jkt": "x", "grant_type": "interaction_code"}, {"DPoP": "x"}),
    **{f"grant-type {grant}": ({"grant_type": grant}, {}) for grant in GRANT_TYPES},
}
"""What a request has that is about each gap: fields and headers."""


@pytest.mark.parametrize("name", [gap.name for gap in GAPS.values() if gap.within])
def test_a_gap_is_met_within_those_endpoints_that_its_row_names_and_no_others(name):
    at = serve()
    fields, headers = PROBES[name]
    fields = {"client_id": at.org.default.state.client_ids[1], **fields}
    met = {
        row.name
        for row in ENDPOINTS.values()
        for method in row.methods
        if _asked(at, method, row.paths[0], fields, headers).headers.get(HEADER) == name
    }
    assert met == set(GAPS[name].within)


def _asked(at, method, path, fields, headers):
    sent = {"data": fields} if method == "POST" else {"query_string": fields}
    return at.client.open(filled(path), method=method, headers=headers, **sent)


def test_the_flow_by_redirect_has_a_cause_and_can_be_read_by_a_page():
    replied = serve().get("/oauth2/default/v1/authorize?response_type=code", Origin="https://app.example.com")
    assert replied.json["errorCauses"][0]["errorSummary"].startswith("Okta signs in by redirect: ")
    assert replied.headers["Access-Control-Allow-Credentials"] == "true"


def test_nothing_else_in_the_code_answers_501():
    """An answer that is not in the table would be one that nobody is told of (HTTP itself refuses codings so)."""
    root = Path(mock_okta.__file__).parent
    found = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and (node.value == 501 or node.value == HEADER)
    }
    assert found - {"serving/heads.py"} == {"engine/base/gaps.py"}


SERVED = {
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported", "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported", "end_session_endpoint", "device_authorization_endpoint",
    "scopes_supported", "claims_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    "code_challenge_methods_supported", "grant_types_supported", "response_types_supported",
    "response_modes_supported", "token_endpoint_auth_methods_supported",
}  # fmt: skip
LISTS = (
    "grant_types_supported",
    "response_types_supported",
    "response_modes_supported",
    "token_endpoint_auth_methods_supported",
)


@pytest.mark.parametrize("server", ["", "/oauth2/default"])
@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
def test_whatever_the_discovery_documents_advertise_is_served_or_named_as_a_gap(server, name):
    named = {word for gap in GAPS.values() for word in gap.advertised}
    document = serve().get(f"{server}/.well-known/{name}").json
    assert set(document) - named <= SERVED
    known = {*served(), "client_secret_basic", "client_secret_post", "none"}
    for member in LISTS:
        assert set(document[member]) - named <= known, member


# ---------------------------------------------------------------------------------------------------------------------
# The session of the browser, which is served
# ---------------------------------------------------------------------------------------------------------------------

ME = "/api/v1/sessions/me"


@pytest.mark.parametrize(("method", "path"), [("GET", ME), ("DELETE", ME), ("POST", f"{ME}/lifecycle/refresh")])
@pytest.mark.parametrize("cookie", ["", "nobody", "nobody" + "x" * 37])
def test_who_is_not_signed_in_has_no_session(method, path, cookie):
    at = serve()
    at.client.set_cookie("idx", cookie)
    replied = at.client.open(path, method=method, headers={"Origin": PAGE})
    assert (replied.status_code, replied.json["errorCode"]) == (404, "E0000007")
    assert replied.headers["Access-Control-Allow-Credentials"] == "true"


def test_a_browser_sees_its_session_and_ends_it():
    at = serve()
    tenant = at.org.create(at.org.default.scenario, id="other")
    session = signed_in(tenant)
    at.client.set_cookie("DT", "x")
    at.client.set_cookie("idx", session)
    browser = {"Origin": PAGE}
    shown = at.client.get(ME, headers=browser).json
    assert (shown["login"], shown["status"], shown["amr"]) == ("mary@example.com", "ACTIVE", ["pwd"])
    ended = at.client.delete(ME, headers=browser)
    assert (ended.status_code, ended.data) == (204, b"")
    at.client.set_cookie("idx", session)
    assert at.client.get(ME, headers=browser).status_code == 404
    assert [each.endpoint for each in tenant.journal] == ["own-session"] * 3


def signed_in(tenant) -> str:
    """The cookie of a browser in which Mary is signed in to this tenant."""
    user = next(iter(tenant.state.users.values()))
    proof = Proof(authenticator="okta_password", method="password", at=NOON)
    session = Session(
        id=f"{tenant.tag}{'x' * 37}",
        user_id=user.id,
        proofs=(proof,),
        started_at=NOON,
        used_at=NOON,
        expires_at=tenant.now() + 1,
    )
    tenant.change(lambda state: (replace(state, sessions=state.sessions.set(session.id, session)), None))
    return session.id
