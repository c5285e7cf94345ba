"""Okta FastPass: how the page reaches Okta Verify on the same device, and what it hands over.

Okta cannot ask the app itself; it gives the page a signed request, and the page looks for the app on a loopback port,
by a link, or through an extension of the operating system. What the app answers goes to Okta behind the page's back, so
here `control.phones.decide` answers. Source: idx-protocol notes 3.1, 3.2, 4.5; claims as in recorded requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators import push
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Ceremony, Values
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import FLAG, TEXT, TEXTS, WHOLE, Setting
from mock_okta.engine.model import Challenge, Transaction, User

KEY = "okta_verify"
REQUEST_LIFETIME_S = 300

LOOPBACK = "LOOPBACK"
CUSTOM_URI = "CUSTOM_URI"
SSO_EXTENSION = "APPLE_SSO_EXTENSION"
LINKS = ("UNIVERSAL_LINK", "APP_LINK")
WAYS = (LOOPBACK, CUSTOM_URI, *LINKS, "CHROME_DTC", SSO_EXTENSION)

DOWNLOADS = {
    "IOS": "https://apps.apple.com/us/app/okta-verify/id490179405",
    "OSX": "https://apps.apple.com/us/app/okta-verify/id490179405",
    "ANDROID": "https://play.google.com/store/apps/details?id=com.okta.android.auth",
    "WINDOWS": "https://apps.microsoft.com/detail/9n3mklvg2x4f",
}

CHALLENGE_METHODS = Setting(
    name="challenge_methods",
    kind=TEXTS,
    words=WAYS,
    default=(LOOPBACK, CUSTOM_URI),
    about="How FastPass is reached: the first of these, and the next when the page gives one up.",
)
LAUNCH = Setting(
    name="launch", kind=FLAG, default=False, about="The sign-in page has a button to sign in with Okta FastPass."
)
LAUNCH_METHOD = Setting(
    name="launch_method",
    kind=TEXT,
    words=(*WAYS, "later"),
    default=CUSTOM_URI,
    about="How that button reaches Okta Verify; the page is told at once, or once the button is pressed (later).",
)
PLATFORM = Setting(
    name="platform", kind=TEXT, words=tuple(DOWNLOADS), default="IOS", about="What the person's device runs."
)
DEVICE_KNOWN = Setting(
    name="device_known", kind=FLAG, default=False, about="Okta has seen FastPass in this browser before."
)
PORTS = Setting(
    name="ports",
    kind=TEXTS,
    default=("2000", "6511", "6512", "6513"),
    about="Where on the loopback interface the page looks for Okta Verify.",
)
HTTPS_DOMAIN = Setting(
    name="https_domain",
    kind=TEXT,
    about="Where the page looks before it tries plain HTTP.",
    example="https://a.example",
)
PROBE_TIMEOUT = Setting(
    name="probe_timeout_ms", kind=WHOLE, least=1, most=60_000, about="Milliseconds that the page waits at a port."
)
NETWORK_HELP = Setting(
    name="local_network_help", kind=TEXT, about="Where Chrome's users read about access to the local network."
)

SETTINGS = (
    CHALLENGE_METHODS,
    LAUNCH,
    LAUNCH_METHOD,
    PLATFORM,
    DEVICE_KNOWN,
    PORTS,
    HTTPS_DOMAIN,
    PROBE_TIMEOUT,
    NETWORK_HELP,
)

SIGNALS = (
    "screenLock",
    "rootPrivileges",
    "fullDiskEncryption",
    "id",
    "platform",
    "osVersion",
    "manufacturer",
    "model",
    "deviceAttestation",
)


# ---------------------------------------------------------------------------------------------------------------------
# What the page is given
# ---------------------------------------------------------------------------------------------------------------------


def challenge_value(turn: Turn, transaction: Transaction, way: str) -> dict[str, Any]:
    """`authenticatorChallenge`, or `contextualData.challenge`, without its action."""
    value: dict[str, Any] = {"challengeMethod": way}
    if way == LOOPBACK:
        return value | {"challengeRequest": request(turn, transaction)} | _loopback(turn)
    if way == CUSTOM_URI:
        address = f"com-okta-authenticator:/deviceChallenge?challengeRequest={request(turn, transaction)}"
        return value | {"href": address, "downloadHref": DOWNLOADS[PLATFORM.of(turn, KEY)]}
    if way in LINKS:
        address = f"{turn.request.origin}/auth/okta-verify?challengeRequest={request(turn, transaction)}"
        return value | {"href": address}
    if way == "CHROME_DTC":
        device = f"din{_drawn(turn, transaction, 17, ids.BASE62)}"
        address = f"{turn.request.origin}/idp/device/{device}/challenge"
        return value | {"href": f"{address}?transactionHandle={transaction_id(turn, transaction)}"}
    return value


def _loopback(turn: Turn) -> dict[str, Any]:
    value: dict[str, Any] = {"domain": "http://localhost"}
    for member, setting in (("httpsDomain", HTTPS_DOMAIN), ("probeTimeoutMillis", PROBE_TIMEOUT)):
        said = setting.find_of(turn, KEY)
        value |= {member: said} if said is not None else {}
    value["ports"] = list(PORTS.of(turn, KEY))
    help_link = NETWORK_HELP.find_of(turn, KEY)
    details = {"chromeLocalNetworkAccessDetails": {"chromeLNAHelpLink": help_link}}
    return value | (details if help_link else {})


def request(turn: Turn, transaction: Transaction) -> str:
    """What Okta Verify is asked to sign: a token of the org's, the same while the page is open."""
    from mock_okta.engine.base.signing import signed

    since = int(transaction.started_at)
    identity = transaction_id(turn, transaction)
    authenticator = turn.state.authenticator_ids[KEY]
    claims = {
        "iss": turn.request.origin,
        "aud": turn.request.origin,
        "exp": since + REQUEST_LIFETIME_S,
        "iat": since,
        "jti": identity,
        "nonce": _drawn(turn, transaction, 32, ids.URL_SAFE),
        "transactionId": identity,
        "signals": SIGNALS,
        "userVerificationRequirement": False,
        "verificationUri": f"{turn.request.origin}/idp/authenticators/{authenticator}/transactions/{identity}/verify",
        "ver": 0,
    }
    return signed(claims, turn.state.keys[0])


