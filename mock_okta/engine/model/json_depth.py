"""How deep a JSON text is nested, judged before it is parsed: what is too deep is refused without being taken apart."""

from __future__ import annotations

from itertools import accumulate

_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_ALL_BUT_BRACKETS = bytes(byte for byte in range(256) if byte not in _STEPS)


def is_too_deep(text: bytes, deepest: int) -> bool:
    """Whether arrays and objects are nested deeper than that in a JSON text, well-formed or not.

    Never goes back: escapes are dropped first, so that every quotation mark left begins or ends a string.
    """
    if text.count(b"[") + text.count(b"{") <= deepest:
        return False
    unescaped = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    parts = unescaped.split(b'"')
    is_unclosed = len(parts) % 2 == 0  # then the last string is no string
    outside_of_strings = [*parts[::2], *parts[-1:]] if is_unclosed else parts[::2]
    brackets = b"".join(outside_of_strings).translate(None, _ALL_BUT_BRACKETS)
    return any(depth > deepest for depth in accumulate(map(_STEPS.__getitem__, brackets)))
