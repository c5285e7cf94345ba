"""Okta Verify: enrolled on a phone by picture, mail or text; proved by notification, code, or FastPass.

Source: idx-protocol notes 3.2, 3.3 (remediations), 3.6 (options), 4.3, 4.4 (context), 4.6 (actions), 7.5, 7.8 (flows).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import browsers
from mock_okta.engine.idx.authenticators import fastpass, push
from mock_okta.engine.idx.authenticators.fastpass import KEY
from mock_okta.engine.idx.authenticators.phone import invalid_number, normal_number
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    Values,
    allowed_methods,
    usable_methods,
)
from mock_okta.engine.idx.authenticators.totp import GOOGLE, SECRET, code_problem, qrcode, used
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import BASE32, FLAG, METHODS, TEXT, TEXTS, Setting
from mock_okta.engine.idx.text_validation import is_mail_address
from mock_okta.engine.model import Challenge, Enrollment, JsonObject, Mail, Transaction, User

PHONES = ("iOS", "Android")
CHANNELS = ("qrcode", "email", "sms", "samedevice", "devicebootstrap")
ADDRESSES = {"email": "email", "sms": "phoneNumber"}
"""The channels that need an address, and the field that it comes in."""

CHANNEL = Setting(
    name="channels",
    kind=TEXTS,
    words=CHANNELS,
    default=("qrcode", "email", "sms"),
    about="How a phone may be enrolled; the first is what is proposed.",
)
ENROLL_DECISION = Setting(
    name="enroll_decision",
    kind=TEXT,
    words=("enroll", "biometrics", "upgrade", "incompatible"),
    about="What happens on the phone that is being enrolled. Left out, a test decides through the control API.",
)
NUMBER_CHALLENGE = Setting(
    name="number_challenge", kind=FLAG, default=False, about="The person has to pick the number that the page shows."
)
BIOMETRIC_CODES = Setting(
    name="totp_needs_biometrics", kind=FLAG, default=False, about="Codes of a phone without biometrics are refused."
)
SECURITY_LEVEL = Setting(
    name="security_level", kind=TEXT, words=("ANY", "HIGH"), default="ANY", about="How secure the phone has to be."
)

INITIATES_WITH = Setting(
    name="recovery_methods",
    kind=TEXTS,
    words=("push", "totp", "signed_nonce"),
    noun="method",
    each="A method.",
    least=1,
    default=("push",),
    about="Those that recovery and unlock can begin with; a password policy knows but push.",
)

LINK_PATH = "/auth/push/link"
"""Where phones are sent to set the app up (the address that Okta's end-to-end suite comes to)."""

TOTP_PATH = ("credentials", "totp")


# ---------------------------------------------------------------------------------------------------------------------
# Enrolling
# ---------------------------------------------------------------------------------------------------------------------


def channel_field(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """Asks for `channel`, one of those by which the org lets phones enrol."""
    options = tuple(Option(label=channel.upper(), value=channel) for channel in _channels(turn))
    return (Field(name="channel", type="string", required=False, options=options),)


def _channels(turn: Turn) -> tuple[str, ...]:
    """The channels of the org, but for a picture that the phone in hand would show.

    Source: release notes 2024.03.0, OKTA-671029.
    """
    allowed = tuple(CHANNEL.of(turn, KEY))
    is_phone = browsers.system_of(turn.request.headers.get("user-agent", "")) in PHONES
    return tuple(each for each in allowed if each != "qrcode") or allowed if is_phone else allowed


def begin_enrolling(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Opens a channel to the phone, to an address if there is one. Raises: Refused for what is no address"""
    channel = values.get("channel") or _channels(turn)[0]
    address = _address(turn, channel, values)
    token = str(values.get("token") or turn.draw_handle())
    data: dict[str, Any] = {"asked": turn.now, "channel": channel, "token": token}
    if address:
        data[ADDRESSES[channel]] = address
    return replace(challenge, data=data, decision=ENROLL_DECISION.find_of(turn, KEY) if _is_open(data) else None)


def _address(turn: Turn, channel: str, values: Values) -> str | None:
    given = values.get(ADDRESSES.get(channel, ""))
    if given is None:
        return None
    if channel == "sms":
        number = normal_number(given)
        if number is None:
            raise Refused(invalid_number(turn))
        return number
    if not is_mail_address(given):
        raise Refused(MESSAGES["registration.error.invalidLoginEmail"], "Email", path=("email",))
    return str(given)


def message_with_link(turn: Turn, transaction: Transaction) -> Mail:
    """The link that sets up the account on the phone, in the words that test suites look for."""
    challenge = transaction.challenge
    assert challenge is not None, "a phone is being enrolled"
    channel, link = challenge.data["channel"], _link(turn, challenge.data["token"])
    address = challenge.data[ADDRESSES[channel]]
    body = f"Click here to enroll Okta Verify : {link}"
    if channel == "email":
        body = f'<p>Set up Okta Verify:</p><p><a id="push-verify-activation-link" href="{link}">Activate</a></p>'
    subject = "Set up Okta Verify on your device" if channel == "email" else ""
    return Mail(to=address, channel=channel, subject=subject, body=body, link=link, at=turn.now)


def _link(turn: Turn, token: str) -> str:
    return f"{turn.request.origin}{LINK_PATH}?token={token}"


def _is_open(data: JsonObject) -> bool:
    """Whether the phone can be enrolled now: not before a link was sent, where there has to be one."""
    wanted = ADDRESSES.get(data["channel"])
    return wanted is None or wanted in data


def enrol_context(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`contextualData` while a phone is enrolled: `selectedChannel`, and what that channel shows."""
    challenge = transaction.challenge
    assert challenge is not None, "a phone is being enrolled"
    channel, data = challenge.data["channel"], challenge.data
    selected = {"selectedChannel": channel}
    user = turn.state.users[transaction.user_id or ""]
    if channel == "qrcode":
        return {"qrcode": qrcode(_setup_address(turn, user, data["token"]))} | selected
    if channel == "samedevice":
        return {"samedevice": _same_device(turn, data["token"])} | selected
    if channel == "devicebootstrap":
        devices = [device_name(each)["deviceName"] for each in user.enrolled if each.authenticator == KEY]
        platform = fastpass.PLATFORM.of(turn, KEY)
        return {"devicebootstrap": {"platform": platform, "enrolledDevices": devices}} | selected
    field = ADDRESSES[channel]
    return selected | ({field: data[field]} if field in data else {})


def _setup_address(turn: Turn, user: User, token: str) -> str:
    origin, account = quote(turn.request.origin, safe=""), quote(user.login[:100], safe="@")
    authenticator = turn.state.authenticator_ids[KEY]
    return f"oktaverify://{account}/?t={token}&f={authenticator}&s={origin}&issuer={origin}&isIdxEnabled=true"


def _same_device(turn: Turn, token: str) -> dict[str, Any]:
    platform = fastpass.PLATFORM.of(turn, KEY)
    return {
        "orgUrl": turn.request.origin,
        "downloadHref": fastpass.DOWNLOADS[platform],
        "platform": platform,
        "setupOVUrl": _link(turn, token),
        "securityLevel": SECURITY_LEVEL.of(turn, KEY),
    }


def is_set_up(turn: Turn, attempt: Attempt) -> Refused | None:
    """What the phone reported; if it does not do, the page stays and another can be tried."""
    if attempt.challenge.decision == "enroll":
        return None
    name = {
        "biometrics": "oie.authenticator.app.method.push.enroll.enable.biometrics",
        "upgrade": "oie.authenticator.app.non_fips_compliant_enrollment_app_update_required",
    }.get(attempt.challenge.decision or "", "oie.authenticator.app.non_fips_compliant_enrollment_device_incompatible")
    return Refused(MESSAGES[name], after=push.undecided)


def keep_phone(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the secret that phone and org share from now on."""
    device = push.DEVICE.read(attempt.challenge.data)
    return {"secret": turn.draw(SECRET_LENGTH, BASE32), "device": device}


SECRET_LENGTH = 32


def with_all_methods(turn: Turn, attempt: Attempt) -> Enrollment:
    """A new phone can do whatever the org allows."""
    row = ROWS[0]
    return replace(attempt.held, methods=allowed_methods(turn, row))


_ENROLLING = Ceremony(
    option=channel_field,
    begin=begin_enrolling,
    stage="enroll-poll",
    place=CURRENT,
    check=is_set_up,
    keep=keep_phone,
    after_check=with_all_methods,
    context=enrol_context,
    decisions=ENROLL_DECISION.words,
)
_WITHOUT_ADDRESS = replace(_ENROLLING, stage="enrollment-channel", decisions=())
_WITH_ADDRESS = replace(_ENROLLING, actions=("resend",), announce=message_with_link)


def _enrolling(challenge: Challenge) -> Ceremony:
    """By picture at once; by link once it was sent."""
    wanted = ADDRESSES.get(challenge.data.get("channel", ""))
    if wanted is None:
        return _ENROLLING
    return _WITH_ADDRESS if wanted in challenge.data else _WITHOUT_ADDRESS


def address_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks where the link that sets up the phone shall be sent."""
    channel = transaction.challenge.data["channel"] if transaction.challenge else ""
    label = {"email": "Email", "sms": "Phone Number"}[channel]
    return (Field(name=ADDRESSES[channel], label=label, required=True, visible=True),)


# ---------------------------------------------------------------------------------------------------------------------
# Proving
# ---------------------------------------------------------------------------------------------------------------------


def methods_option(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The ways in which the user's devices can prove themselves."""
    return (push.methods_field(turn, row, enrollment, required=False),)


def method_at_once(turn: Turn, enrollment: Enrollment) -> str:
    """The only method, unless something would be sent unasked; a notification, where the person wants it so."""
    methods = usable_methods(turn, ROWS[0], enrollment)
    if "push" in methods and push.goes_out_unasked(turn, enrollment):
        return "push"
    return methods[0] if len(methods) == 1 and methods[0] != "push" else ""


def begin_numbered_push(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Sends a notification, and draws the number that the person has to pick, where the org wants that."""
    begun = push.begin_push(KEY)(turn, user, challenge, values)
    if not NUMBER_CHALLENGE.of(turn, KEY):
        return begun
    return replace(begun, data={**begun.data, "correctAnswer": str(int(turn.draw(2, ids.DIGITS)))})


def number_to_pick(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`correctAnswer`, where there is one."""
    data = transaction.challenge.data if transaction.challenge else {}
    return {"correctAnswer": data["correctAnswer"]} if "correctAnswer" in data else {}


def totp_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `totp`, which no other authenticator calls it."""
    return (Field(name="totp", label="Enter code", required=True, visible=True),)


def device_that_made(turn: Turn, attempt: Attempt) -> Enrollment | None:
    """The device that the code is from, fresh or used; None if it is from none."""
    devices = (each for each in attempt.owner.enrolled if each.authenticator == KEY)
    return next(
        (each for each in devices if GOOGLE.matching_step(_secret(each), attempt.answer["totp"], turn.now)), None
    )


def _secret(enrollment: Enrollment) -> str:
    return SECRET.read(enrollment.secret)


def totp_is_right(turn: Turn, attempt: Attempt) -> Refused | None:
    """Judges a code; a right one may still come from a phone that is not secure enough."""
    wrong = MESSAGES["api.authn.error.PASSCODE_INVALID"]
    problem = (
        code_problem(turn, GOOGLE, attempt.enrollment.secret, attempt.answer["totp"], wrong)
        if attempt.enrollment
        else wrong
    )
    if problem is not None:
        return Refused(problem, path=TOTP_PATH)
    if BIOMETRIC_CODES.of(turn, KEY):
        message = MESSAGES["oie.authenticator.oktaverify.method.totp.verify.enable.biometrics"]
        return Refused(message, counts=False)
    return None


def totp_used(turn: Turn, attempt: Attempt) -> Enrollment:
    """Neither this code nor an older one works again."""
    return used(turn, GOOGLE, attempt.held, attempt.answer["totp"])


_TOTP = Ceremony(
    place=CURRENT,
    form=totp_form,
    whose=device_that_made,
    check=totp_is_right,
    after_check=totp_used,
    actions=("send",),
)
_PUSH = replace(push.push_ceremony(KEY, CURRENT), begin=begin_numbered_push, context=number_to_pick)
_FASTPASS = fastpass.fastpass_ceremony("challenge-poll", ("cancel-polling",))
_SSO_EXTENSION = fastpass.fastpass_ceremony("challenge-sso", ())


def _proving(challenge: Challenge) -> Ceremony:
    if challenge.method == "signed_nonce":
        return _SSO_EXTENSION if fastpass.way_of(challenge) == fastpass.SSO_EXTENSION else _FASTPASS
    return {"totp": _TOTP, "push": _PUSH}.get(challenge.method, VERIFY)


VERIFY = Ceremony(
    option=methods_option,
    asks=lambda turn, row, values: "methodType" not in values,
    data=push.data_fields,
    place=CURRENT,
    check=push.decided,
    actions=("send", "resend-push"),
    variant=_proving,
)


# ---------------------------------------------------------------------------------------------------------------------
# The row
# ---------------------------------------------------------------------------------------------------------------------


def device_name(enrollment: Enrollment) -> dict[str, Any]:
    """`{"deviceName": …}`."""
    return {"deviceName": push.DEVICE.read(enrollment.secret)}


def known_device(turn: Turn) -> dict[str, Any]:
    """`deviceKnown`, by which the widget puts FastPass first."""
    return {"deviceKnown": True} if fastpass.DEVICE_KNOWN.of(turn, KEY) else {}


ROWS = (
    Authenticator(
        key=KEY,
        type="app",
        name="Okta Verify",
        methods=("push", "totp", "signed_nonce"),
        kind="possession",
        enrollment_prefix="pfd",
        amr={
            "totp": ("okta_verify", "otp"),
            "push": ("okta_verify", "swk"),
            "signed_nonce": ("okta_verify", "phr"),
        },
        lone="ask",
        at_once=method_at_once,
        grouped=True,
        profile=device_name,
        names=("deviceName",),
        extra=known_device,
        initiates_with=INITIATES_WITH,
        of_org=(
            METHODS,
            push.AUTO_CHALLENGE,
            push.DECISION,
            NUMBER_CHALLENGE,
            BIOMETRIC_CODES,
            CHANNEL,
            ENROLL_DECISION,
            SECURITY_LEVEL,
            INITIATES_WITH,
            *fastpass.SETTINGS,
        ),
        of_enrollment=(push.DEVICE, replace(SECRET, drawn=(SECRET_LENGTH, BASE32))),
        verify=VERIFY,
        enroll=replace(_ENROLLING, variant=_enrolling),
    ),
)
