"""What the documentation says of users: what their status does, and which mails they get without having asked."""

from __future__ import annotations

from collections.abc import Iterator

from mock_okta.engine.idx.notices import NOTICES
from mock_okta.engine.idx.user_statuses import USES, Cell, Use
from mock_okta.engine.model import UserStatus


def documented_statuses() -> str:
    """The table of statuses, in Markdown, as docs/scenarios.md shows it."""
    lines = ["| looked at for | goes on | what becomes of the others |", "|---|---|---|"]
    for use in USES.values():
        going = _listed(status for status, cell in use.cells.items() if cell.heard and cell.reached)
        lines.append(f"| {use.about} | {going} | {'; '.join(_others(use))} |")
    return "\n".join(lines) + "\n"


def _others(use: Use) -> Iterator[str]:
    cells = dict.fromkeys(cell for cell in use.cells.values() if not cell.reached)
    for cell in cells:
        listed = _listed(status for status, each in use.cells.items() if each == cell)
        yield f"{listed}: {_said(use, cell)}"


def _said(use: Use, cell: Cell) -> str:
    """What becomes of users who do not simply go on."""
    if use.is_given:
        return "over for good" if cell.ends else "rests meanwhile"
    if cell.says:
        return f"`{cell.says}`"
    told = f"nothing is sent but the mail `{cell.mails}`" if cell.mails else "nothing is sent"
    return told if cell.heard else f"no answer is right, {told}"


def _listed(statuses: Iterator[UserStatus]) -> str:
    return ", ".join(f"`{status}`" for status in statuses)


def documented_notices() -> str:
    """The table of mails, in Markdown, as docs/scenarios.md shows it."""
    lines = ["| mail | subject | a new org | sent when |", "|---|---|---|---|"]
    for row in NOTICES.values():
        subject = row.subject.format("(label of the org)")
        default = "sends it" if row.default else "does not"
        lines.append(f"| `{row.name}` | {subject} | {default} | {row.about} |")
    return "\n".join(lines) + "\n"