def transaction_id(turn: Turn, transaction: Transaction) -> str:
    """What the device knows the transaction by: `ft` and 32 characters."""
    return f"ft{_drawn(turn, transaction, 32, ids.URL_SAFE)}"


def _drawn(turn: Turn, transaction: Transaction, length: int, alphabet: str) -> str:
    """A function of the transaction, so that it stays while the page is open."""
    return ids.draw(f"{turn.state.seed}\0device\0{transaction.handle}", length, length, alphabet)


# ---------------------------------------------------------------------------------------------------------------------
# The ceremony
# ---------------------------------------------------------------------------------------------------------------------

DECISIONS = ("approve", "reject", "biometrics", "invalid_device", "timeout")


def way_of(challenge: Challenge) -> str:
    """How the device is reached at the moment."""
    return str(challenge.data.get("ways", (LOOPBACK,))[0])


def begin_fastpass(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Tries the first of the ways that are left; on the device of nobody nobody decides."""
    ways = tuple(values.get("ways") or CHALLENGE_METHODS.of(turn, KEY))
    decision = push.DECISION.find_of(turn, KEY) if user and user.enrollment(KEY) else None
    data = {"asked": turn.now, "ways": ways}
    return replace(challenge, data=data, decision=decision, expires_at=turn.now + REQUEST_LIFETIME_S)


def fastpass_context(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`challenge`, for a page that knows the user."""
    assert transaction.challenge is not None, "a device is being asked"
    value = challenge_value(turn, transaction, way_of(transaction.challenge))
    return {"challenge": {"type": "object", "value": value}}


def is_approved(turn: Turn, attempt: Attempt) -> Refused | None:
    """Judges what Okta Verify has answered behind the page's back."""
    if attempt.challenge.decision == "approve" and attempt.enrollment is not None:
        return None
    if attempt.challenge.decision == "biometrics":
        return _needs_biometrics(turn, attempt.challenge)
    name = {
        "timeout": "core.system.transaction_resource_not_found",
        "reject": "api.authn.poll.error.push_rejected",
    }.get(attempt.challenge.decision or "", "core.auth.factor.signedNonce.error.invalidDevice")
    rejected = attempt.challenge.decision == "reject" and attempt.user is not None
    after = push.resting("select" if rejected else "dead-end", attempt.challenge.decision)
    return Refused(MESSAGES[name], after=after)


def _needs_biometrics(turn: Turn, challenge: Challenge) -> Refused:
    """By link or URI the page stays, so that the person can try again; by loopback it ends (recorded both)."""
    way = way_of(challenge)
    kind = {LOOPBACK: "desktop", CUSTOM_URI: "windows"}.get(way, "mobile")
    if way == LOOPBACK and PLATFORM.of(turn, KEY) == "ANDROID":  # of phones, it alone is reached so
        kind = "mobile"
    message = MESSAGES[f"oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.{kind}"]
    if way == LOOPBACK:
        return Refused(replace(message, status=400), after=push.resting("dead-end", challenge.decision))
    return Refused(message, after=push.undecided)


def fastpass_ceremony(stage: str, actions: Sequence[str]) -> Ceremony:
    """FastPass, at a stage that fits how the device is reached."""
    return Ceremony(
        begin=begin_fastpass,
        stage=stage,
        place=CURRENT,
        whose=push.device_asked,
        check=is_approved,
        context=fastpass_context,
        actions=tuple(actions),
        decisions=DECISIONS,
    )
