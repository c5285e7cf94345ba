"""What clients have been sent by real orgs, as counted over their recordings: what a whole mock has to produce.

`R`: recorded by SDKs. `S`: in the widget's mocks, in today's format. `M`: only in hand-made ones of the widget's, which
it renders all the same.
"""

from __future__ import annotations

# fmt: off
BY_AUTHENTICATOR: dict[str, dict[str, str]] = {
    "authenticator-enrollment-data": {"okta_email": "S", "phone_number": "RSM"},
    "authenticator-verification-data": {
        "okta_email": "S", "phone_number": "RSM", "okta_verify": "RS", "custom_app": "S"},
    "challenge-authenticator": {
        "okta_password": "RSM", "okta_email": "RSM", "phone_number": "RSM", "security_question": "RSM",
        "okta_verify": "SM", "google_otp": "S", "webauthn": "RSM", "onprem_mfa": "S", "rsa_token": "S",
        "yubikey_token": "S", "custom_otp": "S", "symantec_vip": "S", "duo": "S", "tac": "S", "nfc_pin": "S"},
    "challenge-poll": {"okta_verify": "RSM", "custom_app": "S", "nfc_pin": "S"},
    "enroll-authenticator": {
        "okta_password": "RSM", "okta_email": "RS", "phone_number": "RS", "security_question": "RSM",
        "google_otp": "RS", "webauthn": "RSM", "onprem_mfa": "M", "rsa_token": "M", "yubikey_token": "S",
        "symantec_vip": "S", "duo": "S", "nfc_pin": "S"},
    "enroll-authenticator-promotion": {"webauthn": "S"},
    "enroll-poll": {"okta_verify": "RSM", "nfc_pin": "S"},
    "enrollment-channel-data": {"okta_verify": "RSM"},
    "launch-nfc-authenticator": {"nfc_pin": "M"},
    "redirect-idp": {"external_idp": "RS", "smart_card_idp": "S"},
    "reenroll-authenticator": {"okta_password": "RSM"},
    "reenroll-authenticator-warning": {"okta_password": "RS"},
    "reenroll-custom-password-expiry": {"okta_password": "S"},
    "reenroll-custom-password-expiry-warning": {"okta_password": "S"},
    "resend": {"okta_verify": "SM", "custom_app": "S"},
    "reset-authenticator": {"okta_password": "RSM", "google_otp": "S"},
    "select-authenticator-authenticate": {
        "okta_password": "RSM", "okta_email": "RSM", "phone_number": "RSM", "security_question": "RSM",
        "okta_verify": "RSM", "google_otp": "SM", "webauthn": "RSM", "onprem_mfa": "SM", "rsa_token": "SM",
        "yubikey_token": "SM", "custom_otp": "SM", "symantec_vip": "SM", "duo": "SM", "custom_app": "SM",
        "external_idp": "SM", "smart_card_idp": "S", "tac": "M", "nfc_pin": "S"},
    "select-authenticator-enroll": {
        "okta_password": "RSM", "okta_email": "RS", "phone_number": "RSM", "security_question": "RSM",
        "okta_verify": "RSM", "google_otp": "RSM", "webauthn": "RSM", "onprem_mfa": "SM", "rsa_token": "SM",
        "yubikey_token": "SM", "custom_otp": "SM", "symantec_vip": "SM", "duo": "SM", "custom_app": "S",
        "external_idp": "SM", "smart_card_idp": "S", "nfc_pin": "S"},
    "select-authenticator-unlock-account": {"okta_email": "S", "phone_number": "S", "okta_verify": "S"},
    "select-enrollment-channel": {"okta_verify": "RSM"},
}
"""Remediation, authenticator, and where the pair was seen. Of a list, the cell is an option of it."""

BY_NAME: dict[str, str] = {
    "identify": "RSM", "identify-recovery": "RSM", "select-identify": "RSM", "select-enroll-profile": "RSM",
    "enroll-profile": "RSM", "profile-update": "S", "unlock-account": "RS", "skip": "RSM", "redirect-idp": "RS",
    "redirect-idverify": "S", "piv-idp": "S", "challenge-webauthn-autofillui-authenticator": "RS",
    "launch-authenticator": "RSM", "launch-passkeys-authenticator": "S", "launch-webauthn-authenticator": "S",
    "enroll-webauthn-residentkey": "S", "device-challenge-poll": "M", "device-apple-sso-extension": "SM",
    "cancel-transaction": "SM", "poll": "M", "consent": "S", "admin-consent": "S", "granular-consent": "S",
    "email-challenge-consent": "S", "user-code": "M", "keep-me-signed-in": "S", "device-assurance-grace-period": "S",
    "request-activation-email": "S", "success-redirect": "S", "failure-redirect": "S",
}
"""Remediations, whatever they are about."""

OUTCOMES = ("successWithInteractionCode", "success", "failure", "deviceEnrollment", "captcha",
            "webauthnAutofillUIChallenge", "client", "uiDisplay", "authentication", "authenticatorChallenge",
            "recoveryAuthenticator", "enrollmentAuthenticator")  # fmt: skip
"""Members of a page besides what it offers."""
# fmt: on

NOT_COVERED: dict[str, str] = {
    "launch-nfc-authenticator × nfc_pin": "in one hand-made mock of the widget's; what follows it nobody has seen",
    "piv-idp": "a name that the widget gives to a redirect-idp of type X509, which is covered; no org sends it",
}
"""Cells that no walk produces, as they are printed, and why."""
