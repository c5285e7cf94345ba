"""Tokens that another company's server knows: on-premises MFA, RSA SecurID, Symantec VIP; and custom one-time codes.

What that server would accept, the scenario says: `passcode` for the org, where users enrol, and for each enrolment.
Source: idx-protocol notes 3.6, 4.1 to 4.3, 5.2 (errors.E0000113).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.codes import CODE_PATH, code_form
from mock_okta.engine.idx.authenticators.external_enrollment import enrolled_elsewhere
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    enrollment_in_play,
    which_enrollment,
)
from mock_okta.engine.idx.authenticators.totp import HASHES, SECRET, Generator, code_problem, required_code_form, used
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import BASE32, FLAG, TEXT, WHOLE, Setting
from mock_okta.engine.model import Enrollment, JsonObject, Transaction

# fmt: off
PASSCODE = Setting(name="passcode", kind=TEXT, default="123456", about="What the vendor's server accepts.")
NEXT_PASSCODE = Setting(name="next_passcode", kind=TEXT, default="654321",
                        about="The code after it, which enrolling asks for too.")
PIN_CHANGE = Setting(name="pin_change", kind=FLAG, default=False,
                     about="The vendor takes the next right passcode for a new PIN, and wants another.")
USERNAME = Setting(name="username", kind=TEXT, about="Who the person is for the vendor.")
CREDENTIAL_ID = Setting(name="credential_id", kind=TEXT, example="VSST12345678", about="Id of the VIP credential.")
# fmt: on

PIN_CHANGED = "Pin accepted, Wait for token to change, then enter new passcode"


def accepts(expected: Any, given: str) -> bool:
    """Whether the vendor's server accepts a passcode."""
    return hmac.compare_digest(str(expected).encode(), given.strip().encode("utf-8", "surrogatepass"))


def wrong_passcode(path: tuple[str, ...] | None = None) -> Refused:
    """What a wrong passcode hears: for these tokens on top of the page (recorded)."""
    return Refused(MESSAGES["api.authn.error.PASSCODE_INVALID"], path=path)


# ---------------------------------------------------------------------------------------------------------------------
# On-premises MFA and RSA SecurID
# ---------------------------------------------------------------------------------------------------------------------


