"""The remediations and actions: where each is submitted, what its form asks for, and which move accepts it.

Source: idx-protocol notes 1.3 (paths), 3 (forms, option shapes), 4.6 (actions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import (
    captcha,
    consents,
    device_activation,
    devices,
    email_links,
    forms,
    identity_providers,
    identity_verification,
    moves,
    passkey_sign_in,
    policy,
    profiles,
    remembered_devices,
    steps,
    success,
    transaction_start,
)
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, email, okta_verify, password, push
from mock_okta.engine.idx.authenticators.row import Authenticator, Values, enrollment_in_play, no_fields
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.profiles import profile_form
from mock_okta.engine.idx.stages import IN_PLAY, STAGES
from mock_okta.engine.model import Enrollment, Transaction

Form = Callable[[Turn, Transaction], tuple[Field, ...]]
Move = Callable[[Turn, Transaction, Values], Transaction]
Condition = Callable[[Turn, Transaction], bool]
Members = Callable[[Turn, Transaction], Mapping[str, Any]]
Redirects = Callable[[Turn, Transaction], Iterable[Mapping[str, Any]]]


def always(turn: Turn, transaction: Transaction) -> bool:
    """The remediation is on offer at every stage that names it."""
    return True


def no_members(turn: Turn, transaction: Transaction) -> Mapping[str, Any]:
    """What stands beside a remediation's form on the wire, besides what all have: nothing."""
    return {}


class Remediation(Struct, frozen=True, kw_only=True):
    """One thing that a client can submit.

    path: below `/idp/idx/`
    sent_as: its name on the wire, where two rows share one
    member: the member that holds it as an action, where that is not its name
    offered: whether it is on offer at a stage that names it
    on_current: it relates to the authenticator in play
    relates_to: what else it relates to
    refresh_ms: how long a client waits between two polls
    more: further members
    redirects: where the browser is sent instead of a form being submitted: whole remediations, as they go out
    only_with: the flows and steps of which a scenario has to have one, or it is never on offer; any will do if empty
    about: the authenticators that can be in play where it is on offer; None where any can
    """

    name: str
    path: str
    move: Move
    sent_as: str | None = None
    member: str | None = None
    form: Form = no_fields
    offered: Condition = always
    on_current: bool = False
    relates_to: str | None = None
    refresh_ms: int | None = None
    more: Members = no_members
    redirects: Redirects | None = None
    only_with: tuple[str, ...] = ()
    about: tuple[str, ...] | None = None


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def identify_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`identifier`, on the single form `credentials`, and `rememberMe`."""
    identifier = replace(_identifier_field(turn), value=transaction.asked.login_hint)
    box = Field(name="rememberMe", type="boolean", label="Remember this device")
    remember = (box,) if remembered_devices.has_box(turn) else ()
    if not steps.has_password_on_page(turn, transaction):
        return (identifier, *remember, *captcha.fields(turn, transaction))
    answer = AUTHENTICATORS["okta_password"].ceremony("verify").form(turn, transaction)
    return (
        identifier,
        Field(name="credentials", type="object", form=answer, required=True),
        *remember,
        *captcha.fields(turn, transaction),
    )


def _identifier_field(turn: Turn) -> Field:
    required = True if setting(turn.scenario, "identifier") == "required" else None
    return Field(name="identifier", label="Username", required=required, needed=True)


def choice_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, with one option for each way to meet the open step."""
    return (Field(name="authenticator", type="object", options=tuple(_options(turn, transaction)), needed=True),)


def _options(turn: Turn, transaction: Transaction) -> Iterator[Option]:
    """One option an enrolment; several keys of one WebAuthn or Okta Verify are one option (idx-protocol notes 2.6)."""
    purpose = steps.purpose(turn, transaction)
    anonymous = policy.is_anonymous(turn, transaction)
    choices = steps.choices(turn, transaction)
    keys = list(dict.fromkeys(choice.authenticator for choice in choices))
    places = [(choice.authenticator, choice.id) for choice in choices]
    for choice in policy.as_options(choices):
        row = AUTHENTICATORS[choice.authenticator]
        relates_to = f"$.authenticators.value[{keys.index(row.key)}]"
        if purpose == "verify" and not row.grouped:
            relates_to = f"$.authenticatorEnrollments.value[{places.index((row.key, choice.id))}]"
        shown = replace(choice, id="") if anonymous else choice
        yield Option(
            label=policy.name_of(turn, row),
            form=(_id_field(turn, choice), *row.ceremony(purpose).option(turn, row, shown)),
            relates_to=relates_to,
        )


