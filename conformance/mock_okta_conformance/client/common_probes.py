"""Probes that more than one area is judged by, and the pieces that probes are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta_conformance.client.probe import SIGN_IN, Move, Probe
from mock_okta_conformance.client.scenarios import PASSWORD_THEN_EMAIL, SINGLE_FORM

IDENTIFY: Move = ("identify", {"identifier": "$user.login"})
"""The username alone, for probes that look at what happens before the password."""
PASSWORD: Move = ("answer password", {"password": "$user.password"})
WRONG_PASSWORD: Move = ("identify", {"identifier": "$user.login", "password": "Wrong-canary-11aa"})
EMAIL_MOVES: tuple[Move, ...] = (
    *SIGN_IN,
    ("select email", {}),
    ("answer email", {"code": "$outbox.code"}),
)


def at(endpoint: str, **effect: Any) -> dict[str, Any]:
    """An intervention at one endpoint. `once=True` spends it; `attempt=1` is for the first call of each transaction."""
    where: dict[str, Any] = {"endpoint": endpoint}
    if "attempt" in effect:
        where["attempt"] = effect.pop("attempt")
    return {"at": where, **effect}


def raw(endpoint: str, status: int, body: Any, headers: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """An intervention that answers word for word."""
    return at(endpoint, raw={"status": status, "body": body, "headers": dict(headers or {})}, **more)


def refused(endpoint: str, status: int, error: str, text: str, **more: Any) -> dict[str, Any]:
    """An OAuth error reply."""
    return raw(endpoint, status, {"error": error, "error_description": text}, **more)


def message(key: str, text: str, severity: str) -> dict[str, Any]:
    """An IDX message, wrapped as a document's `messages`."""
    return {"type": "array", "value": [{"message": text, "i18n": {"key": key, "params": []}, "class": severity}]}


BASELINE = Probe(id="T.sign-in", stimulus="none: an ordinary sign-in")
"""All other probes are blocked while this one fails."""

ONE_FORM = Probe(
    id="T.sign-in.one-form",
    stimulus="none: identifier and password on one form",
    scenario=SINGLE_FORM,
)

EMAIL = Probe(
    id="T.sign-in.email",
    stimulus="none: a password, then a code by email",
    scenario=PASSWORD_THEN_EMAIL,
    moves=EMAIL_MOVES,
    needs=("auth.email",),
    based_on="6.1.2",
)

CONFIDENTIAL = Probe(
    id="T.sign-in.confidential",
    stimulus="none: the client has a secret",
    app="web",
    needs=("confidential",),
)

WRONG_THEN_RIGHT = Probe(
    id="T.password.wrong-then-right",
    stimulus="a wrong password, then the right one",
    moves=(WRONG_PASSWORD, *SIGN_IN),
    based_on="1.1.3",
)

WRONG_CODE = Probe(
    id="T.email.wrong-then-right",
    stimulus="a wrong code, then the right one",
    scenario=PASSWORD_THEN_EMAIL,
    moves=(*EMAIL_MOVES[:-1], ("answer email", {"code": "000000"}), EMAIL_MOVES[-1]),
    needs=("auth.email",),
    based_on="6.1.3",
)

THREE_SIGN_INS = Probe(
    id="T.sign-in.three",
    stimulus="three sign-ins of one client object",
    moves=(*SIGN_IN, ("start", {}), *SIGN_IN, ("start", {}), *SIGN_IN),
)

TWENTY_STARTS = Probe(
    id="T.start.twenty",
    stimulus="twenty transactions are started",
    moves=tuple(("start", {"session": f"-{count}"}) for count in range(2, 21)),
)

USERINFO = Probe(
    id="T.userinfo",
    stimulus="none: userinfo after a sign-in",
    moves=(*SIGN_IN, ("userinfo", {})),
    needs=("userinfo",),
    based_on="0.1.2",
)

PASSIVE_PROBES = (BASELINE, ONE_FORM, EMAIL, CONFIDENTIAL, WRONG_THEN_RIGHT, WRONG_CODE)
"""Played even when only passive rows are asked for."""
