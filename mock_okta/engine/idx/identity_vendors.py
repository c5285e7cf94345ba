"""Vendors of identity verification that an org can name, and what a scenario says of them (idx-protocol notes 3.1)."""

from __future__ import annotations

from mock_okta.engine.idx.authenticators.settings import Setting

VENDORS = {"PERSONA": "Persona", "CLEAR": "CLEAR", "INCODE": "Incode", "STANDARD": "Identity verification", "OIN": ""}
"""What a vendor is called, by the end of its id; one of Okta's integration network goes by a name of its own."""

VENDOR = Setting(name="vendor", kind="text", words=tuple(VENDORS), default="PERSONA", about="Who verifies.")
SETTINGS = (
    VENDOR,
    Setting(name="name", kind="text", about="What the vendor is called, if not by its own name."),
    Setting(name="terms_of_use", kind="text", about="Address of the vendor's terms."),
    Setting(name="privacy_policy", kind="text", about="Address of the vendor's privacy policy."),
    Setting(name="logo", kind="text", about="Address of the vendor's logo."),
)