def _id_field(turn: Turn, choice: Enrollment) -> Field:
    identity = turn.state.authenticator_ids[choice.authenticator]
    return Field(name="id", required=True, value=identity, mutable=False)


def data_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, picked already: what is still to be said about it."""
    challenge = policy.challenge_of(transaction)
    row = AUTHENTICATORS[challenge.authenticator]
    picked = enrollment_in_play(turn, transaction) or Enrollment(authenticator=row.key)
    if challenge.method:
        picked = replace(picked, methods=(challenge.method,))
    elif challenge.purpose == "verify":
        use = policy.use_of(turn, transaction, transaction.position)
        picked = next(policy.with_methods_for(turn, use, (picked,)), picked)
    if policy.is_anonymous(turn, transaction):
        picked = replace(picked, id="")
    inner = (_id_field(turn, picked), *row.ceremony(challenge.purpose).data(turn, row, picked))
    return (Field(name="authenticator", label=policy.name_of(turn, row), form=inner, needed=True),)


def push_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, whose push is to be sent again."""
    row = AUTHENTICATORS[policy.challenge_of(transaction).authenticator]
    method = Field(name="methodType", required=False, value="push", mutable=False)
    inner = (_id_field(turn, Enrollment(authenticator=row.key)), method)
    return (_in_value(turn, row, inner),)


def channel_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`authenticator`, which is to be enrolled by another channel."""
    row = AUTHENTICATORS[policy.challenge_of(transaction).authenticator]
    new = Enrollment(authenticator=row.key)
    return (_in_value(turn, row, (_id_field(turn, new), *row.ceremony("enroll").option(turn, row, new))),)


def _in_value(turn: Turn, row: Authenticator, inner: tuple[Field, ...]) -> Field:
    name = policy.name_of(turn, row)
    return Field(name="authenticator", type="object", label=name, form=inner, in_value=True, needed=True)


def launch_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`rememberMe`, which some clients send along."""
    return (Field(name="rememberMe", type="boolean", unseen=True),) if remembered_devices.has_box(turn) else ()


def answer_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`credentials`, with what the authenticator in play asks for: fields, or a choice between forms."""
    challenge = policy.challenge_of(transaction)
    asked = AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).form(turn, transaction)
    if len(asked) == 1 and asked[0].name == "credentials":
        return asked
    return (Field(name="credentials", type="object", form=asked, required=True),)


def recovery_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `identifier`, and for a CAPTCHA where the org has one."""
    return (_identifier_field(turn), *captcha.fields(turn, transaction))


def unlock_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`identifier` and `authenticator`, on one page; without the first where it was asked for before."""
    asked = () if transaction.identifier is not None else unlock_identify_form(turn, transaction)
    return (*asked, *choice_form(turn, transaction))


def unlock_identify_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`identifier`, of the account that shall be unlocked."""
    return (Field(name="identifier", label="Username", required=True),)


# ---------------------------------------------------------------------------------------------------------------------
# Conditions
# ---------------------------------------------------------------------------------------------------------------------


def is_a_choice(turn: Turn, transaction: Transaction) -> bool:
    """Whether the list of authenticators is worth offering: mostly not where the password is all (recorded)."""
    ways = steps.choices(turn, transaction)
    in_play = transaction.challenge is not None and IN_PLAY in STAGES[transaction.stage].shows
    begun = in_play and has_begun(turn, transaction)
    lone = setting(turn.scenario, "lone_choice")
    if lone == "always":
        return bool(ways)
    if len(ways) == 1 and begun and lone == "omitted":
        return False
    return len(ways) > 1 or any(way.authenticator != "okta_password" for way in ways)


def is_left_to_acquire(turn: Turn, transaction: Transaction) -> bool:
    """Whether there is anything to pick from; there is not, once an administrator or another tab has seen to it all."""
    return bool(steps.choices(turn, transaction))


def has_begun(turn: Turn, transaction: Transaction) -> bool:
    """Whether something was sent or drawn already."""
    return not STAGES[transaction.stage].asks


