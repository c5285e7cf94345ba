"""The web app of webapp/ in a process of its own, as the tenant's confidential client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.interop.running import Tenant, started
from tests.interop.toolchain import HERE

READY = "web app ready at "


@contextmanager
def hosting(node: str, org: Tenant, generation: str) -> Iterator[str]:
    """Runs the web app on a free port until the block ends. Yields its origin, e.g. "http://localhost:40125"."""
    settings = {
        "ISSUER": org.issuer,
        "CLIENT_ID": org.about["client_id"],
        "CLIENT_SECRET": org.about["client_secret"],
        "WIDGET": generation,
        "PORT": "0",
    }
    with started([node, str(HERE / "webapp" / "server.mjs")], READY, env=os.environ | settings) as origin:
        yield origin
