"""The step that asks for a profile: a new user's whole one, or what a known user's lacks."""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import policy
from mock_okta.engine.idx.profile_fields import fields_of
from mock_okta.engine.idx.settings import FLAG, TEXT, TEXTS, Setting
from mock_okta.engine.idx.step_kinds.row import FIELDS, StepKind
from mock_okta.engine.idx.transactions import FRESH_S
from mock_okta.engine.model import Step, Transaction

GROUPS = Setting(name="groups", kind=TEXTS, default=(), about="Groups that whoever registers so is put into.")


def has_profile(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The form was sent, or the user has all that it asks for."""
    if position in transaction.done:
        return True
    user = policy.user_of(turn, transaction)
    return user is not None and all(each["name"] in user.profile for each in fields_of(step))


def ask_for_profile(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the form for a new user's profile, or for what a known user's lacks."""
    if transaction.identifier is None:
        return replace(transaction, stage="enroll-profile", expires_at=turn.now + FRESH_S)
    return replace(transaction, stage="profile-update")


def is_optional(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """Nothing that the form asks for is required."""
    return not any(each.get("required") for each in fields_of(step))


ROWS = (
    StepKind(
        verb="profile",
        is_met=has_profile,
        enter=ask_for_profile,
        may_skip=is_optional,
        whom="user",
        names=("register",),
        password_page="enroll-profile",
        about="Ask for a profile: of a new user, or what that of a known one lacks.",
        examples=(
            (
                "- profile: {fields: [{name: department, required: true}]}",
                "attributes that the user's profile lacks",
            ),
        ),
        settings=(
            Setting(name="fields", kind=FIELDS, about="What is asked for: firstName, lastName and email if left out."),
            Setting(name="with_password", kind=FLAG, default=False, about="Ask for a password on the same form."),
            GROUPS,
            Setting(name="title", kind=TEXT, about="What the form is called."),
            Setting(name="button", kind=TEXT, about="What its button says."),
        ),
        how="How.",
    ),
)