def can_be_decided_elsewhere(turn: Turn, transaction: Transaction) -> bool:
    """Whether polling may bring anything: a code has been sent, with a link unless the org has none in its mails."""
    if not has_begun(turn, transaction):
        return False
    challenge = policy.challenge_of(transaction)
    if challenge.authenticator != email.KEY or email.MAGIC_LINK.find_of(turn, email.KEY) is not False:
        return True
    polls = setting(turn.scenario, "poll_without_link")
    return bool(polls == "always" or (polls == "enrolling" and challenge.purpose == "enroll"))


def is_offered_automatically(turn: Turn, transaction: Transaction) -> bool:
    """Whether a push can be repeated from this page: not from one that only offers to send it."""
    return has_begun(turn, transaction) or not _sends_on_demand(turn, transaction)


def is_not_sent_automatically(turn: Turn, transaction: Transaction) -> bool:
    """Whether the page has the older action that sends a push."""
    return has_begun(turn, transaction) or _sends_on_demand(turn, transaction)


def _sends_on_demand(turn: Turn, transaction: Transaction) -> bool:
    key = policy.challenge_of(transaction).authenticator
    return bool(push.AUTO_CHALLENGE.of(turn, key) == "absent")


def offers(flow: str) -> Condition:
    """A condition that holds where the org offers this flow."""
    return lambda turn, transaction: policy.has_flow(turn, flow)


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------

ANY_TRANSACTION = "{transaction}"
SSO_EXTENSION = f"authenticators/sso_extension/transactions/{ANY_TRANSACTION}"

ASKED_BEFORE = ("okta_verify", "webauthn")
"""Authenticators that may be in play on the page where somebody types a username."""

