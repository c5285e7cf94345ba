"""Identity verification: a vendor outside of Okta looks at papers and faces, and says whose they are.

Source: idx-protocol notes 3.1 (redirect-idverify). How the browser comes back is inferred from identity providers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from mock_okta.engine.idx import endings, steps
from mock_okta.engine.idx.identity_vendors import VENDOR, VENDORS
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.step import over
from mock_okta.engine.model import Step, Transaction
from mock_okta.engine.turn import Turn

FAILED = "idx.identity.provider.auth.error"

_METADATA = {"termsOfUse": "terms_of_use", "privacyPolicy": "privacy_policy", "logoLink": "logo"}


def redirect(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """`redirect-idverify`, which leads to the vendor."""
    step = _step(turn, transaction)
    query = urlencode({"stateTokenExternalId": transaction.handle})
    members: dict[str, Any] = {
        "name": "redirect-idverify",
        "type": "ID_PROOFING",
        "idp": {"id": f"IDV_{step.settings.get('vendor', VENDOR.default)}", "name": vendor_name(turn, transaction)},
    }
    metadata = {theirs: step.settings[ours] for theirs, ours in _METADATA.items() if ours in step.settings}
    if metadata:
        members["idvMetadata"] = metadata
    address = f"{turn.request.origin}/idp/identity-verification?{query}"
    yield members | {"href": address, "method": "GET"}


def vendor_name(turn: Turn, transaction: Transaction) -> str:
    """What the vendor of the open step is called."""
    settings = _step(turn, transaction).settings
    return str(settings.get("name") or VENDORS[settings.get("vendor", VENDOR.default)] or "Identity verification")


def come_back(turn: Turn, transaction: Transaction, *, verified: bool) -> Transaction:
    """The transaction after the vendor has made up its mind.

    One that is not verified is over: a client that is sent away by itself would go in circles.
    """
    if not verified:
        return endings.end_with(transaction, FAILED)
    position = steps.open_position(turn, transaction)
    assert position is not None, "the page belongs to an open step"
    try:
        return steps.settle(turn, over(transaction, position))
    except Refused as refusal:
        return endings.end(transaction, *refusal.remarks)


def _step(turn: Turn, transaction: Transaction) -> Step:
    found = steps.open_step(turn, transaction)
    assert found is not None, "the page belongs to an open step"
    return found[0]
