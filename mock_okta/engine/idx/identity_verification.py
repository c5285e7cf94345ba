"""Identity verification: a vendor outside of Okta looks at papers and faces, and says whose they are.

Source: idx-protocol notes 3.1 (redirect-idverify). How the browser comes back is inferred from identity providers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import stale_pages, steps, terminal_pages
from mock_okta.engine.idx.identity_vendors import VENDOR, VENDORS
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.step_kinds.row import over
from mock_okta.engine.model import NOTHING, Transaction

FAILED = "idx.identity.provider.auth.error"

_METADATA = {"termsOfUse": "terms_of_use", "privacyPolicy": "privacy_policy", "logoLink": "logo"}


def redirect(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """`redirect-idverify`, which leads to the vendor."""
    said = _settings(turn, transaction)
    query = urlencode({"stateTokenExternalId": transaction.handle})
    members: dict[str, Any] = {
        "name": "redirect-idverify",
        "type": "ID_PROOFING",
        "idp": {"id": f"IDV_{VENDOR.read(said)}", "name": vendor_name(turn, transaction)},
    }
    metadata = {theirs: said[ours] for theirs, ours in _METADATA.items() if ours in said}
    if metadata:
        members["idvMetadata"] = metadata
    address = f"{turn.request.origin}/idp/identity-verification?{query}"
    yield members | {"href": address, "method": "GET"}


def vendor_name(turn: Turn, transaction: Transaction) -> str:
    """What the vendor of the step at hand is called."""
    said = _settings(turn, transaction)
    return str(said.get("name") or VENDORS[said.get("vendor", VENDOR.default)] or "Identity verification")


def come_back(turn: Turn, transaction: Transaction, *, verified: bool) -> Transaction:
    """The transaction after the vendor has made up its mind.

    One that is not verified is over: a client that is sent away by itself would go in circles.
    """
    if not verified:
        return terminal_pages.end_with(transaction, FAILED)
    known = over(transaction) if stale_pages.stands(turn, transaction) else transaction
    try:
        return steps.settle(turn, known)
    except Refused as refusal:
        return terminal_pages.end(transaction, *refusal.ending)


def _settings(turn: Turn, transaction: Transaction) -> Mapping[str, Any]:
    found = steps.at_hand(turn, transaction)
    return found[0].settings if found else NOTHING
