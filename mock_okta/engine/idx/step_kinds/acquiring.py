"""Steps at which users set up what they do not have: what is required, what is optional, one more of something."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import ceremonies, grace_periods, policy, prompts
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.messages import remark
from mock_okta.engine.idx.settings import TEXTS, WHOLE, Setting
from mock_okta.engine.idx.step_kinds.row import (
    KEYS,
    ONE_KEY,
    StepKind,
    always,
    kind_of,
    to_enroll,
)
from mock_okta.engine.idx.transactions import FRESH_S
from mock_okta.engine.model import Enrollment, Step, Transaction

SEVERAL = tuple(key for key, row in AUTHENTICATORS.items() if row.grouped and row.enroll)
"""Authenticators of which one person may well have several."""
PROMOTED = ("webauthn",)
"""Authenticators that Okta proposes to those who have none."""


# ---------------------------------------------------------------------------------------------------------------------
# What users have to have
# ---------------------------------------------------------------------------------------------------------------------


def is_enrolled(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user has all that is required, and has or has skipped what is optional."""
    return not policy.to_enroll(turn, transaction, step, position)


def ask_to_enroll(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be acquired; an org in safe mode says that it cannot be done now (recorded)."""
    if turn.scenario.org.get("safe_mode"):
        unavailable = (remark("idx.error.server.safe.mode.enrollment.unavailable"),)
        stage = "safe-mode" if is_optional(turn, transaction, step, position) else "safe-mode-stop"
        return replace(transaction, stage=stage, notices=unavailable)
    grace_periods.begin(turn, transaction, step)
    ways = policy.to_enroll(turn, transaction, step, position)
    is_sent = len(ways) == 1 and AUTHENTICATORS[ways[0].authenticator].lone == "ask"
    lone = setting(turn.scenario, "lone_enrollment") if is_sent else "list"
    if lone == "enrollment_data":
        return ceremonies.wait_for_choice(transaction, ways[0], "enroll")
    if lone == "begun" and _wants_email_alone(turn, transaction):
        return ceremonies.begin(turn, transaction, ways[0], "enroll", {})
    listed = replace(transaction, stage="enroll-select")
    may_skip = is_optional(turn, transaction, step, position)
    return replace(listed, expires_at=turn.now + FRESH_S) if may_skip else listed


def _wants_email_alone(turn: Turn, transaction: Transaction) -> bool:
    """Whether the e-mail address is all that a new user has to enrol (seen by Okta's own suite for auth-js)."""
    required = {
        key for _, each in policy.counting(turn, transaction) if kind_of(each).requires for key in each.authenticators
    }
    return transaction.flow == "register" and required == {"okta_email"}


def is_optional(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """All that is still asked for is optional."""
    wanted = policy.to_enroll(turn, transaction, step, position)
    may_wait = {*step.optional, *grace_periods.lasting(turn, transaction, step)}
    return all(each.authenticator in may_wait for each in wanted)


# ---------------------------------------------------------------------------------------------------------------------
# What they may have besides
# ---------------------------------------------------------------------------------------------------------------------


def named(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """What the step names, whatever the user has."""
    return tuple(Enrollment(authenticator=key) for key in step.authenticators)


def has_enough(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user does not want any more, or has as many as one person may have."""
    user, most = policy.user_of(turn, transaction), AUTHENTICATORS[step.authenticators[0]].most
    held = [each for each in user.enrolled if each.authenticator == step.authenticators[0]] if user else []
    return position in transaction.done or (most is not None and len(held) >= most)


def add_one_more(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Begins to enrol one more of what the user may have already."""
    wanted = Enrollment(authenticator=step.authenticators[0])
    return ceremonies.begin(turn, transaction, wanted, "enroll", step.settings)


SKIP_LIMIT = Setting(
    name="skip_limit",
    kind=WHOLE,
    least=0,
    most=100,
    default=0,
    about="How often it may be skipped before it comes no more; 0 for ever.",
)
COOLDOWN_DAYS = Setting(
    name="cooldown_days",
    kind=WHOLE,
    least=0,
    most=3650,
    default=1,
    about="Days until it comes again after it was skipped; 0 at every sign-in.",
)


def has_any(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user has one already, or does not want any, for now or at all."""
    user = policy.user_of(turn, transaction)
    if position in transaction.done or user is None or user.enrollment(step.authenticators[0]) is not None:
        return True
    limit, days = SKIP_LIMIT.read(step.settings), COOLDOWN_DAYS.read(step.settings)
    if limit and prompts.so_far(turn, transaction, _promotion(step)).skips >= limit:
        return True
    return prompts.rests(turn, transaction, _promotion(step), days * prompts.DAY_S)


def put_promotion_off(turn: Turn, transaction: Transaction, step: Step) -> None:
    """Counts that the user did not want one."""
    prompts.put_off(turn, transaction, _promotion(step))


def _promotion(step: Step) -> str:
    return f"promote {step.authenticators[0]}"


def promote(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Proposes to enrol an authenticator that nothing asks for."""
    return replace(add_one_more(turn, transaction, step, position), stage="promotion")


ROWS = (
    StepKind(
        verb="enroll",
        is_met=is_enrolled,
        enter=ask_to_enroll,
        may_skip=is_optional,
        skipped=grace_periods.put_off,
        choices=policy.to_enroll,
        purpose=to_enroll,
        whom="user",
        requires=True,
        about="What the user has to have.",
        examples=(
            ("- enroll: google_otp", "that the user has this one, and to set it up if not"),
            (
                "- enroll: {required: [okta_email], optional: [phone_number]}",
                "the same, and to set up or `skip` what is optional",
            ),
            (
                "- enroll: {in_grace: {webauthn: {skips: 3}, okta_verify: {days: 14}}}",
                "the same, but so often, for so long, or `until` a time it may be skipped; it comes once a day",
            ),
        ),
        alone=False,
        bare=Setting(name="required", kind=KEYS, about="Each of these is needed."),
        settings=(
            Setting(name="required", kind=KEYS, about="May not be left out."),
            Setting(name="optional", kind=KEYS, about="May be skipped."),
            grace_periods.IN_GRACE,
        ),
        how="What may be skipped, and what not.",
        takes=(1, None),
    ),
    StepKind(
        verb="add",
        is_met=has_enough,
        enter=add_one_more,
        may_skip=always,
        choices=named,
        purpose=to_enroll,
        whom="user",
        straight=True,
        about="Set up one more of these, for whoever wants it.",
        examples=(("- add: webauthn", "nothing: one more key can be enrolled"),),
        alone=False,
        bare=Setting(
            name="authenticators",
            kind=ONE_KEY,
            words=SEVERAL,
            about="Set up one more of these, for whoever wants it.",
        ),
    ),
    StepKind(
        verb="promote",
        is_met=has_any,
        enter=promote,
        may_skip=always,
        skipped=put_promotion_off,
        choices=named,
        purpose=to_enroll,
        whom="user",
        straight=True,
        about="Propose to set this up, to users who have none.",
        examples=(
            ("- promote: webauthn", "nothing: a passkey is proposed to whoever has none, once a day"),
            (
                "- promote: {authenticators: [webauthn], skip_limit: 3, cooldown_days: 30}",
                "the same, so many days apart, until it was skipped so often",
            ),
        ),
        alone=False,
        bare=Setting(name="authenticators", kind=ONE_KEY, words=PROMOTED, about="Propose this."),
        settings=(
            Setting(name="authenticators", kind=TEXTS, words=PROMOTED, least=1, needed=True, about="Propose this."),
            SKIP_LIMIT,
            COOLDOWN_DAYS,
        ),
        how="When it comes.",
    ),
)
