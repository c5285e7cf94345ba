"""The password policy: what a new password has to be, and how Okta words it.

Okta never says which requirement was not met, only all that there are ("For security reasons, Okta does not disclose
what exact criteria from the Password Policy are not met", support.okta.com). Wording: idx-protocol notes 5.2 and the
widget's `password.complexity.*`, which has the same sentences as the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import question
from mock_okta.engine.idx.authenticators.common_passwords import COMMON_PASSWORDS
from mock_okta.engine.idx.settings import FLAG, MAPPING, TEXTS, WHOLE, Setting
from mock_okta.engine.model import JsonObject, User, UserStatus

KEY = "okta_password"
MAX_LENGTH = 72
"""Okta's limit for every password (Users API)."""
MIN_USERNAME_PART = 4
MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 60 * 24

# fmt: off
COMPLEXITY = Setting(name="complexity", kind=MAPPING, default={}, about="What a new password needs.", members=(
    Setting(name="minLength", kind=WHOLE, least=4, most=MAX_LENGTH, default=8, about="Characters."),
    Setting(name="minLowerCase", kind=WHOLE, least=0, most=MAX_LENGTH, default=1, about="Lowercase letters."),
    Setting(name="minUpperCase", kind=WHOLE, least=0, most=MAX_LENGTH, default=1, about="Uppercase letters."),
    Setting(name="minNumber", kind=WHOLE, least=0, most=MAX_LENGTH, default=1, about="Digits."),
    Setting(name="minSymbol", kind=WHOLE, least=0, most=MAX_LENGTH, default=0, about="Other characters."),
    Setting(name="excludeUsername", kind=FLAG, default=True, about="Refuse parts of the username."),
    Setting(name="excludeAttributes", kind=TEXTS, default=[], words=("firstName", "lastName"),
            about="Refuse what the profile has under these names."),
    Setting(name="maxConsecutiveRepeatingCharacters", kind=WHOLE, least=1, most=MAX_LENGTH,
            about="How often a character may follow itself."),
    Setting(name="useADComplexityRequirements", kind=FLAG, about="Three kinds of characters of the four are enough."),
    Setting(name="excludeFirstName", kind=FLAG, about="As older orgs say `excludeAttributes: [firstName]`."),
    Setting(name="excludeLastName", kind=FLAG, about="As older orgs say `excludeAttributes: [lastName]`."),
))
"""The seven with a default are in every reply: Kotlin insists on them."""
AGE = Setting(name="age", kind=MAPPING, default={}, about="When a password may change or return.", members=(
    Setting(name="minAgeMinutes", kind=WHOLE, least=0, most=525_600, default=0, about="Minutes between two changes."),
    Setting(name="historyCount", kind=WHOLE, least=0, most=30, default=4, about="Last passwords that are refused."),
))
# fmt: on
EXCLUDE_COMMON = Setting(
    name="exclude_common", kind=FLAG, about="Whether commonly used passwords are refused.", default=False
)
COMMON = Setting(name="common_passwords", kind=TEXTS, about="Passwords that count as commonly used.", default=())


def complexity(turn: Turn) -> dict[str, Any]:
    """The complexity settings as they stand in replies."""
    return {**COMPLEXITY.defaults, **COMPLEXITY.of(turn, KEY)}


def age(turn: Turn) -> dict[str, Any]:
    """The age settings as they stand in replies."""
    return {**AGE.defaults, **AGE.of(turn, KEY)}


# ---------------------------------------------------------------------------------------------------------------------
# Judging
# ---------------------------------------------------------------------------------------------------------------------


def is_met(turn: Turn, user: User | None, password: str) -> bool:
    """Whether a password is all that the policy wants of one for this user.

    That it must not be an answer of the user's is no setting (Okta Identity Engine API release notes 2024.07,
    OKTA-654993).
    """
    rules = complexity(turn)
    return (
        rules["minLength"] <= len(password) <= MAX_LENGTH
        and _has_characters(password, rules)
        and not _repeats(password, rules.get("maxConsecutiveRepeatingCharacters"))
        and not any(part in password.casefold() for part in _forbidden_parts(user, rules))
        and not _is_recent(turn, user, password)
        and not (user is not None and question.is_an_answer(user, password))
    )


def is_common(turn: Turn, password: str) -> bool:
    """Whether the org refuses it for being used by too many."""
    if not EXCLUDE_COMMON.of(turn, KEY):
        return False
    listed = {each.casefold() for each in COMMON.of(turn, KEY)}
    return password.casefold() in COMMON_PASSWORDS | listed


def _has_characters(password: str, rules: Mapping[str, Any]) -> bool:
    """Enough of each kind; in Active Directory's way one of three kinds of the four."""
    counts = (
        ("minLowerCase", sum(map(str.islower, password))),
        ("minUpperCase", sum(map(str.isupper, password))),
        ("minNumber", sum(map(str.isdigit, password))),
        ("minSymbol", sum(not each.isalnum() for each in password)),
    )
    if rules.get("useADComplexityRequirements"):
        return sum(count > 0 for _, count in counts) >= 3
    return all(count >= rules[name] for name, count in counts)


