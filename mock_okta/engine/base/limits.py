"""How often something may happen to somebody within some time: the one rule by which whatever is limited is counted."""

from __future__ import annotations

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Counted


class Limit(Struct, frozen=True, kw_only=True):
    """So often in so many seconds; what is longer ago counts no more.

    name: what is counted
    holds_s: for how long it holds from the last time on, once it is reached, before the count begins anew; if left out,
        until the oldest of those times counts no more
    """

    name: str
    most: int
    within_s: float
    holds_s: float | None = None


def is_reached(turn: Turn, limit: Limit, whose: str) -> bool:
    """Whether it may not happen once more now.

    whose: the key of what it happens to; a text of bounded length, since it is kept
    """
    counted = turn.state.counted.get(_key(limit, whose))
    return counted is not None and len(counted.times) >= limit.most and turn.now < _open_at(limit, counted)


def _open_at(limit: Limit, reached: Counted) -> float:
    if limit.holds_s is not None:
        return reached.times[-1] + limit.holds_s
    return reached.times[-limit.most] + limit.within_s


def count(turn: Turn, limit: Limit, whose: str) -> None:
    """Notes that it has happened. Of limits with one name, that which looks back furthest is the one to count by."""
    key = _key(limit, whose)
    times = (*_still_counting(turn, limit, turn.state.counted.get(key)), turn.now)[-limit.most :]
    ends_at = turn.now + max(limit.within_s, limit.holds_s or 0)
    turn.put("counted", key, Counted(limit=limit.name, times=times, ends_at=ends_at))


def _still_counting(turn: Turn, limit: Limit, before: Counted | None) -> tuple[float, ...]:
    if before is None:
        return ()
    if limit.holds_s is not None and len(before.times) >= limit.most and turn.now >= _open_at(limit, before):
        return ()
    return tuple(at for at in before.times if turn.now < at + limit.within_s)


def forget(turn: Turn, limit: Limit, whose: str) -> None:
    """Begins to count anew."""
    turn.drop("counted", _key(limit, whose))


def _key(limit: Limit, whose: str) -> str:
    return f"{limit.name} {whose}"
