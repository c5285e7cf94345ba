"""What people may type into a profile: judged by length first, and each character looked at once."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 100
"""Okta's limit for `login` and `email` (Users API, default profile properties)."""

_AROUND_AT = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def is_mail_address(text: str) -> bool:
    """Whether it has the form of an address: something, an at sign, and a domain with a dot inside."""
    if len(text) > LONGEST_ADDRESS or not _AROUND_AT.fullmatch(text):
        return False
    return "." in text.partition("@")[2][1:-1]


def has_tags(text: str) -> bool:
    """Whether there is something in pointed brackets."""
    return ">" in text.partition("<")[2]
