"""Changing users while the server runs: `PATCH /__mock__/tenants/{id}/users/{login}`."""

from __future__ import annotations

import pytest

from tests.engine.engine_client import IDENTIFY, PASSWORD, VERIFIER, mary
from tests.web.served_org import problems, scenario, serve


def test_a_user_can_be_locked_out_and_let_in_again():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    path = f"tenants/{tenant['id']}/users/MARY@example.com"
    assert at.control("PATCH", path, {"status": "LOCKED_OUT"}).json["status"] == "LOCKED_OUT"
    assert at.answer(at.identify(at.begin(tenant)), "Abcd1234!").status_code >= 400
    assert at.control("PATCH", path, {"status": "ACTIVE"}).json["status"] == "ACTIVE"
    assert at.answer(at.identify(at.begin(tenant)), "Abcd1234!").status_code == 200


def test_a_new_password_is_the_one_that_counts():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    changed = at.control("PATCH", f"tenants/{tenant['id']}/users/mary@example.com", {"password": "Efgh5678!"})
    assert changed.json["password"] == "Efgh5678!"
    assert at.answer(at.identify(at.begin(tenant)), "Abcd1234!").status_code >= 400
    assert at.answer(at.identify(at.begin(tenant)), "Efgh5678!").status_code == 200


def test_all_else_of_a_user_can_be_changed_and_what_is_not_named_stays():
    at = serve(scenario(users=(mary(groups=("Everyone",)),)))
    before = at.control("GET", "tenants/default/users/mary@example.com").json
    changes = {"groups": ["Staff"], "assigned": False, "enrolled": [{"okta_email": {"suspended": True}}],
               "profile": {"nickName": "M"}}  # fmt: skip
    after = at.control("PATCH", "tenants/default/users/mary@example.com", changes).json
    assert after == {
        **before,
        "groups": ["Staff"],
        "assigned": False,
        "enrolled": ["okta_password", {"okta_email": {"suspended": True}}],
        "profile": {**before["profile"], "nickName": "M"},
    }


def test_an_enrolment_that_is_added_gets_an_id_and_one_that_stays_keeps_it():
    at = serve()
    before = {each.authenticator: each.id for each in next(iter(at.org.default.state.users.values())).enrolled}
    at.control("PATCH", "tenants/default/users/mary@example.com", {"enrolled": []})
    at.control("PATCH", "tenants/default/users/mary@example.com", {"enrolled": ["okta_email"]})
    after = {each.authenticator: each.id for each in next(iter(at.org.default.state.users.values())).enrolled}
    assert after["okta_password"] == before["okta_password"]
    assert len(after["okta_email"]) == 20
    assert after["okta_email"] != before["okta_email"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"status": "GONE", "groups": "Staff"}, {"status", "groups"}),
        ({"stauts": "ACTIVE"}, {"stauts"}),
        ({"enrolled": ["okta_emial"]}, {"enrolled[0]"}),
        ({"enrolled": {"okta_emial": {}}}, {"enrolled.okta_emial"}),
        ({"enrolled": [{"okta_email": {"suspended": True, "x": 1}}]}, {"enrolled[0].okta_email.x"}),
        ({"enrolled": {"okta_email": {"suspended": 1}}}, {"enrolled.okta_email.suspended"}),
        ({"enrolled": ["okta_email", "okta_email"]}, {"enrolled"}),
        ({"enrolled": "okta_email"}, {"enrolled"}),
        ({"enrolled": ["phone_number"]}, {"enrolled.phone_number"}),
        ({"enrolled": {"phone_number": {"number": "12"}}}, {"enrolled.phone_number.number"}),
        ({"enrolled": {"security_question": {}}}, {"enrolled.security_question"}),
        ({"profile": {"email": None}}, {"profile.email"}),
        ({"password": ""}, {"password"}),
        ({"assigned": 1}, {"assigned"}),
        ({"profile": []}, {"profile"}),
        ([], {""}),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_every_field(changes, fields):
    at = serve()
    before = at.org.default.state
    refused = at.control("PATCH", "tenants/default/users/mary@example.com", changes)
    assert refused.status_code == 400
    assert {field for field, _ in problems(refused)} == fields
    assert at.org.default.state is before


def test_an_unknown_user_is_named():
    assert serve().control("PATCH", "tenants/default/users/nobody", {}).status_code == 404


def test_a_locked_account_that_unlocks_by_itself_is_shown_as_it_is_now():
    yaml = (
        "about: x\nauthenticators: {okta_password: {unlock_after_s: 3600}}\n"
        "users: [{login: mary@example.com, status: LOCKED_OUT}, {login: joe@example.com}]\n"
    )
    at = serve()
    address = f"tenants/{at.make_tenant(yaml=yaml)['id']}"

    def statuses() -> list[str]:
        return [user["status"] for user in at.control("GET", address).json["users"]]

    at.control("PATCH", f"{address}/users/joe@example.com", {"status": "LOCKED_OUT"})
    assert statuses() == ["LOCKED_OUT", "LOCKED_OUT"]
    at.control("POST", f"{address}/clock", {"advance_s": 3601})
    assert statuses() == ["ACTIVE", "ACTIVE"]
    assert at.control("GET", f"{address}/users/joe@example.com").json["status"] == "ACTIVE"


# ---------------------------------------------------------------------------------------------------------------------
# Sessions and tokens
# ---------------------------------------------------------------------------------------------------------------------


def refreshing(at, tenant):
    """A function that uses the refresh token of a user who has signed in, and says what came of it."""
    signed_in = at.answer(at.identify(at.begin(tenant, scope="openid offline_access")), "Abcd1234!").json
    fields = {each["name"]: each.get("value") for each in signed_in["successWithInteractionCode"]["value"]}
    named = {"client_id": fields["client_id"]}
    grant = {"grant_type": "interaction_code", "interaction_code": fields["interaction_code"]}
    path = f"/oauth2/{tenant['id']}/v1/token"
    tokens = at.form(path, {**named, **grant, "code_verifier": VERIFIER}).json
    held = {"token": tokens["refresh_token"]}

    def refresh() -> str:
        again = at.form(path, {**named, "grant_type": "refresh_token", "refresh_token": held["token"]}).json
        held["token"] = again.get("refresh_token", held["token"])
        return again.get("error", "refreshed")

    return refresh


@pytest.mark.parametrize(
    ("query", "outcome"),
    [("", "refreshed"), ("?oauthTokens=false", "refreshed"), ("?oauthTokens=true", "invalid_grant")],
)
def test_sessions_are_cleared_and_tokens_too_if_told_so(query, outcome):
    at = serve(scenario(org={"sessions": "all"}, flows={"sign_in": (IDENTIFY, PASSWORD)}))
    tenant = at.control("GET", "tenants/default").json
    refresh = refreshing(at, tenant)
    assert len(at.org.default.state.sessions) == 1
    cleared = at.control("DELETE", f"tenants/default/users/MARY@example.com/sessions{query}")
    assert (cleared.status_code, cleared.data) == (204, b"")
    assert len(at.org.default.state.sessions) == 0
    assert refresh() == outcome


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("users/nobody/sessions", 404, "login"),
        ("users/mary@example.com/sessions?oauthTokens=yes", 400, "oauthTokens"),
        ("users/mary@example.com/sessions?oauthtokens=true", 400, "oauthtokens"),
    ],
)
def test_what_cannot_be_cleared_is_told(path, status, field):
    refused = serve().control("DELETE", f"tenants/default/{path}")
    assert refused.status_code == status
    assert [each["field"] for each in refused.json["errors"]] == [field]
