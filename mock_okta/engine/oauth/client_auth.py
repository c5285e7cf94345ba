"""Which client is asking, and whether it is who it says.

Source: okta-oauth notes 3.2; RFC 6749, section 2.3. Okta takes a secret by header or in the form from any confidential
client. Sloppy forms of real SDKs are taken unless the scenario sets `wire.strict` (notes 2.2, 10): a public client that
sends `client_secret=` or `client_secret=null`, a Basic header without a colon, Basic values that are not form-encoded,
`client_id` in the form beside a Basic header. The last is by the book (RFC 6749, 3.2.1), and two projects report that
orgs refuse it; since their requests had the secret twice as well, or may have, only strict mode does.
"""

from __future__ import annotations

import hmac
from urllib.parse import unquote_plus

from msgspec import Struct

from mock_okta.engine.base import gaps
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.model import App, Request
from mock_okta.engine.model.reading import UnreadableBody
from mock_okta.engine.oauth.forms import Form

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BASIC_CHALLENGE = ("WWW-Authenticate", 'Basic realm="Okta"')

_NO_SECRET = ("", "null")
"""What SDKs send as the secret of a client that has none: okta-idx-golang, okta-idx-java."""


class Client(Struct, frozen=True):
    """The app that is asking. `proved`: it has shown its secret."""

    app: App
    proved: bool

    @property
    def is_confidential(self) -> bool:
        """Whether the app has a secret to keep."""
        return self.app.client_secret is not None


class _Shown(Struct, frozen=True):
    """What one mechanism shows: the id, and the secret in every way it may be meant; () is no secret at all."""

    client_id: str | None
    secrets: tuple[str, ...] = ()


def authenticate(turn: Turn, form: Form, *, secret_is_optional: bool = False) -> Client:
    """The client of this request.

    secret_is_optional: a confidential client may come without its secret; a wrong secret is refused all the same
    Raises: OAuthError of the first part of the catalogue
    """
    try:
        return _authenticate(turn, form, secret_is_optional)
    except OAuthError as error:
        if error.row.status == 401 and "authorization" in turn.request.headers:
            error.headers = (BASIC_CHALLENGE,)  # RFC 6749, section 5.2: required when the client used the header
        raise


def named_client(request: Request) -> str | None:
    """The id of the client that a request names, whatever else is wrong with it."""
    try:
        named = dict(request.reading.parameters()).get("client_id")
    except UnreadableBody:
        named = None
    try:
        return named or _shown_in_header(request, strict=False).client_id
    except OAuthError:
        return None


def _authenticate(turn: Turn, form: Form, secret_is_optional: bool) -> Client:
    strict = setting(turn.scenario, "strict")
    shown = _shown(turn, form, strict)
    if shown.client_id is None:
        raise OAuthError("missing_client_credentials")
    app = turn.state.apps.get(shown.client_id)
    if app is None:
        raise OAuthError("invalid_client_id")
    if form.get("client_assertion") is not None:
        named = (gaps.header(gaps.OWN["client-assertion"]),)  # apps here have a secret or nothing
        raise OAuthError("client_assertion_jwks_not_configured", headers=named)
    if app.client_secret is None:
        return _public(app, shown, strict)
    if shown.secrets and not any(_matches(secret, app.client_secret) for secret in shown.secrets):
        raise OAuthError("invalid_client_secret")
    if not shown.secrets and not secret_is_optional:
        raise OAuthError("invalid_client")  # what a page hears that uses the id of a web app; the id itself is known
    return Client(app, proved=bool(shown.secrets))


def _public(app: App, shown: _Shown, strict: bool) -> Client:
    has_secret = bool(shown.secrets) if strict else any(secret not in _NO_SECRET for secret in shown.secrets)
    if has_secret:
        raise OAuthError("invalid_token_endpoint_auth_method")
    return Client(app, proved=False)


def _matches(secret: str, expected: str) -> bool:
    return hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))


# ---------------------------------------------------------------------------------------------------------------------
# What was shown
# ---------------------------------------------------------------------------------------------------------------------


def _shown(turn: Turn, form: Form, strict: bool) -> _Shown:
    """What the request shows by the one mechanism it uses."""
    header = turn.request.headers.get("authorization")
    in_form = _Shown(form.get("client_id"), _secrets_in_form(form, strict))
    asserts = form.get("client_assertion") is not None
    if form.get("client_assertion_type") not in (None, ASSERTION_TYPE):
        raise OAuthError("client_assertion_type_invalid")
    form_has_secret = any(secret not in _NO_SECRET for secret in in_form.secrets) or (strict and in_form.secrets)
    named_twice = strict and header is not None and in_form.client_id is not None
    if named_twice or sum((header is not None, bool(form_has_secret), asserts)) > 1:
        raise OAuthError("multiple_client_credentials")
    if header is None:
        return in_form
    by_header = _shown_in_header(turn.request, strict)
    if in_form.client_id not in (None, by_header.client_id):
        raise OAuthError("invalid_token_endpoint_auth_method")
    return by_header


def _secrets_in_form(form: Form, strict: bool) -> tuple[str, ...]:
    """The secret of the form; an empty one counts only where sloppiness does not pass."""
    secret = form.values.get("client_secret")
    return () if secret is None or (secret == "" and not strict) else (secret,)


def _shown_in_header(request: Request, strict: bool) -> _Shown:
    """The credentials of a Basic header, whose two halves are form-encoded (RFC 6749, section 2.3.1).

    Raises: OAuthError invalid_basic_auth_creds
    """
    client_id, colon, secret = request.reading.basic or ("", "", "")
    if not client_id or (strict and not colon):
        raise OAuthError("invalid_basic_auth_creds")
    meant = (unquote_plus(secret),) if strict else tuple(dict.fromkeys((unquote_plus(secret), secret)))
    return _Shown(unquote_plus(client_id), meant if secret or (strict and colon) else ())
