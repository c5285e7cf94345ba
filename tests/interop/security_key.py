"""The browser's own virtual security key, over the Chrome DevTools Protocol (domain WebAuthn)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class SecurityKey:
    """A key that is plugged into the page as long as it is open, and touched whenever it asks for that."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        added = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        self._id = added["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """What it holds: `credentialId` in base64, `rpId`, `signCount`, …"""
        found = self._devtools.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])
