"""What comes with a call of the control API, its JSON body and the filters of its query, and what goes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import flask

from mock_okta.engine.model import Mail, logins
from mock_okta.engine.model.json_depth import is_too_deep
from mock_okta.errors import did_you_mean
from mock_okta.journal import Exchange, Journal
from mock_okta.web import codec

DEEPEST = 64
LONGEST_WHOLE = 131_072
"""Bytes of a list that are made at once; a longer one goes out in pieces, while others are answered."""

_STATUS = re.compile(r"[1-9](?:\d\d|xx)")


class ControlError(Exception):
    """A call that can't be done.

    status: 400, or 404 if something that it names is not there
    field: which member or parameter is to blame, "" for the call as a whole
    """

    def __init__(self, status: int, field: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.field = field
        self.message = message
        self.hint = hint


def answer(value: Any, status: int = 200) -> flask.Response:
    """The value as JSON."""
    return _sent(codec.rendered(value), status)


def answer_list(values: Iterable[Any], within: Callable[[list[Any]], Any] = list) -> flask.Response:
    """The values as a JSON array, made while the client takes it if it is long.

    within: what the array is to stand in, given an empty one
    """
    before, _, after = codec.rendered(within([])).partition(b"[]")
    pieces = _array(values, before, after)
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if len(begun) > LONGEST_WHOLE:
            return _sent(chain((bytes(begun),), pieces), 200)
    return _sent(bytes(begun), 200)


def _array(values: Iterable[Any], before: bytes, after: bytes) -> Iterator[bytes]:
    yield before + b"["
    comma = b""
    for value in values:
        yield comma + codec.rendered(value)
        comma = b","
    yield b"]" + after


def _sent(body: bytes | Iterable[bytes], status: int) -> flask.Response:
    response = flask.Response(body, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def json_body() -> Any:
    """The JSON value of the body.

    Raises: ControlError if there is none
    """
    body = flask.request.get_data(cache=False)
    if is_too_deep(body, DEEPEST):
        raise ControlError(400, "", f"the body is nested deeper than {DEEPEST} levels")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ControlError(400, "", f"the body is no JSON: {error}"[:200], "Content-Type is not looked at") from None


def body_object(members: Mapping[str, type | tuple[type, ...]], *, needs: str = "") -> dict[str, Any]:
    """The body as an object that has no other members than these; an empty body is an empty object.

    Raises: ControlError for another member, a wrong type, or if the one that it needs is missing
    """
    value = json_body() if flask.request.content_length or flask.request.headers.get("Transfer-Encoding") else {}
    if not isinstance(value, dict):
        raise ControlError(400, "", "the body is no object", f"its members can be {', '.join(members)}")
    for name, member in value.items():
        if name not in members:
            raise ControlError(400, name, f"there is no member {name!r}", _nearest(name, members))
        wanted = members[name]
        kinds = wanted if isinstance(wanted, tuple) else (wanted,)
        if type(member) not in kinds:  # isinstance would take true for a number
            raise ControlError(400, name, f"{name} is not {_KINDS[kinds[0]]}")
    if needs and needs not in value:
        raise ControlError(400, needs, f"{needs} is missing")
    return value


_KINDS: Mapping[type, str] = {str: "a text", int: "a number", bool: "true or false", dict: "an object", list: "a list"}


def selected_mails(outbox: Iterable[Mail]) -> tuple[bool, list[Mail]]:
    """Whether only the latest is asked for, and the mails that the filters of the query let through."""
    asked = _parameters("to", "channel", "latest")
    to, channel = asked.get("to"), asked.get("channel")
    mails = [
        mail
        for mail in outbox
        if (to is None or logins.same(mail.to, to)) and (channel is None or mail.channel == channel)
    ]
    return asked.get("latest", "0") not in ("0", "false"), mails


def selected_exchanges(journal: Journal) -> tuple[str, list[tuple[int, Exchange]]]:
    """The form that the query asks for, "json" or "har", and the exchanges that its filters let through, numbered.

    endpoint: "token", "idx/identify", or "idx" for all below; status: "401" or "4xx"; since: epoch seconds on the
    tenant's clock; after: a number in the journal; latest: how many at most, counted from the newest
    """
    asked = _parameters("endpoint", "method", "status", "transaction", "since", "after", "latest", "format")
    form = asked.get("format", "json")
    if form not in ("json", "har"):
        raise ControlError(400, "format", f"there is no format {form!r}", "json or har")
    status = asked.get("status", "")
    if status and not _STATUS.fullmatch(status):
        raise ControlError(400, "status", f"{status!r} is no status", "e.g. 401 or 4xx")
    since = _number(asked, "since", 0.0)
    after = int(_number(asked, "after", 0.0))
    latest = int(_number(asked, "latest", float(1 << 31)))
    chosen = [
        (number, exchange)
        for number, exchange in journal.numbered(after)
        if _is_below(exchange.endpoint, asked.get("endpoint"))
        and asked.get("method", exchange.method).upper() == exchange.method
        and (not status or str(exchange.status).startswith(status.rstrip("x")))
        and asked.get("transaction", exchange.transaction) == exchange.transaction
        and exchange.at >= since
    ]
    return form, chosen[-latest:] if latest > 0 else []


def selected_flag(name: str) -> bool:
    """The one parameter that the query may have: true or false, which is what it is if left out."""
    said = _parameters(name).get(name, "false")
    if said not in ("true", "false"):
        raise ControlError(400, name, f"{name} is {said!r}"[:200], "true or false")
    return said == "true"


def _is_below(endpoint: str, wanted: str | None) -> bool:
    return wanted is None or endpoint == wanted or endpoint.startswith(f"{wanted}/")


def _parameters(*known: str) -> dict[str, str]:
    asked = flask.request.args.to_dict()
    for name in asked:
        if name not in known:
            raise ControlError(400, name, f"there is no filter {name!r}", _nearest(name, known))
    return {name: ("1" if name == "latest" and value == "" else value) for name, value in asked.items()}


def _number(asked: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(asked.get(name, default))
    except ValueError:
        value = float("nan")
    if not -1e12 < value < 1e12:
        raise ControlError(400, name, f"{name} is {asked[name]!r}"[:200], "it is a number")
    return value


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    return did_you_mean(name, known) or f"there are {', '.join(known)}"
