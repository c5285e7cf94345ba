"""Vendors of identity verification that an org can name, and what a scenario says of them (idx-protocol notes 3.1)."""

from __future__ import annotations

from mock_okta.engine.idx.settings import TEXT, Setting

VENDORS = {"PERSONA": "Persona", "CLEAR": "CLEAR", "INCODE": "Incode", "STANDARD": "Identity verification", "OIN": ""}
"""What a vendor is called, by the end of its id; one of Okta's integration network goes by a name of its own."""

VENDOR = Setting(name="vendor", kind=TEXT, words=tuple(VENDORS), default="PERSONA", about="Who verifies.")
SETTINGS = (
    VENDOR,
    Setting(name="name", kind=TEXT, about="What the vendor is called, if not by its own name."),
    Setting(name="terms_of_use", kind=TEXT, about="Address of the vendor's terms."),
    Setting(name="privacy_policy", kind=TEXT, about="Address of the vendor's privacy policy."),
    Setting(name="logo", kind=TEXT, about="Address of the vendor's logo."),
)
