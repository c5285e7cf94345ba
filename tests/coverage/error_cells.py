"""Which errors clients have to cope with, and where: each has to come up there in some walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TOP, FIELD, END = "top", "field", "end"
OAUTH = "oauth"
ENVELOPE = "envelope"


@dataclass(frozen=True)
class Cell:
    """An error at a place.

    error: i18n key, `error` or `errorCode`; texts stand for messages without a key
    place: the remediation that was submitted, or the endpoint
    shape: `TOP` of the page with something to submit, on a `FIELD`, `END` of the flow, `OAUTH`, `ENVELOPE`
    about: the authenticator in play, where that matters
    """

    error: str
    place: str
    statuses: tuple[int, ...]
    shape: str
    about: str = ""

    def __str__(self) -> str:
        about = f" of {self.about}" if self.about else ""
        return f"{self.error} at {self.place}{about}"


def _at(error: str, *places: str, status: int | tuple[int, ...], shape: str, about: str = "") -> Iterator[Cell]:
    statuses = status if isinstance(status, tuple) else (status,)
    return (Cell(error, place, statuses, shape, about) for place in places)


_VERIFY, _ENROLL = "challenge-authenticator", "enroll-authenticator"
_NEW_PASSWORD = ("enroll-authenticator", "reset-authenticator", "reenroll-authenticator", "enroll-profile")
_PASSCODE, _SOFT_TOKEN = "api.authn.error.PASSCODE_INVALID", "authfactor.challenge.soft_token"
_PERIOD = "idx.device_assurance.grace_period.warning.title.due_by_date"

# fmt: off
CELLS: tuple[Cell, ...] = (
    *_at("errors.E0000004", "identify", _VERIFY, status=400, shape=TOP),
    *_at("incorrectPassword", _VERIFY, status=400, shape=TOP),
    *_at("authfactor.challenge.suspended_factor", _VERIFY, status=400, shape=TOP),
    *_at("idx.error.user.not.assigned.to.app", "identify", _VERIFY, status=400, shape=TOP),
    *_at("idx.error.user.not.assigned.to.app", "idx/introspect", status=200, shape=END),
    *_at("idx.unknown.user", "identify", "identify-recovery", "select-authenticator-unlock-account",
         status=200, shape=TOP),
    *_at("security.access_denied", "identify", _VERIFY, status=403, shape=END),
    *_at("security.access_denied_custom_message", "identify", _VERIFY, status=403, shape=END),
    *(Cell(_PASSCODE, _VERIFY, (401,), FIELD, key)
      for key in ("okta_email", "phone_number", "yubikey_token", "tac", "okta_verify")),
    *(Cell(_PASSCODE, _VERIFY, (401,), TOP, key) for key in ("custom_otp", "onprem_mfa", "rsa_token")),
    *(Cell(_PASSCODE, _ENROLL, (401,), FIELD, key) for key in ("okta_email", "phone_number", "google_otp")),
    *(Cell(f"{_SOFT_TOKEN}.invalid_passcode", _VERIFY, (401, 403), FIELD, key)
      for key in ("google_otp", "symantec_vip")),
    *_at(f"{_SOFT_TOKEN}.used_passcode", _VERIFY, status=(401, 403), shape=FIELD, about="google_otp"),
    *_at("authfactor.challenge.question_factor.answer_invalid", _VERIFY, status=(400, 401), shape=FIELD),
    *(Cell("errors.E0000113", place, (403, 409), TOP, key) for place in (_VERIFY, _ENROLL)
      for key in ("onprem_mfa", "rsa_token")),
    *_at("authfactor.webauthn.error.assertion_validation_failure", _VERIFY, status=400, shape=TOP, about="webauthn"),
    *_at("oie.authenticator.duo.method.duo.verification_failed", _VERIFY, status=400, shape=TOP, about="duo"),
    *_at("oie.authenticator.duo.method.duo.verification_timeout", _VERIFY, status=400, shape=TOP, about="duo"),
    *_at("oie.authenticator.verify.error.fail", "idx/introspect", status=(200, 400), shape=TOP, about="external_idp"),
    *_at("oie.authenticator.enroll.error.fail", "idx/introspect", status=(200, 400), shape=TOP, about="external_idp"),
    *_at("Unable to initiate factor enrollment: Invalid Phone Number.", "authenticator-enrollment-data", status=400,
         shape=TOP),
    *_at("api.factors.error.sms.invalid_phone", "select-authenticator-enroll", "authenticator-enrollment-data",
         status=400, shape=TOP),
    *_at("password.passwordRequirementsNotMet", *_NEW_PASSWORD, status=400, shape=FIELD),
    *_at("password.common", *_NEW_PASSWORD, status=400, shape=FIELD),
    *_at("securityQuestion.answer.tooShort.arg", _ENROLL, status=400, shape=FIELD),
    *_at("tagsNotAllowed", _ENROLL, "enroll-profile", status=400, shape=FIELD),
    *(cell for error in ("invalidLoginEmail", "doesNotMatchPattern", "notUniqueWithinOrg")
      for cell in _at(f"registration.error.{error}", "enroll-profile", status=400, shape=FIELD)),
    *_at("registration.error.generic", "enroll-profile", status=400, shape=END),
    *_at("registration.error.request.not.completed", "enroll-profile", status=400, shape=END),
    *_at("idx.error.registration.unavailable", "select-enroll-profile", status=400, shape=TOP),
    *_at("oie.selfservice.reset.password.not.allowed", "identify-recovery", status=400, shape=END),
    *_at("oie.selfservice.user.unlock.not.allowed", _VERIFY, status=(400, 403), shape=TOP),
    *(Cell("api.authn.poll.error.push_rejected", "challenge-poll", (200,), TOP, key)
      for key in ("okta_verify", "custom_app")),
    *_at("tooManyRequests", _VERIFY, status=429, shape=TOP),
    *_at("errors.E0000150", "resend", status=429, shape=TOP),
    *_at("errors.E0000151", "resend", status=429, shape=TOP),
    *_at("E0000047", "idx/challenge/answer", "idx/challenge", "idx/challenge/poll", status=429, shape=ENVELOPE),
    *_at("idx.session.expired", "idx/introspect", "idx/identify", "idx/challenge/answer", "idx/challenge/poll",
         status=401, shape=END),
    *_at("api.error.field_required", "idx/identify", status=400, shape=END),
    *_at("idx.return.to.original.tab", "idx/introspect", status=200, shape=END),
    *_at("idx.enter.otp.in.original.tab", "idx/introspect", status=200, shape=END),
    *_at("idx.return.link.expired", "idx/introspect", status=200, shape=END),
    *_at("idx.return.stale", "idx/introspect", status=200, shape=END),
    *_at("idx.operation.cancelled.by.user", "idx/introspect", status=200, shape=END),
    *_at("idx.operation.cancelled.on.other.device", "poll", status=200, shape=END),
    *_at("idx.transferred.to.new.tab", "poll", status=200, shape=END),
    *_at("idx.invalid.reset.password.token", "idx/introspect", status=200, shape=END),
    *_at("idx.invalid.forgot.password.token", "idx/introspect", status=200, shape=END),
    *_at("idx.reset.password.activating.user", "idx/introspect", status=200, shape=END),
    *_at("idx.expired.activation.token", "idx/introspect", status=200, shape=TOP),
    *_at("idx.missing.activation.token", "idx/introspect", status=200, shape=END),
    *_at("idx.activating.inactive.user", "idx/introspect", status=200, shape=END),
    *_at("idx.request.activation.email", "request-activation-email", status=200, shape=END),
    *_at("oie.selfservice.unlock_user.success.message", _VERIFY, status=200, shape=END),
    *_at("oie.selfservice.unlock_user.failed.message", _VERIFY, status=(200, 403), shape=END),
    *_at("oie.selfservice.unlock_user.challenge.failed.permissions", _VERIFY, status=(200, 403), shape=END),
    *_at("idx.recovery.completed", "reset-authenticator", status=200, shape=END),
    *_at("idx.email.verification.required", "enroll-profile", status=200, shape=END),
    *_at("idx.error.code.access_denied.device_assurance.remediation.title", _VERIFY, status=200, shape=END),
    *_at(_PERIOD, _VERIFY, status=200, shape=TOP),
    *_at("core.system.transaction_resource_not_found", "challenge-poll", status=404, shape=END),
    *_at("E0000009", _VERIFY, status=500, shape=END),
    *_at("E0000010", _VERIFY, status=503, shape=END),
    *_at("E0000020", _VERIFY, status=400, shape=END),
    *_at("idx.invalid.device.code", "user-code", status=403, shape=TOP),
    *_at("invalid_client", "interact", status=400, shape=ENVELOPE),
    *_at("invalid_request", "interact", status=400, shape=OAUTH),
    *_at("unauthorized_client", "interact", status=400, shape=OAUTH),
    *_at("access_denied", "interact", status=400, shape=OAUTH),
    *_at("invalid_scope", "interact", status=400, shape=OAUTH),
    *_at("invalid_grant", "token", status=400, shape=OAUTH),
    *_at("unsupported_grant_type", "token", status=400, shape=OAUTH),
    *_at("invalid_client", "token", status=401, shape=OAUTH),
)
# fmt: on

NOT_COVERED: dict[str, str] = {
    "api.error.field_required at idx/identify": "a request without a handle is in nobody's journal; see odd-requests",
}
"""Cells that no walk produces, as they are printed, and why."""