# fmt: off
REMEDIATIONS: dict[str, Remediation] = table("name", (
    Remediation(name="identify", path="identify", form=identify_form, move=moves.identify, about=ASKED_BEFORE),
    Remediation(name="identify-recovery", path="identify", form=recovery_form, move=moves.identify_for_recovery,
                about=ASKED_BEFORE),
    Remediation(name="select-identify", path="identify/select", move=moves.start_over),
    Remediation(name="select-enroll-profile", path="enroll", move=moves.start_registration,
                offered=offers("register"), only_with=("register",)),
    Remediation(name="enroll-profile", path="enroll/new", form=profile_form, move=profiles.register,
                only_with=("register", "profile"), about=()),
    Remediation(name="enroll-profile-update", path="enroll/update", form=profile_form, move=profiles.update,
                sent_as="enroll-profile", offered=profiles.is_called("enroll-profile"), only_with=("profile",),
                about=()),
    Remediation(name="profile-update", path="enroll/new", form=profile_form, move=profiles.update,
                offered=profiles.is_called("profile-update"), only_with=("profile",), about=()),
    Remediation(name="unlock-account", path="unlock-account", move=moves.start_unlocking, offered=offers("unlock"),
                only_with=("unlock",)),
    Remediation(name="unlock-account-identify", path="identify", form=unlock_identify_form,
                move=moves.identify_for_unlocking, sent_as="unlock-account", only_with=("unlock",)),
    Remediation(name="select-authenticator-unlock-account", path="challenge", form=unlock_form,
                move=moves.choose_for_unlocking, only_with=("unlock",)),
    Remediation(name="select-authenticator-authenticate", path="challenge", form=choice_form, move=moves.choose,
                offered=is_a_choice),
    Remediation(name="authenticator-verification-data", path="challenge", form=data_form, move=moves.choose,
                on_current=True),
    Remediation(name="challenge-poll", path="authenticators/poll", form=push.poll_form, move=moves.poll,
                offered=can_be_decided_elsewhere, on_current=True, refresh_ms=4000),
    Remediation(name="redirect-idp", path="", move=moves.stay, redirects=identity_providers.sign_in_redirects),
    Remediation(name="redirect-authenticator", path="", move=moves.stay,
                redirects=identity_providers.authenticator_redirects),
    Remediation(name="resend", path="challenge", form=push_form, move=moves.choose, on_current=True),
    Remediation(name="launch-authenticator", path="authenticators/okta-verify/launch", form=launch_form,
                move=devices.launch, offered=devices.can_launch_known, relates_to="authenticatorChallenge"),
    Remediation(name="launch-authenticator-unknown", path="authenticators/okta-verify/launch", form=launch_form,
                move=devices.launch, offered=devices.can_launch_unknown, sent_as="launch-authenticator"),
    Remediation(name="launch-webauthn-authenticator", path="authenticators/webauthn/launch",
                move=passkey_sign_in.launch, offered=passkey_sign_in.can_launch),
    Remediation(name="launch-passkeys-authenticator", path="challenge/answer/webauthn-autofillui",
                form=passkey_sign_in.form, move=passkey_sign_in.answer_page, offered=passkey_sign_in.has_button,
                relates_to="webauthnAutofillUIChallenge"),
    Remediation(name="challenge-webauthn-autofillui-authenticator", path="challenge/answer/webauthn-autofillui",
                form=passkey_sign_in.form, move=passkey_sign_in.answer_page, offered=passkey_sign_in.has_autofill,
                relates_to="webauthnAutofillUIChallenge"),
    Remediation(name="challenge-passkey", path="challenge/answer", form=passkey_sign_in.form,
                move=passkey_sign_in.answer_launched, sent_as="challenge-authenticator", on_current=True),
    Remediation(name="enroll-webauthn-residentkey", path="authenticators/webauthn/enrollresidentkey",
                move=passkey_sign_in.set_up_later),
    Remediation(name="enroll-authenticator-promotion", path="credential/enroll", form=answer_form, move=moves.answer,
                on_current=True, only_with=("promote",)),
    Remediation(name="device-challenge-poll", path="authenticators/poll", move=devices.poll_device,
                relates_to="authenticatorChallenge", refresh_ms=2000),
    Remediation(name="device-apple-sso-extension", path=f"{SSO_EXTENSION}/verify",
                move=devices.call_extension),
    Remediation(name="device-apple-sso-extension-again", path=f"{SSO_EXTENSION}/verify",
                move=devices.call_extension, sent_as="device-apple-sso-extension", more=devices.was_called),
    Remediation(name="cancel-transaction", path=f"{SSO_EXTENSION}/verify/cancel", move=devices.extension_failed),
    Remediation(name="challenge-authenticator", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True),
    Remediation(name="select-authenticator-enroll", path="credential/enroll", form=choice_form, move=moves.choose,
                offered=is_left_to_acquire),
    Remediation(name="authenticator-enrollment-data", path="credential/enroll", form=data_form, move=moves.choose,
                on_current=True),
    Remediation(name="enrollment-channel-data", path="challenge/send", form=okta_verify.address_form,
                move=moves.supply),
    Remediation(name="enroll-poll", path="challenge/poll", move=moves.poll, refresh_ms=4000,
                only_with=("enroll", "add", "promote", "verify")),
    Remediation(name="enroll-poll-card", path="authenticators/poll", move=moves.poll, sent_as="enroll-poll",
                refresh_ms=4000, only_with=("enroll", "add", "verify")),
    Remediation(name="select-enrollment-channel", path="credential/enroll", form=channel_form, move=moves.choose),
    Remediation(name="enroll-authenticator", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True),
    Remediation(name="reset-authenticator", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True),
    Remediation(name="reenroll-authenticator", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True, offered=password.expires_here),
    Remediation(name="reenroll-authenticator-warning", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True, offered=password.expires_here),
    Remediation(name="reenroll-custom-password-expiry", path="challenge/answer", form=answer_form, move=moves.answer,
                on_current=True, offered=password.expires_elsewhere, more=password.elsewhere),
    Remediation(name="reenroll-custom-password-expiry-warning", path="challenge/answer", form=answer_form,
                move=moves.answer, on_current=True, offered=password.expires_elsewhere, more=password.elsewhere),
    Remediation(name="request-activation-email", path="request-activation", move=transaction_start.request_activation,
                about=()),
    Remediation(name="email-challenge-consent", path="consent", form=email_links.consent_form, move=email_links.consent,
                more=email_links.request_info),
    Remediation(name="consent", path="consent", form=consents.form, move=moves.then_on(consents.decide),
                more=consents.scopes, only_with=("consent",), about=()),
    Remediation(name="admin-consent", path="consent", form=consents.form, move=moves.then_on(consents.decide),
                more=consents.scopes, only_with=("consent",), about=()),
    Remediation(name="granular-consent", path="consent", form=consents.granular_form,
                move=moves.then_on(consents.decide), only_with=("consent",), about=()),
    Remediation(name="keep-me-signed-in", path="keep-me-signed-in", form=remembered_devices.form,
                move=moves.then_on(remembered_devices.keep), only_with=("keep_me_signed_in",), about=()),
    Remediation(name="device-assurance-grace-period", path="skip", move=moves.skip, only_with=("assure_device",),
                about=()),
    Remediation(name="user-code", path="device/activate", form=device_activation.code_form,
                move=device_activation.activate, about=()),
    Remediation(name="redirect-idverify", path="", move=moves.stay, redirects=identity_verification.redirect),
    Remediation(name="success-redirect", path="", move=moves.stay, redirects=success.success_redirect,
                offered=success.is_remediation),
    Remediation(name="failure-redirect", path="", move=moves.stay, redirects=success.failure_redirect),
    Remediation(name="poll", path="poll", move=moves.look_again, refresh_ms=2000),
    Remediation(name="skip", path="skip", move=moves.skip, offered=steps.may_skip),
))

