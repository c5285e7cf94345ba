"""Pages that a browser visits, where a token in the address or in the form leads to the tenant."""

from __future__ import annotations

from urllib.parse import urlsplit

from mock_okta.engine.model import IdentityProvider
from tests.web.served_org import CALLBACK, scenario, serve


def test_the_form_on_the_page_of_an_identity_provider_signs_in():
    at = serve(scenario(identity_providers=(IdentityProvider(type="OIDC", name="Acme AD"),)))
    (redirect,) = [
        each
        for each in at.begin(at.make_tenant(scenario="two-factors")).json["remediation"]["value"]
        if each["name"] == "redirect-idp"
    ]

    sent_on = at.get(redirect["href"])
    page = urlsplit(sent_on.headers["Location"])
    assert at.get(page.geturl()).status_code == 200
    token = page.query.removeprefix("stateToken=")
    back = at.form(page.path, {"stateToken": token, "login": "mary@example.com"})

    assert back.status_code == 302
    assert back.headers["Location"].startswith(f"{CALLBACK}?error=interaction_required&")