def required_method(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The option names the one method there is, as required."""
    return (Field(name="methodType", required=True, value=row.methods[0], mutable=False),)


def token_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for the name that the vendor knows, and a passcode."""
    challenge = transaction.challenge
    assert challenge is not None, "the form belongs to a token that is being enrolled"
    user = turn.state.users.get(transaction.user_id or "")
    identity = turn.state.authenticator_ids[challenge.authenticator]
    return (
        Field(name="id", required=True, value=identity, mutable=False),
        Field(name="methodType", required=True, value=challenge.method, mutable=False),
        Field(name="clientData", label="User Name", required=True, value=user.login if user else None),
        Field(name="passcode", label="Passcode", required=True),
    )


def token_accepts(turn: Turn, attempt: Attempt) -> Refused | None:
    """Asks the vendor; it may take a right passcode for a new PIN and want the next one."""
    if attempt.enrollment is None or not accepts(PASSCODE.read(attempt.enrollment.secret), attempt.answer["passcode"]):
        return wrong_passcode()
    return _pin_changed(_forget_pin_change) if PIN_CHANGE.read(attempt.enrollment.secret) else None


def token_enrolls(turn: Turn, attempt: Attempt) -> Refused | None:
    """Asks the vendor about a token that is being enrolled; it too may take a right passcode for a new PIN."""
    if not accepts(PASSCODE.of(turn, attempt.challenge.authenticator), attempt.answer["passcode"]):
        return wrong_passcode()
    changes = PIN_CHANGE.of(turn, attempt.challenge.authenticator) and not PIN_CHANGE.read(attempt.challenge.data)
    return _pin_changed(_remember_pin_change) if changes else None


def _pin_changed(after: Callable[[Turn, Transaction], Transaction]) -> Refused:
    return Refused(MESSAGES["errors.E0000113"], PIN_CHANGED, counts=False, after=after)


def _forget_pin_change(turn: Turn, transaction: Transaction) -> Transaction:
    user = turn.state.users[transaction.user_id or ""]
    held = enrollment_in_play(turn, transaction)
    assert held is not None, "the vendor knew the enrolment"
    changed = replace(held, secret={**held.secret, PIN_CHANGE.name: False})
    turn.put_user(replace(user, enrolled=tuple(changed if each.id == held.id else each for each in user.enrolled)))
    return transaction


def _remember_pin_change(turn: Turn, transaction: Transaction) -> Transaction:
    assert transaction.challenge is not None, "a token is being enrolled"
    said = {**transaction.challenge.data, PIN_CHANGE.name: True}
    return replace(transaction, challenge=replace(transaction.challenge, data=said))


def keep_token(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds who the user is for the vendor, and what it accepts."""
    return {
        "username": attempt.answer["clientData"],
        "passcode": PASSCODE.of(turn, attempt.challenge.authenticator),
    }


def _token(key: str, name: str, prefix: str, amr: str) -> Authenticator:
    return Authenticator(
        key=key,
        type="security_key",
        name=name,
        methods=("otp",),
        kind="possession",
        enrollment_prefix=prefix,
        amr={"otp": (amr,)},
        profile=lambda enrollment: {"provider": name},
        of_org=(PASSCODE, PIN_CHANGE),
        of_enrollment=(USERNAME, PASSCODE, PIN_CHANGE),
        verify=Ceremony(option=which_enrollment, form=code_form, check=token_accepts),
        enroll=Ceremony(
            option=required_method,
            stage="enroll",
            place=CURRENT,
            form=token_form,
            check=token_enrolls,
            keep=keep_token,
        ),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Symantec VIP
# ---------------------------------------------------------------------------------------------------------------------


def no_method(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The option names the authenticator, and that is all."""
    return ()


def security_code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for a security code."""
    return (Field(name="passcode", label="Enter security code", required=True, visible=True),)


def credential_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for a credential, and two of its codes in a row."""
    labels = {
        "credentialId": "Enter credential ID",
        "passcode": "Security Code 1",
        "nextPasscode": "Security Code 2",
    }
    return tuple(Field(name=name, label=label, required=True, visible=True) for name, label in labels.items())


def security_code_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares with what Symantec's server would accept of the enrolment."""
    if attempt.enrollment and accepts(PASSCODE.read(attempt.enrollment.secret), attempt.answer["passcode"]):
        return None
    return Refused(MESSAGES["authfactor.challenge.soft_token.invalid_passcode"], path=CODE_PATH)


def credential_is_good(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares both codes with what Symantec's server would accept of the credential."""
    key = attempt.challenge.authenticator
    pairs = ((PASSCODE, "passcode"), (NEXT_PASSCODE, "nextPasscode"))
    for setting, name in pairs:
        if not accepts(setting.of(turn, key), attempt.answer[name]):
            return wrong_passcode(("credentials", name))
    return None


def keep_credential(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the credential's id, and what Symantec accepts of it."""
    passcode = PASSCODE.of(turn, attempt.challenge.authenticator)
    return {CREDENTIAL_ID.name: attempt.answer["credentialId"], "passcode": passcode}


# ---------------------------------------------------------------------------------------------------------------------
# Custom one-time codes
# ---------------------------------------------------------------------------------------------------------------------

CUSTOM = "custom_otp"

# fmt: off
ALGORITHM = Setting(name="algorithm", kind=TEXT, words=tuple(HASHES), default="HMacSHA256",
                    about="Hash that codes are made with.")
DIGITS = Setting(name="digits", kind=WHOLE, least=6, most=8, default=6, about="Digits of a code.")
INTERVAL = Setting(name="interval_s", kind=WHOLE, least=1, most=3600, default=30, about="Seconds that a code lasts.")
TOLERANCE = Setting(name="tolerance", kind=WHOLE, least=0, most=25, default=3,
                    about="Steps before and after the present one whose codes are taken.")
CUSTOM_SECRET = replace(SECRET, drawn=(32, BASE32),
                        about="The shared secret that the administrator gave out, in base 32; drawn if left out.")
# fmt: on


def generator(turn: Turn) -> Generator:
    """How the org's custom codes are made."""
    return Generator(
        algorithm=ALGORITHM.of(turn, CUSTOM),
        digits=DIGITS.of(turn, CUSTOM),
        interval_s=INTERVAL.of(turn, CUSTOM),
        tolerance=TOLERANCE.of(turn, CUSTOM),
    )


def custom_code_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Judges a code by the secret of the enrolment."""
    if attempt.enrollment is None:
        return wrong_passcode()
    wrong = MESSAGES["api.authn.error.PASSCODE_INVALID"]
    problem = code_problem(turn, generator(turn), attempt.enrollment.secret, attempt.answer["passcode"], wrong)
    return Refused(problem) if problem else None


def remember_custom_code(turn: Turn, attempt: Attempt) -> Enrollment:
    """The code that was just taken does not work again."""
    return used(turn, generator(turn), attempt.held, attempt.answer["passcode"])


ROWS = (
    _token("onprem_mfa", "On-Prem MFA", "pae", "oath_otp"),
    _token("rsa_token", "RSA SecurID", "rsa", "rsa"),
    Authenticator(
        key="symantec_vip",
        type="app",
        name="Symantec VIP",
        methods=("otp",),
        kind="possession",
        enrollment_prefix="ufv",
        amr={"otp": ("symantec",)},
        of_org=(PASSCODE, NEXT_PASSCODE),
        of_enrollment=(CREDENTIAL_ID, PASSCODE),
        verify=Ceremony(option=no_method, place=CURRENT, form=security_code_form, check=security_code_matches),
        enroll=Ceremony(
            option=no_method,
            stage="enroll",
            place=CURRENT,
            form=credential_form,
            check=credential_is_good,
            keep=keep_credential,
        ),
    ),
    Authenticator(
        key=CUSTOM,
        type="security_key",
        name="Custom OTP",
        methods=("otp",),
        kind="possession",
        enrollment_prefix="chf",
        amr={"otp": ("otp",)},
        of_org=(ALGORITHM, DIGITS, INTERVAL, TOLERANCE),
        of_enrollment=(CUSTOM_SECRET,),
        verify=Ceremony(form=required_code_form, check=custom_code_matches, after_check=remember_custom_code),
        enroll=enrolled_elsewhere("enroll.hotp.restricted"),
    ),
)
