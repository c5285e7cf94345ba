"""Steps that ask something other than a proof: consent, whether to stay signed in, papers."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import consents, identity_vendors, remembered_devices
from mock_okta.engine.idx.step_kinds.row import StepKind, is_done
from mock_okta.engine.model import Step, Transaction


def ask_to_stay(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks whether to stay signed in."""
    return replace(transaction, stage="keep-me-signed-in")


def ask_for_papers(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that leads to a vendor of identity verification."""
    return replace(transaction, stage="identity-verification")


ROWS = (
    StepKind(
        verb="consent",
        is_met=consents.is_given,
        enter=consents.ask,
        whom="user",
        about="Ask whether the app may have the scopes that it wants.",
        examples=(
            (
                "- consent",
                "leave for the app to have the scopes that it wants, once for each; `{kind: admin}` is the page for "
                "administrators, `{kind: granular}` asks scope by scope",
            ),
        ),
        settings=consents.SETTINGS,
    ),
    StepKind(
        verb="keep_me_signed_in",
        is_met=remembered_devices.is_settled,
        enter=ask_to_stay,
        whom="user",
        about="Ask whether to stay signed in.",
        examples=(
            ("- keep_me_signed_in", "whether to stay signed in, once a day, unless the user does on this device"),
            ("- keep_me_signed_in: {prompt_frequency_s: 604800}", "the same, once a week"),
        ),
        settings=(remembered_devices.FREQUENCY_S,),
        how="How often.",
    ),
    StepKind(
        verb="verify_identity",
        is_met=is_done,
        enter=ask_for_papers,
        elsewhere=True,
        about="Send the user to a vendor who verifies identities.",
        examples=(
            (
                "- verify_identity: {vendor: PERSONA}",
                "papers: a vendor outside of Okta verifies who it is, on a page that stands for it",
            ),
        ),
        settings=identity_vendors.SETTINGS,
    ),
)
