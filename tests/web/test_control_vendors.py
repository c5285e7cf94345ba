"""Calls by which a test plays who is not there: somebody with a phone, a vendor, an administrator."""

from __future__ import annotations

import pytest

from mock_okta.engine.model import App, AppType
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from mock_okta.loader import load
from tests.engine.engine_client import mary
from tests.web.served_org import ServedOrg, problems, scenario, serve

TELEVISION = App(type=AppType.NATIVE, client_id="television", grant_types=(DEVICE_CODE,))


def living_room() -> ServedOrg:
    return serve(
        scenario(apps=(TELEVISION,), users=(mary(), mary(login="sam@example.com", profile={}, assigned=False)))
    )


def ask(at: ServedOrg) -> dict:
    return at.form("/oauth2/v1/device/authorize", {"client_id": "television", "scope": "openid"}).json


def poll(at: ServedOrg, told: dict) -> dict:
    fields = {"client_id": "television", "grant_type": DEVICE_CODE, "device_code": told["device_code"]}
    return at.form("/oauth2/v1/token", fields).json


# -- devices ----------------------------------------------------------------------------------------------------------


def test_a_device_is_let_in():
    at = living_room()
    told = ask(at)
    wish = {"user_code": told["user_code"], "user": "mary@example.com"}
    assert at.control("POST", "tenants/default/device", wish).json == wish | {"allow": True}
    assert "access_token" in poll(at, told)


def test_a_device_is_not_let_in():
    at = living_room()
    told = ask(at)
    wish = {"user_code": told["user_code"], "user": "mary@example.com", "allow": False}
    assert at.control("POST", "tenants/default/device", wish).status_code == 200
    assert poll(at, told)["error"] == "access_denied"


@pytest.mark.parametrize(("code", "user"), [("BBBBBBBB", "mary@example.com"), (None, "sam@example.com")])
def test_nobody_can_let_in_a_device_that_is_not_there_or_not_theirs(code, user):
    at = living_room()
    told = ask(at)
    refused = at.control("POST", "tenants/default/device", {"user_code": code or told["user_code"], "user": user})
    assert refused.status_code == 409
    assert problems(refused)[0][0] == "user_code"
    assert poll(at, told)["error"] == "authorization_pending"


def test_the_page_of_the_default_tenant_is_where_okta_has_it():
    at = living_room()
    assert ask(at)["verification_uri"] == "http://localhost/activate"
    assert "Activate your device" in at.get("/activate").text


def test_another_tenant_has_a_page_of_its_own():
    at = living_room()
    tenant = at.make_tenant(scenario="two-factors")
    fields = {"client_id": "television", "scope": "openid"}
    told = at.form(f"/oauth2/{tenant['id']}/v1/device/authorize", fields).json
    assert told["verification_uri"].endswith(f"/activate/{tenant['id']}")
    page = at.get(told["verification_uri_complete"].removeprefix("http://localhost"))
    assert told["user_code"] in page.text


# -- links, tokens ----------------------------------------------------------------------------------------------------


def test_the_newest_link_is_opened():
    at = serve(scenario())
    tenant = at.make_tenant(scenario="two-factors")
    page = at.answer(at.identify(at.begin(tenant)), "Abcd1234!")
    option = page.json["remediation"]["value"][0]["value"][0]
    at.post("/idp/idx/challenge", {"stateHandle": page.json["stateHandle"], "authenticator": _fixed(option)})
    opened = at.control("POST", f"tenants/{tenant['id']}/link", {"to": "mary@example.com"}).json
    assert opened["link"].startswith("http://localhost/email/verify/")
    assert opened["status"] in (200, 302)


def _fixed(option: dict) -> dict:
    form = option["form"]["value"] if "form" in option else option["options"][0]["value"]["form"]["value"]
    return {each["name"]: each.get("value", "email") for each in form}


def test_without_a_mail_there_is_no_link():
    refused = serve().control("POST", "tenants/default/link", {})
    assert (refused.status_code, problems(refused)) == (404, [("to", "no link has been mailed")])


@pytest.mark.parametrize("kind", ["activation", "recovery", "forgot"])
def test_a_token_is_given_out(kind):
    given = serve().control("POST", "tenants/default/tokens", {"kind": kind})
    assert given.status_code == 201
    assert given.json["user"] == "mary@example.com"


def test_a_kind_of_token_that_there_is_not_names_those_that_there_are():
    refused = serve().control("POST", "tenants/default/tokens", {"kind": "wish"})
    assert (refused.status_code, refused.json["errors"][0]["hint"]) == (400, "there are activation, recovery, forgot")


# -- people and vendors -----------------------------------------------------------------------------------------------


def test_nobody_can_decide_what_nobody_was_asked():
    refused = serve().control("POST", "tenants/default/push", {"decision": "approve"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (409, "decision")


def test_where_there_are_several_users_one_has_to_be_named():
    refused = living_room().control("POST", "tenants/default/push", {"decision": "approve"})
    assert problems(refused) == [("user", "user is missing")]


def test_an_identity_provider_answers_as_decided():
    at = serve(load("social"))
    name = at.org.default.state.identity_providers[0].name
    decided = at.control("POST", "tenants/default/idp", {"idp": name, "cancel": True})
    assert decided.json == {"idp": name, "cancel": True}
    refused = at.control("POST", "tenants/default/idp", {"idp": "nobody"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (400, "idp")


def test_duo_signs_only_what_this_org_has_asked():
    refused = serve().control("POST", "tenants/default/duo", {"signed_token": "x"})
    assert problems(refused) == [("signed_token", "this is no request of this org")]
