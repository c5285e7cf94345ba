"""A service, to which nobody signs in: it asks for an access token with its own credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

JsonObject = Mapping[str, Any]
SERVICE = "service"


def service_of(tenant: JsonObject, client_id: str | None) -> JsonObject:
    """The app of this client id; the first service of the tenant if none is named, else its first app."""
    apps: list[JsonObject] = list(tenant.get("apps", ()))
    if client_id is not None:
        return next((app for app in apps if app["client_id"] == client_id), {"client_id": client_id})
    return next((app for app in apps if app["type"] == SERVICE), tenant)


def ask(transport: httpx.BaseTransport, issuer: str, app: JsonObject, scopes: Iterable[str]) -> JsonObject:
    """Asks once, and shows what comes of it as the adapter protocol writes it.

    scopes: none leaves it to the server
    """
    wanted = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
    form = {name: value for name, value in wanted.items() if value}
    secret = app.get("client_secret")
    credentials = httpx.BasicAuth(app["client_id"], secret) if secret else None
    with httpx.Client(transport=transport, auth=credentials, trust_env=False) as http:
        named = form if credentials else {**form, "client_id": app["client_id"]}
        reply = http.post(f"{issuer}/v1/token", data=named)
    try:
        body = reply.json()
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        return {"state": "error", "error": {"type": "server", "text": f"{reply.status_code} without a JSON object"}}
    if reply.status_code == 200:
        return {"state": "success", "tokens": {"accessToken": body.get("access_token")}}
    error = {"type": "refused", "code": body.get("error", body.get("errorCode"))}
    return {"state": "error", "error": {**error, "text": body.get("error_description", body.get("errorSummary"))}}
