"""What a client trusts: one context for all that trust the system alone, since to load its certificates takes 40 ms."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def system_trust() -> ssl.SSLContext:
    """The certificates that the system trusts; not to be changed."""
    return httpx.create_ssl_context(trust_env=False)


def trust_also(ca_file: str) -> ssl.SSLContext:
    """Those, and the ones in a file. Raises: OSError, ssl.SSLError if it can't be read as certificates"""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_verify_locations(cafile=ca_file)
    return context
