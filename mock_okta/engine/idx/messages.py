"""The messages that the Identity Engine sends, one row each.

Clients translate by key and fall back to the text, so the key matters more than the wording. Source: idx-protocol notes
5.2 and 5.3 (keys, texts, classes and statuses counted over recorded replies).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.table import table
from mock_okta.engine.model import Remark

Param = str | int


class Message(Struct, frozen=True):
    """One message that the Identity Engine can send.

    key: the i18n key; some messages of real orgs have none and go out without `i18n`
    text: English, with {0}, {1} for the parameters
    status: the HTTP status it travels with
    listed: whether `i18n` has `params` even where there are none, as most replies have it
    """

    name: str
    text: str
    status: int
    kind: str = "ERROR"
    keyed: bool = True
    listed: bool = True

    @property
    def key(self) -> str | None:
        """The i18n key on the wire, or None for a message that has none."""
        return self.name if self.keyed else None


def as_ion(message: Message, *params: Param) -> dict[str, Any]:
    """The message as it stands in a reply: `message`, `i18n` and `class`, in that order."""
    text = fill(message.text, params)
    if message.key is None:
        return {"message": text, "class": message.kind}
    listed = {"params": list(params)} if message.listed or params else {}
    return {"message": text, "i18n": {"key": message.key, **listed}, "class": message.kind}


def fill(text: str, params: Iterable[Param]) -> str:
    """The text with its parameters for {0}, {1}, …"""
    for index, param in enumerate(params):
        text = text.replace(f"{{{index}}}", str(param))
    return text


_BIOMETRICS = (
    "Your response was received, but your organization requires biometrics. Make sure your device supports biometrics, "
    "Okta Verify is up-to-date and biometrics are enabled for your account in Okta Verify, then try again."
)


def remarks(listed: Iterable[str | Mapping[str, Any]]) -> tuple[Remark, ...]:
    """What a step of a scenario says: keys, or mappings of `key`, `params`, and what else is special about it."""
    mappings = ({"key": each} if isinstance(each, str) else each for each in listed)
    return tuple(
        Remark(
            name=each["key"],
            params=tuple(each.get("params", ())),
            said={name: value for name, value in each.items() if name not in ("key", "params")},
        )
        for each in mappings
    )


def remark(name: str, *params: Param, path: tuple[str, ...] | None = None) -> Remark:
    """A row of `MESSAGES` as it is said somewhere. Raises: KeyError for what is no row"""
    return Remark(name=MESSAGES[name].name, params=params, path=path)


def message_of(remark: Remark) -> Message:
    """The row that a remark is about, in the scenario's own words where it has some."""
    own = Message(remark.name, "", 200)
    row = MESSAGES.get(remark.name, own)
    said = remark.said
    return replace(
        row,
        text=said.get("text", row.text),
        kind=said.get("class", row.kind),
        status=said.get("status", row.status),
        listed=said.get("listed", row.listed),
    )


def own_words(message: Message) -> dict[str, Any]:
    """What a remark has to say of a message that is no row, or one in other words; nothing of the rows themselves."""
    row = MESSAGES.get(message.name)
    listed = {} if message.listed else {"listed": False}
    if row is not None and (row.text, row.kind) == (message.text, message.kind):
        return listed
    return {"text": message.text, "class": message.kind, **listed}


def spoken(remark: Remark) -> dict[str, Any]:
    """A remark as it stands in a reply: the message with its links, if it has any."""
    members = as_ion(message_of(remark), *remark.params)
    return members | {name: remark.said[name] for name in ("links", "deviceRemediation") if name in remark.said}


DEVICE = "idx.error.code.access_denied.device_assurance.remediation"


