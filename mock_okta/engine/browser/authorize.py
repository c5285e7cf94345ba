"""`/v1/authorize` with a `request_uri` of the Identity Engine: on to the identity provider that it stands for.

Everything else that Okta does at this endpoint belongs to the authorization code flow, which is not served yet.
"""

from __future__ import annotations

from urllib.parse import urlencode

from mock_okta.engine.base import gaps
from mock_okta.engine.base.api_errors import drawn_error_id
from mock_okta.engine.base.oauth_errors import OAuthError
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import identity_providers, transactions
from mock_okta.engine.model import Reply
from mock_okta.engine.oauth.forms import read_form


def authorize(turn: Turn) -> Reply:
    """Redirects to the page of the identity provider."""
    form = read_form(turn)
    meant = identity_providers.read_request_uri(form.get("request_uri") or "")
    if meant is None:
        return gaps.missing(gaps.OWN["authorize"], drawn_error_id(turn))
    handle, identity = meant
    transaction = transactions.find(turn, transactions.whole_handle(turn, handle))
    if transaction is None or transaction.asked.server != turn.request.server:
        raise OAuthError("social_transaction_expired")
    if form.get("client_id") != transaction.asked.client_id:
        raise OAuthError("invalid_client_id")
    query = urlencode({"stateToken": transaction.handle})
    return Reply(
        status=302,
        headers=(("Location", f"{turn.request.origin}/sso/idps/{identity}?{query}"),),
        transaction=transaction.handle,
    )
