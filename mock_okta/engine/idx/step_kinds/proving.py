"""The step at which something is proved: what Okta's policies are made of."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import assurance, ceremonies, enumeration, policy
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, email
from mock_okta.engine.idx.authenticators.row import Purpose
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import Setting
from mock_okta.engine.idx.step_kinds.row import KEYS, ONE_KEY, StepKind
from mock_okta.engine.model import Enrollment, Step, Transaction

ONE_OF = Setting(name="one_of", kind=KEYS, about="One of these is enough.")
ALL_OF = Setting(name="all_of", kind=KEYS, about="Each of these is needed.")
TWO_KINDS = Setting(name="two_kinds", kind=KEYS, about="Two of these are needed, of different kinds.")
CHOICES = (ONE_OF.name, ALL_OF.name, TWO_KINDS.name)


def is_verified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Enough was proved for the step, or it was passed in another way."""
    return position in transaction.done or policy.is_verified(turn, transaction, step, position)


def ask_for_proof(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what can be proved; with one way on, goes there at once unless that would send something unasked."""
    registered = _with_implicit_mail(turn, transaction, step, position)
    if registered is not None:
        return replace(ceremonies.begin(turn, transaction, registered, "verify", {}), stage="registered-address")
    if _asks_to_enroll(turn, transaction, step, position):
        return replace(transaction, stage="enroll-select")
    ways = policy.as_options(policy.to_verify(turn, transaction, step, position))
    if not ways:
        raise Refused(MESSAGES["oie.assurance.unsatisfiable"], turn.app(transaction.asked.client_id).label)
    if len(ways) > 1:
        return replace(transaction, stage="select")
    row = AUTHENTICATORS[ways[0].authenticator]
    method = row.at_once(turn, ways[0])
    if row.lone == "challenge" or method:
        return ceremonies.begin(turn, transaction, ways[0], "verify", {"methodType": method})
    if row.key == "okta_email" and setting(turn.scenario, "lone_email") == "select":
        return replace(transaction, stage="select")
    return ceremonies.wait_for_choice(transaction, ways[0], "verify")


def _with_implicit_mail(turn: Turn, transaction: Transaction, step: Step, position: int) -> Enrollment | None:
    """The address of a new user, where the step wants it and it counts as enrolled: it is challenged at once.

    Source: okta-auth-js, pull request 1646 (June 2026).
    """
    counts = transaction.flow == "register" and setting(turn.scenario, "registered_address") == "enrolled"
    user = policy.user_of(turn, transaction) if counts and email.KEY in step.authenticators else None
    if user is None:
        return None
    turn.put_user(email.implicitly_enrolled(turn, user))
    ways = policy.to_verify(turn, transaction, step, position)
    return next((each for each in ways if email.is_implicit(each)), None) if len(ways) == 1 else None


def is_assured(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """What was proved reaches the level that the app asks for."""
    return assurance.is_met(transaction, step)


def ask_for_assurance(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Lists what reaches the level, or ends where the user can reach none; what else the flow has done stands."""
    if step.authenticators:
        return ask_for_proof(turn, transaction, step, position)
    label = turn.app(transaction.asked.client_id).label
    message = MESSAGES["oie.assurance.unsatisfiable"]
    raise Refused(message, label, terminal=True, lasting=True, after=lambda turn, before: transaction)


def _asks_to_enroll(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """A user who has proved something, but has nothing for this step, is asked to acquire it; a new user at once.

    Nobody is where a recovery rests on it: who could set up what is asked for would need to be no more than who has
    begun it.
    """
    return (
        (bool(transaction.proofs) or transaction.flow in ("register", "activate"))
        and not policy.is_rested_on(transaction, step)
        and policy.user_of(turn, transaction) is not None
        and not policy.to_verify(turn, transaction, step, position)
        and bool(_to_acquire(turn, transaction, step, -1))
    )


def _to_acquire(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """What the user lacks of what the step names, and what would meet the step then."""
    lacking = policy.to_enroll(turn, transaction, step, position)
    use = policy.use_of(turn, transaction, position)
    return tuple(each for each in lacking if policy.is_proved_for(turn, each.authenticator, use))


def choices(turn: Turn, transaction: Transaction, step: Step, position: int) -> tuple[Enrollment, ...]:
    """What the user has of what the step names; what could be acquired, where that is nothing."""
    if _asks_to_enroll(turn, transaction, step, position):
        return _to_acquire(turn, transaction, step, position)
    return _seen_from_password(turn, transaction) or policy.to_verify(turn, transaction, step, position)


def purpose(turn: Turn, transaction: Transaction, step: Step, position: int) -> Purpose:
    """To prove what the user has, or to acquire it first."""
    return "enroll" if _asks_to_enroll(turn, transaction, step, position) else "verify"


def _seen_from_password(turn: Turn, transaction: Transaction) -> tuple[Enrollment, ...]:
    """The password, where a recovery shows its page once more (`introspection`)."""
    challenge, user = transaction.challenge, enumeration.user_shown(turn, transaction)
    if transaction.flow != "recover" or challenge is None or challenge.authenticator != "okta_password":
        return ()
    held = user.enrollment("okta_password") if user else None
    return (held,) if held else ()


ROWS = (
    StepKind(
        verb="verify",
        is_met=is_verified,
        enter=ask_for_proof,
        choices=choices,
        purpose=purpose,
        whom="named",
        proves=True,
        about="What has to be proved.",
        examples=(
            ("- verify: okta_email", "one authenticator, by its key"),
            ("- verify: {one_of: [okta_email, okta_password]}", "any one of them"),
            (
                "- verify: {all_of: [okta_email, okta_password]}",
                "each of them, in the order that the user likes",
            ),
            (
                "- verify: {two_kinds: [okta_email, okta_password]}",
                "two of them, of different kinds: knowledge, possession, inherence",
            ),
        ),
        alone=False,
        bare=Setting(name=ALL_OF.name, kind=ONE_KEY, about="What has to be proved."),
        settings=(ONE_OF, ALL_OF, TWO_KINDS),
        how="Several authenticators.",
        takes=(1, 1),
    ),
    StepKind(
        verb=assurance.VERB,
        is_met=is_assured,
        enter=ask_for_assurance,
        choices=choices,
        purpose=purpose,
        whom="named",
        proves=True,
        implied=True,
        about="Ask for what reaches the level that the app wants by `acr_values`.",
    ),
)
