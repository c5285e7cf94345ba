"""The widget's page that waits for somebody to act on a mail, while the page's own clock is moved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.embedding import OpenWidget, both_generations
from tests.interop.running import NewTenant

pytestmark = [pytest.mark.interop, pytest.mark.browser, both_generations]


def test_a_waiting_page_polls_and_can_have_another_code_mailed(
    open_widget: OpenWidget, page: Any, new_tenant: NewTenant
) -> None:
    org = new_tenant("password-then-email")
    page.clock.install()  # for all pages of this browser: no other test belongs in this module
    mary = open_widget(org)

    mary.signs_in_with_password(org.login, org.password)
    mary.ask_for_email()
    first = org.code()
    mary.wait_and_ask_again()
    second = org.code(after=1)
    mary.open_code_form()
    mary.give_code(second)

    assert mary.is_signed_in()["name"] == "Mary Acme"
    assert first != second
    polls = [each["response"]["status"] for each in org.journal("idx/challenge/poll")]
    assert len(polls) > 1
    assert set(polls) == {200}
