"""A transaction as the body of a reply.

Source: idx-protocol notes 2.1 (order of members), 2.2 (what each holds), 2.3 and 2.6 (which objects accompany a stage),
10 of 0.1 (how times are written).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import (
    browsers,
    captcha,
    consents,
    device_enrollment,
    devices,
    forms,
    grace_periods,
    messages,
    passkey_sign_in,
    policy,
    profiles,
    remediations,
    steps,
    success,
    terminal_pages,
)
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, fastpass
from mock_okta.engine.idx.authenticators.row import CURRENT, CURRENT_ENROLLMENT, Authenticator, enrollment_in_play
from mock_okta.engine.idx.forms import ACCEPTS, PRODUCES, FieldMessages, state_handle
from mock_okta.engine.idx.remediations import Remediation
from mock_okta.engine.idx.settings import ALLOWED_FOR
from mock_okta.engine.idx.stages import (
    ACQUIRED,
    APP,
    AUTHENTICATION,
    CANCEL,
    CAPTCHA,
    CHOICES,
    CLIENT,
    CODE,
    DEVICE,
    IN_PLAY,
    LINKED_APP,
    MANAGEMENT,
    MISSING,
    OUTCOME,
    PASSKEY,
    RECOVERED,
    STAGES,
    TWIN,
    UI_DISPLAY,
    USER,
    Stage,
)
from mock_okta.engine.model import Enrollment, Remark, Transaction

Body = dict[str, Any]
NO_MEMBERS: Body = {}


def body(turn: Turn, transaction: Transaction, remarks: Sequence[Remark] = ()) -> Body:
    """The whole reply for a live transaction, with what its page says, and what this reply says besides."""
    stage = STAGES[transaction.stage]
    fields: dict[tuple[str, ...], list[Body]] = {}
    for remark in remarks:
        if remark.path:
            fields.setdefault(remark.path, []).append(messages.spoken(remark))
    members: Body = {"version": "1.0.0"}
    if stage.named:
        members["stateHandle"] = transaction.handle
    members |= {"expiresAt": timestamp(transaction.expires_at), "intent": transaction.intent}
    on_offer = remediations.offered(turn, transaction)
    if on_offer:
        members["remediation"] = _array(
            each for row in on_offer for each in _remediations(turn, transaction, row, fields)
        )
    top = [remark for remark in (*transaction.notices, *remarks) if not remark.path]
    if top:
        members["messages"] = _array(map(messages.spoken, top))
    ending = terminal_pages.beside(transaction) if transaction.stage == "terminal" else ()
    for shown in (*stage.shows, *stage.frame, *ending, *_last(turn, stage)):
        members |= _SHOWN[shown](turn, transaction)
    return members


def _last(turn: Turn, stage: Stage) -> tuple[str, ...]:
    """`authentication` too, in orgs that show it wherever they name the app."""
    everywhere = APP in stage.frame and setting(turn.scenario, "authentication") != "consent"
    return (AUTHENTICATION, OUTCOME) if everywhere else (OUTCOME,)


def terminal(remarks: Iterable[Remark]) -> Body:
    """A reply that ends: `version` and `messages`, nothing to submit."""
    return {"version": "1.0.0", "messages": _array(map(messages.spoken, remarks))}


def timestamp(at: float) -> str:
    """Epoch seconds as Okta writes them, e.g. "2026-01-31T09:30:00.000Z"; Kotlin insists on the three digits."""
    return datetime.fromtimestamp(int(at), UTC).isoformat().removesuffix("+00:00") + ".000Z"


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def _remediations(
    turn: Turn, transaction: Transaction, row: Remediation, messages: FieldMessages
) -> Iterable[Mapping[str, Any]]:
    """A form, or places that the browser can be sent to, which no client submits."""
    return row.redirects(turn, transaction) if row.redirects else (_action(turn, transaction, row, messages),)


def _action(turn: Turn, transaction: Transaction, row: Remediation, messages: FieldMessages) -> Body:
    members: Body = {"rel": ["create-form"], "name": row.sent_as or row.name}
    if row.on_current or row.relates_to:
        members["relatesTo"] = [row.relates_to or f"$.{_place_of_current(transaction)}"]
    path = row.path
    if remediations.ANY_TRANSACTION in path:
        path = path.replace(remediations.ANY_TRANSACTION, fastpass.transaction_id(turn, transaction))
    members |= {"href": f"{turn.request.origin}/idp/idx/{path}", "method": "POST", "produces": PRODUCES}
    members |= row.more(turn, transaction)
    if row.refresh_ms is not None:
        members["refresh"] = row.refresh_ms
    fields = (*row.form(turn, transaction), state_handle(transaction.handle))
    members["value"] = forms.written(fields, messages)
    members["accepts"] = ACCEPTS
    return members


# ---------------------------------------------------------------------------------------------------------------------
# Authenticators
# ---------------------------------------------------------------------------------------------------------------------


def _place_of_current(transaction: Transaction) -> str:
    challenge = transaction.challenge
    if transaction.stage == "identify" or challenge is None:
        return CURRENT
    return AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).place


def _current(turn: Turn, transaction: Transaction) -> Body:
    """The authenticator in play: what it shows and can do first, then what it is."""
    if transaction.challenge is None:
        return _password_on_page(turn, transaction)
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    place = _place_of_current(transaction)
    anonymous = policy.is_anonymous(turn, transaction)
    members: Body = {}
    enrollment = None if anonymous or place != CURRENT_ENROLLMENT else enrollment_in_play(turn, transaction)
    members |= _profile(turn, transaction, row, enrollment)
    for action in remediations.current_actions(turn, transaction):
        members[action.member or action.name] = _action(turn, transaction, action, {})
    context = {} if STAGES[transaction.stage].asks else row.ceremony_of(challenge).context(turn, transaction)
    if context:
        members["contextualData"] = context
    identity = turn.state.authenticator_ids[row.key]
    if place == CURRENT_ENROLLMENT:
        identity = "" if anonymous else challenge.enrollment_id
    methods = (challenge.method,) if challenge.method else policy.methods_of(turn, row)
    members |= _identity(turn, row, identity, methods, _more(turn, transaction, row, enrollment))
    return {place: _object(members | _settings(turn, transaction, row, challenge.purpose))}


def _twin(turn: Turn, transaction: Transaction) -> Body:
    """`currentAuthenticator` where `currentAuthenticatorEnrollment` stands as well."""
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    identity = turn.state.authenticator_ids[row.key]
    return {CURRENT: _object(_identity(turn, row, identity, (challenge.method,)))}


def _password_on_page(turn: Turn, transaction: Transaction) -> Body:
    """The password, where a page asks for it beside something else: to sign in, or to register."""
    if not steps.has_password_on_page(turn, transaction):
        return {}
    row = AUTHENTICATORS["okta_password"]
    actions = {
        each.name: _action(turn, transaction, each, {}) for each in remediations.current_actions(turn, transaction)
    }
    identity = _identity(turn, row, turn.state.authenticator_ids[row.key], row.methods)
    settings = _settings(turn, transaction, row, "enroll") if transaction.flow == "register" else {}
    return {CURRENT: _object(actions | identity | settings)}


def _acquired(turn: Turn, transaction: Transaction) -> Body:
    """`enrollmentAuthenticator`: the authenticator being enrolled, without actions and context."""
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    identity = _identity(turn, row, turn.state.authenticator_ids[row.key], (challenge.method,))
    return {"enrollmentAuthenticator": _object(identity | _settings(turn, transaction, row, "enroll"))}


_RENEWED = ("reset", "reenroll")


def _recovered(turn: Turn, transaction: Transaction) -> Body:
    """`recoveryAuthenticator`: the password, from the moment that it is being recovered or renewed."""
    renewing = transaction.stage in _RENEWED or (
        transaction.stage == "reenroll-warning" and setting(turn.scenario, "renewal") == "listed"
    )
    if transaction.flow != "recover" and not renewing:
        return {}
    row = AUTHENTICATORS["okta_password"]
    identity = _identity(turn, row, turn.state.authenticator_ids[row.key], row.methods)
    return {
        "recoveryAuthenticator": _object(identity | (_settings(turn, transaction, row, "reset") if renewing else {}))
    }


def _choices(turn: Turn, transaction: Transaction) -> Body:
    """What can be proved in this step: the authenticators, and what the user has of them, if anything still."""
    ways = steps.choices(turn, transaction)
    anonymous = policy.is_anonymous(turn, transaction)
    return {
        "authenticators": _array(_authenticators(turn, dict.fromkeys(way.authenticator for way in ways))),
        "authenticatorEnrollments": _array(
            _anonymous(turn, way)
            if anonymous or not way.id
            else _profile(turn, transaction, AUTHENTICATORS[way.authenticator], way)
            | _enrollment(turn, transaction, way)
            for way in ways
        ),
    }


def _missing(turn: Turn, transaction: Transaction) -> Body:
    """What can be acquired in this step, and everything that the user has already, without profiles (recorded)."""
    user = policy.user_of(turn, transaction)
    enrolled = policy.by_name(turn, user.enrolled if user else ())
    wanted = dict.fromkeys(way.authenticator for way in steps.choices(turn, transaction))
    return {
        "authenticators": _array(_in_grace(turn, transaction, _authenticators(turn, wanted))),
        "authenticatorEnrollments": _array(_enrollment(turn, transaction, each) for each in enrolled),
    }


def _in_grace(turn: Turn, transaction: Transaction, authenticators: Iterable[Body]) -> Iterator[Body]:
    """Authenticators, each with what is left of the time or the times that it may be put off."""
    found = steps.at_hand(turn, transaction)
    for each in authenticators:
        left = grace_periods.left(turn, transaction, found[0], each.get("key", "")) if found else None
        match left:
            case grace_periods.Skips(times):
                yield each | {"gracePeriod": {"type": "BY_SKIP_COUNT", "remainingSkips": times}}
            case grace_periods.Until(at):
                yield each | {"gracePeriod": {"type": "BY_DATE_TIME", "expiry": timestamp(at)}}
            case None:
                yield each


def _authenticators(turn: Turn, keys: Iterable[str]) -> Iterator[Body]:
    for key in keys:
        row = AUTHENTICATORS[key]
        identity = _identity(turn, row, turn.state.authenticator_ids[key], policy.methods_of(turn, row))
        allowed_for = ALLOWED_FOR.find_of(turn, key)
        yield identity | ({"allowedFor": allowed_for} if allowed_for else {})


def _enrollment(turn: Turn, transaction: Transaction, enrollment: Enrollment) -> Body:
    row = AUTHENTICATORS[enrollment.authenticator]
    methods = enrollment.methods or policy.methods_of(turn, row)
    return _identity(turn, row, enrollment.id, methods, _more(turn, transaction, row, enrollment))


def _anonymous(turn: Turn, enrollment: Enrollment) -> Body:
    """An enrolment that does not say whose it is."""
    row = AUTHENTICATORS[enrollment.authenticator]
    return _identity(turn, row, "", enrollment.methods or policy.methods_of(turn, row))


def _profile(turn: Turn, transaction: Transaction, row: Authenticator, enrollment: Enrollment | None) -> Body:
    profile = _to_be_told(turn, transaction, row, row.profile(enrollment)) if enrollment else {}
    return {"profile": profile} if profile else {}


def _more(turn: Turn, transaction: Transaction, row: Authenticator, enrollment: Enrollment | None) -> Body:
    return _to_be_told(turn, transaction, row, row.extra_of(enrollment)) if enrollment else {}


def _to_be_told(turn: Turn, transaction: Transaction, row: Authenticator, members: Body) -> Body:
    """Members without what a phone is called, to somebody who has proved nothing yet.

    "Some responses returned a deviceName to unauthenticated users" (Okta Identity Engine API release notes 2026.05.0,
    OKTA-828990).
    """
    if transaction.proofs or setting(turn.scenario, "device_names") == "always":
        return members
    return {name: value for name, value in members.items() if name not in row.names}


def _settings(turn: Turn, transaction: Transaction, row: Authenticator, purpose: str) -> Body:
    shown = row.settings(turn, transaction) if row.settings and purpose != "verify" else {}
    return {"settings": shown} if shown else {}


def _identity(turn: Turn, row: Authenticator, identity: str, methods: Iterable[str], more: Body = NO_MEMBERS) -> Body:
    """`type`, `key`, `id`, `displayName`, more, `methods`; without `id` where it would give the user away."""
    members: Body = {"type": row.type}
    if setting(turn.scenario, "authenticator_key") == "present":
        members["key"] = row.key
    if identity:
        members["id"] = identity
    members |= {"displayName": policy.name_of(turn, row)} | row.extra(turn) | more
    return members | {"methods": [{"type": method} for method in methods]}


# ---------------------------------------------------------------------------------------------------------------------
# User and app
# ---------------------------------------------------------------------------------------------------------------------


def _user(turn: Turn, transaction: Transaction) -> Body:
    user = policy.user_of(turn, transaction)
    anonymous = policy.is_anonymous(turn, transaction)
    if anonymous and transaction.flow == "unlock" and transaction.identifier is not None:
        return {"user": _object({"identifier": transaction.identifier})}
    if user is None or anonymous:
        return {}
    members: Body = {"id": user.id}
    shown = setting(turn.scenario, "user")
    if shown != "id":
        members["identifier"] = user.login
    if shown in ("profile", "profile_and_email"):
        names = {name: user.profile[name] for name in ("firstName", "lastName") if name in user.profile}
        zone = {"timeZone": user.profile.get("timeZone", "America/Los_Angeles")}
        address = {"email": user.profile.get("email", user.login)} if shown == "profile_and_email" else {}
        members["profile"] = names | address | zone | {"locale": user.profile.get("locale", "en_US")}
    return {"user": _object(members)}


def _device(turn: Turn, transaction: Transaction) -> Body:
    """`authenticatorChallenge`, with the way out while the device is being asked."""
    shown = devices.challenge_shown(turn, transaction)
    if shown is None:
        return {}
    value = dict(shown)
    if transaction.stage == "device-challenge":
        row = replace(remediations.ACTIONS["cancel-polling"], sent_as=devices.cancel_name(turn, transaction))
        value["cancel"] = _action(turn, transaction, row, {})
    return {"authenticatorChallenge": _object(value)}


def _passkey(turn: Turn, transaction: Transaction) -> Body:
    """`webauthnAutofillUIChallenge`, where the page takes a passkey."""
    shown = passkey_sign_in.challenge_shown(turn, transaction)
    return {"webauthnAutofillUIChallenge": _object(dict(shown))} if shown else {}


def _app(turn: Turn, transaction: Transaction) -> Body:
    app = turn.app(transaction.asked.client_id)
    return {"app": _object({"name": app.name, "label": app.label, "id": app.client_id})}


def _linked_app(turn: Turn, transaction: Transaction) -> Body:
    members = _app(turn, transaction)["app"]["value"]
    return {"app": _object(members | consents.links_of(turn.app(transaction.asked.client_id)))}


def _authentication(turn: Turn, transaction: Transaction) -> Body:
    return {"authentication": _object(success.authentication(turn, transaction))}


def _code(turn: Turn, transaction: Transaction) -> Body:
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    identity = _identity(turn, row, turn.state.authenticator_ids[row.key], (challenge.method,))
    return {CURRENT: _object({"contextualData": {"otp": challenge.code}} | identity)}


def _client(turn: Turn, transaction: Transaction) -> Body:
    return {"client": _object(browsers.client_of(turn, transaction))}


def _management(turn: Turn, transaction: Transaction) -> Body:
    found = steps.at_hand(turn, transaction)
    return {"deviceEnrollment": _object(device_enrollment.value(turn, found[0]))} if found else {}


def _ui_display(turn: Turn, transaction: Transaction) -> Body:
    """`uiDisplay`, where the org calls its form and its button something else."""
    said = profiles.titles(turn, transaction)
    return {"uiDisplay": _object(said)} if said else {}


def _cancel(turn: Turn, transaction: Transaction) -> Body:
    return {"cancel": _action(turn, transaction, remediations.ACTIONS["cancel"], {})}


_SHOWN: dict[str, Callable[[Turn, Transaction], Body]] = {
    IN_PLAY: _current,
    CHOICES: _choices,
    MISSING: _missing,
    ACQUIRED: _acquired,
    RECOVERED: _recovered,
    USER: _user,
    DEVICE: _device,
    CODE: _code,
    CLIENT: _client,
    CANCEL: _cancel,
    TWIN: _twin,
    APP: _app,
    CAPTCHA: captcha.shown,
    OUTCOME: success.shown,
    LINKED_APP: _linked_app,
    AUTHENTICATION: _authentication,
    PASSKEY: _passkey,
    MANAGEMENT: _management,
    UI_DISPLAY: _ui_display,
}


def _array(values: Iterable[Any]) -> Body:
    return {"type": "array", "value": list(values)}


def _object(value: Body) -> Body:
    return {"type": "object", "value": value}
