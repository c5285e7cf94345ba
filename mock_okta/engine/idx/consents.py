"""Consent: what a user, or an administrator, lets an app have. Asked once for each scope and app.

Source: idx-protocol notes 3.5 (forms), 7.15 (what follows); labels as recorded for the standard scopes. That a scope
granted once is not asked for again is Okta's documented behaviour (Apps API, `consent_method`: TRUSTED or REQUIRED);
and neither is one that was skipped, which the app does not get then (developer.okta.com, "Request user consent").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import device_requests
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import FLAG, MAPPINGS, TEXT, Setting
from mock_okta.engine.model import App, Consent, Step, Transaction

STAGES = {"end_user": "consent", "admin": "admin-consent", "granular": "granular-consent"}

KIND = Setting(
    name="kind",
    kind=TEXT,
    words=tuple(STAGES),
    default="end_user",
    about="Whom the page is made for: an end user, an administrator, or one who decides scope by scope.",
)
SCOPES = Setting(
    name="scopes",
    kind=MAPPINGS,
    default=(),
    about="What pages say of scopes of one's own, and which may not be left out.",
    members=(
        Setting(name="name", kind=TEXT, about="Of the scope.", needed=True),
        Setting(name="label", kind=TEXT, about="As shown; the name if left out."),
        Setting(name="description", kind=TEXT, about="What it lets the app do."),
        Setting(name="mandatory", kind=FLAG, about="Granted with the rest, or not at all.", default=False),
    ),
)
SETTINGS = (KIND, SCOPES)

STANDARD: Mapping[str, Mapping[str, Any]] = {
    "openid": {"mandatory": True},
    "profile": {"label": "View your profile information.", "mandatory": True},
    "email": {
        "label": "View your email address.",
        "description": "This allows the app to view your email address.",
    },
    "phone": {
        "label": "View your phone number.",
        "description": "This allows the app to view your phone number.",
    },
    "address": {"label": "View your address.", "description": "This allows the app to view your address."},
    "offline_access": {"label": "Keep access to your data while you are not using the app."},
}
"""What pages say of the scopes of OpenID Connect; `address` and `offline_access` are inferred."""

NOTHING_DECIDED = Consent()
UNASKED = frozenset({"openid"})
"""Shown only where one decides scope by scope (recorded)."""


def is_given(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The question was answered, now or at an earlier sign-in to the same app."""
    if position in transaction.done:
        return True
    return "consent" not in transaction.prompt and set(_wanted(turn, transaction)) <= set(_granted(turn, transaction))


def ask(turn: Turn, transaction: Transaction, step: Step, position: int) -> Transaction:
    """Rests at the page that asks for consent, of the kind that the step says."""
    return replace(transaction, stage=STAGES[KIND.read(step.settings)])


def form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`consent`: yes or no to all of it."""
    answers = (Option(label="Allow Access", value=True), Option(label="Don't Allow", value=False))
    return (Field(name="consent", type="boolean", required=True, options=answers),)


def granular_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`consent`, which no page shows, and `optedScopes` with a field for each scope."""
    scopes = tuple(_scope_field(turn, name) for name in _wanted(turn, transaction))
    return (
        Field(name="consent", type="boolean", required=True, visible=False),
        Field(name="optedScopes", form=scopes),
    )


def _scope_field(turn: Turn, name: str) -> Field:
    said = _said_of(turn, name)
    return Field(
        name=name,
        label=said.get("label"),
        description=said.get("description"),
        type="boolean",
        required=True,
        value=True,
        visible=True,
        mutable=not said.get("mandatory", False),
    )


def scopes(turn: Turn, transaction: Transaction) -> Mapping[str, Any]:
    """`scopes`: what is asked for, as the page lists it."""
    listed = []
    for name in _wanted(turn, transaction):
        if name not in UNASKED:
            said = _said_of(turn, name)
            entry = {"name": name, "label": said.get("label", name), "value": name}
            listed.append(entry | ({"desc": said["description"]} if "description" in said else {}))
    return {"scopes": listed}


def _said_of(turn: Turn, name: str) -> Mapping[str, Any]:
    """What the scenario says of a scope, or else Okta."""
    own = (said for step in turn.scenario.flows.get("sign_in", ()) for said in SCOPES.read(step.settings))
    return next((said for said in own if said["name"] == name), STANDARD.get(name, {}))


def decide(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Remembers what was granted; scopes that were opted out of are not part of the sign-in any more.

    Raises: Refused, and the sign-in is over, where consent was denied
    """
    if not values["consent"]:
        raise _denied(transaction)
    opted = values.get("optedScopes", {})
    before = turn.state.consents.get(_grant_key(transaction), NOTHING_DECIDED)
    wanted = _wanted(turn, transaction)
    granted = tuple(name for name in wanted if opted.get(name, True))
    refused = tuple(name for name in wanted if name not in granted)
    kept = (name for name in before.granted if name not in refused)
    skipped = (name for name in before.skipped if name not in granted)
    decided = Consent(
        granted=tuple(dict.fromkeys((*kept, *granted))), skipped=tuple(dict.fromkeys((*skipped, *refused)))
    )
    turn.put("consents", _grant_key(transaction), decided)
    return replace(transaction, authorization_request=replace(transaction.asked, scope=granted))


def without_skipped(turn: Turn, transaction: Transaction) -> Transaction:
    """A finished sign-in without the scopes that the user has skipped, now or earlier."""
    wanted = _wanted(turn, transaction)
    if len(wanted) == len(transaction.asked.scope):
        return transaction
    return replace(transaction, authorization_request=replace(transaction.asked, scope=wanted))


def _denied(transaction: Transaction) -> Refused:
    """The end of the sign-in; a device that waits for it learns of it."""
    if transaction.device is None:
        return Refused(MESSAGES["security.access_denied"], terminal=True)
    return Refused(MESSAGES[device_requests.DENIED], after=device_requests.turn_away)


def _granted(turn: Turn, transaction: Transaction) -> tuple[str, ...]:
    return turn.state.consents.get(_grant_key(transaction), NOTHING_DECIDED).granted


def _wanted(turn: Turn, transaction: Transaction) -> tuple[str, ...]:
    """What the app asks for and the user has not skipped, but for what may not be skipped any more."""
    skipped = turn.state.consents.get(_grant_key(transaction), NOTHING_DECIDED).skipped
    if not skipped or "consent" in transaction.prompt:
        return transaction.asked.scope
    return tuple(
        name for name in transaction.asked.scope if name not in skipped or _said_of(turn, name).get("mandatory", False)
    )


def _grant_key(transaction: Transaction) -> str:
    return f"{transaction.user_id} {transaction.asked.client_id}"


def links_of(app: App) -> dict[str, Any]:
    """What the page shows of the app besides its name (recorded): its terms, policy, logo and address."""
    links: dict[str, Any] = {}
    if "tos_uri" in app.links:
        links["termsOfService"] = {"href": app.links["tos_uri"], "rel": ["terms-of-service"]}
    if "policy_uri" in app.links:
        links["privacyPolicy"] = {"href": app.links["policy_uri"], "rel": ["privacy-policy"]}
    if "logo_uri" in app.links:
        links["logo"] = {"href": app.links["logo_uri"], "rel": ["icon"], "alt": "Logo for the app"}
    if "client_uri" in app.links:
        links["clientUri"] = {"href": app.links["client_uri"]}
    return links
