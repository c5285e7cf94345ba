"""Profiles: the form of a new user, and what a known user's profile lacks.

Source: idx-protocol notes 3.3 (enroll-profile, the peculiar shape of choices), 5.2 (registration.error.*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import captcha, policy, steps
from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.authenticators.row import Attempt, Values
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import remark
from mock_okta.engine.idx.profile_fields import STANDARD_FIELDS, fields_of
from mock_okta.engine.idx.refused import refused_with
from mock_okta.engine.idx.step_kinds.profile import GROUPS
from mock_okta.engine.idx.step_kinds.row import over
from mock_okta.engine.idx.text_validation import has_tags, is_mail_address
from mock_okta.engine.model import Challenge, Enrollment, Proof, Remark, Transaction, User, UserStatus, logins


def profile_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """`userProfile`, which takes nothing else, and `credentials` where the org asks for the password there too."""
    inner = tuple(_field(each) for each in _wanted(turn, transaction))
    profile = Field(name="userProfile", form=inner, needed=True, closed=True)
    if not steps.has_password_on_page(turn, transaction):
        return (profile, *captcha.fields(turn, transaction))
    passcode = Field(name="passcode", label="Enter Password", required=True, secret=True)
    credentials = Field(
        name="credentials",
        type="object",
        form=(passcode,),
        required=True,
        relates_to="$.currentAuthenticator",
    )
    return (profile, credentials, *captcha.fields(turn, transaction))


def _wanted(turn: Turn, transaction: Transaction) -> tuple[Mapping[str, Any], ...]:
    found = steps.at_hand(turn, transaction)
    return fields_of(found[0]) if found else STANDARD_FIELDS


def is_called(name: str) -> Callable[[Turn, Transaction], bool]:
    """Whether the form for a known user's profile goes by this name in this org."""
    return lambda turn, transaction: bool(setting(turn.scenario, "profile_update") == name)


def titles(turn: Turn, transaction: Transaction) -> dict[str, str]:
    """`label` and `buttonLabel` of the form, as far as the org has words of its own for them."""
    found = steps.at_hand(turn, transaction)
    said = found[0].settings if found else {}
    names = {"label": "title", "buttonLabel": "button"}
    return {theirs: said[ours] for theirs, ours in names.items() if ours in said}


def _field(wanted: Mapping[str, Any]) -> Field:
    """A field of a profile; a choice has one option that says how to show it and holds the real ones."""
    options = None
    if "options" in wanted:
        offered = [{"label": each["label"], "value": each["value"]} for each in wanted["options"]]
        shown = {"inputType": wanted.get("input", "select"), "options": offered}
        options = (Option(label="display", value={"type": "object", "value": shown}),)
    return Field(
        name=wanted["name"],
        type=wanted.get("type"),
        label=wanted.get("label", wanted["name"]),
        required=bool(wanted.get("required")),
        min_length=wanted.get("min_length"),
        max_length=wanted.get("max_length"),
        options=options,
    )


