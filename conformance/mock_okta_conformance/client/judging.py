"""What many checks of client requirements have in common."""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterable, Sequence

from mock_okta_conformance.adapters.protocol import View, ViewState
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.verdicts import MET, Finding, all_of, blocked, expect, missed, unseen

SUCCESS = 'view "success"'
REFUSAL = 'view "error", no tokens shown, no call with the tokens'


def described(view: View | None) -> str:
    """A view in a few words: its state, and the error or the messages it shows."""
    if view is None:
        return "no view"
    details = []
    if view.error:
        code = f"{view.error.type}{' ' if view.error.type and view.error.code else ''}{view.error.code}"
        details.append(f"{code}: {view.error.text}" if view.error.text else code)
    details.extend(f"{message.key or 'no key'} “{message.text}”" for message in view.messages)
    if view.tokens:
        details.append("with tokens")
    return f'view "{view.state}"' + (f" ({'; '.join(details)})" if details else "")


def stopped(evidence: Evidence) -> Finding:
    """The client did not get as far as the question."""
    if not evidence.moments:
        return blocked("nothing was played")
    last = evidence.moments[-1]
    what = f"unsupported: {last.unsupported}" if last.unsupported else described(evidence.last_view)
    return blocked(f"the client stopped after “{last.verb}”: {what}")


def last(exchanges: Sequence[Exchange]) -> Exchange | None:
    """The last of them, if any."""
    return exchanges[-1] if exchanges else None


def signs_in(evidence: Evidence) -> Finding:
    """The client ends signed in, whatever is odd about this org."""
    view = evidence.last_view
    done = view is not None and view.state is ViewState.SUCCESS
    return expect(done, SUCCESS, described(view), last(evidence.exchanges))


def refuses_tokens(evidence: Evidence) -> Finding:
    """The client refuses the token reply that it was served, and uses nothing of it."""
    replies = evidence.to("token")
    if not replies:
        return stopped(evidence)
    used = [e for e in evidence.after(replies[-1]) if e.endpoint in ("userinfo", "revoke", "introspect")]
    if used:
        return missed(REFUSAL, f"the access token is used at /{used[0].endpoint}", replies[-1], used[0])
    if evidence.signed_in or (evidence.last_view and evidence.last_view.tokens):
        return missed(REFUSAL, described(evidence.last_view), replies[-1])
    return shows_error(evidence)


def shows_error(evidence: Evidence) -> Finding:
    """The last view is an error that says something."""
    view = evidence.last_view
    if view is None:
        return missed('view "error"', "no reply from the client", last(evidence.exchanges))
    said = view.state is ViewState.ERROR and bool(view.text.strip() or (view.error and view.error.code))
    return expect(said, 'view "error" with a text or a code', described(view), last(evidence.exchanges))


def each(exchanges: Iterable[Exchange], judge: Callable[[Exchange], Finding], nothing: str) -> Finding:
    """The first finding over the exchanges that is not met; `not observed` with this reason if there are none."""
    return all_of(map(judge, exchanges), otherwise=unseen(nothing))


def once(exchange: Exchange, *parameters: str) -> Finding:
    """Each parameter stands in the body exactly once, with a value."""
    for name in parameters:
        values = exchange.values(name)
        if len(values) != 1 or not values[0]:
            found = "absent" if not values else "empty" if values == [""] else f"{len(values)} times"
            return missed(f"{name} once, with a value", f"{name} {found}", exchange)
    return MET


def is_form_post(exchange: Exchange) -> Finding:
    """POST, with the parameters as a form in the body."""
    form = exchange.content_type.partition(";")[0].strip() == "application/x-www-form-urlencoded"
    seen = f"{exchange.method}, Content-Type {exchange.content_type or 'absent'}"
    return expect(exchange.method == "POST" and form, "POST with application/x-www-form-urlencoded", seen, exchange)


def bits(texts: Sequence[str]) -> float:
    """Entropy of the texts if each character is drawn evenly from the smallest usual alphabet that holds them all."""
    return min((len(text) for text in texts), default=0) * math.log2(alphabet_of(texts))


def alphabet_of(texts: Sequence[str]) -> int:
    """How many characters the smallest usual alphabet has that holds these texts."""
    seen = set("".join(texts))
    return next((len(alphabet) for alphabet in ALPHABETS if seen <= set(alphabet)), 94)


def difference(wanted: str, got: str) -> str:
    """Where two texts part, without giving either away."""
    if len(wanted) != len(got):
        return f"{len(got)} characters instead of {len(wanted)}"
    at = next((index for index, pair in enumerate(zip(wanted, got, strict=True), 1) if pair[0] != pair[1]), 0)
    return f"another character at place {at}" if at else "the same"


ALPHABETS = (
    string.digits,
    string.digits + "abcdef",
    string.digits + "ABCDEF",
    string.digits + string.ascii_lowercase,
    string.digits + string.ascii_letters,
    string.digits + string.ascii_letters + "-_",
    string.digits + string.ascii_letters + "-_.~",
)
