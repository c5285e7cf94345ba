"""The org itself: its id, and the document that tells clients which engine it runs."""

from __future__ import annotations

from mock_okta.engine.base import ids
from mock_okta.engine.base.api_errors import JSON
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import Reply, State

SETTINGS = {
    "analyticsCollectionEnabled": False,
    "bugReportingEnabled": True,
    "omEnabled": False,
    "pssoEnabled": False,
    "desktopMFAEnabled": False,
    "itpEnabled": False,
}


def org_id(state: State) -> str:
    """The id of the org (`00o…`), which is also what `idp` says of users whom the org itself signs in."""
    return "00o" + ids.draw(f"org\0{state.seed}", 0, 17, ids.BASE62)


def okta_organization(turn: Turn) -> Reply:
    """`/.well-known/okta-organization`; the widget takes the Identity Engine's path only if `pipeline` is `idx`."""
    body = {
        "id": org_id(turn.state),
        "cell": "ok12",
        "_links": {"organization": {"href": turn.request.origin}},
        "pipeline": "idx",
        "settings": SETTINGS,
    }
    return Reply(status=200, body=body, headers=(JSON,))
