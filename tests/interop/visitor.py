"""A person in front of the Sign-In Widget, who knows headings, labels and buttons, and nothing of the protocol."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.interop.watching import Watch


READING_MS = 250
"""How long a person takes to read a message, at least. Generation 2 ignores a second submit within 200 ms of the first,
and against a server on the same machine a test is that quick."""


@dataclass(frozen=True)
class Visitor:
    """Whoever signs in. Every page is kept as a picture when it has been filled in."""

    page: Page
    watch: Watch

    def name_themselves(self, login: str) -> None:
        """Fills in the first page of an org that asks for the name alone."""
        self._sees("Sign In")
        self._box("Username").fill(login)
        self._press("identify", "Next")

    def name_themselves_with_password(self, login: str, password: str) -> None:
        """Fills in the first page of an org that asks for both."""
        self._sees("Sign In")
        self._box("Username").fill(login)
        self._box("Password").fill(password)
        self._press("identify-with-password", "Sign in")

    def give_password(self, password: str) -> None:
        """Fills in the password page."""
        self._sees("Verify with your password")
        self._box("Password").fill(password)
        self._press("password", "Verify")

    def ask_for_email(self) -> None:
        """Agrees that a code be mailed."""
        self._sees("Get a verification email")
        self._press("email-offered", "Send me an email")

    def open_code_form(self) -> None:
        """Leaves the page that waits for a click in the mail for the one that takes the code."""
        self._sees("Verify with your email")
        self._press("email-sent", "Enter a verification code instead")

    def give_code(self, code: str) -> None:
        """Fills in the mailed code."""
        self._sees("Verify with your email")
        self._box("Enter Code").fill(code)
        self._press("code", "Verify")

    def reads(self, text: str) -> None:
        """Sees a message on the page."""
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible()
        self.watch.picture(self.page, "told")
        self.page.wait_for_timeout(READING_MS)

    def _sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()

    def _box(self, label: str) -> Locator:
        return self.page.get_by_role("textbox", name=label, exact=True)

    def _press(self, picture: str, button: str) -> None:
        self.watch.picture(self.page, picture)
        self.page.get_by_role("button", name=button, exact=True).click()
