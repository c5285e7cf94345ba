"""An app of the customer's own that takes push notifications. Source: idx-protocol notes 3.6, 4.1, 4.3."""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx.authenticators import push
from mock_okta.engine.idx.authenticators.external_enrollment import enrolled_elsewhere
from mock_okta.engine.idx.authenticators.row import CURRENT_ENROLLMENT, Authenticator, Ceremony
from mock_okta.engine.idx.settings import METHODS, TEXT, Setting
from mock_okta.engine.model import Challenge, Enrollment

KEY = "custom_app"

LOGO = Setting(
    name="logo_uri",
    kind=TEXT,
    default="/assets/img/icons/mfa/customPushLogo.svg",
    about="The picture of the app.",
    example="https://example.com/app.svg",
)

_PUSH = push.push_ceremony(KEY, CURRENT_ENROLLMENT)


def _variant(challenge: Challenge) -> Ceremony:
    return _PUSH if challenge.method else VERIFY


VERIFY = Ceremony(
    data=push.data_fields,
    asks=lambda turn, row, values: "methodType" not in values,
    place=CURRENT_ENROLLMENT,
    check=push.decided,
    actions=("resend-push",),
    variant=_variant,
)


def push_at_once(turn: Turn, enrollment: Enrollment) -> str:
    """A notification goes out without a page in between where the person wants it so."""
    return "push" if push.goes_out_unasked(turn, enrollment) else ""


def appearance(turn: Turn) -> dict[str, Any]:
    """`logoUri`, and the key that it had when it was called Custom Push."""
    old = setting(turn.scenario, "custom_app") == "custom_push"
    shown = old and setting(turn.scenario, "authenticator_key") == "present"
    return ({"key": "custom_push"} if shown else {}) | {"logoUri": LOGO.of(turn, KEY)}


ROWS = (
    Authenticator(
        key=KEY,
        type="app",
        name="Custom Push Authenticator",
        methods=("push",),
        kind="possession",
        enrollment_prefix="pfd",
        amr={"push": ("swk",)},
        lone="ask",
        at_once=push_at_once,
        profile=lambda enrollment: {"deviceName": push.DEVICE.read(enrollment.secret)},
        names=("deviceName",),
        extra=appearance,
        of_org=(METHODS, push.AUTO_CHALLENGE, push.DECISION, LOGO),
        of_enrollment=(push.DEVICE,),
        verify=VERIFY,
        enroll=enrolled_elsewhere("enrollmentNotAllowed"),
    ),
)
