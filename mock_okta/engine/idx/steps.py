"""The steps of a flow: when one is met, and where the transaction rests while it is not.

`settle` walks down the steps of the flow and enters the first that is not met. Nothing remembers "the next step": it
follows from the user, the policy and what was proved, so every way round leads to the right place.
"""

from __future__ import annotations

from dataclasses import replace

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import (
    consents,
    device_assurance,
    device_enrollment,
    device_requests,
    grace_periods,
    identity_providers,
    identity_vendors,
    messages,
    policy,
    renewals,
    sessions,
    success,
)
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, fastpass
from mock_okta.engine.idx.authenticators.row import Values, usable_methods
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.profile_fields import fields_of
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import WHOLE, Setting
from mock_okta.engine.idx.step import StepKind, is_done, over
from mock_okta.engine.idx.terminal_pages import TERMINAL_PAGES
from mock_okta.engine.idx.transactions import FRESH_S, IDENTIFIED_S, back_to_identify, succeed
from mock_okta.engine.model import NOTHING, Challenge, Enrollment, Remark, Step, Transaction, User, UserStatus


def settle(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts the transaction at the stage of the first step that is not met, or ends it in success."""
    position = open_position(turn, transaction)
    if position is None:
        return _finish(turn, transaction)
    step = policy.steps_of(turn, transaction)[position]
    idle = replace(transaction, position=position, challenge=None, expires_at=turn.now + IDENTIFIED_S)
    kind = STEP_KINDS[step.verb]
    if kind.whom != "anybody" and not _names_a_new_user(step, transaction):
        if transaction.identifier is None:
            return _ask_first(turn, idle)
        if kind.whom == "user":
            _refuse_nobody(turn, idle)
    return kind.enter(turn, idle, step, position)


def _names_a_new_user(step: Step, transaction: Transaction) -> bool:
    """Whether the step itself says who it is: the first profile of a registration."""
    return step.verb == "profile" and transaction.flow == "register" and transaction.identifier is None


def _ask_first(turn: Turn, transaction: Transaction) -> Transaction:
    """Asks who it is where no step has, e.g. because its conditions do not hold."""
    asking = replace(transaction, position=None)
    if transaction.flow == "register":
        return ask_for_profile(turn, asking, Step(verb="profile"), 0)
    return ask_who(turn, asking, Step(verb="identify"), 0)


def _refuse_nobody(turn: Turn, transaction: Transaction) -> User:
    """The user at hand. Raises: Refused for an identifier that no user has, which can prove and acquire nothing"""
    user = policy.user_of(turn, transaction)
    if user is None:
        raise Refused(MESSAGES["errors.E0000004"], after=restarted)
    return user


def restarted(turn: Turn, transaction: Transaction) -> Transaction:
    """What becomes of the transaction of somebody who may not go on."""
    return back_to_identify(transaction)


def enter(turn: Turn, transaction: Transaction) -> Transaction:
    """Puts a fresh transaction at the first step of its flow, or where it learns which device it is for."""
    if transaction.device is not None:
        return replace(transaction, stage="user-code")
    return begun(turn, transaction) if policy.has_flow(turn, transaction.flow) else transaction


def begun(turn: Turn, transaction: Transaction) -> Transaction:
    """A transaction without a page at its first; where it is refused at once there is nothing but that to show."""
    try:
        return settle(turn, transaction)
    except Refused as refusal:
        return success.ended(turn, transaction, *refusal.ending)


def _finish(turn: Turn, transaction: Transaction) -> Transaction:
    """Ends in success, for whoever may have it still: that may have changed since the last proof."""
    if transaction.identifier is None:
        return _ask_first(turn, transaction)
    user = _refuse_nobody(turn, transaction)
    signs_in = transaction.flow == "sign_in"
    if user.status in policy.BARRED or (signs_in and user.status not in policy.MAY_SIGN_IN):
        raise Refused(MESSAGES["errors.E0000004"], after=restarted)
    if signs_in and not turn.app(transaction.interaction.client_id).admits(user):
        raise Refused(MESSAGES["idx.error.user.not.assigned.to.app"], after=restarted)
    if user.status not in policy.SIGNED_IN:
        turn.put_user(replace(user, status=UserStatus.ACTIVE))
    if transaction.device is not None:
        return device_requests.let_in(turn, transaction)
    return sessions.opened(turn, succeed(turn, transaction))


def open_position(turn: Turn, transaction: Transaction) -> int | None:
    """The position of the first step of the flow that is not met."""
    for position, step in policy.counting(turn, transaction):
        if not STEP_KINDS[step.verb].is_met(turn, transaction, step, position):
            return position
    return None


def open_step(turn: Turn, transaction: Transaction) -> tuple[Step, int] | None:
    """The first step that is not met, and its position."""
    position = open_position(turn, transaction)
    return None if position is None else (policy.steps_of(turn, transaction)[position], position)


def at_hand(turn: Turn, transaction: Transaction) -> tuple[Step, int] | None:
    """The step that the page belongs to, open or met meanwhile, and its position; the open one if it belongs to none.

    What a page shows follows from this step, so that it can be shown again whatever has happened since.
    """
    position = transaction.position
    if position is None:
        return open_step(turn, transaction)
    return policy.steps_of(turn, transaction)[position], position


def choices(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """What the user can pick from in the step at hand: enrolments to prove, or authenticators to acquire."""
    found = at_hand(turn, transaction)
    if found is None:
        return ()
    step, position = found
    if transaction.stage == "unlock-select":
        return policy.to_unlock(turn)
    if step.verb == "reset":
        return (_to_reset(turn, transaction, step),)
    if step.verb == "renew" and setting(turn.scenario, "renewal") == "listed":
        return (Enrollment(authenticator="okta_password"),)
    if step.verb in _OF_ITS_OWN:
        return tuple(Enrollment(authenticator=key) for key in step.authenticators)
    if step.verb == "enroll" or _asks_to_enroll(turn, transaction, step):
        return policy.to_enroll(turn, transaction, step, position)
    if step.verb != "verify":
        return ()
    return _seen_from_password(turn, transaction) or policy.to_verify(turn, transaction, step)


def _seen_from_password(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """The password, where a recovery shows its page once more (`introspection`)."""
    challenge, user = transaction.challenge, policy.user_of(turn, transaction)
    if transaction.flow != "recover" or challenge is None or challenge.authenticator != "okta_password":
        return ()
    held = user.enrollment("okta_password") if user else None
    return (held,) if held else ()


def purpose(turn: Turn, transaction: Transaction) -> str:
    """What the choices of the step at hand are for: "verify", "enroll" or "reset"."""
    found = at_hand(turn, transaction)
    if found and found[0].verb == "reset":
        return "reset"
    enrolls = found and (found[0].verb in ("enroll", *_OF_ITS_OWN) or _asks_to_enroll(turn, transaction, found[0]))
    return "enroll" if enrolls else "verify"


_OF_ITS_OWN = ("add", "promote")
"""Steps that go straight to one authenticator, without a list."""


def may_skip(turn: Turn, transaction: Transaction) -> bool:
    """Whether the user may go on without the step at hand."""
    found = at_hand(turn, transaction)
    return found is not None and STEP_KINDS[found[0].verb].may_skip(turn, transaction, *found)


def has_password_on_page(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page at hand asks for the password beside something else."""
    wanted = {"identify": "identify", "enroll-profile": "profile"}.get(transaction.stage)
    return any(
        step.verb == wanted and step.settings.get("with_password") for _, step in policy.counting(turn, transaction)
    )


# ---------------------------------------------------------------------------------------------------------------------
# Ceremonies
# ---------------------------------------------------------------------------------------------------------------------


def wait_for_choice(
    transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values = NOTHING
) -> Transaction:
    """Rests at the page that asks how (or whether) this authenticator shall be used; what was said already stands."""
    waiting = Challenge(
        authenticator=enrollment.authenticator,
        method=str(values.get("methodType", "")),
        purpose=purpose,
        enrollment_id=enrollment.id,
        wrong_answers=transaction.challenge.wrong_answers if transaction.challenge else 0,
    )
    stage = "verification-data" if purpose == "verify" else "enrollment-data"
    return replace(transaction, stage=stage, challenge=waiting)


def begin(turn: Turn, transaction: Transaction, enrollment: Enrollment, purpose: str, values: Values) -> Transaction:
    """Begins a ceremony; wrong answers to earlier challenges of the transaction still count."""
    row = AUTHENTICATORS[enrollment.authenticator]
    before = transaction.challenge
    methods = usable_methods(turn, row, enrollment) or row.methods
    challenge = Challenge(
        authenticator=row.key,
        method=str(values.get("methodType") or methods[0]),
        purpose=purpose,
        enrollment_id=enrollment.id,
        wrong_answers=before.wrong_answers if before else 0,
    )
    begun = row.ceremony_of(challenge).begin(turn, policy.user_of(turn, transaction), challenge, values)
    ceremony = row.ceremony_of(begun)
    resting = replace(transaction, stage=ceremony.stage, challenge=begun, expires_at=turn.now + IDENTIFIED_S)
    if ceremony.announce is not None:
        ceremony.announce(turn, resting)
    return resting


# ---------------------------------------------------------------------------------------------------------------------
# Steps
# ---------------------------------------------------------------------------------------------------------------------

_IDENTIFY_STAGES = {"sign_in": "identify", "recover": "identify-recovery", "unlock": "unlock-select"}


def is_identified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Somebody was named, whether such a user exists or not, and came from the provider that they belong to."""
    return transaction.identifier is not None and identity_providers.routed(turn, transaction) is None


def ask_who(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks for the identifier, or at the one that only leads to identity providers."""
    stage = _IDENTIFY_STAGES.get(transaction.flow, "identify")
    if stage == "unlock-select" and not _lists_on_first_page(turn):
        stage = "unlock-identify"
    if step.settings.get("only_identity_providers") or transaction.identifier is not None:
        stage = "idp"
    return replace(transaction, stage=stage, expires_at=transaction.started_at + FRESH_S)


def _lists_on_first_page(turn: Turn) -> bool:
    """Whether the page that asks whose account is to be unlocked also lists with what, if there is anything to list."""
    return setting(turn.scenario, "unlock") != "identifier_first" and bool(policy.to_unlock(turn))


def is_probed(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The device was asked, or somebody was named without it."""
    return position in transaction.done or transaction.identifier is not None


def probe(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Asks Okta Verify on the device, at once or when its button is pressed."""
    if step.settings.get("button"):
        return replace(transaction, stage="launch", expires_at=transaction.started_at + FRESH_S)
    first = fastpass.CHALLENGE_METHODS.of(turn, fastpass.KEY)[:1]
    return ask_device(turn, transaction, tuple(step.settings.get("challenge_methods", first)))


def ask_device(turn: Turn, transaction: Transaction, ways: tuple[str, ...]) -> Transaction:
    """Rests at the page that reaches for Okta Verify on the device, in the first of these ways."""
    asked = Challenge(authenticator=fastpass.KEY, method="signed_nonce")
    asked = fastpass.begin_fastpass(turn, policy.user_of(turn, transaction), asked, {"ways": ways})
    stage = "device-sso" if ways[0] == fastpass.SSO_EXTENSION else "device-challenge"
    return replace(transaction, stage=stage, challenge=asked, expires_at=transaction.started_at + FRESH_S)


def is_verified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Enough was proved."""
    return position in transaction.done or policy.is_verified(turn, transaction, step)


def ask_for_proof(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be proved; with one way on, goes there at once unless that would send something unasked."""
    if _asks_to_enroll(turn, transaction, step):
        return replace(transaction, stage="enroll-select")
    ways = policy.as_options(policy.to_verify(turn, transaction, step))
    if not ways:
        raise Refused(MESSAGES["oie.assurance.unsatisfiable"], turn.app(transaction.interaction.client_id).label)
    if len(ways) > 1:
        return replace(transaction, stage="select")
    row = AUTHENTICATORS[ways[0].authenticator]
    method = row.at_once(turn, ways[0])
    if row.lone == "challenge" or method:
        return begin(turn, transaction, ways[0], "verify", {"methodType": method})
    if row.key == "okta_email" and setting(turn.scenario, "lone_email") == "select":
        return replace(transaction, stage="select")
    return wait_for_choice(transaction, ways[0], "verify")


def _asks_to_enroll(turn: Turn, transaction: Transaction, step: Step) -> bool:
    """A user who has proved something, but has nothing for this step, is asked to acquire it; a new user at once."""
    return (
        step.verb == "verify"
        and (bool(transaction.proofs) or transaction.flow in ("register", "activate"))
        and policy.user_of(turn, transaction) is not None
        and not policy.to_verify(turn, transaction, step)
        and bool(policy.to_enroll(turn, transaction, step, -1))
    )


def is_enrolled(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user has all that is required, and has or has skipped what is optional."""
    return not policy.to_enroll(turn, transaction, step, position)


def ask_to_enroll(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be acquired; an org in safe mode says that it cannot be done now (recorded)."""
    if turn.scenario.org.get("safe_mode"):
        unavailable = (Remark(name="idx.error.server.safe.mode.enrollment.unavailable"),)
        stage = "safe-mode" if is_optional(turn, transaction, step, position) else "safe-mode-stop"
        return replace(transaction, stage=stage, notices=unavailable)
    grace_periods.begin(turn, transaction, step)
    ways = policy.to_enroll(turn, transaction, step, position)
    is_sent = len(ways) == 1 and AUTHENTICATORS[ways[0].authenticator].lone == "ask"
    lone = setting(turn.scenario, "lone_enrollment") if is_sent else "list"
    if lone == "enrollment_data":
        return wait_for_choice(transaction, ways[0], "enroll")
    if lone == "begun" and _wants_email_alone(turn, transaction):
        return begin(turn, transaction, ways[0], "enroll", {})
    listed = replace(transaction, stage="enroll-select")
    return replace(listed, expires_at=turn.now + FRESH_S) if may_skip(turn, transaction) else listed


def _wants_email_alone(turn: Turn, transaction: Transaction) -> bool:
    """Whether the e-mail address is all that a new user has to enrol (seen by Okta's own suite for auth-js)."""
    required = {
        key for _, each in policy.counting(turn, transaction) if each.verb == "enroll" for key in each.authenticators
    }
    return transaction.flow == "register" and required == {"okta_email"}


def add_one_more(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Begins to enrol one more of what the user may have already."""
    return begin(turn, transaction, Enrollment(authenticator=step.authenticators[0]), "enroll", step.settings)


def has_any(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user has one already, or does not want any."""
    user = policy.user_of(turn, transaction)
    return position in transaction.done or user is None or user.enrollment(step.authenticators[0]) is not None


def promote(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Proposes to enrol an authenticator that nothing asks for."""
    return replace(add_one_more(turn, transaction, step, position), stage="promotion")


def always_may(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The step is for whoever wants it."""
    return True


def is_optional(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """All that is still asked for is optional."""
    wanted = policy.to_enroll(turn, transaction, step, position)
    may_wait = {*step.optional, *grace_periods.lasting(turn, transaction, step)}
    return all(each.authenticator in may_wait for each in wanted)


def ask_for_new_secret(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that sets another password, or whatever else the step resets."""
    return begin(turn, transaction, _to_reset(turn, transaction, step), "reset", {})


def _to_reset(turn: Turn, transaction: Transaction, step: Step) -> Enrollment:
    """What the step resets: the user's enrolment, or a new one where there is none. The password unless it says so."""
    key = next(iter(step.authenticators), "okta_password")
    user = policy.user_of(turn, transaction)
    return (user.enrollment(key) if user else None) or Enrollment(authenticator=key)


def ask_for_profile(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the form for a new user's profile, or for what a known user's lacks."""
    if transaction.identifier is None:
        return replace(transaction, stage="enroll-profile", expires_at=turn.now + FRESH_S)
    return replace(transaction, stage="profile-update")


def has_profile(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The form was sent, or the user has all that it asks for."""
    if position in transaction.done:
        return True
    user = policy.user_of(turn, transaction)
    return user is not None and all(each["name"] in user.profile for each in fields_of(step))


def is_profile_optional(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Nothing that the form asks for is required."""
    return not any(each.get("required") for each in fields_of(step))


def unlock(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Unlocks the user, who has proved enough for it, and goes on."""
    user = policy.user_of(turn, transaction)
    if user is not None and user.status is UserStatus.LOCKED_OUT:
        turn.put_user(replace(user, status=UserStatus.ACTIVE, failures=0))
    return settle(turn, over(transaction))


def sign_in_now(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Goes on with the sign-in, as an org does that lands its users in the app after unlocking.

    A new user is active from here on: the flow that makes one is over.
    """
    user = policy.user_of(turn, transaction)
    if user is not None and user.status in policy.NOT_YET_ACTIVE:
        turn.put_user(replace(user, status=UserStatus.ACTIVE))
    said = messages.remarks(step.settings.get("messages", ()))
    return settle(turn, replace(transaction, flow="sign_in", done=(), notices=said))


def ask_to_stay(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks whether to stay signed in."""
    return replace(transaction, stage="keep-me-signed-in")


def stays_already(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The question was answered, or the user has ticked the box at the beginning."""
    return position in transaction.done or transaction.remember_me


def ask_for_papers(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that leads to a vendor of identity verification."""
    return replace(transaction, stage="identity-verification")


def send_to_management(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that says how the device gets under management; there is no way on."""
    return replace(transaction, stage="device-enrollment")


def hold(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at a page that only waits, as an org in safe mode has for its visitors (idx-protocol notes 3.2, poll)."""
    return replace(transaction, stage="hold", notices=(Remark(name="E0000010"),))


def was_held(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The sign-in has begun long enough ago."""
    return bool(turn.now >= transaction.started_at + step.settings.get("for_s", HOLD.default))


def say_and_end(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Ends with messages and nothing to submit."""
    return success.ended(turn, transaction, *messages.remarks(step.settings["messages"]))


def refuse(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Refuses to go on: ends the flow, or says why not on the page that the user came from (`TERMINAL_PAGES`)."""
    first, *_ = remarks = messages.remarks(step.settings["messages"])
    if first.name not in TERMINAL_PAGES:
        raise Refused(messages.message_of(first), *first.params)
    raise Refused(messages.message_of(first), after=lambda turn, before: transaction, ending=remarks)


HOLD = Setting(
    name="for_s", kind=WHOLE, least=1, most=86_400, default=10, about="Seconds from the beginning of the sign-in."
)

# fmt: off
STEP_KINDS: dict[str, StepKind] = table("verb", (
    StepKind(verb="probe",    is_met=is_probed,     enter=probe),
    StepKind(verb="identify", is_met=is_identified, enter=ask_who),
    StepKind(verb="verify",   is_met=is_verified,   enter=ask_for_proof, whom="named"),
    StepKind(verb="enroll",   is_met=is_enrolled,   enter=ask_to_enroll, whom="user", may_skip=is_optional),
    StepKind(verb="add",      is_met=is_done,       enter=add_one_more, whom="user", may_skip=always_may),
    StepKind(verb="promote",  is_met=has_any,       enter=promote, whom="user", may_skip=always_may),
    StepKind(verb="profile",  is_met=has_profile,   enter=ask_for_profile, whom="user", may_skip=is_profile_optional),
    StepKind(verb="reset",    is_met=is_done,       enter=ask_for_new_secret, whom="user"),
    StepKind(verb="renew",    is_met=renewals.is_fresh, enter=renewals.ask, whom="user",
             may_skip=renewals.is_only_a_warning),
    StepKind(verb="unlock",   is_met=is_done,       enter=unlock, whom="user"),
    StepKind(verb="sign_in",  is_met=is_done,       enter=sign_in_now),
    StepKind(verb="consent",  is_met=consents.is_given, enter=consents.ask, whom="user", settings=consents.SETTINGS),
    StepKind(verb="keep_me_signed_in", is_met=stays_already, enter=ask_to_stay, whom="user"),
    StepKind(verb="assure_device", is_met=is_done,  enter=device_assurance.assure),
    StepKind(verb="verify_identity", is_met=is_done, enter=ask_for_papers, settings=identity_vendors.SETTINGS),
    StepKind(verb="hold",     is_met=was_held,      enter=hold, settings=(HOLD,)),
    StepKind(verb="enroll_device", is_met=is_done,  enter=send_to_management, settings=device_enrollment.SETTINGS),
    StepKind(verb="message",  is_met=is_done,       enter=say_and_end),
    StepKind(verb="refuse",   is_met=is_done,       enter=refuse),
))
# fmt: on
