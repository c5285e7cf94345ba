"""What a user does, and which of the forms on offer does it.

A verb of the adapter protocol is a row of `VERBS`: ways to do it, tried in order, each of which finds a form in the
current response and says what goes into it. A verb takes one step at a time; repeated, it takes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_okta_conformance.reference.errors import NotOffered, NoTransaction
from mock_okta_conformance.reference.forms import Values
from mock_okta_conformance.reference.ion import Action, Option, Response
from mock_okta_conformance.reference.session import Session

PASSWORD = "okta_password"

AUTHENTICATORS = {
    "password": PASSWORD,
    "email": "okta_email",
    "phone": "phone_number",
    "okta_verify": "okta_verify",
    "google_otp": "google_otp",
    "security_question": "security_question",
    "webauthn": "webauthn",
}
"""The second word of a verb, and the authenticator key it stands for; any other second word is a key itself."""

Find = Callable[[Response, str], Action | None]
Fill = Callable[[Action, str, Values], Values]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do what a verb says.

    find: the form, given the response and the authenticator key; None if it isn't on offer
    fill: the values for it; what the form doesn't ask for is left out later
    needs: values without one of which this way isn't meant
    """

    find: Find
    fill: Fill
    needs: tuple[str, ...] = ()

    def is_meant(self, values: Values) -> bool:
        """Whether the values are for this way."""
        return not self.needs or any(name in values for name in self.needs)


@dataclass(frozen=True, slots=True)
class Verb:
    """A row of the table. `send` is what the session does with the form; `of_authenticator`: has a second word."""

    ways: tuple[Way, ...]
    send: Callable[[Session, Action, Values], None] = Session.submit
    of_authenticator: bool = False


def is_known(verb: str) -> bool:
    """Whether there is a row for this verb, with a second word where it needs one."""
    name, second = _parts(verb)
    row = VERBS.get(name)
    return row is not None and row.of_authenticator == bool(second)


def _parts(verb: str) -> tuple[str, str]:
    """The name of a row, and the second word: "reset password" is a row, "answer password" is one and a second word."""
    name, _, second = verb.partition(" ")
    return (verb, "") if verb in VERBS else (name, second)


def act(session: Session, verb: str, values: Values) -> None:
    """Does what the verb says, by the first way that the current response offers.

    Raises: NotOffered, with nothing sent, if it offers none; whatever the session raises
    """
    name, second = _parts(verb)
    row, key = VERBS[name], AUTHENTICATORS.get(second, second)
    response = _current(session)
    for way in row.ways:
        action = way.find(response, key) if way.is_meant(values) else None
        if action is not None:
            row.send(session, action, way.fill(action, key, values))
            return
    raise _not_offered(verb, response)


def proceed(session: Session, name: str, values: Values) -> None:
    """Submits the remediation or action of that name, whatever it is, with values nested as its form is.

    Raises: NotOffered, with nothing sent, if it isn't on offer
    """
    response = _current(session)
    action = response.remediation(name) or response.actions.get(name)
    if action is None:
        raise _not_offered(name, response)
    verb = VERBS.get(name.rpartition("-")[2])
    send = verb.send if verb else Session.submit
    send(session, action, values)


def _current(session: Session) -> Response:
    if session.response is None or session.transaction is None:
        raise NoTransaction("there is no transaction in progress; start one")
    return session.response


def _not_offered(wanted: str, response: Response) -> NotOffered:
    offered = ", ".join(response.offered()) or "nothing"
    return NotOffered(f"{wanted!r} is not on offer; on offer: {offered}", code="not_offered")


# -- finding ----------------------------------------------------------------------------------------------------------


def remediation(name: str) -> Find:
    """The remediation of that name."""
    return lambda response, key: response.remediation(name)


def remediation_for(name: str, only: str = "") -> Find:
    """The remediation of that name if it is about the authenticator, or about none that the response tells of."""

    def find(response: Response, key: str) -> Action | None:
        found = response.remediation(name)
        return found if found and found.authenticator in (None, only or key) else None

    return find


def choice(name: str, only: str = "") -> Find:
    """The remediation of that name if the authenticator is among its options."""

    def find(response: Response, key: str) -> Action | None:
        found = response.remediation(name)
        return found if found and found.option("authenticator", only or key) else None

    return find


def action(name: str) -> Find:
    """The action of that name, at the top or on the current authenticator, or the remediation of that name."""

    def find(response: Response, key: str) -> Action | None:
        found = (a for n, a in response.actions.items() if n == name or n.endswith(f"-{name}"))
        return next(found, None) or response.remediation(name)

    return find


