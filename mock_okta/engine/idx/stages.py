"""The stages at which a transaction can rest.

`offers` names the remediations in the order in which they are sent (idx-protocol notes 2.4: the first is the state for
every client); each is subject to its own condition. `shows` names the objects that stand beside them (notes 2.3).
"""

from __future__ import annotations

from msgspec import Struct

from mock_okta.engine.base.table import table

IN_PLAY = "in play"
"""The authenticator in play: `currentAuthenticator` or `currentAuthenticatorEnrollment`."""
CHOICES = "choices"
"""`authenticators` and `authenticatorEnrollments` where something is proved: both hold what this step can use."""
MISSING = "missing"
"""The same where something is acquired: what is on offer, and what the user has already."""
ACQUIRED = "acquired"
"""`enrollmentAuthenticator`: a copy of the authenticator that is being enrolled."""
RECOVERED = "recovered"
"""`recoveryAuthenticator`: the authenticator that is being recovered or renewed."""
TWIN = "twin"
"""`currentAuthenticator` beside `currentAuthenticatorEnrollment`: both name the authenticator in play (recorded)."""
USER = "user"
CODE = "code"
"""`currentAuthenticator` with a code to be typed elsewhere."""
CLIENT = "client"
"""What asked for the mail, on the page that a link in it has opened."""
CANCEL = "cancel"
APP = "app"
CAPTCHA = "captcha"
LINKED_APP = "linked app"
"""`app` with the addresses that it has registered."""
OUTCOME = "outcome"
"""The interaction code, or where the browser is sent for it."""
AUTHENTICATION = "authentication"
"""By what protocol the sign-in was asked for."""
MANAGEMENT = "management"
"""`deviceEnrollment`: how a device gets under management."""
UI_DISPLAY = "ui display"
"""`uiDisplay`: what a form for profiles is called."""
PASSKEY = "passkey"
"""`webauthnAutofillUIChallenge`: what any passkey of anybody may sign."""
DEVICE = "device"
"""`authenticatorChallenge`: how the page reaches Okta Verify on the same device."""


class Stage(Struct, frozen=True):
    """One page at which a transaction can rest.

    ends: nothing can be submitted there any more
    frame: what stands last on the page
    named: whether the page says its `stateHandle`
    status, headers: how the reply that leads there goes out
    asks: an authenticator is picked, and nothing has begun yet
    """

    name: str
    offers: tuple[str, ...]
    shows: tuple[str, ...] = ()
    ends: bool = False
    asks: bool = False
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    frame: tuple[str, ...] = (CANCEL, APP)
    named: bool = True


STEP_UP = (("WWW-Authenticate", 'Oktadevicejwt realm="Okta Device"'),)
"""By this the operating system knows that its extension is meant (idx-protocol notes 3.2)."""

_PROVING = (IN_PLAY, CHOICES, RECOVERED, USER)
_ACQUIRING = (IN_PLAY, MISSING, ACQUIRED, USER)
_RENEWING = (IN_PLAY, MISSING, RECOVERED, USER)
_CONSENTING = (CANCEL, LINKED_APP, AUTHENTICATION)

