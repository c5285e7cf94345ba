"""Security keys, biometrics and passkeys: what they are asked, and whether they signed it.

One authenticator, any number of keys. A client sends no credential id with an assertion, so each key of the user is
tried (recorded: "None of the WebAuthn authenticators … was able to validate the assertion"). The rules of Web
Authentication themselves are in `passkeys`. Source: idx-protocol notes 3.1, 4.3, 4.4.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony, Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import FLAG, TEXT, TEXTS, WHOLE, Setting
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Transaction, User, origins

if TYPE_CHECKING:
    from mock_okta.engine.idx.authenticators.passkeys import Expected, Passkey

KEY = "webauthn"
CHALLENGE_LENGTH = 32
"""Characters of base64url, 24 bytes (recorded 20 to 24)."""

NEEDS = ("discouraged", "preferred", "required")

RP_ID = Setting(
    name="rp_id",
    kind=TEXT,
    about="The relying party of every key. Left out, it is the host of the page that asks, and replies do not name it.",
    example="example.com",
)
RP_NAME = Setting(name="rp_name", kind=TEXT, about="What browsers call the relying party; the org's label if absent.")
ORIGINS = Setting(
    name="origins",
    kind=TEXTS,
    about="Pages that may ask for keys. Left out: the org's own, loopback ones, trusted origins, and where apps live.",
    example="https://app.example.com",
)
USER_VERIFICATION = Setting(
    name="user_verification",
    kind=TEXT,
    words=NEEDS,
    default="preferred",
    about="Whether a key has to ask for a PIN or a finger.",
)
RESIDENT_KEY = Setting(
    name="resident_key", kind=TEXT, words=NEEDS, about="Whether a new key has to know its user (a passkey)."
)
ATTESTATION = Setting(
    name="attestation",
    kind=TEXT,
    words=("none", "indirect", "direct", "enterprise"),
    default="direct",
    about="What a new key is asked to say about its maker.",
)
HINTS = Setting(
    name="hints",
    kind=TEXTS,
    words=("security-key", "client-device", "hybrid"),
    about="Which kind of key a browser should propose.",
)
AUTOFILL = Setting(name="autofill", kind=FLAG, default=False, about="The sign-in page lets browsers fill in a passkey.")
BUTTON = Setting(name="passkey_button", kind=FLAG, default=False, about="The sign-in page has a button for passkeys.")
LAUNCH = Setting(
    name="launch", kind=FLAG, default=False, about="The sign-in page has a button for keys that know their user."
)

CREDENTIAL_ID = Setting(
    name="credential_id", kind=TEXT, about="Its id, base64url; drawn if absent.", drawn=(44, ids.URL_SAFE)
)
PUBLIC_KEY = Setting(
    name="public_key",
    kind=TEXT,
    about="Its public key, base64url of a COSE_Key or a SubjectPublicKeyInfo. Without one nothing it signs is right.",
)
SIGN_COUNT = Setting(
    name="sign_count", kind=WHOLE, least=0, most=2**32 - 1, default=0, about="How often it has signed."
)
AAGUID = Setting(name="aaguid", kind=TEXT, about="Its make.", example="08987058-cadc-4b81-b6e1-30de50dcbe96")
TRANSPORTS = Setting(
    name="transports", kind=TEXTS, words=("usb", "nfc", "ble", "smart-card", "hybrid", "internal"), about="Its ways."
)
NAME = Setting(name="name", kind=TEXT, about="What the person calls it.", example="MacBook Touch ID")


# ---------------------------------------------------------------------------------------------------------------------
# What a key is asked
# ---------------------------------------------------------------------------------------------------------------------


def draw_challenge(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """A fresh challenge; `resident` asks for a key that knows its user, whatever the org's rule."""
    return replace(challenge, data={"challenge": turn.draw(CHALLENGE_LENGTH), "resident": bool(values.get("resident"))})