def any_poll(response: Response, key: str) -> Action | None:
    """The `poll` action, or a remediation that is polled."""
    polled = (r for r in response.remediations if r.name.endswith("-poll"))
    return action("poll")(response, key) or next(polled, None)


def stop_polling(response: Response, key: str) -> Action | None:
    """The action that gives up on a device, wherever it stands."""
    return next((a for name, a in response.actions.items() if name.endswith("-cancel")), None)


def by_key(names: Mapping[str, str]) -> Find:
    """The remediation that this authenticator has a name of its own for."""
    return lambda response, key: response.remediation(names[key]) if key in names else None


def any_of(*names: str) -> Find:
    """The first remediation with one of these names."""
    return lambda response, key: next(filter(None, map(response.remediation, names)), None)


# -- filling ----------------------------------------------------------------------------------------------------------


def as_given(form: Action, key: str, values: Values) -> Values:
    """The user's values under their own names."""
    return values


def identity(form: Action, key: str, values: Values) -> Values:
    """`password` goes into the credentials, which only the single form has; `captcha` is what a vendor has given."""
    solved = {"captchaVerify": {"captchaToken": values["captcha"]}} if "captcha" in values else {}
    return _with_credentials({**values, **solved}, {"passcode": values.get("password")})


def answer(form: Action, key: str, values: Values) -> Values:
    """`code`, `password` or `assertion` goes into the credentials, each under the name the form has for it.

    What the form asks for by another name is given by that name: `answer`, `questionKey`, `credentialId`, …
    """
    asked = {name for name in _names_of(form, "credentials") if name in values}
    passcode = values.get("code", values.get("password"))
    credentials = {"totp" if "totp" in _names_of(form, "credentials") else "passcode": passcode}
    made = values.get("assertion", values.get("attestation"))
    given = {name: values[name] for name in asked}
    return _with_credentials(values, {**credentials, **given, **(made if isinstance(made, Mapping) else {})})


def profile(form: Action, key: str, values: Values) -> Values:
    """All but `password` is of the profile."""
    attributes = {name: value for name, value in values.items() if name != "password"}
    return _with_credentials({"userProfile": attributes}, {"passcode": values.get("password")})


def consent(form: Action, key: str, values: Values) -> Values:
    """`allow`, and the `scopes` that are allowed one by one."""
    allowed = values.get("scopes", {})
    return {"consent": values.get("allow", True), "optedScopes": allowed}


def renamed(ours: str, theirs: str, default: Any = None) -> Fill:
    """One value under the name that the form has for it."""
    return lambda form, key, values: {**values, theirs: values.get(ours, default)}


def channel_data(form: Action, key: str, values: Values) -> Values:
    """Where the link goes: `phone` or `email`."""
    return {**values, "phoneNumber": values.get("phone")}


def option(form: Action, key: str, values: Values) -> Values:
    """The option that stands for the authenticator; `method`, `enrollment` and the like say which and how."""
    wanted = _wanted(values)
    for candidate in _options_for(form, key):
        fixed = {f.name: f.value for f in candidate.form or () if not f.mutable}
        if all(fixed.get(name, value) == value for name, value in wanted.items()):
            return {**values, "authenticator": {**fixed, **wanted}}
    return {**values, "authenticator": wanted}


def password_option(form: Action, key: str, values: Values) -> Values:
    """The option that stands for the password."""
    return option(form, PASSWORD, values)


def data(form: Action, key: str, values: Values) -> Values:
    """The authenticator is fixed already; only what it asks for can be said."""
    return {**values, "authenticator": _wanted(values)}


def _wanted(values: Values) -> Values:
    """What is said about an authenticator, under the names that forms have for it."""
    given = {theirs: values[ours] for ours, theirs in OF_AUTHENTICATORS.items() if ours in values}
    return {name: value for name, value in given.items() if value is not None}


def _with_credentials(values: Values, credentials: Mapping[str, Any]) -> Values:
    given = values.get("credentials")
    known = {name: value for name, value in credentials.items() if value is not None}
    return {**values, "credentials": {**(given if isinstance(given, Mapping) else {}), **known}}


def _names_of(form: Action, name: str) -> set[str]:
    """What a nested form asks for, in all the ways in which it can be filled in."""
    found = next((f for f in form.fields if f.name == name), None)
    forms = [found.form or (), *(o.form or () for o in found.options)] if found else []
    return {f.name for fields in forms for f in fields}


def _options_for(form: Action, key: str) -> list[Option]:
    return [o for f in form.fields if f.name == "authenticator" for o in f.options if o.authenticator == key]


