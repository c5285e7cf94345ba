"""Where the nodes of a drawing go: in columns to the right of all that lead there, and flows one below the other.

Layered as Sugiyama has it: arrows that run back are turned round, a node's column is its longest way from a beginning,
and each column takes the order of its neighbours' middles. Between two columns of nodes is one for labels; an arrow has
a slot in every column that it passes, its label in the one beside its source. So nothing can lie on anything else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct

Arrow = tuple[str, str]
"""From a node to a node, by their names."""
Size = tuple[float, float]
"""Width and height, in pixels."""
Key = Hashable
"""What a slot is for: a node by its name, a label by its arrow, an arrow that passes with its column besides."""
Slot = tuple[int, Key]
"""With the band that it is in."""
Ties = tuple[Mapping[Key, list[Key]], Mapping[Key, list[Key]]]
"""What each key is tied to in the column before it, and in the one behind it."""
Stripe = tuple[float, float]
"""Of a column: where it begins and ends."""
Point = tuple[float, float]
SWEEPS = 8
"""To the right and back again, until the columns have settled."""
BETWEEN_COLUMNS = 32.0
BETWEEN_BANDS = 64.0
BELOW_NODES = 28.0
BELOW_OTHERS = 8.0
PASSES: Size = (0.0, 12.0)
"""Of the slot of an arrow that passes by."""
BACK_BELOW = 10.0
"""How far below the middles of its nodes an arrow ends that runs back."""


class Box(Struct, frozen=True):
    """A rectangle, in pixels: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """How far down it reaches."""
        return self.y + self.height


class Layout(Struct, frozen=True, kw_only=True):
    """Where everything is.

    boxes, labels: of the nodes, and of those arrows that have one
    ways: for each arrow, the points where it leaves its source, enters and leaves what it passes, and arrives
    back: the arrows that run to the left
    """

    boxes: Mapping[str, Box]
    labels: Mapping[Arrow, Box]
    ways: Mapping[Arrow, tuple[Point, ...]]
    back: frozenset[Arrow]

    @property
    def size(self) -> Size:
        """Of all of it."""
        boxes = (*self.boxes.values(), *self.labels.values())
        lowest = [y for way in self.ways.values() for _, y in way]
        return max((box.right for box in boxes), default=0), max((*lowest, *(box.bottom for box in boxes)), default=0)


def laid_out(
    bands: Mapping[str, int], arrows: Sequence[Arrow], sizes: Mapping[Key, Size], last: Iterable[str]
) -> Layout:
    """Places nodes, and the arrows between them; none leads from a node to itself.

    bands: in which of the horizontal stripes each node lies
    sizes: of the nodes, and of the labels of those arrows that have one
    last: the nodes that stand in a last column of their own
    """
    columns = _columns(list(bands), _forward(list(bands), list(arrows)), frozenset(last))
    back = frozenset(arrow for arrow in arrows if columns[arrow[0]] > columns[arrow[1]])
    ways = {arrow: _way(columns, arrow, arrow in back) for arrow in arrows}
    slots = _slots(columns, bands, ways)
    ties = _ties(ways)
    _order(slots, ties)
    known = {key: sizes.get(key, PASSES) for column in slots for _, key in column}
    stripes = _stripes(slots, known)
    boxes = _placed(slots, stripes, ties, known)
    return Layout(
        boxes={node: boxes[node] for node in bands},
        labels={arrow: boxes[arrow] for arrow in arrows if arrow in sizes},
        ways={
            arrow: _points([boxes[key] for key in way], stripes[2 * columns[str(way[0])] :], arrow in back)
            for arrow, way in ways.items()
        },
        back=back,
    )


