"""Whether the moves of walks name what the scenario has: its users, its apps, its identity providers, its mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from mock_okta.engine.idx.identity_provider_callback import FAILURES
from mock_okta.engine.idx.start_tokens import LIFETIME_S
from mock_okta.engine.model.logins import among
from mock_okta.loader.checks.script import is_never_submitted
from mock_okta.loader.document import Document, Path, shortened
from mock_okta.loader.grammar import nearest
from mock_okta.loader.inventory import Inventory
from mock_okta.loader.values import mapping

REFERENCES = (
    "$device.code",
    "$device.link",
    "$device.page",
    "$duo",
    "$key",
    "$number",
    "$outbox.code",
    "$outbox.previous",
    "$token",
    "$totp",
)
"""What a walk may write for a value that it cannot know; what comes after a dot or a space says which."""

KINDS = tuple(LIFETIME_S)
_BASE32 = re.compile(r"[A-Za-z2-7]+=*")
ALGORITHMS = ("sha1", "sha256", "sha512")

Moves = Sequence[tuple[Path, str, Any]]


# ---------------------------------------------------------------------------------------------------------------------
# References
# ---------------------------------------------------------------------------------------------------------------------


def check_reference(document: Document, path: Path, value: str) -> None:
    """Notes a reference that stands for nothing."""
    word, *arguments = value.split()
    if word not in REFERENCES and not (word.startswith("$key.") and len(word) > len("$key.")):
        document.report(path, f"unknown reference '{shortened(value)}'", nearest(value, REFERENCES))
    elif word == "$token" and (len(arguments) not in (2, 3) or arguments[0] not in KINDS):
        message = f"'{shortened(value)}' does not say which token, and whose"
        document.report(path, message, f"for example: $token {KINDS[0]} mary@example.com; there are {', '.join(KINDS)}")
    elif word == "$totp" and arguments and not _is_secret(arguments):
        document.report(path, f"'{shortened(value)}' has no secret in base 32", "for example: $totp JBSWY3DPEHPK3PXP")
    elif arguments and word not in ("$token", "$totp"):
        document.report(path, f"'{word}' takes nothing after it", f"write {word}")


def _is_secret(arguments: Sequence[str]) -> bool:
    secret, *algorithm = arguments
    return _BASE32.fullmatch(secret) is not None and len(algorithm) < 2 and set(algorithm) <= set(ALGORITHMS)


# ---------------------------------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------------------------------


def check_names(document: Document, moves: Moves, inventory: Inventory) -> None:
    """Notes every user, app, identity provider, group and remediation that there is not."""
    for path, verb, values in moves:
        if verb in _CHECKS:
            _CHECKS[verb](document, path, values, inventory)


def check_start(document: Document, path: Path, start: Any, inventory: Inventory) -> None:
    """Notes an app or a token that a sign-in cannot begin with."""
    for name, value in mapping(start).items():
        if isinstance(value, str) and value.startswith("$"):
            check_reference(document, (*path, name), value)
    _check_app(document, (*path, "clientId"), mapping(start).get("clientId"), inventory)


def _check_app(document: Document, path: Path, client_id: Any, inventory: Inventory) -> None:
    known = inventory.client_ids
    if isinstance(client_id, str) and not client_id.startswith("$") and client_id not in known:
        hint = nearest(client_id, known) if known else "give an app of `apps:` this `client_id`"
        document.report(path, f"no app has the client id '{shortened(client_id)}'", hint)


def _check_user(document: Document, path: Path, login: Any, inventory: Inventory) -> None:
    known = inventory.names
    if not isinstance(login, str) or login.startswith("$") or inventory.welcomes_others or among(login, known):
        return
    hint = nearest(login, known) if known else "add the user to `users:`"
    document.report(path, f"no user has the login '{shortened(login)}'", hint)


def _of_user(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    _check_user(document, (*path, "login"), mapping(values).get("login"), inventory)


def _of_push(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    _check_user(document, (*path, "user"), mapping(values).get("user"), inventory)


def _of_client(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    _check_app(document, (*path, "clientId"), mapping(values).get("clientId"), inventory)


def _of_idp(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    known = inventory.identity_providers
    for fact in ("name", "type"):
        value = mapping(values).get(fact)
        if isinstance(value, str) and known and value not in known:
            document.report(
                (*path, fact), f"no identity provider has the {fact} '{shortened(value)}'", nearest(value, known)
            )


def _of_visit(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    failure = mapping(values).get("error")
    if isinstance(failure, str) and failure not in FAILURES:
        message = f"an identity provider cannot fail with '{shortened(failure)}'"
        document.report((*path, "error"), message, nearest(failure, FAILURES))


def _of_proceed(document: Document, path: Path, values: Any, inventory: Inventory) -> None:
    step = mapping(values).get("step")
    if isinstance(step, str) and is_never_submitted(step):
        message = f"nobody submits {step!r}: the browser is sent there"
        document.report((*path, "step"), message, "use `follow` or `at idp`")


_CHECKS: dict[str, Callable[[Document, Path, Any, Inventory], None]] = {
    "at idp": _of_visit,
    "device": _of_client,
    "idp": _of_idp,
    "proceed": _of_proceed,
    "push": _of_push,
    "service": _of_client,
    "start": _of_client,
    "user": _of_user,
}
