"""Device assurance: an org's rules for devices, and what its users are told to change (idx-protocol notes 5.2, 7.15).

Each option is a set of rules that would do. Until a certain time a user may go on all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import success
from mock_okta.engine.idx.authenticators.fastpass import PORTS
from mock_okta.engine.idx.messages import DEVICE, MESSAGES
from mock_okta.engine.idx.settings import FLAG, MAPPING, TEXT, Setting
from mock_okta.engine.idx.step_kinds.row import RULES as KIND_OF_RULES
from mock_okta.engine.idx.step_kinds.row import TIME
from mock_okta.engine.model import NOTHING, Remark, Step, Transaction

PLATFORMS = ("android.", "ios.", "macos.", "windows.")
RULES = tuple(rule for rule in (name.removeprefix(f"{DEVICE}.") for name in MESSAGES) if rule.startswith(PLATFORMS))
"""What a device can be told to have or to do, by platform."""

POLICY_APP = "android.zero.trust.android_device_policy_app_required"
"""Installed with the help of Okta Verify, which the page asks for it."""
FALLBACKS = ("message", "app_link")

HELP = "https://okta.com/help"
WARNING = "idx.device_assurance.grace_period.warning.title.due_by_date"


OPTIONS = Setting(name="options", kind=KIND_OF_RULES, about="Any of these would do.")
HELP_PAGE = Setting(
    name="help",
    kind=MAPPING,
    about="Where to read more.",
    members=(
        Setting(name="url", kind=TEXT, about="Address."),
        Setting(name="custom", kind=FLAG, default=False, about="An address of the org's own."),
    ),
)
UNTIL = Setting(name="until", kind=TIME, about="The user may go on until then.", example="2030-12-31T00:00:00.000Z")
SETTINGS = (OPTIONS, HELP_PAGE, UNTIL)


def assure(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that warns while there is time, or ends with what has to be changed."""
    told = tuple(_told(step))
    until = UNTIL.find(step.settings)
    if until is not None and turn.now < datetime.fromisoformat(until).timestamp():
        return replace(transaction, stage="grace-period", notices=(Remark(name=WARNING, params=(until,)), *told))
    return success.ended(turn, transaction, Remark(name=f"{DEVICE}.title"), *_explanation(step), *told)


def _explanation(step: Step) -> Iterator[Remark]:
    options = OPTIONS.find(step.settings) or ()
    if options:
        yield Remark(name=f"{DEVICE}.explanation_{'multiple_rules' if len(options) > 1 else 'one_rule'}")


def _told(step: Step) -> Iterator[Remark]:
    """Each option, with a number where there are several, and where to read more."""
    options = OPTIONS.find(step.settings) or ()
    for number, rules in enumerate(options, 1):
        if len(options) > 1:
            yield Remark(name=f"{DEVICE}.option_index", params=(str(number),))
        yield from map(_rule, rules)
    help_ = HELP_PAGE.find(step.settings) or {}
    kind = "custom" if help_.get("custom") else "default"
    yield Remark(name=f"{DEVICE}.additional_help_{kind}", said=_link(help_.get("url", HELP)))


def _rule(rule: str | Mapping[str, Any]) -> Remark:
    if isinstance(rule, str):
        rule = {"rule": rule}
    if "rule" not in rule:
        return Remark(name=rule["key"], said={**_link(rule.get("link")), "text": rule["text"], "class": "ERROR"})
    said = _link(rule.get("link", _usual_link(rule["rule"])))
    if rule["rule"] == POLICY_APP:
        asked = _installation(rule.get("fallback", "message"))
        said = {"deviceRemediation": {"type": "object", "value": asked}}
    params = (rule["value"],) if "value" in rule else ()
    return Remark(name=f"{DEVICE}.{rule['rule']}", params=params, said=said)


def _usual_link(rule: str) -> str:
    """Where Okta says how; generation 3 of the widget breaks on a rule without a link."""
    return f"https://okta.com/{re.sub('[._]', '-', rule)}"


def _link(url: str | None) -> dict[str, Any]:
    return {"links": [{"url": url}]} if url else {}


def _installation(fallback: str) -> dict[str, Any]:
    """How the page asks Okta Verify to install the app, and what it does where nobody answers (recorded)."""
    by_hand = f"{DEVICE}.{POLICY_APP}_manual_install"
    told = {"message": MESSAGES[by_hand].text, "i18n": {"key": by_hand}}
    ways = {
        "message": {"type": "MESSAGE", "message": told},
        "app_link": {"type": "APP_LINK", "href": "okta-verify.html"},
    }
    return {
        "name": "device-assurance-android-device-policy-app-required",
        "remediationPath": "azt",
        "action": "install-android-device-policy",
        "remediationType": "LOOPBACK",
        "platform": "ANDROID",
        "domain": "https://okta-verify.authenticatorlocaldev.com",
        "ports": list(PORTS.read(NOTHING)),
        "probeTimeoutMillis": 10,
        "fallback": ways[fallback],
    }
