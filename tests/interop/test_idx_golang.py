"""What okta-idx-golang has since v0.2.2, over https: further factors, accounts of elsewhere, expired passwords."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mock_okta_conformance.reference.soft_key import SoftKey
from tests.interop.elsewhere import back_from_provider
from tests.interop.orgs import NEW_PASSWORD, NUMBER, SECRET, password_then
from tests.interop.phone import AuthenticatorApp
from tests.interop.running import NewTenant, Tenant
from tests.interop.sdk_apps import App, View, claims_of, created_with, methods, said

pytestmark = pytest.mark.interop

ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}


def registering(app: App, tenant: Tenant) -> View:
    """A new user who has set a password."""
    app.start(tenant, "register")
    app.act("register", **ADA)
    return app.act("enroll password", password="Lovelace-1843")


def registration(*further: str) -> str:
    """An org whose new users set a password, and these."""
    return password_then(register=["profile", {"enroll": "okta_password"}, {"enroll": {"required": list(further)}}])


# -- authenticator app ------------------------------------------------------------------------------------------------


def test_a_code_of_an_authenticator_app_is_the_second_factor(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": "google_otp"}, has=["google_otp"]))
    golang.start(tenant)
    golang.identify(tenant)
    golang.act("select google_otp")

    assert "Your code doesn't match our records." in said(golang.act("answer google_otp", code="000000"))

    done = golang.act("answer google_otp", code=AuthenticatorApp(SECRET).code())
    assert methods(done) == ["google_otp", "mfa", "otp", "pwd"]


def test_an_authenticator_app_is_enrolled_on_the_way_in(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"enroll": "google_otp"}))
    golang.start(tenant)
    golang.identify(tenant)

    shown = golang.act("enroll google_otp")["contextualData"]["sharedSecret"]

    done = golang.act("answer google_otp", code=AuthenticatorApp(shown).code())
    assert methods(done) == ["google_otp", "mfa", "otp", "pwd"]


def test_a_new_user_enrols_an_authenticator_app(golang: App, new_secured_tenant: NewTenant) -> None:
    registering(golang, new_secured_tenant(yaml=registration("google_otp")))

    shown = golang.act("enroll google_otp")["contextualData"]["sharedSecret"]

    assert claims_of(golang.act("answer google_otp", code=AuthenticatorApp(shown).code()))["name"] == "Ada Acme"


# -- question ---------------------------------------------------------------------------------------------------------

QUESTIONS = pytest.mark.parametrize(
    "question",
    [
        {"questionKey": "disliked_food", "answer": "artichokes"},
        {"questionKey": "custom", "question": "Where did we meet?", "answer": "at the pier"},
    ],
    ids=["predefined", "own"],
)


@QUESTIONS
def test_a_question_is_enrolled_on_the_way_in(
    golang: App, new_secured_tenant: NewTenant, question: Mapping[str, str]
) -> None:
    tenant = new_secured_tenant(yaml=password_then({"enroll": "security_question"}))
    golang.start(tenant)
    golang.identify(tenant)

    assert methods(golang.act("enroll security_question", **question)) == ["kba", "pwd"]


@QUESTIONS
def test_a_new_user_enrols_a_question(golang: App, new_secured_tenant: NewTenant, question: Mapping[str, str]) -> None:
    registering(golang, new_secured_tenant(yaml=registration("security_question")))

    assert claims_of(golang.act("enroll security_question", **question))["name"] == "Ada Acme"


# -- security key -----------------------------------------------------------------------------------------------------


def test_a_security_key_is_enrolled_and_is_the_second_factor_from_then_on(
    golang: App, new_secured_tenant: NewTenant
) -> None:
    tenant = new_secured_tenant(yaml=password_then({"enroll": "webauthn"}, {"verify": "webauthn"}))
    key = SoftKey(origin=tenant.base)
    golang.start(tenant)
    golang.identify(tenant)

    shown = golang.act("enroll webauthn")
    enrolled = golang.act("answer webauthn", attestation=created_with(key, shown))

    assert methods(enrolled) == ["mfa", "pop", "pwd"]
    golang.start(tenant)
    golang.identify(tenant)
    asked = golang.act("select webauthn")["contextualData"]["challengeData"]
    assert methods(golang.act("answer webauthn", assertion=key.get(asked))) == ["mfa", "pop", "pwd"]


def test_a_new_user_enrols_a_security_key(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=registration("webauthn"))
    registering(golang, tenant)

    shown = golang.act("enroll webauthn")
    done = golang.act("answer webauthn", attestation=created_with(SoftKey(origin=tenant.base), shown))

    assert claims_of(done)["name"] == "Ada Acme"


# -- Okta Verify ------------------------------------------------------------------------------------------------------


@contextmanager
def phone(tenant: Tenant, decision: str) -> Iterator[None]:
    """A user who decides as soon as the phone asks, while the SDK waits."""
    over = threading.Event()

    def decide() -> None:
        while not tenant.approve(decision) and not over.wait(0.05):
            pass

    deciding = threading.Thread(target=decide)
    deciding.start()
    try:
        yield
    finally:
        over.set()
        deciding.join()


VERIFY = {"okta_verify": {"secret": SECRET, "methods": ["push", "totp"]}}


@pytest.mark.slow  # the SDK waits for three seconds before it asks
def test_a_notification_is_approved_while_the_sdk_waits(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": "okta_verify"}, has=[VERIFY]))
    golang.start(tenant)
    golang.identify(tenant)

    with phone(tenant, "approve"):
        done = golang.act("select okta_verify", method="push")

    assert methods(done) == ["mfa", "okta_verify", "pwd", "swk"]


def test_a_code_of_okta_verify_is_the_second_factor(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then({"verify": "okta_verify"}, has=[VERIFY]))
    golang.start(tenant)
    golang.identify(tenant)
    golang.act("select okta_verify", method="totp")

    done = golang.act("answer okta_verify", code=AuthenticatorApp(SECRET).code())

    assert methods(done) == ["mfa", "okta_verify", "otp", "pwd"]


@pytest.mark.parametrize(
    "channel",
    [
        {"channel": "qrcode"},
        {"channel": "email", "email": "ada@example.com"},
        {"channel": "sms", "phone": NUMBER},
    ],
    ids=lambda channel: channel["channel"],
)
def test_a_new_user_enrols_okta_verify(golang: App, new_secured_tenant: NewTenant, channel: Mapping[str, str]) -> None:
    """The SDK's polling is introspect alone: it has to show where the enrolment on the phone has led."""
    tenant = new_secured_tenant(yaml=registration("okta_verify"))
    registering(golang, tenant)

    golang.act("enroll okta_verify", **channel)

    assert "OKTA_VERIFY_POLL" in golang.act("poll")["steps"]
    assert tenant.approve("enroll", user="ada@example.com")
    assert claims_of(golang.act("poll"))["name"] == "Ada Acme"


