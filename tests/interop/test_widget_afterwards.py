"""What an org may still ask or say after the password, in the Okta Sign-In Widget 7.49, both generations."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.interop.embedding import Generation, OpenWidget, both_generations
from tests.interop.orgs import PASSWORD, password_then
from tests.interop.running import NewTenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]

REFUSED = r"status of 40[013] .*/idp/idx/"


def mary_at(open_widget: OpenWidget, org: Any, **options: Any) -> Any:
    """Mary, who has just typed her password."""
    mary = open_widget(org, **options)
    mary.signs_in_with_password("mary@example.com", PASSWORD)
    return mary


def test_a_device_that_will_not_do_for_long_is_warned(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    rules = {"options": [["android.use_lock_screen"]], "until": "2090-01-01T00:00:00.000Z"}
    org = new_tenant(yaml=password_then({"assure_device": rules}))
    mary = mary_at(open_widget, org)
    mary.reads(re.compile("before|by 01/01/2090|lock screen"))
    mary.presses("Continue to app")
    assert mary.is_signed_in()["name"] == "Mary Acme"


def test_a_device_that_will_not_do_is_told_why(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    rules = {"options": [["macos.device_disk_encrypted"], ["windows.use_biometric_lock_screen"]]}
    org = new_tenant(yaml=password_then({"assure_device": rules}))
    mary = mary_at(open_widget, org)
    mary.reads(re.compile("Option 1"))
    mary.reads(re.compile("Option 2"))


def test_during_maintenance_what_is_optional_is_left_out(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"enroll": {"optional": ["security_question"]}}, org={"safe_mode": True}))
    mary = mary_at(open_widget, org)
    mary.reads("Set up is temporarily unavailable due to server maintenance. Try again later.")


def test_a_refusal_has_the_words_and_the_links_of_the_org(
    open_widget: OpenWidget, new_tenant: NewTenant, generation: Generation
) -> None:
    links = [{"label": "Ask for access", "url": "https://help.example.com"}]
    words = {"key": "security.access_denied_custom_message", "text": "Call the desk.", "links": links}
    org = new_tenant(yaml=password_then({"refuse": words}))
    mary = open_widget(org)
    mary.watch.forgive(REFUSED)
    mary.signs_in_with_password("mary@example.com", PASSWORD)
    mary.reads(re.compile("Call the desk."))
    if generation.name == "gen3":  # the other one shows them on pages that it has not been at before
        mary.reads("Ask for access")


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_a_vendor_verifies_who_it_is(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    org = new_tenant(yaml=password_then({"verify_identity": {"vendor": "PERSONA"}}))
    mary = mary_at(open_widget, org)
    mary.sees("Verify your identity with Persona", "vendor")
