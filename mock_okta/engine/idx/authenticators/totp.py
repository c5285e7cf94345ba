"""Time-based one-time passwords (RFC 6238): Google Authenticator, and what other authenticators share with it.

The secret and its picture are drawn and shown when the user enrols; a code works for its own step of thirty seconds and
one on either side, once, and the first one for longer. Source: idx-protocol notes 4.3, 4.4 (contextual data), 5.2
(soft_token messages).
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.codes import CODE_PATH
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony, Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES, Message
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import BASE32, TEXT, Setting, drawn
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Transaction, User

KEY = "google_otp"

SECRET = Setting(
    name="secret",
    kind=TEXT,
    about="The shared secret in base 32; drawn if left out.",
    pattern=r"^[A-Za-z2-7 ]+=*$",
    example="JBSWY3DPEHPK3PXP",
    drawn=(16, BASE32),
)

HASHES = {"HMacSHA1": "SHA1", "HMacSHA256": "SHA256", "HMacSHA512": "SHA512"}
"""By the names that Okta's API has for them."""


# ---------------------------------------------------------------------------------------------------------------------
# Codes
# ---------------------------------------------------------------------------------------------------------------------


class Generator(Struct, frozen=True, kw_only=True):
    """How codes are made of a secret.

    digits: 6..8
    interval_s: how long a step is
    tolerance: how many steps before and after the present one are taken
    """

    algorithm: str = "HMacSHA1"
    digits: int = 6
    interval_s: int = 30
    tolerance: int = 1

    def step_at(self, now: float) -> int:
        """The number of the step that `now` (epoch seconds) is in."""
        return int(now // self.interval_s)

    def code(self, secret: str, step: int) -> str:
        """The code of one step. secret: base 32. Raises: ValueError for a secret that is none"""
        from cryptography.hazmat.primitives import hashes  # late: a server without codes need not load it
        from cryptography.hazmat.primitives.twofactor.hotp import HOTP

        algorithm = getattr(hashes, HASHES[self.algorithm])()
        hotp = HOTP(key_of(secret), self.digits, algorithm, enforce_key_length=False)
        return hotp.generate(max(0, step)).decode()

    def matching_step(self, secret: str, code: str, now: float, *, behind: int = 0) -> int | None:
        """The step whose code this is, of those that are taken at this time.

        behind: how many steps before the present one are taken, if those are more than the tolerance
        """
        present = self.step_at(now)
        given = code.strip().encode("utf-8", "surrogatepass")
        steps = range(present - max(self.tolerance, behind), present + self.tolerance + 1)
        return next((step for step in steps if hmac.compare_digest(self.code(secret, step).encode(), given)), None)


GOOGLE = Generator()

BEHIND_WHILE_ENROLLING = 4
"""Okta takes a code of 90 s ago while an app is set up: its end-to-end suite sends one, so that the present code can be
used to sign in with. That is three steps, or four by the time it arrives."""


def key_of(secret: str) -> bytes:
    """The bytes of a base-32 secret, as people copy it: any case, with spaces, without padding.

    Bits that fill no whole byte are dropped, as authenticator apps do. Raises: ValueError for any other letter
    """
    text = secret.replace(" ", "").rstrip("=").upper()
    whole = len(text) * 5 // 8
    bits = "".join(f"{BASE32.index(letter):05b}" for letter in text)
    return bytes(int(bits[8 * index : 8 * index + 8], 2) for index in range(whole))


def code_problem(turn: Turn, generator: Generator, secret: JsonObject, code: str, wrong: Message) -> Message | None:
    """What is wrong with a code: it is none of this secret's (`wrong`), or was used before.

    secret: what the enrolment holds, `secret` and, once a code was used, `last_step`
    """
    step = generator.matching_step(SECRET.read(secret), code, turn.now)
    if step is None:
        return wrong
    return MESSAGES["authfactor.challenge.soft_token.used_passcode"] if step <= secret.get("last_step", -1) else None


def first_step(turn: Turn, challenge: Challenge, code: str) -> int | None:
    """The step of a code that shows that the app has been set up with the secret of this page."""
    secret = str(challenge.data["sharedSecret"])
    return GOOGLE.matching_step(secret, code, turn.now, behind=BEHIND_WHILE_ENROLLING)


def used(turn: Turn, generator: Generator, enrollment: Enrollment, code: str) -> Enrollment:
    """The enrolment that remembers the step of a right code, so that neither it nor an older one works again."""
    step = generator.matching_step(SECRET.read(enrollment.secret), code, turn.now)
    return replace(enrollment, secret={**enrollment.secret, "last_step": step})


# ---------------------------------------------------------------------------------------------------------------------
# The picture
# ---------------------------------------------------------------------------------------------------------------------

MAX_LABEL = 64
"""Characters of a name in the picture; a QR code holds no more than 2953 bytes."""


def provisioning_address(generator: Generator, secret: str, issuer: str, account: str) -> str:
    """What the picture says, for an app to scan (Key URI format of Google Authenticator)."""
    issuer, account = quote(issuer[:MAX_LABEL], safe=""), quote(account[:MAX_LABEL], safe="@")
    address = f"otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}"
    if generator == GOOGLE:
        return address
    algorithm = generator.algorithm.removeprefix("HMac")
    return f"{address}&algorithm={algorithm}&digits={generator.digits}&period={generator.interval_s}"


def qrcode(text: str) -> dict[str, str]:
    """`{method, href, type}` with the text as a QR code in a PNG."""
    return {"method": "embedded", "href": _png(text), "type": "image/png"}


@lru_cache(maxsize=256)
def _png(text: str) -> str:
    import segno  # late: 30 ms that only enrolments pay

    return str(segno.make(text, micro=False).png_data_uri(scale=4))


# ---------------------------------------------------------------------------------------------------------------------
# Google Authenticator
# ---------------------------------------------------------------------------------------------------------------------


def required_code_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `passcode`."""
    return (Field(name="passcode", label="Enter code", required=True, visible=True),)


def draw_secret(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Draws the secret that the user is to put into the app."""
    return replace(challenge, data={"sharedSecret": drawn(turn, SECRET)})


def secret_to_scan(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`{"qrcode": {…}, "sharedSecret": "…"}`."""
    assert transaction.challenge is not None, "a secret is shown while it is being enrolled"
    secret = transaction.challenge.data["sharedSecret"]
    issuer = turn.request.origin.partition("://")[2]
    user = turn.state.users.get(transaction.user_id or "")
    address = provisioning_address(GOOGLE, secret, issuer, user.login if user else "")
    return {"qrcode": qrcode(address), "sharedSecret": secret}


def google_code_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Judges a code by the secret of the enrolment, or by the one that is being enrolled."""
    if attempt.challenge.purpose != "verify":
        fits = first_step(turn, attempt.challenge, attempt.answer["passcode"]) is not None
        return None if fits else Refused(MESSAGES["api.authn.error.PASSCODE_INVALID"], path=CODE_PATH)
    wrong = MESSAGES["authfactor.challenge.soft_token.invalid_passcode"]
    problem = (
        code_problem(turn, GOOGLE, attempt.enrollment.secret, attempt.answer["passcode"], wrong)
        if attempt.enrollment
        else wrong
    )
    return Refused(problem, path=CODE_PATH) if problem else None


def keep_secret(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the secret, and remembers that its first code is used."""
    return {
        "secret": attempt.challenge.data["sharedSecret"],
        "last_step": first_step(turn, attempt.challenge, attempt.answer["passcode"]),
    }


def remember_code(turn: Turn, attempt: Attempt) -> Enrollment:
    """The code that was just taken does not work again."""
    return used(turn, GOOGLE, attempt.held, attempt.answer["passcode"])


ACQUIRED = Ceremony(
    stage="enroll",
    place=CURRENT,
    begin=draw_secret,
    form=required_code_form,
    context=secret_to_scan,
    check=google_code_matches,
    keep=keep_secret,
)

ROWS = (
    Authenticator(
        key=KEY,
        type="app",
        name="Google Authenticator",
        methods=("otp",),
        kind="possession",
        enrollment_prefix="uft",
        amr={"otp": ("google_otp", "otp")},
        most=1,
        of_enrollment=(SECRET,),
        verify=Ceremony(form=required_code_form, check=google_code_matches, after_check=remember_code),
        enroll=ACQUIRED,
        reset=replace(ACQUIRED, stage="reset-and-enroll"),
    ),
)
