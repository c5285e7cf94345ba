"""A transaction as the body of a reply.

Source: idx-protocol notes 2.1 (order of members), 2.2 (what each holds), 2.3 and 2.6 (which objects accompany a stage),
10 of 0.1 (how times are written).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mock_okta.engine.idx import forms, policy, remediations
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, Authenticator
from mock_okta.engine.idx.forms import ACCEPTS, PRODUCES, FieldMessages, state_handle
from mock_okta.engine.idx.remediations import Remediation
from mock_okta.engine.idx.stages import CURRENT, LISTS, STAGES, USER
from mock_okta.engine.model import AppType, Enrollment, Transaction
from mock_okta.engine.turn import Turn
from mock_okta.engine.wire import setting

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notices:
    """The messages of one reply: on top of the page, and on fields by their path."""

    top: Sequence[Body] = ()
    fields: FieldMessages = field(default_factory=dict)


SILENCE = Notices()


def body(turn: Turn, transaction: Transaction, notices: Notices = SILENCE) -> Body:
    """The whole reply for a live transaction."""
    stage = STAGES[transaction.stage]
    members: Body = {
        "version": "1.0.0",
        "stateHandle": transaction.handle,
        "expiresAt": timestamp(transaction.expires_at),
        "intent": transaction.intent,
    }
    on_offer = remediations.offered(turn, transaction)
    if on_offer:
        members["remediation"] = _array(_action(turn, transaction, row, notices.fields) for row in on_offer)
    if notices.top:
        members["messages"] = _array(notices.top)
    if CURRENT in stage.shows:
        members |= _current(turn, transaction)
    if LISTS in stage.shows:
        members |= _lists(turn, transaction)
    if USER in stage.shows:
        members |= _user(turn, transaction)
    members["cancel"] = _action(turn, transaction, remediations.ACTIONS["cancel"], {})
    members |= _app(turn, transaction)
    if transaction.code is not None:
        members["successWithInteractionCode"] = _success(turn, transaction)
    return members


def terminal(notices: Notices) -> Body:
    """A reply that ends: `version` and `messages`, nothing to submit."""
    return {"version": "1.0.0", "messages": _array(notices.top)}


def timestamp(at: float) -> str:
    """Epoch seconds as Okta writes them, e.g. "2026-01-31T09:30:00.000Z"; Kotlin insists on the three digits."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def _action(turn: Turn, transaction: Transaction, row: Remediation, messages: FieldMessages) -> Body:
    members: Body = {"rel": ["create-form"], "name": row.name}
    if row.on_current:
        members["relatesTo"] = [f"$.{_place_of_current(transaction)}"]
    members |= {"href": f"{turn.request.origin}/idp/idx/{row.path}", "method": "POST", "produces": PRODUCES}
    if row.refresh_ms is not None:
        members["refresh"] = row.refresh_ms
    fields = (*row.form(turn, transaction), state_handle(transaction.handle))
    members["value"] = [forms.as_ion(field, messages) for field in fields]
    members["accepts"] = ACCEPTS
    return members


def _success(turn: Turn, transaction: Transaction) -> Body:
    """The form that redeems the code. A confidential client is asked for its secret (idx-protocol notes 2.5)."""
    interaction = transaction.interaction
    values: list[Body] = [
        {"name": "grant_type", "required": True, "value": "interaction_code"},
        {"name": "interaction_code", "required": True, "value": transaction.code},
        {"name": "client_id", "required": True, "value": interaction.client_id},
    ]
    if turn.app(interaction.client_id).type is AppType.WEB:
        values.append({"name": "client_secret", "required": True})
    values.append({"name": "code_verifier", "required": True})
    return {
        "rel": ["create-form"],
        "name": "issue",
        "href": turn.endpoint_of(interaction.server, "token"),
        "method": "POST",
        "value": values,
        "accepts": "application/x-www-form-urlencoded",
    }


# ---------------------------------------------------------------------------------------------------------------------
# Authenticators
# ---------------------------------------------------------------------------------------------------------------------


def _place_of_current(transaction: Transaction) -> str:
    return "currentAuthenticator" if transaction.stage == "identify" else "currentAuthenticatorEnrollment"


def _current(turn: Turn, transaction: Transaction) -> Body:
    """The authenticator in play, its actions first."""
    if transaction.stage == "identify":
        if not policy.has_password_on_page(turn):
            return {}
        row, profile, identity = AUTHENTICATORS["okta_password"], {}, turn.state.authenticator_ids["okta_password"]
    else:
        challenge = policy.challenge_of(transaction)
        row, identity = AUTHENTICATORS[challenge.authenticator], challenge.enrollment_id
        enrollment = next(e for e in policy.candidates(turn, transaction) if e.id == challenge.enrollment_id)
        profile = {} if policy.is_anonymous(turn, transaction) else row.profile(enrollment)
        identity = "" if policy.is_anonymous(turn, transaction) else identity
    members: Body = {"profile": profile} if profile else {}
    for action in remediations.current_actions(turn, transaction):
        members[action.name] = _action(turn, transaction, action, {})
    return {_place_of_current(transaction): _object(members | _identity(turn, row, identity))}


def _lists(turn: Turn, transaction: Transaction) -> Body:
    """What can be used in this step: the authenticators, and what the user has of them."""
    choices = policy.candidates(turn, transaction)
    anonymous = policy.is_anonymous(turn, transaction)
    keys = dict.fromkeys(choice.authenticator for choice in choices)
    return {
        "authenticators": _array(
            _identity(turn, AUTHENTICATORS[key], turn.state.authenticator_ids[key]) for key in keys
        ),
        "authenticatorEnrollments": _array(_enrollment(turn, choice, anonymous) for choice in choices),
    }


def _enrollment(turn: Turn, enrollment: Enrollment, anonymous: bool) -> Body:
    row = AUTHENTICATORS[enrollment.authenticator]
    if anonymous:
        return _identity(turn, row, "")
    profile = row.profile(enrollment)
    return ({"profile": profile} if profile else {}) | _identity(turn, row, enrollment.id)


def _identity(turn: Turn, row: Authenticator, identity: str) -> Body:
    """`type`, `key`, `id`, `displayName`, `methods`; without `id` where it would give the user away."""
    members: Body = {"type": row.type}
    if setting(turn.scenario, "authenticator_key") == "present":
        members["key"] = row.key
    if identity:
        members["id"] = identity
    return members | {"displayName": row.name, "methods": [{"type": method} for method in row.methods]}


# ---------------------------------------------------------------------------------------------------------------------
# User and app
# ---------------------------------------------------------------------------------------------------------------------


def _user(turn: Turn, transaction: Transaction) -> Body:
    user = policy.user_of(turn, transaction)
    if user is None or policy.is_anonymous(turn, transaction):
        return {}
    members: Body = {"id": user.id}
    shown = setting(turn.scenario, "user")
    if shown != "id":
        members["identifier"] = user.login
    if shown == "profile":
        names = {name: user.profile[name] for name in ("firstName", "lastName") if name in user.profile}
        zone = {"timeZone": user.profile.get("timeZone", "America/Los_Angeles")}
        members["profile"] = names | zone | {"locale": user.profile.get("locale", "en_US")}
    return {"user": _object(members)}


def _app(turn: Turn, transaction: Transaction) -> Body:
    app = turn.app(transaction.interaction.client_id)
    return {"app": _object({"name": "oidc_client", "label": app.label, "id": app.client_id})}


def _array(values: Iterable[Any]) -> Body:
    return {"type": "array", "value": list(values)}


def _object(value: Body) -> Body:
    return {"type": "object", "value": value}
