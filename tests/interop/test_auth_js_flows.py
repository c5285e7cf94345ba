"""Ways into an account with okta-auth-js 8, other than signing in: registering, recovering, unlocking, renewing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.orgs import NEW_PASSWORD, RECOVER, REGISTER, UNLOCK, UNLOCKED, mary, org, password_then
from tests.interop.programs import Programs, said, steps, told
from tests.interop.running import NewTenant

pytestmark = pytest.mark.interop

ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}
SINGLE_FORM = {"identify": {"with_password": True}}


def names(pages: list[dict[str, Any]]) -> list[str | None]:
    """The step that each page says comes next."""
    return [page.get("step") for page in pages]


# -- registration -----------------------------------------------------------------------------------------------------


def test_a_new_user_registers_with_a_password_and_a_phone(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=password_then(register=REGISTER))

    first, *asked, done = programs.run("register", **told(tenant, profile=ADA))

    assert first["features"] == ["enroll-profile"]
    assert names(asked) == [
        "enroll-profile",
        "select-authenticator-enroll",
        "enroll-authenticator",
        "select-authenticator-enroll",
        "authenticator-enrollment-data",
        "enroll-authenticator",
    ]
    assert done["status"] == "SUCCESS"
    assert (done["claims"]["name"], done["claims"]["email"]) == ("Ada Acme", "ada@example.com")


def test_a_new_user_leaves_out_what_is_optional(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=password_then(register=REGISTER))

    *_, offered, done = programs.run("register", **told(tenant, profile=ADA, skip=True))

    assert offered["offered"] == ["select-authenticator-enroll", "skip"]
    assert done["claims"]["preferred_username"] == "ada@example.com"


def test_the_call_for_it_registers(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=password_then(register=REGISTER))

    outcome = programs.run("register_legacy", **told(tenant, profile=ADA))

    *asked, done = outcome["pages"]
    assert names(asked) == ["select-authenticator-enroll", "select-authenticator-enroll"]
    assert asked[-1]["canSkip"]
    assert done["status"] == "SUCCESS"


def test_the_sdk_does_not_register_where_the_org_does_not(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("register_legacy", **told(new_tenant("password"), profile=ADA))

    assert "Registration is not supported" in outcome["refused"]["message"]


# -- recovery ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["identify", SINGLE_FORM], ids=["name first", "single form"])
def test_a_forgotten_password_is_replaced(programs: Programs, new_tenant: NewTenant, first: Any) -> None:
    tenant = new_tenant(yaml=org(first, {"verify": "okta_password"}, user=mary("okta_email"), recover=RECOVER))

    outcome = programs.run("recover_password", **told(tenant, newPassword=NEW_PASSWORD))

    *asked, done = outcome["pages"]
    assert names(asked)[-2:] == ["challenge-authenticator", "reset-authenticator"]
    assert done["status"] == "SUCCESS"
    assert (outcome["old"]["status"], outcome["again"]["status"]) == ("PENDING", "SUCCESS")


def test_a_locked_account_is_unlocked(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(
        yaml=org("identify", {"verify": "okta_password"}, user=mary("okta_email", status="LOCKED_OUT"), unlock=UNLOCK)
    )

    outcome = programs.run("unlock_account", **told(tenant))

    assert said(outcome["before"]) == [("ERROR", "errors.E0000004")]
    asked, done = outcome["pages"]
    assert asked["step"] == "challenge-authenticator"
    assert (done["status"], said(done)) == ("TERMINAL", [("INFO", UNLOCKED)])
    assert outcome["again"]["status"] == "SUCCESS"


def test_the_sdk_does_not_unlock_where_the_org_does_not(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("unlock_account", **told(new_tenant("password")))

    assert "Unlock is not supported" in outcome["refused"]["message"]


# -- passwords that have to be changed ---------------------------------------------------------------------------------


def test_an_expired_password_has_to_be_changed(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=password_then(status="PASSWORD_EXPIRED"))

    *_, asked, done = programs.run("change_password", **told(tenant, newPassword=NEW_PASSWORD))

    assert steps([asked]) == [("PENDING", ["reenroll-authenticator"])]
    assert done["status"] == "SUCCESS"


@pytest.mark.parametrize("skip", [False, True], ids=["changed", "kept"])
def test_a_password_about_to_expire_can_be_changed(programs: Programs, new_tenant: NewTenant, skip: bool) -> None:
    tenant = new_tenant(yaml=password_then(has=[{"okta_password": {"days_to_expiry": 3}}]))

    *_, asked, done = programs.run("change_password", **told(tenant, newPassword=NEW_PASSWORD, skip=skip))

    assert steps([asked]) == [("PENDING", ["reenroll-authenticator-warning", "skip"])]
    assert said(asked) == [("INFO", "idx.password.expiring.message")]
    assert done["status"] == "SUCCESS"


# -- identity providers -----------------------------------------------------------------------------------------------

GOOGLE = {"identity_providers": [{"type": "GOOGLE", "name": "Google"}]}


def test_another_provider_vouches_for_somebody(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=org(SINGLE_FORM, user=mary(), **GOOGLE))

    first, done = programs.run("provider", **told(tenant))

    assert "redirect-idp" in first["offered"]
    assert (done["status"], done["claims"]["preferred_username"]) == ("SUCCESS", "mary@example.com")


def test_after_another_provider_a_second_factor_is_asked_for(programs: Programs, new_tenant: NewTenant) -> None:
    tenant = new_tenant(yaml=password_then({"verify": "okta_email"}, has=["okta_email"], **GOOGLE))

    _, asked = programs.run("provider", **told(tenant))

    assert asked["status"] == "PENDING"
    assert asked["offered"][-1] == "select-authenticator-authenticate"
