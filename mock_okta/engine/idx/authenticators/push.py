"""Push notifications: sent, and decided on a phone that nobody sees here. Shared by Okta Verify and custom apps.

Who holds the phone speaks through `control.phones.decide`, or the scenario says beforehand what they will do. Source:
idx-protocol notes 3.2 (challenge-poll, resend), 4.6 (actions), 5.2 (messages), 7.5 (flow).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration
from mock_okta.engine.idx.authenticators.row import Attempt, Authenticator, Ceremony, Values, usable_methods
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import After, Refused
from mock_okta.engine.idx.settings import TEXT, Setting
from mock_okta.engine.model import Challenge, Enrollment, Transaction, User

TICK = "autoChallenge"
LABELS = {"totp": "Enter a code", "push": "Get a push notification", "signed_nonce": "Use Okta FastPass"}
PUSH_LIFETIME_S = 300
"""How long a notification can be answered: as long as the transaction lives without a poll."""

DECISIONS = ("approve", "reject", "biometrics", "upgrade", "timeout")

DECISION = Setting(
    name="decision",
    kind=TEXT,
    words=DECISIONS,
    about="What the person does on the phone, each time. Left out, a test decides through the control API.",
)
DEVICE = Setting(name="device", kind=TEXT, default="iPhone", about="What the device is called.", example="Pixel 9")
AUTO_CHALLENGE = Setting(
    name="auto_challenge",
    kind=TEXT,
    words=("offered", "ticked", "absent"),
    default="offered",
    about="Whether pages offer to send notifications unasked from now on, and whether everybody has ticked that.",
)


def begin_push(key: str) -> Callable[[Turn, User | None, Challenge, Values], Challenge]:
    """How a notification of this authenticator is sent; to nobody's phone nothing is, and nobody decides."""

    def begin(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
        data = {"asked": turn.now} | {name: values[name] for name in (TICK,) if name in values}
        decision = DECISION.find_of(turn, key) if user and user.enrollment(key) else None
        return replace(challenge, data=data, decision=decision, expires_at=turn.now + PUSH_LIFETIME_S)

    return begin


def decided(turn: Turn, attempt: Attempt) -> Refused | None:
    """What the phone answered. Everything but a yes leads to the page that offers to send again (recorded)."""
    if attempt.challenge.decision == "approve" and attempt.enrollment is not None:
        return None
    if attempt.challenge.decision == "timeout":
        message = MESSAGES["core.system.transaction_resource_not_found"]
        return Refused(message, after=resting("dead-end", "timeout"))
    app = "custom_app" if attempt.challenge.authenticator == "custom_app" else "app"
    name = {
        "biometrics": f"oie.authenticator.{app}.method.push.verify.enable.biometrics",
        "upgrade": "oie.authenticator.app.method.push.force.upgrade.number_challenge",
    }.get(attempt.challenge.decision or "", "api.authn.poll.error.push_rejected")
    return Refused(MESSAGES[name], after=resting("resend", attempt.challenge.decision))


def resting(stage: str, decision: str | None) -> After:
    """The stage after a decision, which is kept: whoever polls once more hears it again."""

    def move(turn: Turn, transaction: Transaction) -> Transaction:
        assert transaction.challenge is not None, "something was decided about a challenge"
        return replace(transaction, stage=stage, challenge=replace(transaction.challenge, decision=decision or "over"))

    return move


def undecided(turn: Turn, transaction: Transaction) -> Transaction:
    """The same page, and the person can try again."""
    assert transaction.challenge is not None, "something was decided about a challenge"
    return replace(transaction, challenge=replace(transaction.challenge, decision=None))


def remembering(turn: Turn, attempt: Attempt) -> Enrollment:
    """The enrolment that knows whether notifications shall go out unasked from now on, if anything was said of it."""
    if TICK not in attempt.challenge.data:
        return attempt.held
    return replace(attempt.held, secret={**attempt.held.secret, "auto_challenge": attempt.challenge.data[TICK]})


def device_for(user: User, challenge: Challenge) -> Enrollment | None:
    """The first of the user's devices that has the method of the challenge."""
    devices = (each for each in user.enrolled if each.authenticator == challenge.authenticator)
    return next((each for each in devices if not each.methods or challenge.method in each.methods), None)


def device_asked(turn: Turn, attempt: Attempt) -> Enrollment | None:
    """The device that a decision comes from; None where the user has none any more."""
    return device_for(attempt.owner, attempt.challenge)


def goes_out_unasked(turn: Turn, enrollment: Enrollment) -> bool:
    """Whether a notification goes out without a click: as the person has ticked, or the scenario says of everybody."""
    ticked = AUTO_CHALLENGE.of(turn, enrollment.authenticator) == "ticked"
    return ticked or bool(enrollment.secret.get("auto_challenge"))


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def methods_field(turn: Turn, row: Authenticator, enrollment: Enrollment, *, required: bool) -> Field:
    """`methodType`, a choice even of one."""
    methods = usable_methods(turn, row, enrollment)
    options = tuple(Option(label=LABELS[method], value=method) for method in methods)
    return Field(name="methodType", type="string", required=required, options=options)


def auto_challenge_field(turn: Turn, key: str, value: bool) -> tuple[Field, ...]:
    """`autoChallenge`, unless this org does not offer it."""
    if AUTO_CHALLENGE.of(turn, key) == "absent":
        return ()
    label = "Send push automatically"
    return (Field(name=TICK, type="boolean", label=label, required=False, value=value, mutable=True),)


def data_fields(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """Asks for the method, and whether notifications shall go out unasked."""
    methods = methods_field(turn, row, enrollment, required=True)
    offered = {option.value for option in methods.options or ()}
    auto = auto_challenge_field(turn, row.key, goes_out_unasked(turn, enrollment)) if "push" in offered else ()
    return (methods, *auto)


def poll_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`autoChallenge`, while a notification is out."""
    challenge = transaction.challenge
    if challenge is None or challenge.method != "push":
        return ()
    user = enumeration.user_shown(turn, transaction)
    enrollment = device_for(user, challenge) if user else None
    before = enrollment is not None and goes_out_unasked(turn, enrollment)
    return auto_challenge_field(turn, challenge.authenticator, bool(challenge.data.get(TICK, before)))


def again_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator` as a plain object that clients send back as it is (idx-protocol notes 4.6)."""
    picked = _push_of(turn, transaction)
    return (Field(name="authenticator", required=True, value=picked, visible=False, mutable=False),)


def _push_of(turn: Turn, transaction: Transaction) -> dict[str, str]:
    assert transaction.challenge is not None, "there is a push to send again"
    return {"methodType": "push", "id": turn.state.authenticator_ids[transaction.challenge.authenticator]}


def push_ceremony(key: str, place: str) -> Ceremony:
    """The ceremony of a notification: out, polled, decided."""
    return Ceremony(
        begin=begin_push(key),
        stage="challenge-poll",
        place=place,
        whose=device_asked,
        check=decided,
        after_check=remembering,
        actions=("resend-push",),
        decisions=DECISIONS,
    )
