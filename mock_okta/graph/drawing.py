"""What of a graph is drawn, and what stands there: the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mock_okta.engine.idx.authenticators.email import MAGIC_LINK, OTHER_BROWSER, SAME_BROWSER
from mock_okta.engine.model import Scenario
from mock_okta.graph.pages import SIGNED_IN, WITH_TOKEN, Graph, Move, Page, Start
from mock_okta.graph.visitor import OPENS_LINK

MOST_OFFERS = 5
"""That a page names; the others are counted."""
EVERYWHERE = "cancel"
"""The action that each page has, and that begins anew."""
PICKS = "select-authenticator-"
"""How remediations begin by which one of several authenticators is picked."""


class Node(Struct, frozen=True, kw_only=True):
    """A page, or a beginning.

    kind: "start", "page", "success" or "end"
    title: what the page is for; lines: what it offers
    group: the flow that it is in; "" for beginnings and ends
    """

    id: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    group: str = ""


class Edge(Struct, frozen=True, kw_only=True):
    """An arrow between two nodes, by their ids, and what is submitted for it."""

    source: str
    target: str
    names: tuple[str, ...] = ()


class Drawing(Struct, frozen=True, kw_only=True):
    """All that is drawn. `notes`: what a reader of the picture has to know."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The flows, in the order in which they are entered."""
        return tuple(dict.fromkeys(node.group for node in self.nodes if node.group))


def drawn(scenario: Scenario, graph: Graph, *, everything: bool = False) -> Drawing:
    """The picture of a graph.

    everything: also what begins with a token from elsewhere, or with a session
    """
    starts = tuple(start for start in graph.starts if everything or _is_ordinary(scenario, start))
    moves = graph.moves if everything or _is_about_links(scenario) else _without_links(graph)
    pages = _reached(graph.pages, moves, (start.page for start in starts))
    ids = {page: f"p{number}" for number, page in enumerate(pages, 1)}
    hows = tuple(dict.fromkeys(start.how for start in starts))
    beginnings = {how: f"s{number}" for number, how in enumerate(hows, 1)}
    return Drawing(
        title=graph.scenario,
        nodes=(
            *(Node(id=beginnings[how], kind="start", title=how) for how in hows),
            *(_node(ids[page], page, graph.offers[page]) for page in pages),
        ),
        edges=(
            *(Edge(source=beginnings[start.how], target=ids[start.page]) for start in starts),
            *_edges(graph, moves, ids, everything=everything),
        ),
        notes=tuple(_notes(graph, moves, everything=everything)),
    )


def _is_ordinary(scenario: Scenario, start: Start) -> bool:
    if start.how == WITH_TOKEN:
        return start.page.flow in scenario.flows
    return start.how != SIGNED_IN


def _is_about_links(scenario: Scenario) -> bool:
    """Whether the scenario says anything of links in mails."""
    said = scenario.authenticators.get("okta_email", {})
    return any(setting.name in said for setting in (MAGIC_LINK, SAME_BROWSER, OTHER_BROWSER))


def _without_links(graph: Graph) -> tuple[Move, ...]:
    return tuple(move for move in graph.moves if move.name != OPENS_LINK)


def _reached(pages: Iterable[Page], moves: Iterable[Move], first: Iterable[Page]) -> tuple[Page, ...]:
    """Those of the pages to which moves lead from the first, in their order."""
    leads: dict[Page, list[Page]] = {}
    for move in moves:
        leads.setdefault(move.source, []).append(move.target)
    reached, waiting = set[Page](), list(first)
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += leads.get(page, ())
    return tuple(page for page in pages if page in reached)


def _node(identity: str, page: Page, offers: tuple[str, ...]) -> Node:
    if page.stage == "success":
        return Node(id=identity, kind="success", title="success")
    if page.ends:
        return Node(id=identity, kind="end", title=page.stage, lines=(page.says,) if page.says else ())
    shown, more = offers[:MOST_OFFERS], len(offers) - MOST_OFFERS
    lines = (*shown, f"and {more} more") if more > 0 else shown
    return Node(id=identity, kind="page", title=_title(page), lines=lines, group=page.flow)


def _title(page: Page) -> str:
    """What the page is for, e.g. "2 verify okta_email"; a page that belongs to no step goes by its stage."""
    if page.position is None:
        return page.stage
    what = f"{page.purpose} {page.authenticator}" if page.authenticator else page.verb
    return f"{page.position + 1} {what}"


def _edges(graph: Graph, moves: tuple[Move, ...], ids: dict[Page, str], *, everything: bool) -> Iterator[Edge]:
    """One arrow for each pair of pages; what stays on its page has none."""
    begins = {start.page for start in graph.starts}
    listed = {(_step_of(move.source), move.name, move.target) for move in moves if not move.source.authenticator}
    names: dict[tuple[Page, Page], list[str]] = {}
    for move in moves:
        is_everywhere = move.name == EVERYWHERE and move.target in begins
        is_listed = _is_listed_too(move) and (_step_of(move.source), move.name, move.target) in listed
        hidden = not everything and (is_everywhere or is_listed)
        if move.source in ids and move.source != move.target and not hidden:
            names.setdefault((move.source, move.target), []).append(move.name)
    for (source, target), said in names.items():
        yield Edge(source=ids[source], target=ids[target], names=tuple(said))


def _is_listed_too(move: Move) -> bool:
    """Whether it picks another authenticator for the same step, from a page of one of them."""
    same_step = _step_of(move.source) == _step_of(move.target)
    return same_step and bool(move.source.authenticator) and move.name.startswith(PICKS)


def _step_of(page: Page) -> tuple[str, int | None]:
    return page.flow, page.position


def _notes(graph: Graph, moves: tuple[Move, ...], *, everything: bool) -> Iterator[str]:
    if not graph.pages:
        yield "No app can begin a sign-in here."
        return
    yield "An answer that is refused stays on its page, and so does what only asks again (poll, resend)."
    if not graph.complete:
        yield "There are more ways than were tried: rare moves may be missing."
    if everything:
        return
    yield f"{EVERYWHERE} begins anew from every page; what {PICKS}… lists can be picked on each page of its step."
    left_out = {start.how for start in graph.starts if start.how in (WITH_TOKEN, SIGNED_IN)}
    left_out |= {OPENS_LINK} if len(moves) < len(graph.moves) else set()
    if left_out:
        yield f"Drawn with --all: {', '.join(sorted(left_out))}."
