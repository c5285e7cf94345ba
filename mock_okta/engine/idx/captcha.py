"""The captcha: an object on the page, and a field in the forms that it guards.

Source: idx-protocol notes 2.2 (`captcha`), 3.1 (`captchaVerify`). The vendor's verdict is not asked for: any token will
do, so that tests can go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.model import Transaction

VENDORS = {"HCAPTCHA": "hCaptcha", "RECAPTCHA_V2": "reCAPTCHA v2"}
"""What each is called, by `type`."""

GUARDED = {"sign_in": "identify", "register": "enroll-profile", "recover": "identify-recovery"}
"""By flow, the stage whose form has it."""


def guards(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page at hand has a captcha."""
    flows = settings(turn).get("flows", GUARDED) if settings(turn) else ()
    return any(GUARDED[flow] == transaction.stage for flow in flows)


def settings(turn: Turn) -> Mapping[str, Any]:
    """What the scenario says of it; empty if there is none."""
    found: Mapping[str, Any] = turn.scenario.org.get("captcha", {})
    return found


def shown(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`captcha`, where the page has one."""
    if not guards(turn, transaction):
        return {}
    kind = settings(turn).get("type", "HCAPTCHA")
    members = {"id": _id(turn), "name": VENDORS[kind], "siteKey": settings(turn)["site_key"], "type": kind}
    return {"captcha": {"type": "object", "value": members}}


def fields(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`captchaVerify`, where the page has a captcha."""
    if not guards(turn, transaction):
        return ()
    identity = Field(name="captchaId", required=True, value=_id(turn), visible=False, mutable=False)
    token = Field(name="captchaToken", required=True, visible=False, hint="captcha")
    inner = (identity, token)
    return (Field(name="captchaVerify", form=inner, relates_to="$.captcha", needed=True),)


def _id(turn: Turn) -> str:
    """The same for the whole life of the tenant: `cap` and 17 characters (idx-protocol notes 8.1)."""
    return f"cap{turn.state.authenticator_ids['okta_password'][3:]}"
