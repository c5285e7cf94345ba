"""The variables that client libraries and Okta's samples read, and what they are called where.

Sources: configuration references of okta-idx-java, okta-idx-golang and okta-idx-dotnet (OKTA_IDX_*; .NET counts scopes
from 0); samples of okta-idx-java and the `.okta.env` of Okta's command line (OKTA_OAUTH2_*); samples of okta-auth-js
and the widget (ISSUER, CLIENT_ID, …); management SDKs (OKTA_CLIENT_ORGURL, OKTA_TESTING_DISABLEHTTPSCHECK).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SCOPES = ("openid", "profile", "email", "offline_access")

ISSUER = ("OKTA_OAUTH2_ISSUER", "OKTA_IDX_ISSUER", "ISSUER")
CLIENT_ID = ("OKTA_OAUTH2_CLIENT_ID", "OKTA_OAUTH2_CLIENTID", "OKTA_IDX_CLIENTID", "CLIENT_ID", "WEB_CLIENT_ID")
CLIENT_SECRET = ("OKTA_OAUTH2_CLIENT_SECRET", "OKTA_OAUTH2_CLIENTSECRET", "OKTA_IDX_CLIENTSECRET", "CLIENT_SECRET")
SPA_CLIENT_ID = ("SPA_CLIENT_ID",)
REDIRECT_URI = ("OKTA_OAUTH2_REDIRECTURI", "OKTA_IDX_REDIRECTURI", "REDIRECT_URI")
CA_FILE = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def environment_of(tenant: Mapping[str, Any], *, ca_file: Path | str | None = None) -> dict[str, str]:
    """The variables for the clients of a tenant.

    tenant: as `describe` gives it
    """
    issuer = urlsplit(tenant["issuer"])
    origin = f"{issuer.scheme}://{issuer.netloc}"
    variables: dict[str, str] = {}
    for names, value in (
        (ISSUER, tenant["issuer"]),
        (CLIENT_ID, tenant["client_id"]),
        (CLIENT_SECRET, tenant["client_secret"]),
        (SPA_CLIENT_ID, tenant["spa_client_id"]),
        (REDIRECT_URI, tenant["redirect_uri"]),
        (("OKTA_CLIENT_ORGURL", "MOCK_OKTA_URL"), origin),
        (("OKTA_IDX_SCOPES",), " ".join(SCOPES)),
        (CA_FILE, ca_file),
    ):
        variables |= {name: str(value) for name in names if value is not None}
    variables |= {f"OKTA_IDX_SCOPES_{index}": scope for index, scope in enumerate(SCOPES)}
    if issuer.scheme == "http":
        variables["OKTA_TESTING_DISABLEHTTPSCHECK"] = "true"
    return variables
