"""Whether what an entry of `script:` does can be done: to this kind of request, and together. The rows say so."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from mock_okta.engine.effects import EFFECTS
from mock_okta.engine.script.effect import Effect, Part
from mock_okta.loader.checks.messages import report_misfit
from mock_okta.loader.document import Document, Path
from mock_okta.schema.words import IDX_ENDPOINTS, OAUTH_ENDPOINTS

_MISSING = {
    Part.HEADERS: ("`{0}` has no headers", "leave one of the two out"),
    Part.JSON: ("`{0}` has no JSON that a {1} could change", "write the body as it is to be"),
    Part.ID_TOKEN: ("`{0}` is the whole reply, which has no ID token", "leave one of the two out"),
}
"""What is wrong with changing a part that the reply given instead does not have, and how to mend it."""


def check_effects(document: Document, path: Path, entry: Mapping[str, Any], at: Mapping[str, Any]) -> None:
    """Notes every effect that such a request cannot have, and every two that get in each other's way."""
    if at.get("endpoint") not in (*OAUTH_ENDPOINTS, *IDX_ENDPOINTS):  # an unknown one is the grammar's to refuse
        at = {name: value for name, value in at.items() if name != "endpoint"}
    acting = tuple(row for row in EFFECTS.values() if row.name in entry)
    for row in acting:
        misplaced = row.only.misfit(at) if row.only else None
        for misfit in (*row.sense(entry[row.name], at), *([misplaced] if misplaced else ())):
            report_misfit(document, (*path, row.name), misfit)
    whole = tuple(row for row in acting if row.replace is not None)
    for row in whole[1:]:
        message = f"`{whole[0].name}` and `{row.name}` each are the whole reply"
        document.report((*path, row.name), message, "leave one of them out")
    for row, other in product(acting, acting):
        if row.changes is not None:
            _check_change(document, (*path, row.name), row, row.changes, other, entry[other.name])


def _check_change(document: Document, path: Path, row: Effect, part: Part, other: Effect, value: Any) -> None:
    """What one effect changes must be there after the other, and somebody must see it."""
    if other.has is not None and part not in other.has(value):
        message, hint = _MISSING[part]
        document.report(path, message.format(other.name, row.name), hint)
    if (instead := other.drops(value)) is not None:
        message = f"nobody sees what `{row.name}` does to a reply that is dropped"
        document.report(path, message, f"leave it out, or make it {instead}")
