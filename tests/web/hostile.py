"""Texts at which careless code goes back again and again, and a judge of what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable

SMALL, LARGE = 64 * 1024, 256 * 1024
MOST = 8
"""Times the processor time that four times the bytes may take: four if linear, sixteen if it grows with the square."""
FLOOR_S = 0.5
"""Less than this at the larger size is too little to compare; what grows with the square costs seconds there."""
HOPELESS_S = 1.0
"""At the smaller size or a quarter of it; no larger one is tried then."""
TRIES = 3


def _times(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda size: before + unit * ((size - len(before) - len(after)) // len(unit)) + after


SHAPES: dict[str, Callable[[int], str]] = {
    "escapes in an unclosed string": _times('\\"', "[" * 70 + '"'),
    "open brackets": _times("["),
    "open objects": _times('{"a":'),
    "empty lists": _times("[],", "[", "[]]"),
    "many members": _times('"a":1,', "{", '"b":1}'),
    "quotation marks": _times('"'),
    "backslashes": _times("\\"),
    "open tags": _times("<"),
    "an address that is none": _times(".", "a@", " "),
    "at signs": _times("@"),
    "subtags": _times("a-"),
    "a list": _times("a,"),
    "weights": _times("a;q=0.1,"),
    "pairs": _times("a=b; "),
    "parameters": _times("a=1&"),
    "quoted parameters": _times('a="\\";', 'text/plain; a="'),
    "percent signs": _times("%"),
    "escaped letters": _times("%61"),
    "spaces": _times(" ", "a", "b"),
    "dots": _times("a."),
    "slashes": _times("/"),
    "colons": _times(":"),
    "digits": _times("1"),
    "letters": _times("A"),
    "letters of other scripts": _times("\u0130"),
    "words": _times("abcd "),
}


def fault_of(
    run: Callable[[int], object], small: int = SMALL, large: int = LARGE, floor_s: float = FLOOR_S
) -> str | None:
    """How the cost of `run` grows with the size that it is given, if faster than it may; else None."""
    for size in (small // 4, small):
        if (first := _cost(run, size)) > HOPELESS_S:
            return f"{size} bytes took {first:.2f} s"
    if _cost(run, large) < floor_s:
        return None
    less, more = (min(_cost(run, size) for _ in range(TRIES)) for size in (small, large))
    if more < floor_s or more <= MOST * less:
        return None
    return f"{small} bytes took {less:.3f} s, {large} bytes {more:.3f} s"


def _cost(run: Callable[[int], object], size: int) -> float:
    """Seconds of processor time, of this process alone."""
    before = time.process_time()
    run(size)
    return time.process_time() - before
