"""What okta-idx-java has beside what Go has, over https: further factors, accounts of elsewhere, old passwords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from mock_okta_conformance.adapters.bundled import okta_idx_java
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.interop.conftest import needed
from tests.interop.elsewhere import back_from_provider
from tests.interop.orgs import NEW_PASSWORD, SECRET, password_then
from tests.interop.phone import AuthenticatorApp
from tests.interop.running import NewTenant
from tests.interop.sdk_apps import App, app_of, claims_of, created_with, methods, said
from tests.interop.toolchain import built

pytestmark = pytest.mark.interop

ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}


def test_a_code_of_an_authenticator_app_is_the_second_factor(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": {"one_of": ["google_otp", "okta_email"]}}, has=BOTH))
    java.start(tenant)
    java.identify(tenant)
    java.act("select google_otp")

    assert "Your code doesn't match our records." in said(java.act("answer google_otp", code="000000"))

    done = java.act("answer google_otp", code=AuthenticatorApp(SECRET).code())
    assert methods(done) == ["google_otp", "mfa", "otp", "pwd"]


BOTH = ["google_otp", "okta_email"]


def test_an_authenticator_app_is_enrolled_on_the_way_in(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"enroll": "google_otp"}))
    java.start(tenant)
    java.identify(tenant)

    shown = java.act("enroll google_otp")["contextualData"]["sharedSecret"]

    done = java.act("answer google_otp", code=AuthenticatorApp(shown).code())
    assert methods(done) == ["google_otp", "mfa", "otp", "pwd"]


def test_a_new_user_enrols_an_authenticator_app(java: App, new_secured_tenant: NewTenant) -> None:
    steps = ["profile", {"enroll": "okta_password"}, {"enroll": "google_otp"}]
    tenant = new_secured_tenant(yaml=password_then(register=steps))
    java.start(tenant, "register")
    java.act("register", **ADA)
    java.act("enroll password", password="Lovelace-1843")

    shown = java.act("enroll google_otp")["contextualData"]["sharedSecret"]

    assert claims_of(java.act("answer google_otp", code=AuthenticatorApp(shown).code()))["name"] == "Ada Acme"


def test_a_security_key_is_enrolled_and_is_the_second_factor_from_then_on(
    java: App, new_secured_tenant: NewTenant
) -> None:
    tenant = new_secured_tenant(
        yaml=password_then(
            {"enroll": "webauthn"}, {"verify": {"one_of": ["webauthn", "okta_email"]}}, has=["okta_email"]
        )
    )
    key = SoftKey(origin=tenant.base)
    java.start(tenant)
    java.identify(tenant)

    shown = java.act("enroll webauthn")
    enrolled = java.act("answer webauthn", attestation=created_with(key, shown))

    assert methods(enrolled) == ["mfa", "pop", "pwd"]
    java.start(tenant)
    java.identify(tenant)
    asked = java.act("select webauthn")["contextualData"]["challengeData"]
    assert methods(java.act("answer webauthn", assertion=key.get(asked))) == ["mfa", "pop", "pwd"]


def test_a_user_comes_with_an_account_of_elsewhere(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant("social")
    java.start(tenant)

    away = java.act("idp", type="GOOGLE")["redirect"]
    done = java.callback(back_from_provider(tenant, away, login="mary@example.com"))

    assert claims_of(done)["preferred_username"] == "mary@example.com"


def test_an_expired_password_is_replaced_on_the_way_in(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then(status="PASSWORD_EXPIRED"))
    java.start(tenant)

    assert java.identify(tenant)["steps"] == ["password_expired"]
    done = java.act("reset password", password=NEW_PASSWORD)

    assert methods(done) == ["pwd"]
    java.start(tenant)
    assert methods(java.identify(tenant, password=NEW_PASSWORD)) == ["pwd"]


def test_the_code_is_sent_again(java: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": {"one_of": BOTH}}, has=BOTH))
    java.start(tenant)
    java.identify(tenant)
    java.act("select email")

    java.act("resend")

    assert methods(java.act("answer email", code=tenant.code(after=1))) == ["email", "mfa", "pwd"]


@pytest.mark.parametrize(
    ("properties", "variables", "state"),
    [
        ((), {}, "error"),
        ((), {"OKTA_TESTING_DISABLEHTTPSCHECK": "true"}, "error"),
        (("okta.testing.disableHttpsCheck=true",), {}, "input"),
    ],
    ids=["unasked", "by the variable", "by the property"],
)
def test_plain_http_has_to_be_allowed_by_a_system_property(
    new_tenant: NewTenant, properties: Sequence[str], variables: Mapping[str, str], state: str
) -> None:
    tenant = new_tenant("password")
    with app_of(needed(lambda: built(lambda: okta_idx_java(*properties, env=variables)))) as app:
        first = app.start(tenant)

    assert first["state"] == state
    assert state == "input" or "https" in said(first)
