"""What a user does, and which of the forms on offer does it.

A verb of the adapter protocol is a row of `VERBS`: ways to do it, tried in order, each of which finds a form in the
current response and says what goes into it. A verb takes one step at a time; repeated, it takes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.reference.errors import NotOffered, NoTransaction
from conformance.reference.forms import Values
from conformance.reference.ion import Action, Field, Option, Response
from conformance.reference.session import Session

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
"""The second word of a verb, and the authenticator key it stands for."""

Find = Callable[[Response, str], Action | None]
Fill = Callable[[Action, str, Values], Values]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do what a verb says.

    find: the form, given the response and the authenticator key; None if it isn't on offer
    fill: the values for it; what the form doesn't ask for is left out later
    needs: a value without which this way isn't meant
    """

    find: Find
    fill: Fill
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """A row of the table. `send` is what the session does with the form; `of_authenticator`: has a second word."""

    ways: tuple[Way, ...]
    send: Callable[[Session, Action, Values], None] = Session.submit
    of_authenticator: bool = False


def is_known(verb: str) -> bool:
    """Whether there is a row for this verb, with a second word where it needs one."""
    name, _, second = verb.partition(" ")
    row = VERBS.get(name)
    return row is not None and row.of_authenticator == bool(second)


def act(session: Session, verb: str, values: Values) -> None:
    """Does what the verb says, by the first way that the current response offers.

    Raises: NotOffered, with nothing sent, if it offers none; whatever the session raises
    """
    name, _, second = verb.partition(" ")
    row, key = VERBS[name], AUTHENTICATORS.get(second, second)
    response = _current(session)
    for way in row.ways:
        action = way.find(response, key)
        if action is not None and (way.needs is None or way.needs in values):
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


# -- filling ----------------------------------------------------------------------------------------------------------


def as_given(form: Action, key: str, values: Values) -> Values:
    """The user's values under their own names."""
    return values


def identity(form: Action, key: str, values: Values) -> Values:
    """`password` goes into the credentials, which only the single form has."""
    return _with_credentials(values, {"passcode": values.get("password")})


def answer(form: Action, key: str, values: Values) -> Values:
    """`code`, `password`, `answer` or `assertion` goes into the credentials, under the name the form has for it."""
    asked = {f.name for f in _form_of(form, "credentials")}
    passcode = values.get("code", values.get("password"))
    credentials = {"totp" if "totp" in asked else "passcode": passcode, "answer": values.get("answer")}
    assertion = values.get("assertion")
    return _with_credentials(values, {**credentials, **(assertion if isinstance(assertion, Mapping) else {})})


def option(form: Action, key: str, values: Values) -> Values:
    """The option that stands for the authenticator; `method` and `enrollment` say which, if there are several."""
    wanted = {"methodType": values.get("method"), "enrollmentId": values.get("enrollment")}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    for candidate in _options_for(form, key):
        fixed = {f.name: f.value for f in candidate.form or () if not f.mutable}
        if all(fixed.get(name, value) == value for name, value in wanted.items()):
            return {**values, "authenticator": {**fixed, **wanted}}
    return {**values, "authenticator": wanted}


def password_option(form: Action, key: str, values: Values) -> Values:
    """The option that stands for the password."""
    return option(form, PASSWORD, values)


def verification_data(form: Action, key: str, values: Values) -> Values:
    """The authenticator is fixed already; only `method` can be chosen."""
    chosen = {"methodType": values["method"]} if "method" in values else {}
    return {**values, "authenticator": chosen}


def _with_credentials(values: Values, credentials: Mapping[str, Any]) -> Values:
    given = values.get("credentials")
    known = {name: value for name, value in credentials.items() if value is not None}
    return {**values, "credentials": {**(given if isinstance(given, Mapping) else {}), **known}}


def _form_of(form: Action, name: str) -> tuple[Field, ...]:
    return next((f.form or () for f in form.fields if f.name == name), ())


def _options_for(form: Action, key: str) -> list[Option]:
    return [o for f in form.fields if f.name == "authenticator" for o in f.options if o.authenticator == key]


VERBS: dict[str, Verb] = {
    "identify": Verb(
        (
            Way(remediation("identify"), identity),
            Way(remediation_for("challenge-authenticator", PASSWORD), answer, needs="password"),
            Way(choice("select-authenticator-authenticate", PASSWORD), password_option, needs="password"),
        )
    ),
    "select": Verb(
        (
            Way(remediation_for("authenticator-verification-data"), verification_data),
            Way(choice("select-authenticator-authenticate"), option),
        ),
        of_authenticator=True,
    ),
    "answer": Verb((Way(remediation_for("challenge-authenticator"), answer),), of_authenticator=True),
    "resend": Verb((Way(action("resend"), as_given),)),
    "poll": Verb((Way(any_poll, as_given),), send=lambda session, form, values: session.poll(form)),
    "skip": Verb((Way(action("skip"), as_given),)),
    "recover": Verb((Way(action("recover"), as_given), Way(remediation("identify-recovery"), as_given))),
    "cancel": Verb((Way(action("cancel"), as_given),), send=lambda session, form, values: session.cancel(form)),
}
