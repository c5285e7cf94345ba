"""Pages at which a flow ends with a message, and what stands beside it there.

Which of `user`, `cancel` and `app` a page shows that ends a flow depends on nothing but the message, as far as recorded
(okta-signin-widget, `terminal-*` and `error-*`). A message that is not listed stands alone.
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.idx.stages import APP, CANCEL, USER
from mock_okta.engine.model import Remark, Transaction

NOTHING: tuple[str, ...] = ()
ALL = (USER, CANCEL, APP)

# fmt: off
TERMINAL_PAGES: dict[str, tuple[str, ...]] = {
    "security.access_denied":                                       NOTHING,
    "security.access_denied_custom_message":                        NOTHING,
    "idx.error.code.user_not_assigned":                             NOTHING,
    "idx.identity.provider.auth.error":                             (CANCEL, APP),
    "idx.recovery.completed":                                       (USER,),
    "idx.email.verification.required":                              (USER,),
    "idx.operation.cancelled.by.user":                              NOTHING,
    "idx.operation.cancelled.on.other.device":                      NOTHING,
    "idx.transferred.to.new.tab":                                   NOTHING,
    "idx.return.to.original.tab":                                   (USER,),
    "idx.request.activation.email":                                 (APP,),
    "oie.selfservice.reset.password.not.allowed":                   ALL,
    "oie.selfservice.unlock_user.success.message":                  ALL,
    "oie.selfservice.unlock_user.challenge.failed.permissions":     ALL,
    "oie.selfservice.unlock_user.failed.message":                   NOTHING,
    "errors.E0000035":                                              (USER,),
    "api.users.auth.error.POST_PASSWORD_UPDATE_AUTH_FAILURE":       (CANCEL,),
    "registration.error.generic":                                   NOTHING,
    "registration.error.request.not.completed":                     NOTHING,
    "idx.error.code.access_denied.device_assurance.remediation.title": NOTHING,
    "idx.device.activated":                                         NOTHING,
    "idx.device.not.activated.consent.denied":                      NOTHING,
    "idx.device.not.activated.internal.error":                      NOTHING,
    "E0000009":                                                     NOTHING,
    "E0000010":                                                     NOTHING,
    "E0000020":                                                     NOTHING,
}
"""By message; a refusal with one of these ends the flow."""
# fmt: on


ERRORS: dict[str, str] = {"oie.assurance.unsatisfiable": "unmet_authentication_requirements"}
"""What the app hears on the way back of a flow that has ended with this message; `access_denied` of all others.

Source: Okta's guide to step-up authentication ("Evaluation flow").
"""


def beside(transaction: Transaction) -> tuple[str, ...]:
    """What stands beside the message at which this transaction has ended."""
    return TERMINAL_PAGES.get(transaction.notices[0].name, NOTHING) if transaction.notices else NOTHING


def end(transaction: Transaction, *remarks: Remark) -> Transaction:
    """The transaction at its end, with these messages."""
    error = next((ERRORS[each.name] for each in remarks if each.name in ERRORS), "")
    return replace(transaction, stage="terminal", challenge=None, notices=remarks, error=error)


def end_with(transaction: Transaction, name: str) -> Transaction:
    """The transaction at its end, with one message that takes no parameters."""
    return end(transaction, Remark(name=name))