ACTIONS: dict[str, Remediation] = table("name", (
    Remediation(name="recover", path="recover", move=moves.recover),
    Remediation(name="resend", path="challenge/resend", move=moves.resend),
    Remediation(name="poll", path="challenge/poll", move=moves.poll, offered=can_be_decided_elsewhere,
                refresh_ms=4000),
    Remediation(name="resend-push", path="challenge", form=push.again_form, move=moves.choose, sent_as="resend",
                member="resend", offered=is_offered_automatically),
    Remediation(name="send", path="challenge/send", move=moves.send_push, offered=is_not_sent_automatically),
    Remediation(name="cancel-polling", path="authenticators/poll/cancel", form=devices.reason_form,
                move=devices.give_up, member="cancel"),
    Remediation(name="cancel", path="cancel", move=moves.cancel),
))
# fmt: on

POLLS = frozenset(row.path for table in (REMEDIATIONS, ACTIONS) for row in table.values() if row.refresh_ms is not None)
"""Where clients ask again and again, and so once more after it is decided."""

PATHS = frozenset(row.path for table in (REMEDIATIONS, ACTIONS) for row in table.values() if row.redirects is None)


def offered(turn: Turn, transaction: Transaction) -> tuple[Remediation, ...]:
    """The remediations on offer, in wire order."""
    rows = (REMEDIATIONS[name] for name in STAGES[transaction.stage].offers if name in REMEDIATIONS)
    return tuple(row for row in rows if row.offered(turn, transaction))


def current_actions(turn: Turn, transaction: Transaction) -> tuple[Remediation, ...]:
    """The actions on the authenticator in play. On the identify page that is the password, if the page asks for it."""
    if transaction.stage == "identify":
        return (ACTIONS["recover"],) if steps.has_password_on_page(turn, transaction) else ()
    if transaction.challenge is None:
        return ()
    challenge = transaction.challenge
    names = AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).actions
    return tuple(ACTIONS[name] for name in names if ACTIONS[name].offered(turn, transaction))


def _polls_of_decided(transaction: Transaction) -> tuple[Remediation, ...]:
    """On no page, but on its way while something was decided: whoever asks once more hears the same again."""
    decided = transaction.challenge is not None and transaction.challenge.decision is not None
    return (REMEDIATIONS["challenge-poll"], ACTIONS["poll"]) if decided else ()


def submitted(turn: Turn, transaction: Transaction, path: str, given: Values) -> tuple[Remediation, dict[str, Any]]:
    """The remediation or action that a request submits, and the values it carries.

    Several on offer may share a path; the request means the first whose form it answers (recorded: a phone that is
    picked again from the list, without a method, while the page before it asks for the method).
    Raises: Unreadable, as the first says that it does not contradict; NotAnOption if none is on offer there
    """
    problems: list[forms.Unreadable] = []
    on_page = (*offered(turn, transaction), *current_actions(turn, transaction), ACTIONS["cancel"])
    for row in (*on_page, *_polls_of_decided(transaction)):
        if row.path == path:
            try:
                return row, forms.read(row.form(turn, transaction), given)
            except forms.Unreadable as problem:
                problems.append(problem)
    incomplete = (each for each in problems if not isinstance(each, forms.NotAnOption))
    raise next(incomplete, forms.NotAnOption(()))
