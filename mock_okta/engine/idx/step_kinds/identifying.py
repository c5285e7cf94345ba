"""The step that asks who it is, or sends somebody to the identity provider that knows."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import identity_providers, policy
from mock_okta.engine.idx.settings import FLAG, Setting
from mock_okta.engine.idx.step_kinds.row import StepKind
from mock_okta.engine.idx.transactions import anonymous_until
from mock_okta.engine.model import Step, Transaction

WITH_PASSWORD = Setting(name="with_password", kind=FLAG, default=False, about="Ask for the password on the same form.")
ONLY_PROVIDERS = Setting(
    name="only_identity_providers", kind=FLAG, default=False, about="Lead to identity providers only."
)
"""No file says it, so it is none of the row's settings: the engine's own steps do."""

_STAGES = {"sign_in": "identify", "recover": "identify-recovery", "unlock": "unlock-select"}


def is_identified(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Somebody was named, whether such a user exists or not, and came from the provider that they belong to."""
    return transaction.identifier is not None and identity_providers.routed(turn, transaction) is None


def ask_who(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks for the identifier, or at the one that only leads to identity providers."""
    stage = _STAGES.get(transaction.flow, "identify")
    if stage == "unlock-select" and not _lists_on_first_page(turn):
        stage = "unlock-identify"
    if ONLY_PROVIDERS.read(step.settings) or transaction.identifier is not None:
        stage = "idp"
    return replace(transaction, stage=stage, expires_at=anonymous_until(transaction))


def _lists_on_first_page(turn: Turn) -> bool:
    """Whether the page that asks whose account is to be unlocked also lists with what, if there is anything to list."""
    return setting(turn.scenario, "unlock") != "identifier_first" and bool(policy.to_unlock(turn))


ROWS = (
    StepKind(
        verb="identify",
        is_met=is_identified,
        enter=ask_who,
        names=tuple(_STAGES),
        password_page="identify",
        about="Ask who it is.",
        examples=(
            ("- identify", "the username"),
            ("- identify: {with_password: true}", "username and password on one form"),
        ),
        settings=(WITH_PASSWORD,),
        how="How it is asked for.",
    ),
)
