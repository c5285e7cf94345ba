"""Under which address the server speaks of itself: the one that each client used, unless it is told another."""

from __future__ import annotations

import pytest

from tests.web.served_org import serve


def issuer(at, path: str = "/oauth2/default/.well-known/openid-configuration", **headers: str) -> str:
    return at.get(path, **headers).json["issuer"]


@pytest.mark.parametrize("host", ["localhost:6582", "127.0.0.1:6582", "[::1]:6582", "mock-okta:6582", "okta_1.test"])
def test_the_issuer_is_at_the_host_that_the_client_used(host):
    assert issuer(serve(), Host=host) == f"http://{host}/oauth2/default"


def test_the_org_server_has_the_origin_itself_as_issuer():
    assert issuer(serve(), "/.well-known/openid-configuration", Host="localhost:6582") == "http://localhost:6582"


def test_the_links_of_a_page_lead_back_to_the_same_host():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    page = at.begin(tenant)
    again = at.post("/idp/idx/introspect", {"stateHandle": page.json["stateHandle"]}, Host="mock-okta:6582")
    assert again.json["remediation"]["value"][0]["href"] == "http://mock-okta:6582/idp/idx/identify"


@pytest.mark.parametrize(("host", "origin"), [("okta.test:80", "http://okta.test"), ("OKTA.test", "http://okta.test")])
def test_a_default_port_and_capitals_are_dropped(host, origin):
    assert issuer(serve(), "/.well-known/openid-configuration", Host=host) == origin


def test_a_base_url_holds_for_everyone():
    at = serve(base_url="https://okta.test:8443")
    assert issuer(at, Host="localhost:6582") == "https://okta.test:8443/oauth2/default"
    assert at.make_tenant(scenario="two-factors")["issuer"].startswith("https://okta.test:8443/oauth2/")


def test_a_trusted_proxy_says_what_the_client_used():
    at = serve(trust_proxy=True)
    proxied = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "login.okta.test"}
    assert issuer(at, Host="10.0.0.7:6582", **proxied) == "https://login.okta.test/oauth2/default"
    assert issuer(at, X_Forwarded_Host="okta.test", X_Forwarded_Port="8443") == "http://okta.test:8443/oauth2/default"
    assert issuer(at, X_Forwarded_Host="evil.test, okta.test") == "http://okta.test/oauth2/default"


def test_nobody_else_is_believed():
    forged = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.test"}
    assert issuer(serve(), Host="localhost:6582", **forged) == "http://localhost:6582/oauth2/default"


def test_a_proxy_that_sends_no_host_is_refused_rather_than_repeated():
    at = serve(trust_proxy=True)
    assert at.get("/.well-known/openid-configuration", X_Forwarded_Host="a b").status_code == 400
    assert at.get("/.well-known/openid-configuration", X_Forwarded_Proto="javascript").status_code == 400
