"""The step that asks the device who is there, before anybody is named: Okta FastPass."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import policy
from mock_okta.engine.idx.authenticators import fastpass
from mock_okta.engine.idx.settings import FLAG, TEXTS, Setting
from mock_okta.engine.idx.step_kinds.row import StepKind
from mock_okta.engine.idx.transactions import anonymous_until
from mock_okta.engine.model import Challenge, Step, Transaction

WAYS = Setting(
    name="challenge_methods",
    kind=TEXTS,
    words=fastpass.WAYS,
    noun="way",
    each="How the device is reached.",
    least=1,
    about="In this order.",
)
BUTTON = Setting(name="button", kind=FLAG, default=False, about="Wait until somebody presses a button for it.")


def is_probed(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The device was asked, or somebody was named without it."""
    return position in transaction.done or transaction.identifier is not None


def probe(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Asks Okta Verify on the device, at once or when its button is pressed."""
    if BUTTON.read(step.settings):
        return replace(transaction, stage="launch", expires_at=anonymous_until(transaction))
    usual = fastpass.CHALLENGE_METHODS.of(turn, fastpass.KEY)[:1]
    return ask_device(turn, transaction, WAYS.find(step.settings) or usual)


def ask_device(turn: Turn, transaction: Transaction, ways: tuple[str, ...]) -> Transaction:
    """Rests at the page that reaches for Okta Verify on the device, in the first of these ways."""
    asked = Challenge(authenticator=fastpass.KEY, method="signed_nonce", began_at=turn.now)
    asked = fastpass.begin_fastpass(turn, policy.user_of(turn, transaction), asked, {"ways": ways})
    stage = "device-sso" if ways[0] == fastpass.SSO_EXTENSION else "device-challenge"
    return replace(transaction, stage=stage, challenge=asked, expires_at=anonymous_until(transaction))


ROWS = (
    StepKind(
        verb="probe",
        is_met=is_probed,
        enter=probe,
        asks=(fastpass.KEY,),
        given_up=True,
        elsewhere=True,
        about="Ask Okta Verify on the device, before anybody is named.",
        examples=(("- probe", "whether Okta Verify on the device knows who is there; first of all"),),
        settings=(WAYS, BUTTON),
        how="How.",
    ),
)
