"""What a graph consists of: pages as clients see them, and the moves that lead from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import policy
from mock_okta.engine.idx.remediations import Remediation, current_actions, offered
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import Transaction


class Page(Struct, frozen=True, kw_only=True):
    """One place at which a sign-in can rest.

    flow: the flow that it is in; "" for an end, which belongs to none
    position: of its step in that flow, counting from 0; None on a page that belongs to no step
    verb: of that step
    stage: a key of `STAGES`
    authenticator, purpose: of the authenticator in play: "verify", "enroll" or "reset"
    says: the key of the message that an end is about
    """

    stage: str
    flow: str = ""
    position: int | None = None
    verb: str = ""
    authenticator: str = ""
    purpose: str = ""
    says: str = ""

    @property
    def ends(self) -> bool:
        """Whether nothing can be submitted there any more."""
        return STAGES[self.stage].ends


class Move(Struct, frozen=True):
    """What is submitted at `source`, a remediation or an action by its name on the wire, and where it leads."""

    source: Page
    name: str
    target: Page


class Start(Struct, frozen=True):
    """Where sign-ins begin. `how`: one of `FRESH`, `SIGNED_IN`, `WITH_TOKEN`, `AT_DEVICE`."""

    how: str
    page: Page


FRESH = "start"
SIGNED_IN = "signed in already"
WITH_TOKEN = "with a token"
AT_DEVICE = "for a device"


class Graph(Struct, frozen=True, kw_only=True):
    """The pages and moves of a scenario, each in the order in which they were met.

    offers: the remediations on offer at each page
    complete: whether all was looked at; False where the scenario has more ways than `exploration` goes
    """

    scenario: str
    starts: tuple[Start, ...]
    offers: Mapping[Page, tuple[str, ...]]
    moves: tuple[Move, ...]
    complete: bool

    @property
    def pages(self) -> tuple[Page, ...]:
        """All of them."""
        return tuple(self.offers)


def page_of(turn: Turn, transaction: Transaction) -> Page:
    """The page at which a transaction rests."""
    if STAGES[transaction.stage].ends:
        says = transaction.notices[0].name if transaction.notices else ""
        return Page(stage=transaction.stage, says=says)
    position, challenge = transaction.position, transaction.challenge
    return Page(
        stage=transaction.stage,
        flow=transaction.flow,
        position=position,
        verb="" if position is None else policy.steps_of(turn, transaction)[position].verb,
        authenticator=challenge.authenticator if challenge else "",
        purpose=challenge.purpose if challenge else "",
    )


def name_on_wire(row: Remediation) -> str:
    """What clients know a remediation or an action by."""
    return row.sent_as or row.name


def on_page(turn: Turn, transaction: Transaction) -> tuple[Remediation, ...]:
    """The remediations on offer and the actions on the authenticator in play."""
    return (*offered(turn, transaction), *current_actions(turn, transaction))


def on_offer(turn: Turn, transaction: Transaction) -> Iterator[str]:
    """The remediations that a page shows, by their names on the wire."""
    for row in offered(turn, transaction):
        if row.redirects is None or any(row.redirects(turn, transaction)):
            yield name_on_wire(row)
