"""Device management: a device that is not under it is told how to get there, and the sign-in ends (idx-protocol 2.2).

Which members a page reads depends on the kind (okta-signin-widget, its views for `oda`, `mdm` and `ws1`): Okta's own
way goes by Okta Verify and the address of the org, the others by the vendor and a link of theirs.
"""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.settings import TEXT, Setting
from mock_okta.engine.model import Step

OKTA = "oda"

SETTINGS = (
    Setting(name="kind", kind=TEXT, words=(OKTA, "mdm", "ws1"), default=OKTA, about="Whose device management it is."),
    Setting(name="platform", kind=TEXT, words=("IOS", "ANDROID"), default="IOS", about="Of the device."),
    Setting(name="challenge_method", kind=TEXT, words=("APP_LINK", "LOOPBACK"), about="How Okta Verify is reached."),
    Setting(name="vendor", kind=TEXT, default="VMWare Workspace ONE", about="What the vendor is called."),
    Setting(
        name="enrollment_link",
        kind=TEXT,
        default="https://enroll.example.com",
        about="Where the vendor enrols devices.",
    ),
)


def value(turn: Turn, step: Step) -> dict[str, Any]:
    """The members of `deviceEnrollment`, by the kind of device management."""
    said = {setting.name: setting.find(step.settings) for setting in SETTINGS}
    members = {"name": said["kind"], "platform": said["platform"]}
    if said["kind"] != OKTA:
        return members | {"vendor": said["vendor"], "enrollmentLink": said["enrollment_link"]}
    method = {"challengeMethod": said["challenge_method"]} if said["challenge_method"] else {}
    label = turn.scenario.org.get("label")
    return members | {"signInUrl": turn.request.origin} | method | ({"orgName": label} if label else {})
