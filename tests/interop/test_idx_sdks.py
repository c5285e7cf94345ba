"""What the SDKs for Go and Java all have, over https: each hides the protocol behind calls for what the user does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.orgs import NEW_PASSWORD, NUMBER, RECOVER, REGISTER, mary, org, password_then
from tests.interop.running import NewTenant, Tenant
from tests.interop.sdk_apps import App, claims_of, methods, said

pytestmark = pytest.mark.interop

SINGLE_FORM = {"identify": {"with_password": True}}
ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}
PASSWORD = "Lovelace-1843"


@pytest.fixture(params=["golang", "golang_released", "java"], ids=["Go", "Go v0.2.2", "Java"])
def app(request: pytest.FixtureRequest) -> App:
    """An app with each of them."""
    found: App = request.getfixturevalue(request.param)
    return found


def test_the_driver_says_which_sdk_it_drives(app: App) -> None:
    hello = app.hello()

    assert (hello["name"], hello["version"]) in {
        ("okta-idx-golang", "v0.2.3-0.20220211004546-63d548cd5229"),
        ("okta-idx-golang", "v0.2.2"),
        ("okta-idx-java", "2.0.0"),
    }


# -- sign-in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["identify", SINGLE_FORM], ids=["name first", "single form"])
def test_a_user_signs_in_with_a_password(app: App, new_secured_tenant: NewTenant, first: Any) -> None:
    tenant = new_secured_tenant(yaml=org(first, {"verify": "okta_password"}))
    app.start(tenant)

    done = app.identify(tenant)

    assert claims_of(done)["preferred_username"] == "mary@example.com"
    assert claims_of(done)["iss"] == tenant.issuer
    assert tenant.issuer.startswith("https://")


@pytest.mark.parametrize(
    ("first", "refusal"),
    [("identify", "Password is incorrect"), (SINGLE_FORM, "Authentication failed")],
    ids=["name first", "single form"],
)
def test_after_a_wrong_password_the_right_one_works(
    app: App, new_secured_tenant: NewTenant, first: Any, refusal: str
) -> None:
    tenant = new_secured_tenant(yaml=org(first, {"verify": "okta_password"}))
    app.start(tenant)

    assert said(app.identify(tenant, password="wrong")) == refusal

    app.start(tenant)
    assert methods(app.identify(tenant)) == ["pwd"]


def test_a_user_whom_the_org_does_not_know_is_told_so(app: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    app.start(tenant)

    refused = app.act("identify", identifier="nobody@example.com", password="Abcd1234!")

    assert "There is no account with the Username nobody@example.com." in said(refused)


BOTH = ["okta_email", "phone_number"]


@pytest.mark.parametrize("asked", ["okta_email", {"one_of": BOTH}], ids=["alone", "among others"])
def test_a_mailed_code_is_the_second_factor(app: App, new_secured_tenant: NewTenant, asked: Any) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": asked}, has=BOTH))
    app.start(tenant)
    app.identify(tenant)
    app.act("select email")

    assert "Invalid code. Try again." in said(app.act("answer email", code="000000"))

    assert methods(app.act("answer email", code=tenant.code())) == ["email", "mfa", "pwd"]


@pytest.mark.parametrize("asked", ["phone_number", {"one_of": BOTH}], ids=["alone", "among others"])
def test_a_code_in_a_text_message_is_the_second_factor(app: App, new_secured_tenant: NewTenant, asked: Any) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": asked}, has=BOTH))
    app.start(tenant)
    app.identify(tenant)
    app.act("select phone", method="sms")

    assert "Invalid code. Try again." in said(app.act("answer phone", code="000000"))

    assert methods(app.act("answer phone", code=tenant.code(to=NUMBER))) == ["mfa", "pwd", "sms"]


def test_a_phone_is_enrolled_on_the_way_in(app: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"enroll": "phone_number"}))
    app.start(tenant)
    app.identify(tenant)

    app.act("enroll phone", phone=NUMBER, method="sms")

    assert methods(app.act("answer phone", code=tenant.code(to=NUMBER))) == ["mfa", "pwd", "sms"]


# -- registration -----------------------------------------------------------------------------------------------------


def test_a_new_user_registers_with_password_mail_and_phone(app: App, new_secured_tenant: NewTenant) -> None:
    everything = ["okta_password", "okta_email", "phone_number"]
    tenant = new_secured_tenant(yaml=password_then(register=["profile", {"enroll": {"required": everything}}]))
    app.start(tenant, "register")

    app.act("register", **ADA)
    app.act("enroll password", password=PASSWORD)
    app.act("enroll email")
    app.act("answer email", code=tenant.code(to="ada@example.com"))
    app.act("enroll phone", phone=NUMBER, method="sms")
    done = app.act("answer phone", code=tenant.code(to=NUMBER))

    assert (claims_of(done)["name"], claims_of(done)["email"]) == ("Ada Acme", "ada@example.com")
    app.start(tenant)
    assert claims_of(app.act("identify", identifier="ada@example.com", password=PASSWORD))["name"] == "Ada Acme"


def test_a_new_user_leaves_out_what_is_optional(app: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then(register=REGISTER))
    app.start(tenant, "register")

    app.act("register", **ADA)
    app.act("enroll password", password=PASSWORD)

    assert claims_of(app.act("skip"))["preferred_username"] == "ada@example.com"


def test_a_profile_that_is_refused_is_explained(app: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then(register=REGISTER))
    app.start(tenant, "register")

    refused = app.act("register", firstName="Mary", lastName="Acme", email="mary@example.com")

    assert "already exists" in said(refused)


# -- recovery ---------------------------------------------------------------------------------------------------------


FROM_PASSWORD = {"recovery": "from_password"}
"""As orgs wrote it when the SDK for Go was made: introspect shows a recovery as the password's page."""


