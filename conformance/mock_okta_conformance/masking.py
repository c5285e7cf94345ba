"""Taking secrets out of texts that leave the machine."""

from __future__ import annotations

from collections.abc import Mapping


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """The text with every secret replaced by its name, e.g. ‹access token›.

    secrets: value → name
    """
    for value in sorted(secrets, key=len, reverse=True):
        if value in text:
            text = text.replace(value, f"‹{secrets[value]}›")
    return text
