"""Parameters of a request: the form in its body and the query, as Okta merges them.

Real SDKs send what no specification allows, and real orgs take it: bodies without percent-encoding (okta-idx-java),
every parameter in the query and an empty body (okta-idx-golang). So does this, unless the scenario sets `wire.strict`
(okta-oauth notes 2.2, 3.3, 10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from mock_okta.engine.base.api_errors import ApiError
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.model import Request
from mock_okta.engine.model.reading import MAX_FIELDS, UnreadableBody

CREDENTIALS = ("client_id", "client_secret", "client_assertion", "client_assertion_type")

_WELL_ENCODED = re.compile(rb"(?:[A-Za-z0-9*._~!'()+&=-]|%[0-9A-Fa-f]{2})*")
"""What a form looks like that was encoded by the book: RFC 3986 unreserved, sub-delims that encoders leave, escapes."""

_CLIENT_ID_IN_QUERY = ("introspect", "revoke")
"""Okta's documentation puts a public client's id into the query of these (okta-oauth notes 5.2)."""


class Form(Struct, frozen=True):
    """The parameters by name. One without a value counts as absent (RFC 6749, section 3.2)."""

    values: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """The parameter's value; None if it is absent or empty."""
        return self.values.get(name) or None

    def require(self, name: str) -> str:
        """The parameter's value.

        Raises: OAuthError missing_token_request_parameter
        """
        value = self.get(name)
        if value is None:
            raise OAuthError("missing_token_request_parameter", name)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """The space-separated words of a parameter, each once, in order."""
        return tuple(dict.fromkeys(self.values.get(name, "").split()))


def read_form(turn: Turn) -> Form:
    """The parameters of this request, whatever bytes it has.

    Raises: ApiError E0000021 for a body of another media type, E0000003 for more than `MAX_FIELDS` fields;
        OAuthError duplicate_oauth_params, and in strict mode invalid_request and client_credentials_in_query
    """
    request = turn.request
    pairs = _parameters(request)
    if len(pairs) > MAX_FIELDS:
        raise ApiError("E0000003")
    values = dict(pairs)
    if len(values) < len(pairs):
        raise OAuthError("duplicate_oauth_params")
    if setting(turn.scenario, "strict"):
        _refuse_sloppiness(request)
    return Form(values)


def _parameters(request: Request) -> tuple[tuple[str, str], ...]:
    try:
        return request.reading.parameters()
    except UnreadableBody as problem:
        raise ApiError(problem.code) from None


def _refuse_sloppiness(request: Request) -> None:
    if request.method == "GET":
        return
    in_query = {name for name, _ in request.query} & set(CREDENTIALS)
    if request.endpoint in _CLIENT_ID_IN_QUERY:
        in_query.discard("client_id")
    if in_query:
        raise OAuthError("client_credentials_in_query")
    if not _WELL_ENCODED.fullmatch(request.body):
        raise OAuthError("invalid_request")
