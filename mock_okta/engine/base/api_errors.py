"""Errors in the envelope of Okta's own APIs, for requests that never reach a protocol endpoint or a page.

Codes, statuses and texts: error-codes.json of okta-developer-docs, release 2026.08.1. Shape and which surface uses it:
okta-oauth notes 6.1. `errorLink` repeats the code; `errorCauses` is always there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mock_okta.engine.base.refusal import Refusal, StateChange, filled
from mock_okta.engine.base.table import table
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply

if TYPE_CHECKING:
    from mock_okta.engine.base.oauth_errors import ErrorForm

JSON = ("Content-Type", "application/json")


class ApiErrorRow(Struct, frozen=True):
    """One code of the catalogue. `summary` has `{0}` where a parameter goes."""

    code: str
    status: int
    summary: str


class ApiError(Refusal):
    """A refusal in the envelope.

    code: a key of `API_ERRORS`
    params: for the placeholders of its summary
    """

    def __init__(
        self,
        code: str,
        *params: str,
        headers: tuple[tuple[str, str], ...] = (),
        state_change: StateChange | None = None,
    ) -> None:
        super().__init__(code)
        self.row = API_ERRORS[code]
        self.params = params
        self.headers = headers
        self.state_change = state_change

    def as_reply(self, turn: Turn, form: ErrorForm) -> Reply:
        reply = envelope(self.row, turn, *self.params)
        return Reply(status=reply.status, body=reply.body, headers=(*reply.headers, *self.headers))


def envelope(row: ApiErrorRow, turn: Turn, *params: str) -> Reply:
    """The reply of an API error, with an error id drawn from the turn."""
    return Reply(status=row.status, body=envelope_body(row, drawn_error_id(turn), *params), headers=(JSON,))


def drawn_error_id(turn: Turn) -> str:
    """The next `errorId`: `oae` and 22 URL-safe characters."""
    return f"oae{turn.draw(22)}"


def envelope_body(row: ApiErrorRow, error_id: str, *params: str) -> dict[str, Any]:
    """The five members in Okta's order, for those who have no turn: no tenant was found, or the verb is wrong."""
    return {
        "errorCode": row.code,
        "errorSummary": filled(row.summary, params),
        "errorLink": row.code,
        "errorId": error_id,
        "errorCauses": [],
    }


_MEDIA_TYPE = "Bad request.  Accept and/or Content-Type headers likely do not match supported values."

# fmt: off
API_ERRORS: dict[str, ApiErrorRow] = table("code", (
    ApiErrorRow("E0000001", 400, "Api validation failed: {0}"),
    ApiErrorRow("E0000002", 400, "The request was not valid: {0}"),
    ApiErrorRow("E0000003", 400, "The request body was not well-formed."),
    ApiErrorRow("E0000004", 401, "Authentication failed"),
    ApiErrorRow("E0000005", 403, "Invalid session"),
    ApiErrorRow("E0000006", 403, "You do not have permission to perform the requested action"),
    ApiErrorRow("E0000007", 404, "Not found: Resource not found: {0} ({1})"),
    ApiErrorRow("E0000008", 404, "The requested path was not found"),
    ApiErrorRow("E0000009", 500, "Internal Server Error"),
    ApiErrorRow("E0000010", 503, "Service is in read only mode"),
    ApiErrorRow("E0000011", 401, "Invalid token provided"),
    ApiErrorRow("E0000012", 404, "Unsupported media type"),
    ApiErrorRow("E0000013", 403, "Invalid client app id"),
    ApiErrorRow("E0000014", 403, "Update of credentials failed"),
    ApiErrorRow("E0000015", 401, "You do not have permission to access the feature you are requesting"),
    ApiErrorRow("E0000016", 403, "Activation failed because the user is already active"),
    ApiErrorRow("E0000018", 400, "Bad request.  Accept and/or Content-Type headers are likely not set."),
    ApiErrorRow("E0000019", 400, _MEDIA_TYPE),
    ApiErrorRow("E0000020", 400, "Bad request."),
    ApiErrorRow("E0000021", 400, _MEDIA_TYPE),
    ApiErrorRow("E0000022", 405, "The endpoint does not support the provided HTTP method"),
    ApiErrorRow("E0000031", 400, "Invalid search criteria."),
    ApiErrorRow("E0000032", 403, "Unlock is not allowed for this user."),
    ApiErrorRow("E0000038", 403, "This operation is not allowed in the user's current status."),
    ApiErrorRow("E0000047", 429, "API call exceeded rate limit due to too many requests."),
    ApiErrorRow("E0000056", 403, "Delete application forbidden."),
    ApiErrorRow("E0000064", 401, "Password is expired and must be changed."),
    ApiErrorRow("E0000068", 403, "Invalid Passcode/Answer"),
    ApiErrorRow("E0000069", 403, "User Locked"),
    ApiErrorRow("E0000079", 403, "This operation is not allowed in the current authentication state."),
    ApiErrorRow("E0000080", 403,
                "The password does not meet the complexity requirements of the current password policy."),
    ApiErrorRow("E0000082", 403, "Each code can only be used once. Please wait for a new code and try again."),
    ApiErrorRow("E0000095", 403, "Recovery not allowed for unknown user."),
    ApiErrorRow("E0000109", 429, "An SMS message was recently sent. Please wait 30 seconds before trying again."),
    ApiErrorRow("E0000119", 403, "Your account is locked. Please contact your administrator."),
    ApiErrorRow("E0000133", 429, "A phone call was recently made. Please wait 30 seconds before trying again."),
    ApiErrorRow("E0000207", 401, "The username and/or the password you entered is incorrect. Please try again."),
))
# fmt: on
