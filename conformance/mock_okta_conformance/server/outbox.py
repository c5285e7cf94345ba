"""Reading the codes that an org mails."""

from __future__ import annotations

import shlex
import subprocess
import time
from urllib.parse import quote

import httpx

from mock_okta_conformance.errors import SetupError

PATIENCE_S = 30.0
PAUSE_S = 1.0
COMMAND_LIMIT_S = 60


def newest_code(how: str, target: str, address: str, http: httpx.Client, *, before: str | None = None) -> str:
    """The newest code mailed to the address, other than the one that was the newest before.

    how, target: as `OrgProfile.outbox`
    Raises: SetupError if there is none after half a minute
    """
    deadline = time.monotonic() + (PATIENCE_S if how != "control" else 0.0)
    while True:
        code = READERS[how](target, address, http)
        if code and code != before:
            return code
        if time.monotonic() >= deadline:
            raise SetupError(f"the outbox has no new code for {address}")
        time.sleep(PAUSE_S)


def _from_control(target: str, address: str, http: httpx.Client) -> str:
    response = http.get(f"{target.rstrip('/')}/outbox", params={"to": address})
    mails = response.json() if response.status_code == 200 else []
    return next((mail["code"] for mail in reversed(mails) if mail.get("code")), "")


def _from_url(target: str, address: str, http: httpx.Client) -> str:
    response = http.get(target.replace("{to}", quote(address)))
    return str(response.json().get("code") or "") if response.status_code == 200 else ""


def _from_command(target: str, address: str, _http: httpx.Client) -> str:
    words = [word.replace("{to}", address) for word in shlex.split(target)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_LIMIT_S, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


READERS = {"command": _from_command, "control": _from_control, "url": _from_url}