def _repeats(password: str, most: int | None) -> bool:
    """Whether a character stands more than `most` times in a row."""
    return most is not None and any(len(list(run)) > most for _, run in groupby(password))


def _forbidden_parts(user: User | None, rules: Mapping[str, Any]) -> Iterator[str]:
    """What must not stand in the password: parts of the username, and attributes of the profile."""
    if user is None:
        return
    if rules["excludeUsername"]:
        yield from _parts_of_username(user.login)
    excluded = {*rules["excludeAttributes"]}
    excluded |= {name for name, flag in _OLD_NAMES.items() if rules.get(flag)}
    for name in sorted(excluded):
        value = str(user.profile.get(name, "")).casefold()
        if value:
            yield value


_OLD_NAMES = {"firstName": "excludeFirstName", "lastName": "excludeLastName"}


def _parts_of_username(login: str) -> Iterator[str]:
    """The parts between punctuation that have four characters or more, but for the top-level domain.

    "the password policy evaluates the username as "parts" that are separated by punctuation … Any part that contains
    fewer than 4 characters is not evaluated … Common top-level domains … are not evaluated" (support.okta.com,
    "Password Rejected Even Though it Meets All Requirements").
    """
    local, _, domain = login.casefold().partition("@")
    text = f"{local} {domain.rpartition('.')[0]}"
    yield from (part for part in re.split(r"[\W_]+", text) if len(part) >= MIN_USERNAME_PART)


def _is_recent(turn: Turn, user: User | None, password: str) -> bool:
    """Whether it is one of the last passwords, or the last change was too short a time ago."""
    held = user.enrollment(KEY) if user else None
    if user is None or held is None:
        return False
    last = (held.secret.get("password"), *held.secret.get("history", ()))
    return password in last[: age(turn)["historyCount"]] or is_too_young(turn, user)


def is_too_young(turn: Turn, user: User) -> bool:
    """Whether the user has changed the password too short a time ago to change it again.

    One that has to be changed may be: it has expired, or an administrator has asked for a new one.
    """
    held = user.enrollment(KEY)
    changed_at = held.secret.get("changed_at") if held else None
    if changed_at is None or user.status in (UserStatus.PASSWORD_EXPIRED, UserStatus.RECOVERY):
        return False
    return bool(turn.now < changed_at + age(turn)["minAgeMinutes"] * 60)


def kept(turn: Turn, user: User, password: str) -> JsonObject:
    """What the enrolment holds of a new password: itself, those before it, and since when."""
    held = user.enrollment(KEY)
    before = (held.secret.get("password"), *held.secret.get("history", ())) if held else ()
    history = tuple(each for each in before if each)[: age(turn)["historyCount"]]
    return {"password": password, "history": history, "changed_at": turn.now}


# ---------------------------------------------------------------------------------------------------------------------
# Wording
# ---------------------------------------------------------------------------------------------------------------------


def requirements(turn: Turn) -> str:
    """The policy in Okta's words, e.g. "Password requirements: at least 8 characters, a lowercase letter, …"."""
    sentences = [f"Password requirements: {', '.join(_phrases(complexity(turn)))}."]
    rules = age(turn)
    if rules["historyCount"]:
        sentences.append(f"Your password cannot be any of your last {rules['historyCount']} passwords.")
    if rules["minAgeMinutes"]:
        sentences.append(
            f"At least {_span(rules['minAgeMinutes'])} must have elapsed since you last changed your password."
        )
    return " ".join(sentences)


def _phrases(rules: Mapping[str, Any]) -> Iterator[str]:
    yield f"at least {rules['minLength']} characters"
    if rules.get("useADComplexityRequirements"):
        yield "at least 3 of the following: lowercase letter, uppercase letter, number, symbol"
    else:
        yield from (phrase for name, phrase in _CHARACTERS.items() if rules[name])
    if rules["excludeUsername"]:
        yield "no parts of your username"
    if "firstName" in rules["excludeAttributes"] or rules.get("excludeFirstName"):
        yield "does not include your first name"
    if "lastName" in rules["excludeAttributes"] or rules.get("excludeLastName"):
        yield "does not include your last name"
    if rules.get("maxConsecutiveRepeatingCharacters"):
        yield f"maximum {rules['maxConsecutiveRepeatingCharacters']} consecutive repeating characters"


_CHARACTERS = {
    "minLowerCase": "a lowercase letter",
    "minUpperCase": "an uppercase letter",
    "minNumber": "a number",
    "minSymbol": "a symbol",
}


def _span(minutes: int) -> str:
    """In days or hours where these come out even."""
    if minutes % MINUTES_A_DAY == 0:
        return f"{minutes // MINUTES_A_DAY} day(s)"
    if minutes % MINUTES_AN_HOUR == 0:
        return f"{minutes // MINUTES_AN_HOUR} hour(s)"
    return f"{minutes} minute(s)"