def register(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Makes a user of the profile that was sent, and goes on to what else the flow asks for."""
    profile = values["userProfile"]
    user = User(
        id=turn.draw_id("00u"),
        login=profile.get("email") or profile.get("login") or turn.draw(12),
        status=UserStatus.PROVISIONED,
        profile=dict(profile),
        groups=_groups(turn, transaction),
    )
    problems = _problems_of(turn, transaction, profile)
    if "credentials" in values:
        problems += _problems_of_password(turn, user, values["credentials"])
    _refuse(problems)
    named = over(replace(transaction, identifier=user.login, user_id=user.id))
    turn.put_user(user)
    if "credentials" in values:
        named = _with_password(turn, named, user, values["credentials"])
    return steps.settle(turn, named)


def _groups(turn: Turn, transaction: Transaction) -> tuple[str, ...]:
    """The groups that the step puts its new users into."""
    found = steps.at_hand(turn, transaction)
    return tuple(GROUPS.read(found[0].settings)) if found else ()


NEW_PASSWORD = Challenge(authenticator="okta_password", method="password", purpose="enroll")


def _problems_of_password(turn: Turn, user: User, answer: Values) -> list[Remark]:
    draft = Enrollment(authenticator="okta_password")
    attempt = Attempt(user=user, enrollment=draft, challenge=NEW_PASSWORD, answer=answer)
    refusal = AUTHENTICATORS["okta_password"].ceremony("enroll").check(turn, attempt)
    return list(refusal.remarks) if refusal else []


def _with_password(turn: Turn, transaction: Transaction, user: User, answer: Values) -> Transaction:
    row = AUTHENTICATORS["okta_password"]
    ceremony = row.ceremony("enroll")
    draft = Enrollment(authenticator=row.key)
    secret = ceremony.keep(turn, Attempt(user=user, enrollment=draft, challenge=NEW_PASSWORD, answer=answer))
    enrollment = replace(draft, id=turn.draw_id(row.enrollment_prefix), secret=secret)
    turn.put_user(replace(user, enrolled=(enrollment,)))
    proof = Proof(authenticator=row.key, method="password", at=turn.now)
    return replace(transaction, proofs=(*transaction.proofs, proof))


def update(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Adds to the profile of a known user."""
    profile = values["userProfile"]
    _refuse(_problems_of(turn, transaction, profile))
    user = policy.user_of(turn, transaction)
    if user is not None:
        turn.put_user(replace(user, profile={**user.profile, **profile}))
    return steps.settle(turn, over(transaction))


def _problems_of(turn: Turn, transaction: Transaction, profile: Values) -> list[Remark]:
    return [
        problem
        for each in _wanted(turn, transaction)
        for problem in _problems(turn, transaction, each, profile.get(each["name"]))
    ]


def _refuse(problems: list[Remark]) -> None:
    """Raises: Refused with every problem, each on its field"""
    refusal = refused_with(problems)
    if refusal is not None:
        raise refusal


def _problems(turn: Turn, transaction: Transaction, wanted: Mapping[str, Any], value: Any) -> Iterator[Remark]:
    if not isinstance(value, str):
        return
    path, label = ("userProfile", wanted["name"]), wanted.get("label", wanted["name"])
    if len(value) > wanted.get("max_length", len(value)):  # judged before what it holds
        yield remark("registration.error.doesNotMatchPattern", label, path=path)
        return
    if has_tags(value):
        yield remark("tagsNotAllowed", path=path)
    if value and not _fits(wanted, value):  # inferred: that these are said in the same words
        yield remark("registration.error.doesNotMatchPattern", label, path=path)
    if wanted["name"] == "email" and not is_mail_address(value):
        yield remark("registration.error.invalidLoginEmail", label, path=path)
        yield remark("registration.error.doesNotMatchPattern", label, path=path)
    elif _is_taken(turn, transaction, wanted["name"], value):
        yield remark("registration.error.notUniqueWithinOrg", label, path=path)


def _is_taken(turn: Turn, transaction: Transaction, name: str, value: str) -> bool:
    """Whether somebody else is identified by this: under this attribute, or, by what becomes a login, under any."""
    identifiers = logins.identifiers_of(turn.scenario)
    becomes_login = name in (logins.LOGIN, "email")
    names = {logins.LOGIN, *identifiers} if becomes_login else {name}.intersection(identifiers)
    found = (user for each in names for user in logins.users_by(turn.state, each, value))
    return any(user.id != transaction.user_id for user in found)


def _fits(wanted: Mapping[str, Any], value: str) -> bool:
    """Whether a value is as long as it has to be, and one of those that can be chosen where there are such."""
    choices = [each["value"] for each in wanted.get("options", ())]
    return len(value) >= wanted.get("min_length", 0) and (not choices or value in choices)
