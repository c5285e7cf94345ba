"""Every error that clients have to cope with comes up where it does at Okta, with its status, in some walk."""

from __future__ import annotations

from collections.abc import Iterator

from tests.coverage.error_cells import CELLS, END, ENVELOPE, FIELD, NOT_COVERED, OAUTH, TOP, Cell
from tests.coverage.walked import Exchange, exchanges, messages, remediations


def told(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What a reply says, and in which shape."""
    body = exchange.body
    if not exchange.is_ion:
        yield body.get("error", ""), OAUTH
        yield body.get("errorCode", ""), ENVELOPE
        return
    whole = TOP if remediations(body) else END
    for key, field in messages(body):
        yield key or "", FIELD if field else whole
    for each in body.get("messages", {}).get("value", ()):
        yield each["message"], whole


def seen() -> set[tuple[str, str, int, str, str]]:
    """Error, place, status, shape and authenticator of everything that was said in a walk."""
    found = set()
    for each in exchanges():
        in_play = each.body.get("currentAuthenticator") or each.body.get("currentAuthenticatorEnrollment") or {}
        about = in_play.get("value", {}).get("key", "")
        for error, shape in told(each):
            for place in (each.endpoint, each.submitted):
                found |= {(error, place, each.status, shape, about), (error, place, each.status, shape, "")}
    return found


def test_every_error_comes_up_where_it_belongs_or_there_is_a_reason(capsys):
    said = seen()

    def is_covered(cell: Cell) -> bool:
        return any((cell.error, cell.place, status, cell.shape, cell.about) in said for status in cell.statuses)

    left = {str(cell) for cell in CELLS if not is_covered(cell)}
    with capsys.disabled():
        print(f"\n{len(CELLS) - len(left)} of {len(CELLS)} places of errors are covered; left: {sorted(left)}")
    assert left == NOT_COVERED.keys()
