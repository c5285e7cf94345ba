"""Authenticators that another identity provider proves: an external one, and a smart card (PIV).

Nothing is answered here: the browser is sent away and comes back. Facts: idx-protocol notes 3.1 (redirect-idp), 3.6,
4.1, 4.2.
"""

from __future__ import annotations

from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import CURRENT, Attempt, Authenticator, Ceremony
from mock_okta.engine.idx.authenticators.vendors import no_method
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import TEXT, Setting
from mock_okta.engine.model import Enrollment

EXTERNAL, SMART_CARD = "external_idp", "smart_card_idp"

# fmt: off
IDENTITY_PROVIDER = Setting(name="identity_provider", kind=TEXT,
                            about="Which entry of `identity_providers:` proves it; the first, if left out.")
LOGO = Setting(name="logo", kind=TEXT, about="Address of its logo, shown as `logoUri`.")
PROVIDER = Setting(name="provider", kind=TEXT, default="Custom OIDC Provider", about="Whose account it is.")
INSTANCE = Setting(name="idp_app_instance_id", kind=TEXT, default="0oa000000000000piv00", about="Id of the IdP.")
# fmt: on


def only_by_coming_back(turn: Turn, attempt: Attempt) -> Refused | None:
    """No form proves it, but coming back from the identity provider does."""
    if attempt.challenge.decision == "approve":
        return None
    purpose = "verify" if attempt.challenge.purpose == "verify" else "enroll"
    return Refused(MESSAGES[f"oie.authenticator.{purpose}.error.fail"])


def logo(turn: Turn) -> dict[str, Any]:
    """`logoUri`, where the org has set one."""
    address = LOGO.find_of(turn, EXTERNAL)
    return {"logoUri": address} if address else {}


def provider(enrollment: Enrollment) -> dict[str, Any]:
    """The profile of an external account: whose it is, as `provider`."""
    return {"provider": PROVIDER.read(enrollment.secret)}


def card(enrollment: Enrollment) -> dict[str, Any]:
    """The profile of a smart card: the identity provider that reads it, as `idpAppInstanceId`."""
    return {"idpAppInstanceId": INSTANCE.read(enrollment.secret)}


ROWS = (
    Authenticator(
        key=EXTERNAL,
        type="federated",
        name="IDP Authenticator",
        methods=("idp",),
        kind="possession",
        # Inferred: recorded enrolments of it have no id of their own.
        enrollment_prefix="fed",
        amr={"idp": ("fed",)},
        profile=provider,
        extra=logo,
        of_org=(IDENTITY_PROVIDER, LOGO),
        of_enrollment=(PROVIDER,),
        verify=Ceremony(option=no_method, stage="redirect", check=only_by_coming_back),
        enroll=Ceremony(option=no_method, stage="redirect-enroll", place=CURRENT, check=only_by_coming_back),
    ),
    Authenticator(
        key=SMART_CARD,
        type="federated",
        name="Smart Card Authenticator",
        methods=("cert",),
        kind="possession",
        enrollment_prefix="piv",
        amr={"cert": ("sc", "swk", "pin", "mfa")},
        profile=card,
        of_org=(IDENTITY_PROVIDER,),
        of_enrollment=(INSTANCE,),
        verify=Ceremony(stage="redirect-card", place=CURRENT, check=only_by_coming_back),
        enroll=Ceremony(stage="redirect-enroll", place=CURRENT, check=only_by_coming_back),
    ),
)
