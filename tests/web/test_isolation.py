"""No tenant ever sees another, and the first scenario is `default` and the org server too."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mock_okta.engine.endpoints import ENDPOINTS
from mock_okta.web import app
from tests.engine.engine_client import CHALLENGE, VERIFIER, mary
from tests.web.served_org import CALLBACK, NOON, scenario, serve


def test_two_tenants_of_one_scenario_share_nothing():
    at = serve()
    one, other = at.make_tenant(scenario="two-factors"), at.make_tenant(scenario="two-factors")
    at.answer(at.identify(at.begin(one)), "Abcd1234!")
    at.control("POST", f"tenants/{one['id']}/clock", {"advance_s": 60})
    at.control("POST", f"tenants/{one['id']}/script", {"at": {"endpoint": "keys"}, "raw": {"status": 503}})
    at.control("PATCH", f"tenants/{one['id']}/users/mary@example.com", {"status": "SUSPENDED"})
    assert at.control("GET", f"tenants/{other['id']}").json == other
    assert at.control("GET", f"tenants/{other['id']}/journal").json == []
    assert at.control("GET", f"tenants/{other['id']}/clock").json == {"now": NOON, "offset_s": 0}
    assert at.get(f"/oauth2/{other['id']}/v1/keys").status_code == 200


def test_each_sign_in_finds_its_way_back_to_its_tenant():
    at = serve()
    one = at.make_tenant(scenario="two-factors")
    other = at.make_tenant(yaml="about: x\nusers: [{login: ada@example.com, password: Efgh5678!}]")
    pages = at.begin(one), at.begin(other)
    assert at.answer(at.identify(pages[1], "ada@example.com"), "Efgh5678!").status_code == 200
    assert at.answer(at.identify(pages[0]), "Abcd1234!").status_code == 200
    assert {line["tenant"] for line in at.control("GET", f"tenants/{one['id']}/journal").json} == {one["id"]}
    assert len(at.control("GET", f"tenants/{other['id']}/journal").json) == 4


def test_the_client_of_one_tenant_is_unknown_to_another():
    at = serve()
    one, other = at.make_tenant(scenario="two-factors"), at.make_tenant(scenario="two-factors")
    fields = {"client_id": one["spa_client_id"], "scope": "openid", "redirect_uri": CALLBACK, "state": "s",
              "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
    refused = at.form(f"/oauth2/{other['id']}/v1/interact", fields)
    assert refused.status_code in (400, 401)
    assert "invalid_client" in refused.text


def test_the_handle_of_one_tenant_does_not_open_another_at_its_issuer():
    at = serve()
    one, other = at.make_tenant(scenario="two-factors"), at.make_tenant(scenario="two-factors")
    page = at.begin(one)
    at.control("DELETE", f"tenants/{one['id']}")
    assert at.identify(page).status_code == 401
    assert at.control("GET", f"tenants/{other['id']}/journal").json == []


def test_the_default_the_org_server_and_the_scenario_are_one_tenant():
    at = serve(scenario("first"), scenario("second"))
    at.get("/oauth2/default/v1/keys")
    at.get("/oauth2/first/v1/keys")
    at.get("/oauth2/v1/keys")
    assert len(at.control("GET", "tenants/default/journal").json) == 3
    assert len(at.control("GET", "tenants/first/journal").json) == 3
    assert at.control("GET", "tenants/second/journal").json == []
    issuers = [at.get(f"{path}/.well-known/openid-configuration").json["issuer"] for path in ("", "/oauth2/default")]
    assert issuers == ["http://localhost", "http://localhost/oauth2/default"]


@pytest.mark.parametrize("server", ["", "/default", "/one-factor"])
def test_tokens_carry_the_issuer_that_they_were_asked_from(server):
    at = serve(scenario("one-factor", flows={"sign_in": scenario().flows["sign_in"][:2]}, users=(mary(),)))
    tenant = at.control("GET", "tenants/default").json
    fields = {"client_id": tenant["spa_client_id"], "scope": "openid", "redirect_uri": CALLBACK, "state": "s",
              "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
    handle = at.form(f"/oauth2{server}/v1/interact", fields).json["interaction_handle"]
    page = at.answer(at.identify(at.post("/idp/idx/introspect", {"interactionHandle": handle})), "Abcd1234!")
    form = {each["name"]: each.get("value") for each in page.json["successWithInteractionCode"]["value"]}
    code = {"grant_type": "interaction_code", "interaction_code": form["interaction_code"], "code_verifier": VERIFIER}
    tokens = at.form(f"/oauth2{server}/v1/token", {**code, "client_id": tenant["spa_client_id"]})
    assert tokens.status_code == 200, tokens.text
    assert claims_in(tokens.json["id_token"])["iss"] == f"http://localhost{'/oauth2' + server if server else ''}"


def claims_in(token: str) -> dict:
    import base64
    import json

    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def test_a_reset_tenant_is_the_same_again_and_so_are_its_ids_in_the_next_run():
    first, second = serve(), serve()
    known = first.control("GET", "tenants/default").json
    assert second.control("GET", "tenants/default").json == known
    first.begin(known)
    assert first.control("POST", "tenants/default/reset").json == known


def test_orgs_of_one_process_share_no_more_than_their_paths(monkeypatch):
    """Not even those where one of them has another."""
    one, other = serve(scenario("one")), serve(scenario("other"))
    assert one.client.application.url_map is other.client.application.url_map
    assert [each["scenario"] for at in (one, other) for each in at.control("GET", "tenants").json] == ["one", "other"]
    more = replace(ENDPOINTS["keys"], paths=("/oauth2/<server>/v1/more",))
    monkeypatch.setattr(app, "ENDPOINTS", {**ENDPOINTS, "more": more})
    assert [at.get("/oauth2/default/v1/more").status_code for at in (serve(), one)] == [200, 404]
