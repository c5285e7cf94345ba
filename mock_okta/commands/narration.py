"""Telling a person what went over the wire: one exchange in a few plain words, its secrets shortened."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

JsonObject = Mapping[str, Any]

WIDTH = 100
LABEL = 10
SHOWN = 6

PURPOSES = {
    "openid-configuration": "asks the issuer for its name, its endpoints and where its keys are",
    "keys": "fetches the keys that the issuer signs with",
    "interact": "begins a sign-in",
    "idx/introspect": "asks where the sign-in stands",
    "idx/identify": "says who the user is",
    "idx/challenge": "says which proof the user has chosen",
    "idx/challenge/answer": "passes on what the user typed",
    "token": "exchanges the interaction code for tokens",
    "userinfo": "asks who the access token is about",
}
"""What each endpoint is asked for, as the predicate of "the app …"."""

REMARKS = {
    "code_challenge": "the hash of a secret that the app keeps for later (PKCE)",
    "state": "random, so that a redirect can be told from a forged one",
    "nonce": "random, and later part of the ID token",
    "interactionHandle": "from the reply before",
    "stateHandle": "as the server gave it; it names this sign-in",
    "code_verifier": "the secret whose hash went out at the beginning",
    "interaction_code": "from the reply before, good for one use within a minute",
    "client_secret": "only a server-side app has one",
}
"""What a newcomer may want to know about a parameter."""

OPEN = frozenset(
    {
        "client_id",
        "scope",
        "redirect_uri",
        "code_challenge_method",
        "identifier",
        "rememberMe",
        "grant_type",
        "id",
        "methodType",
    }
)
"""Parameters that are shown in full."""

REMEDIATION_ASKS = {
    "identify": "asks who the user is",
    "challenge-authenticator": "asks for a proof",
    "select-authenticator-authenticate": "lets the user choose how to prove it",
    "authenticator-verification-data": "waits for the user to have a code sent",
}


def shortened(text: str) -> str:
    """The beginning of a secret: enough to recognise it, too little to use it."""
    return f"{text[: min(SHOWN, len(text) // 3)]}…"


def told(exchange: JsonObject) -> Iterator[str]:
    """The lines about one exchange of the journal: the request, what was sent, what came back."""
    request, response = exchange["request"], exchange["response"]
    endpoint = exchange["endpoint"]
    yield f"   {request['method']} {urlsplit(request['url']).path}"
    yield from row("", f"the app {PURPOSES.get(endpoint, 'asks')}")
    for number, line in enumerate(_sent(request)):
        yield from row("" if number else "sends", line)
    for number, line in enumerate(_answered(endpoint, response["body"])):
        yield from row("" if number else f"gets {response['status']}", line)
    yield ""


def row(label: str, text: str, *, width: int = LABEL) -> Iterator[str]:
    """A text beside its label, wrapped. `width`: of the column of labels."""
    first, rest = f"     {label:<{width}}", " " * (5 + width)
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest + "  ", break_on_hyphens=False, break_long_words=False
    )


# -- what was sent ----------------------------------------------------------------------------------------------------


def _sent(request: JsonObject) -> Iterator[str]:
    if request["headers"].get("authorization"):
        scheme, _, secret = request["headers"]["authorization"].partition(" ")
        yield f"Authorization: {scheme} {shortened(secret)}"
    if isinstance(request["body"], Mapping):
        yield from _members(request["body"], "")


def _members(body: JsonObject, path: str) -> Iterator[str]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _members(value, f"{path}{name}.")
            continue
        shown = value if name in OPEN else shortened(str(value))
        remark = f"  ({REMARKS[name]})" if name in REMARKS else ""
        yield f"{path}{name} = {shown}{remark}"


# -- what came back ---------------------------------------------------------------------------------------------------


def _answered(endpoint: str, body: Any) -> Iterator[str]:
    if not isinstance(body, Mapping):
        yield "no JSON object"
        return
    yield from (ANSWERS.get(endpoint) or _page)(body)


def _metadata(body: JsonObject) -> Iterator[str]:
    yield f"issuer = {body['issuer']}  (has to be the one that the app was configured with, and is)"
    yield f"token_endpoint = {body['token_endpoint']}"
    yield f"jwks_uri = {body['jwks_uri']}"


def _keys(body: JsonObject) -> Iterator[str]:
    for key in body["keys"]:
        yield f"{key['kty']} key {shortened(key['kid'])} for {key['alg']}"


def _interaction(body: JsonObject) -> Iterator[str]:
    yield f"interaction_handle = {shortened(body['interaction_handle'])}"


def _tokens(body: JsonObject) -> Iterator[str]:
    for name in ("access_token", "id_token", "refresh_token"):
        if name in body:
            yield f"{name} = {shortened(body[name])}"
    yield f"expires_in = {body['expires_in']} seconds, scope = {body['scope']}"


def _page(body: JsonObject) -> Iterator[str]:
    """What an Identity Engine reply offers. Nothing of it is known to the app beforehand."""
    for message in body.get("messages", {}).get("value", ()):
        yield f"message: {message['message']}"
    for remediation in body.get("remediation", {}).get("value", ()):
        asks = REMEDIATION_ASKS.get(remediation["name"], "can be submitted")
        fields = ", ".join(_asked_for(remediation["value"]))
        yield f"form {remediation['name']}: {asks}{f' ({fields})' if fields else ''}"
    if "successWithInteractionCode" in body:
        yield "successWithInteractionCode: an interaction code, and the form to exchange it with"


def _asked_for(fields: list[JsonObject], path: str = "") -> Iterator[str]:
    """Names of the fields that are the user's to fill, and the labels of what can be chosen."""
    for field in fields:
        value = field.get("value")
        form = field.get("form") or (value.get("form") if isinstance(value, Mapping) else None)
        if field.get("options"):
            yield " or ".join(str(option["label"]) for option in field["options"])
        elif form:
            yield from _asked_for(form["value"], f"{path}{field['name']}.")
        elif field.get("mutable", True):
            yield f"{path}{field['name']}"


ANSWERS: dict[str, Callable[[JsonObject], Iterator[str]]] = {
    "openid-configuration": _metadata,
    "keys": _keys,
    "interact": _interaction,
    "token": _tokens,
}
"""How the reply of an endpoint is told; all others are pages of the Identity Engine."""