# fmt: off
MESSAGES: dict[str, Message] = table("name", (
    Message("errors.E0000004", "Authentication failed", 400),
    Message("incorrectPassword", "Password is incorrect", 400),
    Message("authfactor.challenge.suspended_factor",
            "This factor is suspended for your account due to too many failed attempts", 400),
    Message("idx.error.user.not.assigned.to.app", "User is not assigned to this application.", 400),
    Message("security.access_denied", "You do not have permission to perform the requested action.", 403),
    Message("idx.unknown.user", "There is no account with the Username {0}.", 200, "INFO"),
    Message("idx.session.expired", "The session has expired.", 401),
    Message("oie.assurance.unsatisfiable",
            'Unable to login to "{0}" at this time. For assistance, please contact your administrator.', 400),
    Message("oie.selfservice.reset.password.not.allowed",
            "Reset password is not allowed at this time. Please contact support for assistance.", 400),
    Message("oie.selfservice.user.unlock.not.allowed",
            "Self Service Unlock is not allowed at this time. Please contact support for assistance.", 400),
    Message("oie.selfservice.unlock_user.success.message", "Your account is now unlocked!", 200, "INFO"),
    Message("oie.selfservice.unlock_user.landing.to.app.success.message",
            "Account successfully unlocked! Verify your account with a security method to continue.", 200, "INFO"),
    Message("idx.recovery.completed", "You can now sign in with your existing username and new password.", 200, "INFO"),
    Message("idx.email.verification.required", "To finish signing in, check your email.", 200, "INFO"),
    Message("idx.password.expiring.message",
            "When your password expires, you will have to change your password before you can login to your {0} "
            "account.", 200, "INFO"),
    # Activation and recovery tokens (idx-protocol notes 5.2)
    Message("idx.expired.activation.token",
            "Your account activation link is no longer valid. Request a new activation email below.", 200),
    Message("idx.missing.activation.token",
            "This can happen if you have already activated your account, or if the URL you are trying to use is "
            "invalid. Contact your administrator for further assistance.", 200),
    Message("idx.activating.inactive.user",
            "Your account has been temporarily suspended. Contact your administrator for further assistance.", 200),
    Message("idx.request.activation.email",
            "New activation link requested. If your information matches our records, you will receive a new "
            "activation link in your inbox soon.", 200, "INFO"),
    Message("idx.invalid.forgot.password.token", "Your reset password token is no longer valid.", 200),
    Message("idx.invalid.reset.password.token",
            "Your reset password token is no longer valid.  Contact your administrator to obtain a new token.", 200),
    Message("idx.reset.password.activating.user",
            "Reset password cannot be performed while the user is activating. Contact your administrator to obtain a "
            "new token.", 200),
    Message("idx.identity.provider.auth.error",
            "There was a problem signing you into your identity provider. Please contact your administrator for "
            "help.", 200),
    # What mailed links lead to: 200 as far as recorded, for polls too, which auth-js 8 breaks on (idx-protocol notes
    # 8.4-13): with the code of another message the widget would tell of inactivity.
    Message("idx.return.to.original.tab", "Please return to the original tab.", 200, "INFO"),
    Message("idx.transferred.to.new.tab", "Flow continued in a new tab.", 200, "INFO"),
    Message("idx.device.activated", "Follow the instructions on your device for next steps", 200, "INFO"),
    Message("idx.device.not.activated.consent.denied",
            "Your device cannot be activated because you did not allow access", 200, "INFO"),
    Message("idx.device.not.activated.internal.error",
            "Your device cannot be activated because of an internal error", 200, "INFO"),
    Message("idx.invalid.device.code", "Invalid code. Try again.", 403),
    Message("idx.enter.otp.in.original.tab", "Enter the OTP in your original browser or device.", 200, "INFO"),
    Message("idx.return.link.expired",
            "This email link has expired. To resend it, return to the screen where you requested it.", 200, "INFO"),
    Message("idx.return.stale",
            "This email link is out of date. Return to the screen where you requested it.", 200, "INFO"),
    Message("idx.return.error",
            "Could not process this email link. Return to the screen where you requested it.", 200),
    Message("idx.operation.cancelled.by.user", "Operation cancelled by user.", 200),
    Message("idx.operation.cancelled.on.other.device", "Access denied on other device.", 200),
    Message("password.passwordRequirementsNotMet", "Password requirements were not met. {0}", 400),
    Message("password.common",
            "This password was found in a list of commonly used passwords. Please try another password.", 400),
    Message("registration.error.invalidLoginEmail", "'{0}' must be in the form of an email address", 400),
    Message("registration.error.doesNotMatchPattern",
            "Provided value for property '{0}' does not match required pattern", 400),
    Message("registration.error.notUniqueWithinOrg", "A user with this {0} already exists", 400),
    Message("tagsNotAllowed", "The field must not contain HTML tags", 400),
    Message("api.authn.error.PASSCODE_INVALID", "Invalid code. Try again.", 401),
    Message("authfactor.challenge.soft_token.invalid_passcode",
            "API error: Your code doesn't match our records. Please try again.", 401),
    Message("authfactor.challenge.soft_token.used_passcode",
            "API error: Each code can only be used once. Please wait for a new code and try again.", 401),
    Message("authfactor.challenge.question_factor.answer_invalid",
            "Your answer doesn't match our records. Please try again.", 401),
    Message("securityQuestion.answer.tooShort.arg",
            "The security question answer must be at least {0} characters in length", 400),
    # Inferred: that these are refused is documented, their words and keys are not known.
    Message("answerInQuestion", "The security question answer must not be part of the question", 400, keyed=False),
    Message("answerIsCredential", "The security question answer must not be your username or your password", 400,
            keyed=False),
    Message("enroll.hotp.restricted", "Contact your administrator to continue enrollment", 400),
    Message("errors.E0000113", "{0}", 403),
    Message("oie.authenticator.duo.method.duo.verification_failed", "Duo web signature verification failed.", 400),
    Message("oie.authenticator.duo.method.duo.verification_timeout", "We did not hear back from Duo.", 400),
    Message("oie.authenticator.verify.error.fail", "Unable to verify authenticator. Try again.", 400),
    Message("oie.authenticator.enroll.error.fail", "Unable to enroll authenticator. Try again.", 400),
    Message("api.authenticator.error.nfc.pin_incorrect", "Incorrect PIN. Please try again.", 403),
    Message("enrollmentNotAllowed", "Authenticator enrollment is not allowed at this time. Please contact support for "
            "assistance.", 400, keyed=False),
    Message("api.factors.error.sms.invalid_phone", "Invalid Phone Number.", 400),
    Message("invalidPhoneNumber", "Unable to initiate factor enrollment: Invalid Phone Number.", 400, keyed=False),
    # Keys and texts as the widget's own catalogue of server messages has them; the statuses are those of Okta's APIs.
    Message("errors.E0000109", "An SMS message was recently sent. Please wait 30 seconds before trying again.", 429),
    Message("errors.E0000133", "A phone call was recently made. Please wait 30 seconds before trying again.", 429),
    Message("errors.E0000150", "You have reached the limit of sms requests, please try again later.", 429),
    Message("errors.E0000151", "You have reached the limit of call requests, please try again later.", 429),
    Message("api.authn.poll.error.push_rejected", "You have chosen to reject this login.", 200),
    Message("oie.authenticator.app.method.push.force.upgrade.number_challenge",
            "Your response was received, but your Okta Verify version is no longer supported by your organization. To "
            "verify your identity with push notifications, update Okta Verify to the latest version, then try again.",
            200),
    Message("oie.authenticator.app.method.push.verify.enable.biometrics", _BIOMETRICS, 200),
    Message("oie.authenticator.custom_app.method.push.verify.enable.biometrics",
            "Your response was received, but your organization requires biometrics—like a fingerprint or facial "
            "scan—for access. Make sure your device meets the following requirements, then try again:", 200),
    Message("oie.authenticator.oktaverify.method.totp.verify.enable.biometrics", _BIOMETRICS, 400),
    Message("oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.mobile", _BIOMETRICS, 200),
    Message("oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.desktop",
            "Your response was received, but your organization requires biometrics. Make sure your device supports "
            "biometrics, Okta Verify is up-to-date, biometrics are enabled for your account in Okta Verify and your "
            "device's biometric sensors are accessible, then try again.", 200),
    Message("oie.authenticator.oktaverify.method.fastpass.verify.enable.biometrics.windows",
            "Your response was received, but your organization requires Windows Hello confirmation. Make sure Okta "
            "Verify is up-to-date and enable Windows Hello confirmation in Okta Verify, then try again.", 200),
    Message("oie.authenticator.app.method.push.enroll.enable.biometrics",
            "Your organization requires biometrics. To proceed, ensure your device supports biometrics, then add your "
            "account and enable biometrics when prompted.", 200),
    Message("oie.authenticator.app.non_fips_compliant_enrollment_app_update_required",
            "The Okta Verify version on the device used does not meet your organization's security requirements. To "
            "add your account, update Okta Verify to the latest version, then try again.", 200),
    Message("oie.authenticator.app.non_fips_compliant_enrollment_device_incompatible",
            "The device used to set up Okta Verify does not meet your organization’s security requirements because it "
            "is not FIPS compliant. Contact your administrator for help.", 200),
    Message("core.auth.factor.signedNonce.error.invalidDevice",
            "Your device or account was invalidated. If this is unexpected, contact your administrator for help.", 400),
    Message("core.system.transaction_resource_not_found", "Verification timed out. Please try again", 404),
    Message("authfactor.webauthn.error.assertion_validation_failure",
            "None of the WebAuthn authenticators the user has enrolled for was able to validate the assertion", 400),
    # Inferred: the widget has this text for whatever begins with this key; no refused enrolment is recorded.
    Message("authfactor.webauthn.error",
            "You are currently unable to use a Security key or biometric authenticator. Try again.", 400),
    Message("E0000009", "Internal Server Error", 500),
    Message("E0000010", "Server is unable to respond at the moment.", 503),
    Message("E0000020", "Bad request.", 400),
    Message("errors.E0000035", "Change password not allowed on specified user.", 403),
    Message("api.users.auth.error.POST_PASSWORD_UPDATE_AUTH_FAILURE",
            "Your password has been updated but there was a problem signing you in. Please try again or contact your "
            "administrator.", 403),
    Message("registration.error.generic",
            "There was an error creating your account. Please try registering again.", 400),
    Message("registration.error.request.not.completed", "Your request could not be completed. Try again later.", 400),
    Message("idx.error.registration.unavailable", "Registration is currently unavailable.", 400),
    Message("oie.selfservice.unlock_user.failed.message",
            "We are unable to unlock your account at this time, please contact your administrator", 403),
    Message("oie.selfservice.unlock_user.challenge.failed.permissions",
            "You do not have permission to perform the requested action", 403),
    Message("security.access_denied_custom_message",
            "You do not have permission to perform the requested action.", 403),
    Message("idx.error.server.safe.mode.enrollment.unavailable",
            "Set up is temporarily unavailable due to server maintenance. Try again later.", 200),
    # What a device has to meet, as an org words it (idx-protocol notes 5.2)
    Message("idx.device_assurance.grace_period.warning.title.due_by_date",
            "Your device doesn't meet the security requirements. Fix the issue by {0} to prevent lockout.", 200,
            "WARNING"),
    Message(f"{DEVICE}.title", "Your device doesn't meet the security requirements", 200),
    Message(f"{DEVICE}.explanation_one_rule",
            "To sign in, make the following updates. Then, access the app "
            "again.", 200),
    Message(f"{DEVICE}.explanation_multiple_rules",
            "To sign in, pick an option and make the updates. Then, access the app "
            "again.", 200),
    Message(f"{DEVICE}.option_index", "Option {0}:", 200),
    Message(f"{DEVICE}.android.upgrade_os_version", "Update to Android {0}", 200),
    Message(f"{DEVICE}.android.use_lock_screen", "Enable lock screen", 200),
    Message(f"{DEVICE}.android.use_biometric_lock_screen", "Enable lock screen and biometrics", 200),
    Message(f"{DEVICE}.android.device_disk_encrypted", "Encrypt your device", 200),
    Message(f"{DEVICE}.ios.upgrade_os_version", "Update to iOS {0}", 200),
    Message(f"{DEVICE}.ios.use_lock_screen", "Set a passcode for the lock screen", 200),
    Message(f"{DEVICE}.ios.use_biometric_lock_screen",
            "Set a passcode for the lock screen and enable Touch ID or Face "
            "ID", 200),
    Message(f"{DEVICE}.macos.upgrade_os_version", "Update to macOS {0}", 200),
    Message(f"{DEVICE}.macos.use_lock_screen", "Set a passcode for the lock screen", 200),
    Message(f"{DEVICE}.macos.device_disk_encrypted", "Turn on FileVault", 200),
    Message(f"{DEVICE}.windows.upgrade_os_version", "Update to Windows {0}", 200),
    Message(f"{DEVICE}.windows.device_disk_encrypted", "Encrypt all internal disks with BitLocker", 200),
    Message(f"{DEVICE}.windows.use_biometric_lock_screen", "Enable Windows Hello for the lock screen", 200),
    Message(f"{DEVICE}.android.zero.trust.android_device_policy_app_required",
            "Install the Android Device Policy app on this device", 200),
    Message(f"{DEVICE}.android.zero.trust.android_device_policy_app_required_manual_install",
            "Go to Settings in Okta Verify and follow the instructions to install the Android Device Policy app", 200),
    Message(f"{DEVICE}.additional_help_default",
            "For more information, follow the instructions on the help page or contact "
            "your administrator for help", 200),
    Message(f"{DEVICE}.additional_help_custom",
            "For more information, follow the instructions on your organization's help "
            "page or contact your administrator for help", 200),
    # Text as in the catalogue of API errors and in the widget's own; its status is that of the API.
    Message("errors.E0000119", "Your account is locked. Please contact your administrator.", 403),
    Message("tooManyRequests", "Too many requests", 429),
    Message("api.error.field_required", "'{0}' is required.", 400),
    # Text as reported in okta-idx-java, issue 438; its key is not known.
    Message("fieldNotModifiable", "'[{0}]' cannot be modified.", 400, keyed=False),
    # Inferred: the catalogue of API errors has this text for it; no recording shows the Identity Engine's own.
    Message("errors.E0000079", "This operation is not allowed in the current authentication state.", 400),
))
# fmt: on
