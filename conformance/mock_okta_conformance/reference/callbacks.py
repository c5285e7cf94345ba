"""Redirects back to the app: whether one is the answer to the transaction at hand, and what it says.

    {redirect_uri}?interaction_code=…&state=…        signed in elsewhere
    {redirect_uri}?error=interaction_required&state=…  there is more to do here
    {redirect_uri}?error=…[&error_description=…]&state=…
    {redirect_uri}?otp=…&state=…                       the link of a mail was opened: the code to answer with

Nothing in it is looked at before its address and its `state` are known to be right (RFC 6749, 10.12; RFC 9700, 4.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, urlsplit

from mock_okta_conformance.reference.errors import CallbackRejected

LONGEST_CALLBACK = 8000
INTERACTION_REQUIRED = "interaction_required"


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback says: a code, an error, or what was mailed. Exactly one of `code`, `error` and `otp` is there."""

    code: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)
    error: str | None = None
    description: str | None = None


def read_callback(url: str, state: str, *, redirect_uri: str, issuer: str, sends_iss: bool) -> Callback:
    """What the callback says, if it is the answer to this transaction.

    state: as sent with `/interact`
    issuer: as `iss` has to name it, which it must if the server's metadata say so (RFC 9207, 2.4)
    Raises: CallbackRejected with the name of what is wrong: "redirect_uri", "state", "iss" or "interaction_code"
    """
    parameters = _parameters(url, redirect_uri)
    if not state or parameters.get("state") != [state]:
        raise CallbackRejected("the callback's state is not that of this sign-in", code="state")
    iss = parameters.get("iss", [])
    mailed = parameters.get("otp", [])
    if len(mailed) == 1 and mailed[0]:  # not an answer of the authorization server, so it has no `iss`
        return Callback(otp=mailed[0])
    if iss != [issuer] and (iss or sends_iss):
        raise CallbackRejected("the callback is from another issuer, or doesn't say from which", code="iss")
    if "error" in parameters:
        return Callback(error=parameters["error"][0], description=_first(parameters, "error_description"))
    code = parameters.get("interaction_code", [])
    if len(code) != 1 or not code[0]:
        raise CallbackRejected("the callback has no interaction code", code="interaction_code")
    return Callback(code=code[0])


def _parameters(url: str, redirect_uri: str) -> dict[str, list[str]]:
    """The parameters by name, those of the redirect URI itself left out. The whole address has to be ours."""
    if len(url) > LONGEST_CALLBACK:
        raise CallbackRejected("the callback is longer than any we make", code="redirect_uri")
    try:
        got, ours = urlsplit(url), urlsplit(redirect_uri)
        given = parse_qsl(got.query, keep_blank_values=True)
    except ValueError:
        raise CallbackRejected("the callback is not an address", code="redirect_uri") from None
    expected = parse_qsl(ours.query, keep_blank_values=True)
    if _place(got) != _place(ours) or any(pair not in given for pair in expected):
        raise CallbackRejected("the callback is not at our redirect_uri", code="redirect_uri")
    found: dict[str, list[str]] = {}
    for name, value in given:
        if (name, value) not in expected:
            found.setdefault(name, []).append(value)
    return found


def _place(parts: SplitResult) -> tuple[str, str, str]:
    return parts.scheme, parts.netloc, parts.path


def _first(parameters: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(parameters.get(name, ())), None) or None
