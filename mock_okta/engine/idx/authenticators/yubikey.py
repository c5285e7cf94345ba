"""YubiKeys that type a one-time password, truly decrypted.

A key types its public id and, encrypted with AES-128, its private id and two counters that never go back. An
administrator uploads the three secrets of every key; a user enrols by tapping one. Format: Yubico, "OTPs explained" and
"YubiKey Manual" (6.1 OTP string, 6.2 CRC). Forms: idx-protocol notes 4.3.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.codes import invalid_code
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import HEX, MAPPINGS, TEXT, Setting
from mock_okta.engine.model import Enrollment, JsonObject, Transaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

KEY = "yubikey_token"
MODHEX = "cbdefghijklnrtuv"
"""Sixteen letters that every keyboard layout has in the same place, instead of 0 to f."""
_TO_HEX, _FROM_HEX = str.maketrans(MODHEX, HEX), str.maketrans(HEX, MODHEX)
_OTP = rf"([{MODHEX}]{{12}})([{MODHEX}]{{32}})"
_GOOD_CRC = 0xF0B8

# fmt: off
_SECRETS = (
    Setting(name="public_id", kind=TEXT, pattern=rf"^[{MODHEX}]{{12}}$", example="cccccckdvvul", drawn=(12, MODHEX),
            about="What every password of the key begins with, in modhex."),
    Setting(name="private_id", kind=TEXT, pattern=r"^[0-9a-f]{12}$", example="0123456789ab", drawn=(12, HEX),
            about="Six bytes in hex."),
    Setting(name="secret_key", kind=TEXT, pattern=r"^[0-9a-f]{32}$", example="00112233445566778899aabbccddeeff",
            drawn=(32, HEX), about="The AES key, sixteen bytes in hex."),
)
# fmt: on
CREDENTIAL = Setting(name="credential", kind=TEXT, about="The `credentialId` after its `ykk`.", drawn=(17, ids.BASE62))
SAMPLE_KEY = {
    "public_id": "ccccccbdefgh",
    "private_id": "0123456789ab",
    "secret_key": "00112233445566778899aabbccddeeff",
}
"""The key that an org has where the scenario names none."""
KEYS = Setting(
    name="keys",
    kind=MAPPINGS,
    about="The keys that an administrator has uploaded, and users may enrol.",
    default=(SAMPLE_KEY,),
    members=_SECRETS,
)


# ---------------------------------------------------------------------------------------------------------------------
# One-time passwords
# ---------------------------------------------------------------------------------------------------------------------


def typed_by(key: Mapping[str, Any], counter: int, session: int = 0, *, timestamp: int = 0, noise: int = 0) -> str:
    """What a key types when it is tapped.

    key: `public_id`, `private_id`, `secret_key`
    counter: how often it was plugged in, 1..32767; session: taps since, 0..255
    """
    block = bytes.fromhex(key["private_id"]) + counter.to_bytes(2, "little") + timestamp.to_bytes(3, "little")
    block += bytes([session]) + noise.to_bytes(2, "little")
    block += (crc(block) ^ 0xFFFF).to_bytes(2, "little")
    encryptor = _cipher(key["secret_key"]).encryptor()
    return str(key["public_id"]) + (encryptor.update(block) + encryptor.finalize()).hex().translate(_FROM_HEX)


def use_of(key: Mapping[str, Any], typed: str) -> int | None:
    """How often the key was used when it typed this, as one number that only grows; None if this key did not."""
    match = re.fullmatch(_OTP, typed.strip().lower())
    if match is None or match[1] != key["public_id"]:
        return None
    decryptor = _cipher(key["secret_key"]).decryptor()
    block = decryptor.update(bytes.fromhex(match[2].translate(_TO_HEX))) + decryptor.finalize()
    if crc(block) != _GOOD_CRC or not hmac.compare_digest(block[:6], bytes.fromhex(key["private_id"])):
        return None
    return int.from_bytes(block[6:8], "little") * 256 + block[11]


def crc(data: bytes) -> int:
    """The CRC-16 of ISO 13239; over a whole block with its checksum it is always the same."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


def _cipher(secret_key: str) -> Cipher[ECB]:
    """One block, so no mode; ECB is what the token uses."""
    from cryptography.hazmat.primitives.ciphers import Cipher  # late: a server without such keys need not load it
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return Cipher(AES(bytes.fromhex(secret_key)), ECB())


# ---------------------------------------------------------------------------------------------------------------------
# Ceremonies
# ---------------------------------------------------------------------------------------------------------------------


def tap_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for what the key types."""
    return (Field(name="passcode", label="Insert then tap your YubiKey", required=True, secret=True),)


def tap_is_fresh(turn: Turn, attempt: Attempt) -> Refused | None:
    """Takes what the enrolled key types, if it was not typed before."""
    use = use_of(attempt.enrollment.secret, attempt.answer["passcode"]) if attempt.enrollment else None
    fresh = use is not None and attempt.enrollment is not None and use > attempt.enrollment.secret.get("last_use", -1)
    return None if fresh else invalid_code()


def tap_is_of_a_free_key(turn: Turn, attempt: Attempt) -> Refused | None:
    """Takes what any uploaded key types that nobody has enrolled yet."""
    return None if _free_key(turn, attempt.answer["passcode"]) else invalid_code()


def _free_key(turn: Turn, typed: str) -> Mapping[str, Any] | None:
    uploaded = (key for key in KEYS.of(turn, KEY) if not turn.state.users.has("key", f"{KEY} {key['public_id']}"))
    return next((key for key in uploaded if use_of(key, typed) is not None), None)


def keep_key(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the secrets of the key."""
    key = _free_key(turn, attempt.answer["passcode"])
    assert key is not None, "the answer was taken"
    return {**key, CREDENTIAL.name: turn.draw(17, ids.BASE62)}


def remember_use(turn: Turn, attempt: Attempt) -> Enrollment:
    """Neither this password nor an earlier one of the key works again."""
    use = use_of(attempt.held.secret, attempt.answer["passcode"])
    return replace(attempt.held, secret={**attempt.held.secret, "last_use": use})


def credential_id(enrollment: Enrollment) -> dict[str, Any]:
    """`{"credentialId": "ykk…"}`."""
    return {"credentialId": f"ykk{CREDENTIAL.read(enrollment.secret)}"}


ROWS = (
    Authenticator(
        key=KEY,
        type="security_key",
        name="YubiKey Authenticator",
        methods=("otp",),
        kind="possession",
        enrollment_prefix="ykf",
        amr={"otp": ("yubikey",)},
        extra_of=credential_id,
        of_org=(KEYS,),
        of_enrollment=(*_SECRETS, CREDENTIAL),
        verify=Ceremony(form=tap_form, check=tap_is_fresh, after_check=remember_use),
        enroll=Ceremony(
            stage="enroll",
            place=CURRENT,
            form=tap_form,
            check=tap_is_of_a_free_key,
            keep=keep_key,
            after_check=remember_use,
        ),
    ),
)