def address_of(exchange: Mapping[str, Any]) -> str:
    return str(exchange["request"]["url"])


# -- elsewhere, and old passwords -------------------------------------------------------------------------------------


def test_a_user_comes_with_an_account_of_elsewhere(golang: App, new_secured_tenant: NewTenant) -> None:
    """The SDK verifies the ID token itself, with the keys."""
    tenant = new_secured_tenant("social")
    golang.start(tenant)

    away = golang.act("idp", type="GOOGLE")["redirect"]
    done = golang.callback(back_from_provider(tenant, away, login="mary@example.com"))

    assert claims_of(done)["preferred_username"] == "mary@example.com"
    assert done["tokens"]["refreshToken"]
    (redeemed,) = tenant.journal("token")
    assert {"client_secret", "code_verifier", "interaction_code"} <= set(parse_qs(urlsplit(address_of(redeemed)).query))


def test_an_expired_password_is_replaced_on_the_way_in(golang: App, new_secured_tenant: NewTenant) -> None:
    tenant = new_secured_tenant(yaml=password_then(status="PASSWORD_EXPIRED"))
    golang.start(tenant)

    assert "SETUP_NEW_PASSWORD" in golang.identify(tenant)["steps"]
    done = golang.act("reset password", password=NEW_PASSWORD)

    assert methods(done) == ["pwd"]
    golang.start(tenant)
    assert methods(golang.identify(tenant, password=NEW_PASSWORD)) == ["pwd"]
