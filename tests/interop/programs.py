"""Runs the small programs in auth_js/: each is one thing that a user of the SDK does, and prints what came of it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interop.running import Tenant
from tests.interop.toolchain import HERE

PROGRAMS = HERE / "auth_js"
ENDS_WITHIN_S = 30


@dataclass(frozen=True)
class Programs:
    """Starts programs with the settings of one tenant.

    node: the path of the executable
    trusting: the file of a CA that Node is to trust besides its own
    """

    node: str
    trusting: Path | None = None

    def run(self, name: str, **settings: Any) -> dict[str, Any]:
        """What `auth_js/<name>.mjs` printed.

        settings: what the program reads as its settings, e.g. issuer, clientId, login
        """
        env = {name: value for name, value in os.environ.items() if not name.startswith(("OKTA_", "NODE_"))}
        if self.trusting:
            env["NODE_EXTRA_CA_CERTS"] = str(self.trusting)
        ended = subprocess.run(
            [self.node, str(PROGRAMS / f"{name}.mjs"), json.dumps(settings)],
            env=env,
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_S,
            check=False,
        )
        said = "".join(line for line in ended.stderr.splitlines(keepends=True) if "WARN: Memory storage" not in line)
        assert ended.returncode == 0, f"{name}.mjs ended with {ended.returncode}:\n{ended.stdout}{said}"
        return json.loads(ended.stdout)


def told(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    """The settings of a program that is the tenant's public client, with these changes."""
    return {
        "issuer": tenant.issuer,
        "clientId": tenant.about["spa_client_id"],
        "redirectUri": tenant.about["redirect_uri"],
        "login": tenant.login,
        "password": tenant.password,
        "outbox": tenant.outbox_url,
        "clock": tenant.clock_url,
    } | changes


def steps(pages: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Status and offered remediations of each page."""
    return [(page["status"], page["offered"]) for page in pages]


def said(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Class and i18n key of a page's messages."""
    return [(message["kind"], message["key"]) for message in page.get("messages", ())]
