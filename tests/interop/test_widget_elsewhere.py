"""What somebody does elsewhere while the Okta Sign-In Widget 7.49 waits: on a phone, in a mail, at another provider."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.embedding import OpenWidget, both_generations
from tests.interop.orgs import PASSWORD, mary, org
from tests.interop.running import NewTenant, Tenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]


def decides(tenant: Tenant, decision: str) -> None:
    """Mary decides on her phone."""
    tenant.control.post(f"/__mock__/tenants/{tenant.id}/push", json={"decision": decision}).raise_for_status()


PUSH = {"okta_verify": {"methods": ["push"]}}
PROVE = {"verify": "okta_password"}
"""Asked for last: generation 3 throws, in 7.49, where a poll ends the sign-in (its `usePolling` lets auth-js redeem the
code, and then it looks for the transaction that this has cleared)."""


def phone_then_password(new_tenant: NewTenant) -> Tenant:
    """An org that asks for a notification of Okta Verify before the password."""
    user = mary("okta_verify")
    return new_tenant(yaml=org("identify", {"verify": "okta_verify"}, PROVE, user=user, authenticators=PUSH))


def test_a_notification_is_approved_on_the_phone(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    tenant = phone_then_password(new_tenant)
    visitor = open_widget(tenant)
    visitor.name_themselves("mary@example.com")
    visitor.presses("Send push")
    visitor.watch.picture(visitor.page, "waiting")
    decides(tenant, "approve")
    visitor.give_password(PASSWORD)
    assert "mfa" in visitor.is_signed_in()["methods"].split()


def test_a_notification_is_rejected_on_the_phone(open_widget: OpenWidget, new_tenant: NewTenant) -> None:
    tenant = phone_then_password(new_tenant)
    visitor = open_widget(tenant)
    visitor.name_themselves("mary@example.com")
    visitor.presses("Send push")
    decides(tenant, "reject")
    visitor.reads("You have chosen to reject this login.")


def test_the_link_of_a_mail_is_opened_in_another_tab(open_widget: OpenWidget, new_tenant: NewTenant, page: Any) -> None:
    tenant = new_tenant(yaml=org("identify", {"verify": "okta_email"}, PROVE, user=mary("okta_email")))
    visitor = open_widget(tenant)
    visitor.name_themselves("mary@example.com")
    visitor.ask_for_email()
    visitor.sees("Verify with your email")
    page.context.new_page().goto(tenant.link())
    visitor.give_password(PASSWORD)
    assert "email" in visitor.is_signed_in()["methods"].split()


def test_another_provider_vouches_for_somebody(open_widget: OpenWidget, new_tenant: NewTenant, page: Any) -> None:
    providers = [{"type": "GOOGLE", "name": "Google"}, {"type": "OIDC", "name": "Partner"}]
    tenant = new_tenant(yaml=org("identify", {"verify": "okta_password"}, user=mary(), identity_providers=providers))
    visitor = open_widget(tenant)
    visitor.sees("Sign In", "providers")
    page.get_by_text("Sign in with Google").first.click()
    visitor.sees("Sign in with Google", "provider")
    page.get_by_role("button", name="Mary Acme (mary@example.com)").click()
    assert visitor.is_signed_in()["email"] == "mary@example.com"
