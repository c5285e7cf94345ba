"""The remediations and actions: where each is submitted, what its form asks for, and which move accepts it.

Source: idx-protocol notes 1.3 (paths), 3 (forms, option shapes), 4.6 (actions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mock_okta.engine.idx import moves, policy
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.moves import Values
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import Enrollment, Transaction
from mock_okta.engine.turn import Turn

Form = Callable[[Turn, Transaction], tuple[Field, ...]]
Move = Callable[[Turn, Transaction, Values], Transaction]
Condition = Callable[[Turn, Transaction], bool]


def no_fields(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """The form has the state handle and nothing else."""
    return ()


def always(turn: Turn, transaction: Transaction) -> bool:
    """Offered wherever its stage is."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """One thing that a client can submit.

    path: below `/idp/idx/`
    offered: whether it is on offer at a stage that names it
    on_current: it relates to the authenticator in play
    refresh_ms: how long a client waits between two polls
    """

    name: str
    path: str
    move: Move
    form: Form = no_fields
    offered: Condition = always
    on_current: bool = False
    refresh_ms: int | None = None


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def identify_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`identifier`, on the single form `credentials`, and `rememberMe`."""
    identifier = Field(name="identifier", label="Username", value=transaction.interaction.login_hint, needed=True)
    remember = Field(name="rememberMe", type="boolean", label="Remember this device")
    if not policy.has_password_on_page(turn):
        return (identifier, remember)
    answer = AUTHENTICATORS["okta_password"].answer
    return (identifier, Field(name="credentials", type="object", form=answer, required=True, needed=True), remember)


def choice_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, with one option for each enrolment that can be used in this step."""
    options = tuple(
        Option(
            label=AUTHENTICATORS[enrollment.authenticator].name,
            form=_reference(turn, enrollment),
            relates_to=f"$.authenticatorEnrollments.value[{index}]",
        )
        for index, enrollment in enumerate(policy.candidates(turn, transaction))
    )
    return (Field(name="authenticator", type="object", options=options, needed=True),)


def _reference(turn: Turn, enrollment: Enrollment) -> tuple[Field, ...]:
    """How an option names its authenticator: by `id`, and by the one `methodType` it has."""
    row = AUTHENTICATORS[enrollment.authenticator]
    return (
        Field(name="id", required=True, value=turn.state.authenticator_ids[row.key], mutable=False),
        Field(name="methodType", required=False, value=row.methods[0], mutable=False),
    )


def verification_data_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, fixed: the user only has to say that the code may be sent."""
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    # A choice even where there is but one method: generation 3 of the widget reads the option, and has none to fall
    # back on (recorded in okta-signin-widget, `authenticator-verification-data-email`).
    methods = tuple(Option(label=row.name, value=method) for method in row.methods)
    fixed = (
        Field(name="id", required=True, value=turn.state.authenticator_ids[row.key], mutable=False, needed=True),
        Field(name="methodType", type="string", required=True, options=methods),
    )
    return (Field(name="authenticator", label=row.name, form=fixed, needed=True),)


def answer_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`credentials`, with what the authenticator in play asks for."""
    challenge = policy.challenge_of(transaction)
    answer = AUTHENTICATORS[challenge.authenticator].answer
    return (Field(name="credentials", type="object", form=answer, required=True, needed=True),)


def is_a_choice(turn: Turn, transaction: Transaction) -> bool:
    """Whether the list of authenticators is worth offering: not where the password is all there is (recorded)."""
    choices = policy.candidates(turn, transaction)
    return len(choices) > 1 or any(AUTHENTICATORS[choice.authenticator].has_side_effect for choice in choices)


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------

# fmt: off
REMEDIATIONS: dict[str, Remediation] = {row.name: row for row in (
    Remediation(name="identify", path="identify", form=identify_form, move=moves.identify),
    Remediation(name="select-authenticator-authenticate", path="challenge", form=choice_form, move=moves.choose,
                offered=is_a_choice),
    Remediation(name="authenticator-verification-data", path="challenge", form=verification_data_form,
                move=moves.choose, on_current=True),
    Remediation(name="challenge-authenticator", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True),
)}

ACTIONS: dict[str, Remediation] = {row.name: row for row in (
    Remediation(name="recover", path="recover", move=moves.recover),
    Remediation(name="resend", path="challenge/resend", move=moves.resend),
    Remediation(name="poll", path="challenge/poll", move=moves.poll, refresh_ms=4000),
    Remediation(name="cancel", path="cancel", move=moves.cancel),
)}
# fmt: on

PATHS = frozenset(row.path for table in (REMEDIATIONS, ACTIONS) for row in table.values())


def offered(turn: Turn, transaction: Transaction) -> tuple[Remediation, ...]:
    """The remediations on offer, in wire order."""
    rows = (REMEDIATIONS[name] for name in STAGES[transaction.stage].offers)
    return tuple(row for row in rows if row.offered(turn, transaction))


def current_actions(turn: Turn, transaction: Transaction) -> tuple[Remediation, ...]:
    """The actions on the authenticator in play. On the identify page that is the password, if the page asks for it."""
    if transaction.stage == "identify":
        return (ACTIONS["recover"],) if policy.has_password_on_page(turn) else ()
    if transaction.challenge is None:
        return ()
    names = AUTHENTICATORS[transaction.challenge.authenticator].actions
    if transaction.stage == "verification-data":
        names = tuple(name for name in names if name != "poll")
    return tuple(ACTIONS[name] for name in names)


def submitted(turn: Turn, transaction: Transaction, path: str) -> Remediation | None:
    """The remediation or action that a request to this path submits, if one on offer has that path."""
    on_offer = (*offered(turn, transaction), *current_actions(turn, transaction), ACTIONS["cancel"])
    return next((row for row in on_offer if row.path == path), None)