@pytest.mark.parametrize("first", ["identify", SINGLE_FORM], ids=["name first", "single form"])
@pytest.mark.parametrize(
    ("app", "wire"),
    [("golang", FROM_PASSWORD), ("golang_released", FROM_PASSWORD), ("java", {})],
    ids=["Go", "Go v0.2.2", "Java"],
    indirect=["app"],
)
def test_a_forgotten_password_is_replaced(
    app: App, new_secured_tenant: NewTenant, first: Any, wire: dict[str, str]
) -> None:
    steps = (first, {"verify": "okta_password"})
    tenant = new_secured_tenant(yaml=org(*steps, user=mary("okta_email"), recover=RECOVER, wire=wire))
    app.start(tenant, "recover")

    app.act("recover", identifier=tenant.login)
    app.act("select email")
    assert "Invalid code. Try again." in said(app.act("answer email", code="000000"))
    app.act("answer email", code=tenant.code())
    done = app.act("reset password", password=NEW_PASSWORD)

    assert claims_of(done)["preferred_username"] == tenant.login
    app.start(tenant)
    assert methods(app.identify(tenant, password=NEW_PASSWORD)) == ["pwd"]


# -- afterwards -------------------------------------------------------------------------------------------------------


def test_a_sign_in_that_is_given_up_can_be_begun_again(app: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    app.start(tenant)

    assert app.act("cancel")["state"] == "canceled"

    app.start(tenant)
    assert methods(app.identify(tenant)) == ["pwd"]


def test_java_revokes_a_token(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("password")
    java.start(tenant)
    access_token = java.identify(tenant)["tokens"]["accessToken"]
    assert status_of_userinfo(tenant, access_token) == 200

    assert java.token("revoke")["state"] == "signedOut"

    assert status_of_userinfo(tenant, access_token) == 401


@pytest.mark.parametrize("app", ["golang", "golang_released"], ids=["Go", "Go v0.2.2"], indirect=True)
def test_go_revokes_without_saying_who_it_is_and_does_not_hear_the_refusal(
    app: App, new_secured_tenant: NewTenant
) -> None:
    tenant = new_secured_tenant("password")
    app.start(tenant)
    access_token = app.identify(tenant)["tokens"]["accessToken"]

    assert app.token("revoke")["state"] == "signedOut"

    (asked,) = tenant.journal("revoke")
    assert (asked["response"]["status"], asked["response"]["body"]["error"]) == (401, "invalid_client")
    assert status_of_userinfo(tenant, access_token) == 200


def status_of_userinfo(tenant: Tenant, access_token: str) -> int:
    asking = {"Authorization": f"Bearer {access_token}"}
    return tenant.control.get(f"{tenant.issuer}/v1/userinfo", headers=asking).status_code
