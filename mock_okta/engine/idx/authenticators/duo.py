"""Duo Security, embedded in the page: the org signs a request, Duo's frame answers it with a signature of its own.

The signatures are those of Duo Web SDK version 2 (HMAC-SHA1 over "user|integration key|expiry", the request by the
names TX and APP, the answer by AUTH and APP), so a client's own Duo stand-in works if it knows the scenario's keys.
Source: idx-protocol notes 4.3, 4.4, 5.2; github.com/duosecurity/duo_python.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony, Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import METHODS, TEXT, Setting
from mock_okta.engine.model import NOTHING, Challenge, Scenario, Transaction, User, logins

KEY = "duo"
REQUEST_S, ANSWER_S, APP_S = 300, 300, 3600
"""How long each signature is good for, in seconds (SDK: DUO_EXPIRE, APP_EXPIRE)."""

# fmt: off
HOST = Setting(name="host", kind=TEXT, default="api-00000000.duosecurity.com", about="Duo's API host of the org.")
SCRIPT = Setting(name="script", kind=TEXT,
                 about="Address of the script of Duo's frame; on the org itself, if left out.")
INTEGRATION_KEY = Setting(name="integration_key", kind=TEXT, default="DI0123456789ABCDEFGH",
                          about="Name of the integration, twenty characters.")
SECRET_KEY = Setting(name="secret_key", kind=TEXT, default="duo-secret-key-of-this-mock-and-no-other",
                     about="What Duo signs with; known to Duo and the org.")
APPLICATION_KEY = Setting(name="application_key", kind=TEXT, default="application-key-of-this-mock-and-no-other",
                          about="What the org signs with; known to the org alone.")
# fmt: on


# ---------------------------------------------------------------------------------------------------------------------
# Signatures
# ---------------------------------------------------------------------------------------------------------------------


class Expired(Exception):
    """The signature was good, and is too old."""


def signed(key: str, prefix: str, login: str, integration_key: str, expires_at: int) -> str:
    """One half of a token: `PREFIX|base64(login|integration key|expiry)|hmac`."""
    values = base64.b64encode(f"{login}|{integration_key}|{expires_at}".encode("utf-8", "surrogatepass")).decode()
    return f"{prefix}|{values}|{_mac(key, f'{prefix}|{values}')}"


def login_in(half: str, key: str, prefix: str, integration_key: str, now: float) -> str | None:
    """Whom one half of a token is about; None if it is not signed with this key, or is another's.

    Raises: Expired if all is right but the time
    """
    given_prefix, _, rest = half.partition("|")
    values, _, mac = rest.partition("|")
    expected = _mac(key, f"{prefix}|{values}")
    if given_prefix != prefix or not hmac.compare_digest(expected.encode(), mac.encode("utf-8", "surrogatepass")):
        return None
    try:
        login, its_integration_key, expires_at = base64.b64decode(values).decode().rsplit("|", 2)
    except (binascii.Error, ValueError):
        return None
    if its_integration_key != integration_key:
        return None
    if now >= int(expires_at):
        raise Expired
    return login


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).hexdigest()


def answer_of_duo(scenario: Scenario, signed_token: str, at: float) -> str:
    """What Duo's frame posts once the user has approved: the part that a vendor's server has in a sign-in.

    signed_token: `contextualData.signedToken` of the page
    """
    settings = scenario.authenticators.get(KEY, NOTHING)
    integration_key = INTEGRATION_KEY.read(settings)
    secret_key = SECRET_KEY.read(settings)
    request, _, app = signed_token.partition(":")
    login = login_in(request, secret_key, "TX", integration_key, at)
    assert login is not None, "the org signs with the key that Duo has"
    return f"{signed(secret_key, 'AUTH', login, integration_key, int(at) + ANSWER_S)}:{app}"


# ---------------------------------------------------------------------------------------------------------------------
# Ceremonies
# ---------------------------------------------------------------------------------------------------------------------


def sign_request(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Signs who is asked for, for Duo and for the way back."""
    login = user.login if user else ""
    integration_key = INTEGRATION_KEY.of(turn, KEY)
    now = int(turn.now)
    request = signed(SECRET_KEY.of(turn, KEY), "TX", login, integration_key, now + REQUEST_S)
    app = signed(_application_key(turn), "APP", login, integration_key, now + APP_S)
    return replace(challenge, data={"signedToken": f"{request}:{app}", "login": login})


def _application_key(turn: Turn) -> str:
    """The key that Duo does not have. It is of one life of the tenant, so that no answer of another counts."""
    return f"{APPLICATION_KEY.of(turn, KEY)}{turn.state.nonce}"


def frame(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """What the page needs to show Duo's frame."""
    said: Mapping[str, Any] = transaction.challenge.data if transaction.challenge else {}
    return {
        "integrationType": "IFRAME",
        "host": HOST.of(turn, KEY),
        "signedToken": said["signedToken"],
        "script": SCRIPT.find_of(turn, KEY) or f"{turn.request.origin}/js/sections/duo/Duo-Web-v2.6.js",
    }


def signature_form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `signatureData`, which Duo's frame fills in."""
    label = "Assertion From Duo"
    return (Field(name="signatureData", label=label, required=True, visible=False),)


def duo_approves(turn: Turn, attempt: Attempt) -> Refused | None:
    """Takes an answer in which Duo and this org both name the user; an old one means that Duo was not heard from."""
    integration_key = INTEGRATION_KEY.of(turn, KEY)
    auth, _, app = attempt.answer["signatureData"].partition(":")
    try:
        by_duo = login_in(auth, SECRET_KEY.of(turn, KEY), "AUTH", integration_key, turn.now)
        by_org = login_in(app, _application_key(turn), "APP", integration_key, turn.now)
    except Expired:
        return Refused(MESSAGES["oie.authenticator.duo.method.duo.verification_timeout"], counts=False)
    asked = str(attempt.challenge.data.get("login", ""))
    if attempt.enrollment is not None and by_duo and by_duo == by_org and logins.same(by_duo, asked):
        return None
    return Refused(MESSAGES["oie.authenticator.duo.method.duo.verification_failed"])


ASKED = Ceremony(begin=sign_request, form=signature_form, context=frame, check=duo_approves)

ROWS = (
    Authenticator(
        key=KEY,
        type="app",
        name="Duo Security",
        methods=("duo",),
        kind="possession",
        enrollment_prefix="dsf",
        amr={"duo": ("duo",), "idp": ("duo",)},
        of_org=(METHODS, HOST, SCRIPT, INTEGRATION_KEY, SECRET_KEY, APPLICATION_KEY),
        verify=ASKED,
        enroll=replace(ASKED, stage="enroll", place=CURRENT),
    ),
)