# fmt: off
STAGES: dict[str, Stage] = table("name", (
    Stage("identify",          ("identify", "launch-authenticator", "launch-authenticator-unknown",
                                "launch-webauthn-authenticator", "select-enroll-profile", "unlock-account",
                                "redirect-idp", "launch-passkeys-authenticator",
                                "challenge-webauthn-autofillui-authenticator"), (IN_PLAY, DEVICE, PASSKEY, CAPTCHA)),
    Stage("user-code",         ("user-code",), frame=()),
    Stage("launch",            ("launch-authenticator", "launch-authenticator-unknown", "select-enroll-profile",
                                "unlock-account"), (USER, DEVICE)),
    Stage("passkey",           ("challenge-passkey", "enroll-webauthn-residentkey"), (IN_PLAY,)),
    Stage("promotion",         ("enroll-authenticator-promotion", "skip"), _ACQUIRING),
    Stage("device-challenge",  ("device-challenge-poll",), (DEVICE,)),
    Stage("device-sso",        ("device-apple-sso-extension",)),
    Stage("device-sso-called", ("device-apple-sso-extension-again",), status=401, headers=STEP_UP),
    Stage("device-sso-failed", ("cancel-transaction",)),
    Stage("identify-recovery", ("identify-recovery", "select-enroll-profile"), (CAPTCHA,)),
    Stage("select",            ("select-authenticator-authenticate",), (CHOICES, RECOVERED, USER)),
    Stage("verification-data", ("authenticator-verification-data", "select-authenticator-authenticate"), _PROVING,
                               asks=True),
    Stage("challenge",         ("challenge-authenticator", "select-authenticator-authenticate"), _PROVING),
    Stage("registered-address", ("authenticator-verification-data", "challenge-authenticator", "challenge-poll",
                                 "select-authenticator-authenticate"), _PROVING),
    Stage("challenge-poll",    ("challenge-poll", "select-authenticator-authenticate"), _PROVING),
    Stage("challenge-sso",     ("device-apple-sso-extension", "select-authenticator-authenticate"), _PROVING),
    Stage("idp",               ("redirect-idp",), (USER,)),
    Stage("redirect",          ("redirect-authenticator", "select-authenticator-authenticate"),
                               (IN_PLAY, TWIN, CHOICES, RECOVERED, USER)),
    Stage("redirect-card",     ("redirect-authenticator", "select-authenticator-authenticate"), _PROVING),
    Stage("redirect-enroll",   ("redirect-authenticator", "select-authenticator-enroll", "skip"), _ACQUIRING),
    Stage("resend",            ("resend", "select-authenticator-authenticate"), _PROVING),
    Stage("dead-end",          (), (USER,)),
    Stage("enroll-select",     ("select-authenticator-enroll", "skip"), (MISSING, USER)),
    Stage("enrollment-data",   ("authenticator-enrollment-data", "select-authenticator-enroll", "skip"),
                               (IN_PLAY, MISSING, USER), asks=True),
    Stage("enroll",            ("enroll-authenticator", "select-authenticator-enroll", "skip"), _ACQUIRING),
    Stage("enrollment-channel", ("enrollment-channel-data", "select-enrollment-channel", "select-authenticator-enroll",
                                "skip"), _ACQUIRING),
    Stage("enroll-poll",       ("enroll-poll", "select-enrollment-channel", "select-authenticator-enroll", "skip"),
                               _ACQUIRING),
    Stage("enroll-card",       ("enroll-poll-card", "select-authenticator-enroll", "skip"), _ACQUIRING),
    Stage("reset",             ("reset-authenticator",), _RENEWING),
    Stage("reset-and-enroll",  ("reset-authenticator", "select-authenticator-enroll"), _ACQUIRING),
    Stage("reenroll",          ("reenroll-authenticator", "reenroll-custom-password-expiry"), _RENEWING),
    Stage("reenroll-warning",  ("reenroll-authenticator-warning",
                                "reenroll-custom-password-expiry-warning", "skip"), _RENEWING),
    Stage("enroll-profile",    ("enroll-profile", "select-identify"), (IN_PLAY, UI_DISPLAY, CAPTCHA)),
    Stage("profile-update",    ("enroll-profile-update", "profile-update", "skip"), (USER, UI_DISPLAY)),
    Stage("unlock-identify",   ("unlock-account-identify",)),
    Stage("unlock-select",     ("select-authenticator-unlock-account",), (CHOICES, USER)),
    Stage("activation-expired", ("request-activation-email",), (USER,)),
    Stage("email-consent",     ("email-challenge-consent",), (USER,), frame=(APP,)),
    Stage("consent",           ("consent",), (USER,), frame=_CONSENTING),
    Stage("admin-consent",     ("admin-consent",), (USER,), frame=_CONSENTING),
    Stage("granular-consent",  ("granular-consent",), (USER,), frame=_CONSENTING),
    Stage("keep-me-signed-in", ("keep-me-signed-in",), (USER,)),
    Stage("grace-period",      ("device-assurance-grace-period",)),
    Stage("device-enrollment", (), (MANAGEMENT,)),
    Stage("identity-verification", ("redirect-idverify",), (USER,)),
    Stage("hold",              ("poll",), frame=(CANCEL,)),
    Stage("safe-mode",         ("skip",), frame=()),
    Stage("safe-mode-stop",    (), frame=(CANCEL,)),
    Stage("otp",               (), (CODE, USER, CLIENT), ends=True, frame=(APP,), named=False),
    Stage("terminal",          (), ends=True, frame=()),
    Stage("failure",           ("failure-redirect",), (USER,), ends=True),
    Stage("success",           ("success-redirect",), (USER,), ends=True),
))
# fmt: on
