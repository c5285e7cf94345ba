"""What a walk can expect: a row for each word, with what has to be so and how it is said when it isn't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What can be seen after a move: the view of the client, and the last exchange in the server's journal.

    page: the words of the page that the browser is at, where the move was one of the browser's
    """

    view: JsonObject = field(default_factory=dict)
    last: JsonObject = field(default_factory=dict)
    page: str = ""

    @property
    def error(self) -> JsonObject:
        """`view.error`, empty if there is none."""
        return self.view.get("error") or {}

    @property
    def messages(self) -> Sequence[JsonObject]:
        """`view.messages`."""
        return self.view.get("messages") or ()

    @property
    def served(self) -> JsonObject:
        """The body of the last reply, empty if it is no object."""
        body = (self.last.get("response") or {}).get("body")
        return body if isinstance(body, Mapping) else {}

    @property
    def status(self) -> int | None:
        """The HTTP status of the last reply."""
        return (self.last.get("response") or {}).get("status")

    @property
    def offers(self) -> list[str]:
        """The remediations on offer: as the client shows them, else as the server last offered them."""
        if "steps" in self.view:
            return list(self.view["steps"])
        remediation = self.served.get("remediation")
        rows = remediation.get("value", ()) if isinstance(remediation, Mapping) else ()
        return [row["name"] for row in rows if isinstance(row, Mapping) and "name" in row]

    def told(self) -> str:
        """Everything worth knowing, on a few lines, without a secret."""
        lines = [f"state {self.view.get('state', 'none')}, offers {', '.join(self.offers) or 'nothing'}"]
        lines += [f"message {m.get('key', '(no key)')}: {m.get('text', '')}" for m in self.messages]
        if self.error:
            named = " ".join(str(self.error[name]) for name in ("type", "code") if self.error.get(name))
            lines.append(f"error {named}: {self.error.get('text', '')}")
        if self.page:
            lines.append(f"page {self.page}")
        request = self.last.get("request") or {}
        if request:
            url = str(request.get("url")).partition("?")[0]
            lines.append(f"last request {request.get('method')} {url} → {self.status}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One row. `says`: what was expected, given the value of the move; `explains`: it is about errors."""

    holds: Callable[[Sight, Any], bool]
    says: Callable[[Any], str]
    explains: bool = False


def _signed_in(sight: Sight, value: Any) -> bool:
    return sight.view.get("state") == "success" and bool((sight.view.get("tokens") or {}).get("accessToken"))


def _is_terminal(sight: Sight, value: Any) -> bool:
    return sight.view.get("state") == "terminal"


def seen_in(exchange: JsonObject) -> Sight:
    """An exchange that no client made, as a client would show it."""
    sight = Sight(last=exchange)
    offered = sight.offers
    code = sight.served.get("errorCode")
    error = {"error": {"type": "refused", "code": code, "text": sight.served.get("errorSummary")}} if code else {}
    state = {"state": "input" if offered else "terminal", "steps": offered}
    return Sight(view={**state, "messages": list(_messages_in(sight.served, "")), **error}, last=exchange)


def _messages_in(value: Any, path: str) -> Iterator[JsonObject]:
    """Every message below a value; `field` is the dotted name of the form field that it stands on."""
    if isinstance(value, Mapping) and isinstance(value.get("message"), str):
        yield {"key": (value.get("i18n") or {}).get("key"), "text": value["message"], "field": path or None}
    elif isinstance(value, Mapping):
        name = value.get("name")
        inner = path if not isinstance(name, str) or "href" in value else f"{path}.{name}".removeprefix(".")
        for member in value.values():
            yield from _messages_in(member, inner)
    elif isinstance(value, list):
        for member in value:
            yield from _messages_in(member, path)


def _has_message(sight: Sight, value: Any) -> bool:
    """By key or by text; also in an error, because some clients raise what others show."""
    if isinstance(value, Mapping):
        return any(m.get("key") == value["key"] and m.get("field") == value["field"] for m in sight.messages)
    seen = [m.get(name) for m in sight.messages for name in ("key", "text")]
    return value in seen or value in (sight.error.get("code"), sight.error.get("text"))


def _has_status(sight: Sight, value: Any) -> bool:
    return bool(sight.status == value)


def _offers_exactly(sight: Sight, value: Any) -> bool:
    return bool(sight.offers == list(value))


def _has_error(sight: Sight, value: Any) -> bool:
    shown = (sight.error.get("code"), sight.error.get("type"))
    return value in shown or value in (sight.served.get("error"), sight.served.get("errorCode"))


def _claims(sight: Sight) -> JsonObject:
    """What was told last: by userinfo, if it was asked, or else by the ID token."""
    return sight.view.get("userinfo") or sight.view.get("claims") or {}


def _has_claims(sight: Sight, value: Any) -> bool:
    return all(_claims(sight).get(name) == wanted for name, wanted in value.items())


def _has_amr(sight: Sight, value: Any) -> bool:
    return sorted(_claims(sight).get("amr", ())) == sorted(value)


def _has_acr(sight: Sight, value: Any) -> bool:
    return bool(_claims(sight).get("acr") == value)


def _shows(sight: Sight, value: Any) -> bool:
    return value in sight.page


def _said(value: Any) -> str:
    return f"{value['key']} on {value['field']}" if isinstance(value, Mapping) else str(value)


EXPECTATIONS: dict[str, Expectation] = {
    "success": Expectation(_signed_in, lambda value: "signed in, with tokens that verify"),
    "terminal": Expectation(_is_terminal, lambda value: "the end: nothing more can be submitted", explains=True),
    "message": Expectation(_has_message, lambda value: f"the message {_said(value)}", explains=True),
    "error": Expectation(_has_error, lambda value: f"the error {value}", explains=True),
    "status": Expectation(_has_status, lambda value: f"HTTP status {value}", explains=True),
    "offers": Expectation(_offers_exactly, lambda value: f"offers {', '.join(value)}"),
    "claims": Expectation(_has_claims, lambda value: f"claims {dict(value)}"),
    "amr": Expectation(_has_amr, lambda value: f"amr {', '.join(value)}"),
    "page": Expectation(_shows, lambda value: f"a page that says {value}"),
    "acr": Expectation(_has_acr, lambda value: f"acr {value}"),
}
