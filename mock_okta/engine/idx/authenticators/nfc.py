"""A card or tag that is held to the phone, and its PIN.

Okta Verify reads the card, which happens elsewhere (`control.phones.decide`: "tapped"); then the page asks for the
PIN, or for a new one. Source: idx-protocol notes 3.6, 4.2 to 4.4, 4.6, 5.2.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import fastpass
from mock_okta.engine.idx.authenticators.codes import CODE_PATH
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony, Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import TEXT, WHOLE, Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Transaction, User

KEY = "nfc_pin"
TAPPED = "tapped"

# fmt: off
MIN_LENGTH = Setting(name="min_length", kind=WHOLE, least=4, most=16, default=4, about="Least digits of a PIN.")
MAX_LENGTH = Setting(name="max_length", kind=WHOLE, least=4, most=16, default=4, about="Most digits of a PIN.")
DECISION = Setting(name="decision", kind=TEXT, words=(TAPPED,),
                   about="The card is held to the phone each time. Left out, a test does it through the control API.")
PIN = Setting(name="pin", kind=TEXT, needed=True, pattern=r"^\d{4,16}$", example="1234", about="The PIN of the card.")
# fmt: on


# ---------------------------------------------------------------------------------------------------------------------
# The card
# ---------------------------------------------------------------------------------------------------------------------


def ask_for_card(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Waits until a card is held to the phone, which a test does, or the scenario says beforehand."""
    there = user is not None and (challenge.purpose == "enroll" or user.enrollment(KEY) is not None)
    decision = DECISION.find_of(turn, KEY) if there else None
    return replace(challenge, data={"asked": turn.now}, decision=decision)


def with_card(challenge: Challenge) -> Challenge:
    """The card was read, so the PIN is asked for."""
    return replace(challenge, decision=None, data={**challenge.data, TAPPED: True})


def link_to_app(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """How the page opens Okta Verify, which reads the card."""
    return {"challenge": {"type": "object", "value": fastpass.challenge_value(turn, transaction, fastpass.CUSTOM_URI)}}


def link_to_set_up(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The same for a card that Okta has not seen."""
    identity = fastpass.transaction_id(turn, transaction)
    address = f"com-okta-authenticator:/actions/enroll?authenticator_key=nfc&nonce={identity}"
    asked = {"type": "object", "value": {"challengeRequest": identity}}
    return {"setupNfcUrl": f"{address}&orgUrl={quote(turn.request.origin, safe='')}", "challenge": asked}


# ---------------------------------------------------------------------------------------------------------------------
# The PIN
# ---------------------------------------------------------------------------------------------------------------------


def pin_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for the PIN."""
    return (Field(name="passcode", label="NFC", secret=True, needed=True),)


def pin_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares with the PIN of the card."""
    expected = PIN.read(attempt.enrollment.secret) if attempt.enrollment else ""
    matches = hmac.compare_digest(
        expected.encode(), attempt.answer.get("passcode", "").encode("utf-8", "surrogatepass")
    )
    return None if expected and matches else _incorrect()


def pin_is_acceptable(turn: Turn, attempt: Attempt) -> Refused | None:
    """Wants as many digits as the org says."""
    least, most = MIN_LENGTH.of(turn, KEY), MAX_LENGTH.of(turn, KEY)
    pin = attempt.answer.get("passcode", "")
    fits = least <= len(pin) <= most and pin.isascii() and pin.isdecimal()
    return None if fits else _incorrect()


def _incorrect() -> Refused:
    return Refused(MESSAGES["api.authenticator.error.nfc.pin_incorrect"], path=CODE_PATH)


def keep_pin(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the PIN."""
    return {"pin": attempt.answer["passcode"]}


def pin_settings(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """How long a new PIN is, once it is asked for."""
    said: Mapping[str, Any] = transaction.challenge.data if transaction.challenge else {}
    if TAPPED not in said:
        return {}
    return {"minLength": MIN_LENGTH.of(turn, KEY), "maxLength": MAX_LENGTH.of(turn, KEY)}


# ---------------------------------------------------------------------------------------------------------------------
# The row
# ---------------------------------------------------------------------------------------------------------------------


def as_nfc(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """A new card goes by another method (recorded)."""
    return (Field(name="methodType", required=False, value="nfc", mutable=False),)


_PROVE = Ceremony(place=CURRENT, form=pin_form, check=pin_matches, actions=("recover",))
_PROVE_CARD = Ceremony(
    begin=ask_for_card,
    stage="challenge-poll",
    context=link_to_app,
    check=pin_matches,
    actions=("recover",),
    decisions=(TAPPED,),
    goes_on=with_card,
)
_ACQUIRE = Ceremony(
    option=as_nfc,
    stage="enroll",
    place=CURRENT,
    form=pin_form,
    check=pin_is_acceptable,
    limit="none",
    keep=keep_pin,
    actions=("recover",),
)
_ACQUIRE_CARD = Ceremony(
    option=as_nfc,
    begin=ask_for_card,
    stage="enroll-card",
    place=CURRENT,
    context=link_to_set_up,
    check=pin_is_acceptable,
    limit="none",
    actions=("cancel-polling",),
    decisions=(TAPPED,),
    goes_on=with_card,
)

ROWS = (
    Authenticator(
        key=KEY,
        type="proximity",
        name="NFC",
        methods=("nfc_pin",),
        kind="possession",
        enrollment_prefix="npc",
        # Inferred: Okta's list of amr values does not name it.
        amr={"nfc_pin": ("hwk", "pin"), "nfc": ("hwk", "pin")},
        settings=pin_settings,
        of_org=(MIN_LENGTH, MAX_LENGTH, DECISION),
        of_enrollment=(PIN,),
        verify=replace(_PROVE_CARD, variant=lambda challenge: _PROVE if TAPPED in challenge.data else _PROVE_CARD),
        enroll=replace(
            _ACQUIRE_CARD, variant=lambda challenge: _ACQUIRE if TAPPED in challenge.data else _ACQUIRE_CARD
        ),
    ),
)
