"""Apps that sign in with an SDK which hides the protocol: its driver, told what the user does."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mock_okta_conformance.adapters import Adapter
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.interop.running import Tenant

SCOPES = ("openid", "profile", "email", "offline_access")
LONGEST_S = 30.0
STORE_PASSWORD = "changeit"

View = Mapping[str, Any]


@dataclass
class App:
    """One SDK in a process of its own, and the user who is in front of it."""

    adapter: Adapter
    asked: int = 0
    session: str = field(default="", init=False)

    def hello(self) -> Mapping[str, Any]:
        """What the driver says of itself."""
        return self._ask({"op": "hello", "protocol": 1, "suite": "interop"})

    def start(self, tenant: Tenant, flow: str = "authenticate", *, issuer: str = "") -> View:
        """The first page that a fresh user sees of this tenant's app."""
        self.session = f"s{self.asked}"
        config = {
            "issuer": issuer or tenant.issuer,
            "clientId": tenant.about["client_id"],
            "clientSecret": tenant.about["client_secret"],
            "redirectUri": tenant.about["redirect_uri"],
            "scopes": list(SCOPES),
        }
        return self._view({"op": "start", "test": "interop", "flow": flow, "config": config, "params": {}})

    def act(self, what: str, /, **values: Any) -> View:
        """What the user sees after doing this, e.g. act("answer email", code="123456")."""
        return self._view({"op": "act", "do": what, "values": values})

    def lacks(self, what: str, *, op: str = "act") -> bool:
        """Whether the driver says that its SDK has no call for this."""
        url = "http://localhost:8080/login/callback?interaction_code=none"
        members = {"callback": {"url": url}}.get(op, {"do": what, "values": {}})
        return "unsupported" in self._ask({"op": op, "session": self.session, **members})

    def callback(self, url: str) -> View:
        """What the user sees after coming back from elsewhere."""
        return self._view({"op": "callback", "url": url})

    def token(self, what: str) -> View:
        """What comes of doing this with the tokens."""
        return self._view({"op": "token", "do": what})

    def identify(self, tenant: Tenant, *, password: str | None = None) -> View:
        """The first user's name and password, or another password."""
        return self.act("identify", identifier=tenant.login, password=password or tenant.password)

    def _view(self, message: Mapping[str, Any]) -> View:
        reply = self._ask({"session": self.session, **message})
        assert "view" in reply, (message, reply)
        view: View = reply["view"]
        return view

    def _ask(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked += 1
        return self.adapter.ask({"id": self.asked, **message}, timeout_s=LONGEST_S)


@contextmanager
def app_of(adapter: Adapter) -> Iterator[App]:
    """The app, until the block ends."""
    try:
        yield App(adapter)
    finally:
        adapter.close()


def claims_of(view: View, token: str = "idToken") -> dict[str, Any]:
    """The claims of a token of a user who is signed in, not verified."""
    assert view["state"] == "success", view
    payload = view["tokens"][token].split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def methods(view: View) -> list[str]:
    """How the user who is signed in proved who they are."""
    return sorted(claims_of(view)["amr"])


def created_with(key: SoftKey, view: View) -> Mapping[str, str]:
    """A credential for the page that the SDK shows; it leaves out `rp`, which is then the origin of the app."""
    return key.create(view["contextualData"]["activationData"] | {"rp": {}})


def said(view: View) -> str:
    """What the SDK tells the user: its error, or the messages of the page."""
    return "\n".join(
        [*([view["error"]["text"]] if "error" in view else []), *(m["text"] for m in view.get("messages", ()))]
    )


def truststore(ca_file: Path, folder: Path) -> Path:
    """A store of Java's with this CA alone, made by `keytool` as docs/clients.md shows it."""
    store = folder / "truststore.p12"
    subprocess.run(
        ["keytool", "-importcert", "-noprompt", "-alias", "mock-okta", "-file", str(ca_file),
         "-keystore", str(store), "-storetype", "PKCS12", "-storepass", STORE_PASSWORD],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return store
