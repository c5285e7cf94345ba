"""The phone: a code by text or by call.

Source: idx-protocol notes 3.6 (options), 4.2 (masked number), 7.4 and 7.6 (flows), 5.2 (messages); Okta's rate limits
for texts and calls ("one OTP challenge per device every 30 seconds", Factors API, resend).
"""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx.authenticators.codes import (
    CODE_LENGTH,
    CODE_LIFETIME,
    code_form,
    sent_code_matches,
    with_code,
)
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    Values,
    usable_methods,
    which_enrollment,
)
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import MESSAGES, Message
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.sending import MAX_PER_HOUR, RESEND_AFTER
from mock_okta.engine.idx.settings import METHODS, TEXT, Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Mail, Transaction, User

KEY = "phone_number"
LABELS = {"sms": "SMS", "voice": "Voice call"}
NUMBER = Setting(
    name="number",
    kind=TEXT,
    needed=True,
    about="The telephone number, as ITU-T E.164 writes it.",
    pattern=r"^\+[1-9]\d{6,14}$",
    example="+15551234567",
)
NICKNAME = Setting(name="nickname", kind=TEXT, about="What the person calls the phone.")


# ---------------------------------------------------------------------------------------------------------------------
# Numbers
# ---------------------------------------------------------------------------------------------------------------------

LONG_NUMBER = 8
"""Digits after the country code of a number whose last four may be shown."""
_UNREACHED = (
    *(f"+1{code}" for code in (800, 833, 844, 855, 866, 877, 888, 900)),
    *("+800", "+808", "+979"),
)
"""Numbers that are free to call, or cost extra: North America's, and those of no country (ITU-T E.164, annex)."""
# Texts, which `re` compiles at the first number: a server without phones need not.
_PUNCTUATION = r"[\s().-]"
_E164 = r"\+(?:1\d{10}|(?!1)[1-9]\d{6,14})(?:x[\d,]{1,10})?"
_COUNTRY_CODE = r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}"


def normal_number(text: str) -> str | None:
    """The number without punctuation, e.g. "+15551234567"; None for what no code is sent to.

    An extension for calls may follow ("x123"), with commas for pauses. Otherwise it is syntax (ITU-T E.164: a plus
    sign and at most fifteen digits; ten after +1), and prefixes of numbers that Okta refuses (release notes 2022.10.2,
    OKTA-437305). A library that knows every numbering plan would turn away +1 555 numbers, which are reserved for
    fiction and fill everyone's tests.
    """
    number = re.sub(_PUNCTUATION, "", text)
    return number if re.fullmatch(_E164, number) and not number.startswith(_UNREACHED) else None


def country_code(number: str) -> str:
    """The country calling code of a normal number: one, two or three digits (ITU-T E.164 annex)."""
    match = re.match(_COUNTRY_CODE, number[1:])
    return match[0] if match else number[1:4]


def masked_number(enrollment: Enrollment) -> dict[str, Any]:
    """`{"phoneNumber": "+1 XXX-XXX-2342"}`.

    Of a short number fewer digits are shown (release notes 2022.01.2, OKTA-455393); how many is inferred.
    """
    number = (NUMBER.find(enrollment.secret) or "").partition("x")[0]
    if not number:
        return {}
    code = country_code(number)
    shown = 4 if len(number) - len(f"+{code}") >= LONG_NUMBER else 2
    return {"phoneNumber": f"+{code} XXX-XXX-{number[-shown:]}"}


def nickname(enrollment: Enrollment) -> dict[str, Any]:
    """`nickname`, of phones that have one."""
    given = NICKNAME.find(enrollment.secret)
    return {"nickname": given} if given else {}


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def _method_field(turn: Turn, row: Authenticator, enrollment: Enrollment, *, required: bool) -> Field:
    """Always a choice, even of one: the widget reads its options."""
    options = tuple(Option(label=LABELS[method], value=method) for method in usable_methods(turn, row, enrollment))
    return Field(name="methodType", type="string", required=required, options=options)