def activation(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`activationData`, which a client hands to `navigator.credentials.create`."""
    user = turn.state.users[transaction.user_id or ""]
    challenge = transaction.challenge
    assert challenge is not None, "a key is being enrolled"
    data: dict[str, Any] = {
        "rp": _relying_party(turn),
        "user": {"displayName": _display_name(user), "name": user.login, "id": user.id},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        "challenge": challenge.data["challenge"],
        "attestation": ATTESTATION.of(turn, KEY),
        "authenticatorSelection": _selection(turn, challenge),
        "u2fParams": {"appid": turn.request.origin},
        "excludeCredentials": [
            {"type": "public-key", "id": CREDENTIAL_ID.read(each.secret)} for each in keys_of(user.enrolled)
        ],
    }
    return {"activationData": data | _hints(turn)}


def _relying_party(turn: Turn) -> dict[str, str]:
    rp_id, name = RP_ID.find_of(turn, KEY), RP_NAME.find_of(turn, KEY)
    party = {"name": str(name or turn.scenario.org.get("label") or urlsplit(turn.request.origin).hostname)}
    return party | ({"id": rp_id} if rp_id else {})


def _display_name(user: User) -> str:
    names = (str(user.profile.get(part, "")) for part in ("firstName", "lastName"))
    return " ".join(filter(None, names)) or user.login


def _selection(turn: Turn, challenge: Challenge) -> dict[str, Any]:
    wanted = "required" if challenge.data.get("resident") else RESIDENT_KEY.find_of(turn, KEY)
    selection = {
        "userVerification": USER_VERIFICATION.of(turn, KEY),
        "requireResidentKey": wanted == "required",
    }
    return selection | ({"residentKey": wanted} if wanted else {})


def _hints(turn: Turn) -> dict[str, Any]:
    hints = HINTS.find_of(turn, KEY)
    return {"hints": list(hints)} if hints else {}


def challenge_data(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`challengeData`, which a client hands to `navigator.credentials.get`."""
    assert transaction.challenge is not None, "a key is being asked"
    return {"challengeData": _request(turn, transaction.challenge.data["challenge"])}


def page_challenge_data(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`challengeData` of a page that asks for any key of anybody."""
    return {"challengeData": _request(turn, page_challenge(turn, transaction))}


def page_challenge(turn: Turn, transaction: Transaction) -> str:
    """What such a page asks to be signed: a function of the transaction, so that it stays while the page is open."""
    return ids.draw(f"{turn.state.seed}\0passkey\0{transaction.handle}", 0, CHALLENGE_LENGTH, ids.URL_SAFE)


def _request(turn: Turn, challenge: str) -> dict[str, Any]:
    data: dict[str, Any] = {"challenge": challenge, "userVerification": USER_VERIFICATION.of(turn, KEY)}
    if turn.request.origin.startswith("https:"):  # browsers refuse the whole request with an AppID of plain HTTP
        data["extensions"] = {"appid": turn.request.origin}
    rp_id = RP_ID.find_of(turn, KEY)
    return data | ({"rpId": rp_id} if rp_id else {}) | _hints(turn)


# ---------------------------------------------------------------------------------------------------------------------
# Forms
# ---------------------------------------------------------------------------------------------------------------------


def _hidden(name: str, label: str, *, required: bool = True, hint: str | None = None) -> Field:
    return Field(name=name, label=label, required=required, visible=False, hint=hint)


def assertion_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """What `navigator.credentials.get` yields."""
    return (
        _hidden("authenticatorData", "Authenticator Data"),
        _hidden("clientData", "Client Data"),
        _hidden("signatureData", "Signature Data"),
    )


def passkey_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """The same, and whose key it is, where nobody has said who they are."""
    return (*assertion_form(turn, transaction), _hidden("userHandle", "User Handle", required=False))


def attestation_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """What `navigator.credentials.create` yields; more where it is only proposed, or the org asks for that everywhere.

    Of the last two, `required` as they are (recorded), no client of today is sure to send any: generation 3 of the
    widget, which answers the same form, and auth-js up to 8.0 send neither.
    """
    if transaction.stage != "promotion" and setting(turn.scenario, "webauthn_form") == "basic":
        sent_too = Field(name="transports", unseen=True)  # by auth-js of today, asked or not
        return (_hidden("attestation", "Attestation"), _hidden("clientData", "Client Data"), sent_too)
    fields = (
        _hidden("clientData", "Client Data", hint=KEY),
        _hidden("attestation", "Attestation", hint=KEY),
        _hidden("transports", "Transports", hint=KEY),
        _hidden("clientExtensions", "clientExtensions", hint=KEY),
    )
    return (*fields[:2], *(replace(each, needed=False) for each in fields[2:]))


# ---------------------------------------------------------------------------------------------------------------------
# What it signed
# ---------------------------------------------------------------------------------------------------------------------


def is_a_new_key(turn: Turn, attempt: Attempt) -> Refused | None:
    """Whether a key was made as asked, and is not registered yet (Web Authentication, section 7.1)."""
    from mock_okta.engine.idx.authenticators import passkeys  # late, see there

    wrong = Refused(MESSAGES["authfactor.webauthn.error"])
    try:
        made = passkeys.registered(
            _expected(turn, attempt.challenge), attempt.answer["clientData"], attempt.answer["attestation"]
        )
    except passkeys.BadProof:
        return wrong
    return wrong if turn.state.users.has("key", f"{KEY} {made.credential_id}") else None


def keep_key(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the public key and what else its maker said of it."""
    from mock_okta.engine.idx.authenticators import passkeys  # late, see there

    made = passkeys.registered(
        _expected(turn, attempt.challenge), attempt.answer["clientData"], attempt.answer["attestation"]
    )
    return {
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "aaguid": made.aaguid,
        "transports": tuple(_transports(attempt.answer.get("transports", ""))),
    }


def _transports(text: str) -> Iterator[str]:
    """The ways of a key, from a JSON list (auth-js) or a list with commas."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = text.split(",")
    known = (each for each in listed if each in TRANSPORTS.words) if isinstance(listed, list) else ()
    yield from dict.fromkeys(known)


def key_that_signed(turn: Turn, attempt: Attempt) -> Enrollment | None:
    """Which of the user's keys the assertion is from."""
    return next(
        (each for each in keys_of(attempt.owner.enrolled) if _count_after(turn, each, attempt) is not None), None
    )


def is_signed(turn: Turn, attempt: Attempt) -> Refused | None:
    """Whether one of the user's keys signed the challenge."""
    if attempt.enrollment is not None and _count_after(turn, attempt.enrollment, attempt) is not None:
        return None
    return Refused(MESSAGES["authfactor.webauthn.error.assertion_validation_failure"])


def counted(turn: Turn, attempt: Attempt) -> Enrollment:
    """The enrolment that remembers how often its key has signed; a new one knows already."""
    if attempt.challenge.purpose != "verify":
        return attempt.held
    count = _count_after(turn, attempt.held, attempt)
    return replace(attempt.held, secret={**attempt.held.secret, "sign_count": count})


def owner(turn: Turn, challenge: Challenge, answer: Values) -> tuple[User, Enrollment] | None:
    """Whose key signed the challenge, where nobody has said who they are; all are asked if the key does not say."""
    handle = answer.get("userHandle")
    for user in turn.state.users.by("enrolled", KEY):
        if handle is None or _is_handle_of(handle, user):
            asked = Attempt(user=user, enrollment=None, challenge=challenge, answer=answer)
            enrollment = key_that_signed(turn, asked)
            if enrollment is not None:
                return user, enrollment
    return None


def _is_handle_of(handle: str, user: User) -> bool:
    """A user handle is the user's id: clients take it for base64url, which its 20 characters are."""
    return handle.rstrip("=").replace("+", "-").replace("/", "_") == user.id


def keys_of(enrollments: Iterable[Enrollment]) -> tuple[Enrollment, ...]:
    """Those of the enrolments that are keys."""
    return tuple(each for each in enrollments if each.authenticator == KEY)


def _count_after(turn: Turn, enrollment: Enrollment, attempt: Attempt) -> int | None:
    """How often the key has signed after this assertion; None if it did not sign it."""
    from mock_okta.engine.idx.authenticators import passkeys  # late, see there

    expected, key, answer = _expected(turn, attempt.challenge), _passkey(enrollment), attempt.answer
    signed = (answer["clientData"], answer["authenticatorData"], answer["signatureData"])
    try:
        return passkeys.asserted(expected, key, *signed)
    except passkeys.BadProof:
        return None


def _passkey(enrollment: Enrollment) -> Passkey:
    from mock_okta.engine.idx.authenticators.passkeys import Passkey  # late, see there

    secret = enrollment.secret
    return Passkey(
        credential_id=CREDENTIAL_ID.read(secret),
        public_key=PUBLIC_KEY.find(secret) or "",
        sign_count=SIGN_COUNT.read(secret),
    )


def _expected(turn: Turn, challenge: Challenge) -> Expected:
    from mock_okta.engine.idx.authenticators.passkeys import Expected  # late, see there

    return Expected(
        challenge=challenge.data["challenge"],
        allows=lambda origin: allows(turn, origin),
        rp_id=RP_ID.find_of(turn, KEY),
        user_verification=USER_VERIFICATION.of(turn, KEY),
    )


def allows(turn: Turn, origin: str) -> bool:
    """Whether a page of this origin may ask for keys.

    Okta takes its own domain and what an administrator has registered. A page that embeds the sign-in of this org is
    where one of its apps lives, or on the developer's machine.
    """
    named = ORIGINS.find_of(turn, KEY)
    if named is not None:
        return origin in named or origins.is_among(origin, named)  # apps for phones have origins without a host
    of_app = turn.state.apps.has("origin", origins.page_of(origin))
    known = (turn.request.origin, *turn.scenario.trusted_origins)
    return of_app or origins.is_among(origin, known) or _is_loopback(origin)


def _is_loopback(origin: str) -> bool:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    local = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    return parts.scheme in ("http", "https") and local


# ---------------------------------------------------------------------------------------------------------------------
# The row
# ---------------------------------------------------------------------------------------------------------------------


def make(enrollment: Enrollment) -> dict[str, Any]:
    """`{"aaguid", "transports"}` as texts: Kotlin and Swift take a profile for a map of texts."""
    secret = enrollment.secret
    aaguid, transports = AAGUID.find(secret), TRANSPORTS.find(secret)
    return ({"aaguid": aaguid} if aaguid else {}) | ({"transports": ",".join(transports)} if transports else {})


def credential(enrollment: Enrollment) -> dict[str, Any]:
    """The name that the person gave it, and `credentialId`, of which clients make the list of allowed keys."""
    name = NAME.find(enrollment.secret)
    return ({"displayName": name} if name else {}) | {"credentialId": CREDENTIAL_ID.read(enrollment.secret)}


ROWS = (
    Authenticator(
        key=KEY,
        type="security_key",
        name="Security Key or Biometric",
        methods=("webauthn",),
        kind="possession",
        enrollment_prefix="fwf",
        amr={"webauthn": ("pop",)},
        grouped=True,
        most=10,
        profile=make,
        extra_of=credential,
        of_org=(
            RP_ID,
            RP_NAME,
            ORIGINS,
            USER_VERIFICATION,
            RESIDENT_KEY,
            ATTESTATION,
            HINTS,
            AUTOFILL,
            BUTTON,
            LAUNCH,
        ),
        of_enrollment=(CREDENTIAL_ID, PUBLIC_KEY, SIGN_COUNT, AAGUID, TRANSPORTS, NAME),
        verify=Ceremony(
            begin=draw_challenge,
            place=CURRENT,
            form=assertion_form,
            whose=key_that_signed,
            check=is_signed,
            after_check=counted,
            context=challenge_data,
        ),
        enroll=Ceremony(
            begin=draw_challenge,
            stage="enroll",
            place=CURRENT,
            form=attestation_form,
            check=is_a_new_key,
            limit="none",
            keep=keep_key,
            context=activation,
        ),
    ),
)
