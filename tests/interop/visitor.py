"""A person in front of the Sign-In Widget, who knows headings, labels and buttons, and nothing of the protocol."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.interop.watching import Watch

READING_MS = 250
"""How long a person takes to read a message, at least. Generation 2 ignores a second submit within 200 ms of the first,
and against a server on the same machine a test is that quick."""


WAITS_S = 32
"""The widget offers to send another mail after 30."""


@dataclass(frozen=True)
class Visitor:
    """Whoever signs in. Every page is kept as a picture when it has been filled in."""

    page: Page
    watch: Watch

    def name_themselves(self, login: str) -> None:
        """Fills in the first page of an org that asks for the name alone."""
        self.sees("Sign In")
        self._box("Username").fill(login)
        self._press("identify", "Next")

    def name_themselves_with_password(self, login: str, password: str) -> None:
        """Fills in the first page of an org that asks for both."""
        self.sees("Sign In")
        self._box("Username").fill(login)
        self._box("Password").fill(password)
        self._press("identify-with-password", "Sign in")

    def give_password(self, password: str) -> None:
        """Fills in the password page."""
        self.sees("Verify with your password")
        self._box("Password").fill(password)
        self._press("password", "Verify")

    def ask_for_email(self) -> None:
        """Agrees that a code be mailed."""
        self.sees("Get a verification email")
        self._press("email-offered", "Send me an email")

    def wait_and_ask_again(self) -> None:
        """Lets half a minute pass, after which the widget offers to send another mail, and accepts.

        The page's clock must have been installed before the page was opened.
        """
        self.sees("Verify with your email")
        again = self.page.get_by_text("Send again", exact=True)
        for _ in range(WAITS_S // 4):
            self.page.clock.run_for(4_000)
            self.page.wait_for_timeout(100)  # for the poll that has begun to be answered
        self.watch.picture(self.page, "email-sent-long-ago")
        again.click()
        expect(again).to_be_hidden()

    def open_code_form(self) -> None:
        """Leaves the page that waits for a click in the mail for the one that takes the code."""
        self.sees("Verify with your email")
        self._press("email-sent", "Enter a verification code instead")

    def give_code(self, code: str) -> None:
        """Fills in the mailed code."""
        self.sees("Verify with your email")
        self._box("Enter Code").fill(code)
        self._press("code", "Verify")

    def sees(self, heading: str, picture: str = "") -> None:
        """Waits for the page with that heading, and keeps a picture of it if that has a name."""
        expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        if picture:
            self.watch.picture(self.page, picture)

    def go_back(self) -> None:
        """Gives up this sign-in."""
        self.page.get_by_text("Back to sign in", exact=True).click()

    def reads(self, text: str) -> None:
        """Sees a message on the page."""
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible()
        self.watch.picture(self.page, "told")
        self.page.wait_for_timeout(READING_MS)

    def _box(self, label: str) -> Locator:
        return self.page.get_by_role("textbox", name=label, exact=True)

    def _press(self, picture: str, button: str) -> None:
        self.watch.picture(self.page, picture)
        self.page.get_by_role("button", name=button, exact=True).click()
