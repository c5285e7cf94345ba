"""Where the nodes of a drawing go: in columns to the right of all that lead there, and flows one below the other.

Layered as Sugiyama has it: arrows that run back are set aside, a node's column is its longest way from a beginning,
long arrows pass the columns between in slots of their own, and each column takes the order of its neighbours' middles.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct

Key = Hashable
SWEEPS = 8
"""To the right and back again, until the order of the columns has settled."""


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


class Layout(Struct, frozen=True, kw_only=True):
    """Where everything is. `ways`: for each arrow, the points at which it enters and leaves the columns between."""

    boxes: Mapping[str, Box]
    ways: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


class Spacing(Struct, frozen=True, kw_only=True):
    """Pixels between columns, between nodes of a column, between flows, and what an arrow needs that passes by."""

    columns: float = 230
    nodes: float = 28
    bands: float = 64
    passing: float = 16


def laid_out(
    sizes: Mapping[str, tuple[float, float]],
    bands: Mapping[str, int],
    arrows: Sequence[tuple[str, str]],
    last: Iterable[str],
    spacing: Spacing,
) -> Layout:
    """Places nodes of these sizes.

    bands: in which of the horizontal stripes each node lies
    last: the nodes that stand in a last column of their own
    """
    ends = frozenset(last)
    forward = _forward(list(sizes), [pair for pair in arrows if pair[0] != pair[1]])
    columns = _columns(list(sizes), forward, ends)
    slots, ways = _slots(columns, bands, forward)
    _order(slots, ways)
    return _placed(sizes, slots, ways, spacing)


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


def _slots(
    columns: Mapping[str, int], bands: Mapping[str, int], arrows: list[tuple[str, str]]
) -> tuple[list[list[tuple[int, Key]]], dict[tuple[str, str], list[Key]]]:
    """What stands in each column, with its band: nodes, and arrows that pass. And the slots of each arrow."""
    slots: list[list[tuple[int, Key]]] = [[] for _ in range(1 + max(columns.values(), default=0))]
    for node, column in columns.items():
        slots[column].append((bands[node], node))
    ways: dict[tuple[str, str], list[Key]] = {}
    for source, target in arrows:
        passed = [(source, target, column) for column in range(columns[source] + 1, columns[target])]
        for key in passed:
            slots[key[2]].append((bands[source], key))
        ways[source, target] = [source, *passed, target]
    return slots, ways


def _order(slots: list[list[tuple[int, Key]]], ways: Mapping[tuple[str, str], list[Key]]) -> None:
    """Puts each column into the order of the middles of what its members are tied to, band by band."""
    before: dict[Key, list[Key]] = {}
    after: dict[Key, list[Key]] = {}
    for way in ways.values():
        for left, right in pairwise(way):
            after.setdefault(left, []).append(right)
            before.setdefault(right, []).append(left)
    for column in slots:
        column.sort(key=lambda slot: slot[0])
    for sweep in range(SWEEPS):
        tied, order = (before, slots) if sweep % 2 == 0 else (after, slots[::-1])
        for fixed, column in pairwise(order):
            places = {key: place for place, (_, key) in enumerate(fixed)}
            here = {key: place for place, (_, key) in enumerate(column)}

            column.sort(key=partial(_rank, places, here, tied))


def _rank(
    places: Mapping[Key, int], here: Mapping[Key, int], tied: Mapping[Key, list[Key]], slot: tuple[int, Key]
) -> tuple[int, float]:
    """The band, and the middle of what the slot is tied to; where that is nothing, it stays where it is."""
    band, key = slot
    found = [places[each] for each in tied.get(key, ()) if each in places]
    return band, sum(found) / len(found) if found else here[key]


def _placed(
    sizes: Mapping[str, tuple[float, float]],
    slots: list[list[tuple[int, Key]]],
    ways: Mapping[tuple[str, str], list[Key]],
    spacing: Spacing,
) -> Layout:
    """Gives every slot its rectangle; each band begins below the lowest of the one above it."""

    def size(key: Key) -> tuple[float, float]:
        return sizes[key] if isinstance(key, str) else (0.0, spacing.passing)

    widths = [max((size(key)[0] for _, key in column), default=0) for column in slots]
    lefts = [sum(widths[:place]) + spacing.columns * place for place in range(len(slots))]
    boxes: dict[Key, Box] = {}
    top = 0.0
    for band in sorted({band for column in slots for band, _ in column}):
        members = [[key for each, key in column if each == band] for column in slots]
        heights = [sum(size(key)[1] + spacing.nodes for key in column) for column in members]
        for column, left, width, height in zip(members, lefts, widths, heights, strict=True):
            y = top + (max(heights) - height) / 2
            for key in column:
                boxes[key] = Box(left, y, size(key)[0] or width, size(key)[1])
                y += size(key)[1] + spacing.nodes
        top += max(heights) + spacing.bands
    return Layout(
        boxes={key: box for key, box in boxes.items() if isinstance(key, str)},
        ways={pair: tuple(_passing(boxes[key] for key in way[1:-1])) for pair, way in ways.items()},
        width=lefts[-1] + widths[-1],
        height=max(top - spacing.bands, 0),
    )


def _passing(slots: Iterable[Box]) -> Iterator[tuple[float, float]]:
    """Where an arrow enters each column that it passes, and where it leaves it."""
    for box in slots:
        yield box.x, box.middle
        yield box.x + box.width, box.middle
