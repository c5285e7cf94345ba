"""Steps that look at the device: whether it is as the rules want it, and whether it is managed."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import device_assurance, device_enrollment
from mock_okta.engine.idx.step_kinds.row import StepKind, is_done
from mock_okta.engine.model import Step, Transaction


def send_to_management(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that says how the device gets under management; there is no way on."""
    return replace(transaction, stage="device-enrollment")


ROWS = (
    StepKind(
        verb="assure_device",
        is_met=is_done,
        enter=device_assurance.assure,
        ends=True,
        lasts_until=device_assurance.UNTIL.name,
        about="Say what the device has to be like, and end, or go on while there is time.",
        examples=(
            (
                '- assure_device: {options: [[{rule: ios.upgrade_os_version, value: "17"}]], '
                'until: "2030-12-31T00:00:00.000Z"}',
                "a device as the rules want it: the page says what to change, one option or several, and lets the user "
                "go on until then",
            ),
        ),
        alone=False,
        settings=device_assurance.SETTINGS,
    ),
    StepKind(
        verb="enroll_device",
        is_met=is_done,
        enter=send_to_management,
        ends=True,
        elsewhere=True,
        about="Say how the device gets under management, and end.",
        examples=(
            (
                "- enroll_device: {kind: oda, platform: IOS}",
                "a device that is managed: the page says how to enrol it, and that is the end",
            ),
        ),
        settings=device_enrollment.SETTINGS,
    ),
)