def _forward(nodes: list[str], arrows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arrows without those that run back to where a way has come from."""
    leads: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in arrows:
        leads[source].append(target)
    done: set[str] = set()
    back: set[tuple[str, str]] = set()
    for first in nodes:
        way, rest = [first], [iter(leads[first])]
        while way:
            if way[-1] in done:
                way.pop()
                rest.pop()
                continue
            target = next(rest[-1], "")
            if not target:
                done.add(way[-1])
            elif target in way:
                back.add((way[-1], target))
            elif target not in done:
                way.append(target)
                rest.append(iter(leads[target]))
    return [pair for pair in arrows if pair not in back]


def _columns(nodes: list[str], arrows: list[tuple[str, str]], ends: frozenset[str]) -> dict[str, int]:
    """The longest way to each node; the ends stand behind all others."""
    columns = dict.fromkeys(nodes, 0)
    for _ in nodes:
        longer = {target: columns[source] + 1 for source, target in arrows if columns[source] >= columns[target]}
        if not longer:
            break
        columns |= longer
    behind = 1 + max((column for node, column in columns.items() if node not in ends), default=0)
    return {node: behind if node in ends else column for node, column in columns.items()}


def _way(columns: Mapping[str, int], arrow: Arrow, is_back: bool) -> list[Key]:
    """The slots of an arrow from left to right; that of its label is beside its source."""
    first, last = arrow[::-1] if is_back else arrow
    passed: list[Key] = [(*arrow, number) for number in range(2 * columns[first] + 1, 2 * columns[last])]
    passed[-1 if is_back else 0] = arrow
    return [first, *passed, last]


def _slots(columns: Mapping[str, int], bands: Mapping[str, int], ways: Mapping[Arrow, list[Key]]) -> list[list[Slot]]:
    """What stands in each column: nodes in the even ones, labels in the odd ones, and in both what passes."""
    slots: list[list[Slot]] = [[] for _ in range(1 + 2 * max(columns.values(), default=0))]
    for node, column in columns.items():
        slots[2 * column].append((bands[node], node))
    for arrow, way in ways.items():
        first = 2 * min(columns[node] for node in arrow)
        for column, key in enumerate(way[1:-1], first + 1):
            slots[column].append((bands[arrow[0]], key))
    return slots


def _ties(ways: Mapping[Arrow, list[Key]]) -> Ties:
    before: dict[Key, list[Key]] = {}
    after: dict[Key, list[Key]] = {}
    for way in ways.values():
        for left, right in pairwise(way):
            after.setdefault(left, []).append(right)
            before.setdefault(right, []).append(left)
    return before, after


def _order(slots: list[list[Slot]], ties: Ties) -> None:
    """Puts each column into the order of the middles of what its members are tied to, band by band."""
    before, after = ties
    for column in slots:
        column.sort(key=lambda slot: slot[0])
    for sweep in range(SWEEPS):
        tied, order = (before, slots) if sweep % 2 == 0 else (after, slots[::-1])
        for fixed, column in pairwise(order):
            places = {key: place for place, (_, key) in enumerate(fixed)}
            here = {key: place for place, (_, key) in enumerate(column)}
            column.sort(key=partial(_rank, places, here, tied))


def _rank(
    places: Mapping[Key, int], here: Mapping[Key, int], tied: Mapping[Key, list[Key]], slot: Slot
) -> tuple[int, float]:
    """The band, and the middle of what the slot is tied to; where that is nothing, it stays where it is."""
    band, key = slot
    found: list[float] = [places[each] for each in tied.get(key, ()) if each in places]
    return band, _mean(found) if found else here[key]


def _stripes(slots: list[list[Slot]], sizes: Mapping[Key, Size]) -> list[Stripe]:
    """As wide as the widest of each column, with a gap between two in which arrows bend."""
    stripes: list[Stripe] = []
    left = 0.0
    for column in slots:
        stripes.append((left, left + max((sizes[key][0] for _, key in column), default=0)))
        left = stripes[-1][1] + BETWEEN_COLUMNS
    return stripes


def _placed(slots: list[list[Slot]], stripes: list[Stripe], ties: Ties, sizes: Mapping[Key, Size]) -> dict[Key, Box]:
    """Gives every slot its rectangle; each band begins below the lowest of the one above it."""
    boxes: dict[Key, Box] = {}
    top = 0.0
    for band in sorted({band for column in slots for band, _ in column}):
        columns = [[key for each, key in column if each == band] for column in slots]
        middles = _middles(columns, ties, sizes)
        top -= min(middle - sizes[key][1] / 2 for key, middle in middles.items())
        for column, (left, right) in zip(columns, stripes, strict=True):
            for key in column:
                width, height = sizes[key]
                x = left if isinstance(key, str) else (left + right - width) / 2
                boxes[key] = Box(x, top + middles[key] - height / 2, width, height)
        top = max(boxes[key].bottom for key in middles) + BETWEEN_BANDS
    return boxes


def _middles(columns: list[list[Key]], ties: Ties, sizes: Mapping[Key, Size]) -> dict[Key, float]:
    """How far down each is: as near to what it is tied to as the order of its column and the gaps in it allow."""
    before, after = ties
    middles: dict[Key, float] = {}
    for sweep in range(SWEEPS):
        tied, order = (before, columns) if sweep % 2 == 0 else (after, columns[::-1])
        for column in order:
            least = _stacked(column, sizes)
            moved = []
            for key, own in least.items():
                near = [middles[each] for each in tied.get(key, ()) if each in middles]
                moved.append(_mean(near or [middles.get(key, own)]) - own)
            middles |= {key: least[key] + more for key, more in zip(column, _rising(moved), strict=True)}
    return middles


def _stacked(column: list[Key], sizes: Mapping[Key, Size]) -> dict[Key, float]:
    """The middles of what stands one below the other."""
    middles: dict[Key, float] = {}
    y = 0.0
    for key in column:
        middles[key] = y + sizes[key][1] / 2
        y += sizes[key][1] + (BELOW_NODES if isinstance(key, str) else BELOW_OTHERS)
    return middles


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _rising(wanted: list[float]) -> list[float]:
    """The values nearest to these of which none is less than the one before it (pool adjacent violators)."""
    pools: list[list[float]] = []
    for value in wanted:
        pools.append([value])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return [_mean(pool) for pool in pools for _ in pool]


def _points(way: list[Box], stripes: list[Stripe], is_back: bool) -> tuple[Point, ...]:
    """From the source to the target, straight through every column: nothing stands where an arrow bends."""
    downs = [box.middle for box in way]
    if is_back:
        downs[0] += BACK_BELOW
        downs[-1] += BACK_BELOW
    points = [(x, y) for y, stripe in zip(downs, stripes, strict=False) for x in stripe]
    points = [(way[0].right, downs[0]), *points[1:-1]]
    return tuple(points[::-1] if is_back else points)
