"""A person in front of the Sign-In Widget, who knows headings, labels and buttons, and nothing of the protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.interop.watching import Watch

READING_MS = 250
"""How long a person takes to read a message, at least. Generation 2 ignores a second submit within 200 ms of the first,
and against a server on the same machine a test is that quick."""

CURSOR_IS_PLACED = "document.activeElement !== document.body || new Promise((done) => setTimeout(done, 100))"
"""Generation 2 moves the cursor to the first box 50 ms after it has shown a page; what was being typed goes there."""

WAITS_S = 32
"""The widget offers to send another mail after 30."""


@dataclass(frozen=True)
class Visitor:
    """Whoever signs in. Every page is kept as a picture when it has been filled in."""

    page: Page
    watch: Watch

    # -- what anybody does on any page --------------------------------------------------------------------------------

    def sees(self, heading: str, picture: str = "") -> None:
        """Waits for the page with that heading, and keeps a picture of it if that has a name."""
        expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        if picture:
            self.watch.picture(self.page, picture)

    def reads(self, text: str | re.Pattern[str]) -> None:
        """Sees a sentence on the page."""
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible()
        self.watch.picture(self.page, "told")
        self.page.wait_for_timeout(READING_MS)

    def fills(self, label: str, text: str) -> None:
        """Fills in a box, once the widget has put the cursor where it wants it."""
        box = self.page.get_by_role("textbox", name=label, exact=True)
        box.wait_for()
        self.page.evaluate(CURSOR_IS_PLACED)
        box.fill(text)

    def chooses(self, label: str, option: str) -> None:
        """Picks from a drop-down list."""
        self.page.get_by_role("combobox", name=label, exact=True).select_option(label=option)

    def ticks(self, label: str) -> None:
        """Ticks a box, or takes one of several choices; what can be clicked of either is its label."""
        self.page.get_by_text(label, exact=True).first.click()

    def presses(self, name: str) -> None:
        """Presses a button, or what is a link in one generation and a button in the other."""
        self.watch.picture(self.page, re.sub(r"\W+", "-", name).strip("-"))
        self._control(name).click()

    def _control(self, name: str) -> Locator:
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True))

    # -- the pages of most sign-ins -----------------------------------------------------------------------------------

    def signs_in_with_password(self, login: str, password: str) -> None:
        """Goes through the first two pages of an org that asks for the name, then for the password."""
        self.name_themselves(login)
        self.give_password(password)

    def name_themselves(self, login: str) -> None:
        """Fills in the first page of an org that asks for the name alone."""
        self.sees("Sign In")
        self.fills("Username", login)
        self.presses("Next")

    def name_themselves_with_password(self, login: str, password: str) -> None:
        """Fills in the first page of an org that asks for both."""
        self.sees("Sign In")
        self.fills("Username", login)
        self.fills("Password", password)
        self.presses("Sign in")

    def give_password(self, password: str) -> None:
        """Fills in the password page."""
        self.sees("Verify with your password")
        self.fills("Password", password)
        self.presses("Verify")

    def ask_for_email(self) -> None:
        """Agrees that a code be mailed."""
        self.sees("Get a verification email")
        self.presses("Send me an email")

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
        self.presses("Enter a verification code instead")

    def give_code(self, code: str, heading: str = "Verify with your email") -> None:
        """Fills in a code that was sent."""
        self.sees(heading)
        self.fills("Enter Code", code)
        self.presses("Verify")

    def go_back(self) -> None:
        """Gives up this sign-in."""
        self.page.get_by_text("Back to sign in", exact=True).click()

    def is_signed_in(self) -> dict[str, str]:
        """What the page says about the sign-in once the widget has handed the tokens over."""
        self.sees("Signed in", picture="signed-in")
        facts = self.page.locator("#signed-in dd").all()
        return {str(fact.get_attribute("data-fact")): fact.inner_text() for fact in facts}
