"""Runs the small programs in auth_js/: each is one thing that a user of the SDK does, and prints what came of it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.interop.toolchain import HERE

PROGRAMS = HERE / "auth_js"
ENDS_WITHIN_S = 30


@dataclass(frozen=True)
class Programs:
    """Starts programs with the settings of one tenant. node: the path of the executable."""

    node: str

    def run(self, name: str, **settings: Any) -> dict[str, Any]:
        """What `auth_js/<name>.mjs` printed.

        settings: what the program reads as its settings, e.g. issuer, clientId, login
        """
        ended = subprocess.run(
            [self.node, str(PROGRAMS / f"{name}.mjs"), json.dumps(settings)],
            env={name: value for name, value in os.environ.items() if not name.startswith(("OKTA_", "NODE_OPTIONS"))},
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_S,
            check=False,
        )
        assert ended.returncode == 0, f"{name}.mjs ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
        return json.loads(ended.stdout)