def verify_option(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """One phone, and how to reach it if the user says so at once."""
    return (_method_field(turn, row, enrollment, required=False), *which_enrollment(turn, row, enrollment))


def verify_data(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """Asks by which method a phone that is enrolled shall be reached."""
    return (_method_field(turn, row, enrollment, required=True), *which_enrollment(turn, row, enrollment))


def enroll_option(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """A new phone, whole if the user says it all at once."""
    number = Field(name="phoneNumber", label="Phone number", required=False)
    return (_method_field(turn, row, enrollment, required=False), number)


def enroll_data(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """Asks by which method a new phone shall be reached, and for its number."""
    number = Field(name="phoneNumber", required=True)
    return (_method_field(turn, row, enrollment, required=True), number)


def no_method_yet(turn: Turn, row: Authenticator, values: Values) -> bool:
    """Nothing is sent before the user has said how."""
    return "methodType" not in values


def no_number_yet(turn: Turn, row: Authenticator, values: Values) -> bool:
    """Nothing is sent before the user has said how and where to."""
    return "methodType" not in values or "phoneNumber" not in values


# ---------------------------------------------------------------------------------------------------------------------
# Codes
# ---------------------------------------------------------------------------------------------------------------------


def with_phone_code(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """The challenge with a code for a phone that the user has."""
    return with_code(turn, challenge, KEY)


def with_number(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """The challenge with a code for the phone that is being enrolled. Raises: Refused for what is no number"""
    number = normal_number(values["phoneNumber"])
    if number is None:
        restarts = setting(turn.scenario, "invalid_phone") == "restarts"
        raise Refused(invalid_number(turn), after=_back_to_list if restarts else None)
    return with_code(turn, replace(challenge, data={"phoneNumber": number}), KEY)


def message_with_code(turn: Turn, transaction: Transaction) -> Mail | None:
    """The text or the call that says the code; an unknown user gets none."""
    challenge = transaction.challenge
    assert challenge is not None, "a code is sent for a challenge"
    user = turn.user(transaction.user_id)
    held = next((each for each in user.enrolled if each.id == challenge.enrollment_id), None) if user else None
    number = NUMBER.read(held.secret) if held else challenge.data.get("phoneNumber")
    if number is None:
        return None
    body = f"Your verification code is {challenge.code}."
    return Mail(to=number, channel=challenge.method, subject="", body=body, code=challenge.code, at=turn.now)


def invalid_number(turn: Turn) -> Message:
    """What is said of a number that is none, in the words of the org's year."""
    restarts = setting(turn.scenario, "invalid_phone") == "restarts"
    return MESSAGES["invalidPhoneNumber" if restarts else "api.factors.error.sms.invalid_phone"]


def _back_to_list(turn: Turn, transaction: Transaction) -> Transaction:
    return replace(transaction, stage="enroll-select", challenge=None)


def keep_number(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the number that was proved."""
    return {"number": attempt.challenge.data["phoneNumber"]}


def with_method(turn: Turn, attempt: Attempt) -> Enrollment:
    """The new enrolment is for the method that was proved; its id begins with "sms" for texts (recorded)."""
    prefix = "sms" if attempt.challenge.method == "sms" else "pae"
    return replace(attempt.held, id=prefix + attempt.held.id[3:], methods=(attempt.challenge.method,))


ROWS = (
    Authenticator(
        key=KEY,
        type="phone",
        name="Phone",
        methods=("sms", "voice"),
        kind="possession",
        enrollment_prefix="pae",
        amr={"sms": ("sms",), "voice": ("tel",)},
        lone="ask",
        profile=masked_number,
        extra_of=nickname,
        names=("nickname",),
        of_org=(METHODS, CODE_LENGTH, CODE_LIFETIME, RESEND_AFTER, MAX_PER_HOUR),
        of_enrollment=(NUMBER, NICKNAME),
        verify=Ceremony(
            option=verify_option,
            asks=no_method_yet,
            data=verify_data,
            begin=with_phone_code,
            announce=message_with_code,
            form=code_form,
            check=sent_code_matches,
            actions=("resend",),
        ),
        enroll=Ceremony(
            option=enroll_option,
            asks=no_number_yet,
            data=enroll_data,
            begin=with_number,
            announce=message_with_code,
            stage="enroll",
            place=CURRENT,
            form=code_form,
            check=sent_code_matches,
            keep=keep_number,
            after_check=with_method,
            actions=("resend",),
        ),
    ),
)
