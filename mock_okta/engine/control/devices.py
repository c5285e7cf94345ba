"""Whether a device is let in, decided by a test instead of by a person at `/activate`."""

from __future__ import annotations

from urllib.parse import urlencode

from mock_okta.engine.advance import advance
from mock_okta.engine.model import Request, Scenario, State

FORM = {"content-type": "application/x-www-form-urlencoded"}


class UndecidableDevice(Exception):
    """No device shows this code, or the user may not let it in."""


def decide_device(
    scenario: Scenario,
    state: State,
    user_code: str,
    *,
    login: str,
    allow: bool,
    at: float,
    chance: str,
    origin: str,
) -> State:
    """The tenant after this user has let the device in, or has not.

    user_code: what the device shows
    at: epoch seconds; chance: as of a request; origin: scheme and host of the server
    Raises: UndecidableDevice
    """
    answer = {"user_code": user_code, "login": login} | ({} if allow else {"action": "deny"})
    body = urlencode(answer, errors="replace").encode()
    posted = Request(method="POST", endpoint="activate", origin=origin, at=at, chance=chance, headers=FORM, body=body)
    state, reply = advance(scenario, state, posted)
    if reply.status != 200:
        raise UndecidableDevice(f"{login} cannot decide about a device that shows {user_code!r}")
    return state
