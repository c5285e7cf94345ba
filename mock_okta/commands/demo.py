"""`mock-okta demo`: one sign-in from end to end, told request by request."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from mock_okta.commands.narration import row, shortened, told
from mock_okta.config import DEFAULT_PORT

if TYPE_CHECKING:
    from mock_okta.serving.in_process import MockOkta
    from mock_okta_conformance.reference.session import Session

SCENARIO = "password-then-email"
MOVES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("The user gives a username", "identify", {"identifier": "$login"}),
    ("The user gives a password", "answer password", {"password": "$password"}),
    ("The user asks for a code by e-mail", "select email", {}),
    ("The user reads the code and types it in", "answer email", {"code": "$code"}),
)
"""What is said, the verb, and its values; `$` names are filled in."""

CLAIMS = {
    "iss": "who says so",
    "aud": "to whom: this app",
    "sub": "about whom: the user's id",
    "preferred_username": "the username",
    "name": "the name",
    "amr": "how the user proved it",
    "auth_time": "when",
    "exp": "until when this may be believed",
    "nonce": "the value from the beginning, so that nobody can replay an old token",
}
"""The claims that are shown, and what they say."""

VERIFIED = "the signature, the issuer, the audience, both times, the nonce, and that both tokens belong together"
CLAIM_WIDTH = 20

NEXT = (
    ("mock-okta serve", f"the same org for your own app, at http://127.0.0.1:{DEFAULT_PORT}/oauth2/{SCENARIO}"),
    ("mock-okta env", "its settings, under the names that Okta's client libraries read"),
    ("mock-okta walk", "every way through every bundled scenario"),
)


@click.command()
def command() -> None:
    """Sign in once, end to end, and tell every request.

    Needs nothing: the org, the user and the app are made for the occasion, on a free port of this machine.
    """
    from mock_okta.serving.in_process import MockOkta

    with MockOkta(SCENARIO, id=SCENARIO) as okta:
        _introduce(okta)
        session = _sign_in(okta)
        _conclude(session)


def _sign_in(okta: MockOkta) -> Session:
    """A whole sign-in, each step told when it is done."""
    import httpx

    from mock_okta_conformance.reference.client import Client
    from mock_okta_conformance.reference.settings import Settings
    from mock_okta_conformance.reference.verbs import act

    settings = Settings(
        issuer=okta.issuer,
        client_id=okta.client_id,
        client_secret=okta.client_secret,
        redirect_uri=okta.redirect_uri,
        http_on_loopback=True,
    )
    user = okta.users[0]
    with httpx.Client(trust_env=False) as http:
        session = Client(settings, http).session()
        session.start()
        seen = _tell("The app begins", okta, 0)
        for title, verb, values in MOVES:
            known = {"$login": user["login"], "$password": user["password"]}
            if "$code" in values.values():
                known["$code"] = okta.code()
                _show_mail(okta)
            act(session, verb, {name: known[value] for name, value in values.items()})
            seen = _tell(title, okta, seen)
    return session


# -- telling ----------------------------------------------------------------------------------------------------------


def _introduce(okta: MockOkta) -> None:
    user = okta.users[0]
    _heading("One sign-in, from the first request to verified tokens")
    _print(row("org", f"{okta.issuer}  (a mock of Okta, running in this process)"))
    _print(row("app", f"client {okta.client_id}, which runs on a server and has a secret"))
    _print(row("user", f"{user['login']}, who has a password and gets codes by e-mail"))
    _print([""])


def _tell(title: str, okta: MockOkta, seen: int) -> int:
    """Tells the exchanges that are new, and returns how many there are now."""
    journal = okta.journal()
    _heading(title)
    for exchange in journal[seen:]:
        first, *rest = told(exchange)
        click.secho(first, fg="cyan")
        _print(rest)
    return len(journal)


def _show_mail(okta: MockOkta) -> None:
    mail = okta.outbox()[-1]
    _heading(f"A mail arrives for {mail.to}")
    _print(row("subject", mail.subject))
    _print(row("code", f"{shortened(okta.code())}  (a test reads it from the outbox)"))
    _print([""])


def _conclude(session: Session) -> None:
    tokens = session.tokens
    assert tokens is not None, "a sign-in that returns has tokens"
    _heading("The user is signed in")
    _print(row("verified", VERIFIED))
    _print([""])
    for name, meaning in CLAIMS.items():
        if name in tokens.claims:
            _print(row(name, f"{_shown(name, tokens.claims[name])}  ({meaning})", width=CLAIM_WIDTH))
    _print([""])
    _heading("What next")
    for what, does in NEXT:
        click.echo(f"     {what:<16} {does}")


def _shown(name: str, value: Any) -> str:
    if name == "nonce":
        return shortened(str(value))
    if name in ("auth_time", "exp"):
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(value))
    return ", ".join(value) if isinstance(value, list) else str(value)


def _heading(text: str) -> None:
    click.secho(text, bold=True)
    click.echo()


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