def leave(session: Session, form: Action, values: Values) -> None:
    """Sends the browser to the identity provider of this `name` or `type`, or to the only one.

    Raises: NotOffered
    """
    wanted = values.get("name", values.get("type"))
    for each in _current(session).remediations:
        if each.name in REDIRECTS and wanted in (None, *each.provider):
            session.leave(each)
            return
    raise _not_offered(f"idp {wanted}", _current(session))


OF_AUTHENTICATORS = {
    "method": "methodType",
    "enrollment": "enrollmentId",
    "phone": "phoneNumber",
    "channel": "channel",
    "autoChallenge": "autoChallenge",
}
"""What can be said when an authenticator is picked, and the field that it goes into."""

SECRETS = ("answer", "assertion", "attestation", "code", "credentialId", "passcode", "password", "signatureData")
"""Values of which one is there where a challenge is answered."""

PASSKEYS = {"webauthn": "challenge-webauthn-autofillui-authenticator"}
PASSKEY_BUTTONS = {"webauthn": "launch-passkeys-authenticator"}
LAUNCHERS = {
    "okta_verify": "launch-authenticator",
    "webauthn": "launch-webauthn-authenticator",
    "nfc_pin": "launch-nfc-authenticator",
}
RENEWALS = (
    "reset-authenticator",
    "reenroll-authenticator",
    "reenroll-authenticator-warning",
    "reenroll-custom-password-expiry",
    "reenroll-custom-password-expiry-warning",
)
REDIRECTS = ("redirect-idp", "piv-idp", "redirect-idverify")
CONSENTS = ("consent", "granular-consent", "admin-consent", "email-challenge-consent")

# fmt: off
VERBS: dict[str, Verb] = {
    "identify": Verb((
        Way(remediation("identify"), identity),
        Way(remediation_for("challenge-authenticator", PASSWORD), answer, needs=("password",)),
        Way(choice("select-authenticator-authenticate", PASSWORD), password_option, needs=("password",)),
    )),
    "select": Verb((
        Way(remediation_for("authenticator-verification-data"), data),
        Way(choice("select-authenticator-authenticate"), option),
        Way(choice("select-authenticator-unlock-account"), option),
    ), of_authenticator=True),
    "answer": Verb((
        Way(remediation_for("challenge-authenticator"), answer),
        Way(remediation_for("enroll-authenticator"), answer),
        Way(by_key(PASSKEYS), answer),
        Way(by_key(PASSKEY_BUTTONS), answer),
    ), of_authenticator=True),
    "enroll": Verb((
        Way(remediation_for("enroll-authenticator"), answer, needs=SECRETS),
        Way(remediation("enrollment-channel-data"), channel_data, needs=("phone", "email")),
        Way(remediation_for("authenticator-enrollment-data"), data),
        Way(remediation_for("select-enrollment-channel"), data, needs=("channel",)),
        Way(choice("select-authenticator-enroll"), option),
        Way(remediation("enroll-authenticator-promotion"), answer),
    ), of_authenticator=True),
    "register": Verb((
        Way(any_of("enroll-profile", "profile-update"), profile),
        Way(remediation("select-enroll-profile"), as_given),
    )),
    "recover": Verb((
        Way(action("recover"), as_given),
        Way(remediation("identify-recovery"), as_given),
    )),
    "reset password": Verb((Way(any_of(*RENEWALS), answer),)),
    "unlock": Verb((Way(remediation("unlock-account"), as_given),)),
    "resend": Verb((Way(action("resend"), as_given),)),
    "poll": Verb((Way(any_poll, as_given),), send=lambda session, form, values: session.poll(form)),
    "stop polling": Verb((
        Way(stop_polling, as_given),
        Way(remediation("cancel-transaction"), as_given),
    ), send=lambda session, form, values: session.submit(form, {}, beside=values)),
    "launch": Verb((Way(by_key(LAUNCHERS), as_given),), of_authenticator=True),
    "skip": Verb((Way(any_of("skip", "device-assurance-grace-period"), as_given),)),
    "consent": Verb((Way(any_of(*CONSENTS), consent),)),
    "stay signed in": Verb((Way(remediation("keep-me-signed-in"), renamed("keep", "keepMeSignedIn", True)),)),
    "activate device": Verb((Way(remediation("user-code"), renamed("code", "userCode")),)),
    "back to sign in": Verb((Way(remediation("select-identify"), as_given),)),
    "idp": Verb((Way(any_of(*REDIRECTS), as_given),), send=leave),
    "cancel": Verb((Way(action("cancel"), as_given),), send=lambda session, form, values: session.cancel(form)),
}
# fmt: on
