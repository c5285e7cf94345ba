"""A drawing as SVG, readable without anything else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from mock_okta.graph.drawing import Drawing, Edge, Node
from mock_okta.graph.layout import Box, Layout, Spacing, laid_out
from mock_okta.graph.mermaid import title_of

MARGIN = 24
LINE = 16
PAD = 10
CHARACTER = 6.7
"""Width of a letter of the text, about; of a bold one a tenth more."""
LABEL_CHARACTER = 5.8
LABEL_AT = 0.4
"""Of the way to the target: nearer to the source, where arrows are further apart than where many end."""
FONT = "ui-sans-serif, system-ui, 'Liberation Sans', Arial, sans-serif"
FILLS = {
    "start": ("#eef2f7", "#5b6b7f"),
    "page": ("#ffffff", "#3a5a8c"),
    "success": ("#e3f5e8", "#2e8b57"),
    "end": ("#fdecea", "#b3433b"),
}
HEAD = (
    '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#5b6b7f"/></marker>'
)


def written(drawing: Drawing) -> str:
    """The document, with a line break at its end."""
    sizes = {node.id: _size(node) for node in drawing.nodes}
    bands = {node.id: drawing.groups.index(node.group) if node.group else 0 for node in drawing.nodes}
    arrows = [(edge.source, edge.target) for edge in drawing.edges]
    last = [node.id for node in drawing.nodes if node.kind in ("success", "end")]
    longest = max((len(name) for edge in drawing.edges for name in edge.names), default=0)
    spacing = Spacing(columns=longest * LABEL_CHARACTER + 48)
    return "\n".join([*_lines(drawing, laid_out(sizes, bands, arrows, last, spacing)), ""])


def _size(node: Node) -> tuple[float, float]:
    letters = max(len(node.title) * 1.1, *map(len, node.lines), 6)
    return letters * CHARACTER + 2 * PAD, (1 + len(node.lines)) * LINE + 2 * PAD - 4


def _lines(drawing: Drawing, layout: Layout) -> Iterator[str]:
    top = MARGIN + LINE * (2 + len(drawing.notes)) + 24
    width, height = layout.width + 2 * MARGIN, layout.height + top + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" font-size="12" fill="#1d2733">'
    )
    yield f"<title>{escape(drawing.title)}</title>"
    yield f"<defs>{HEAD}</defs>"
    yield '<rect width="100%" height="100%" fill="#fbfcfd"/>'
    yield f'<text x="{MARGIN}" y="{MARGIN + 8}" font-size="16" font-weight="bold">{escape(drawing.title)}</text>'
    for number, note in enumerate(drawing.notes, 1):
        yield f'<text x="{MARGIN}" y="{MARGIN + 10 + number * LINE}" fill="#5b6b7f">{escape(note)}</text>'
    yield f'<g transform="translate({MARGIN} {top})">'
    for group in drawing.groups:
        yield from _group(title_of(group), [layout.boxes[node.id] for node in drawing.nodes if node.group == group])
    paths = [(edge, _points(edge, layout, 12 + number % 5 * 7)) for number, edge in enumerate(drawing.edges)]
    yield from (_arrow(edge, points, layout) for edge, points in paths)
    yield from (line for node in drawing.nodes for line in _node(node, layout.boxes[node.id]))
    yield from (line for edge, points in paths for line in _label(edge, points, layout))
    yield "</g>"
    yield "</svg>"


def _group(title: str, boxes: list[Box]) -> Iterator[str]:
    left, top = min(box.x for box in boxes) - 14, min(box.y for box in boxes) - 30
    right, bottom = max(box.x + box.width for box in boxes) + 14, max(box.y + box.height for box in boxes) + 14
    yield (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}" rx="10" '
        'fill="#f1f4f8" stroke="#c6d0dc"/>'
    )
    yield f'<text x="{left + 12:.0f}" y="{top + 19:.0f}" font-weight="bold" fill="#5b6b7f">{escape(title)}</text>'


def _node(node: Node, box: Box) -> Iterator[str]:
    fill, stroke = FILLS[node.kind]
    radius = 6 if node.kind == "page" else box.height / 2
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="{radius:.0f}" '
        f'fill="{fill}" stroke="{stroke}"/>'
    )
    middle = box.x + box.width / 2
    for number, line in enumerate((node.title, *node.lines)):
        weight = ' font-weight="bold"' if number == 0 else ""
        y = box.y + PAD + 9 + number * LINE
        yield f'<text x="{middle:.0f}" y="{y:.0f}" text-anchor="middle"{weight}>{escape(line)}</text>'


def _points(edge: Edge, layout: Layout, below: int) -> list[tuple[float, float]]:
    """Where the arrow goes: out at the right of its source, through its slots, in at the left of its target.

    below: how far under both an arrow runs that leads back
    """
    source, target = layout.boxes[edge.source], layout.boxes[edge.target]
    passed = layout.ways.get((edge.source, edge.target))
    if passed is None:  # it runs back, below all that is between
        under = max(source.y + source.height, target.y + target.height) + below
        return [
            (source.x + source.width / 2, source.y + source.height),
            (source.x + source.width / 2, under),
            (target.x + target.width / 2, under),
            (target.x + target.width / 2, target.y + target.height),
        ]
    return [(source.x + source.width, source.middle), *passed, (target.x, target.middle)]


def _arrow(edge: Edge, points: list[tuple[float, float]], layout: Layout) -> str:
    is_back = (edge.source, edge.target) not in layout.ways
    (x, y), *rest = points
    path = f"M{x:.0f} {y:.0f}"
    for to_x, to_y in rest:
        bend = (to_x - x) / 2
        path += (
            f"L{to_x:.0f} {to_y:.0f}"
            if is_back
            else f"C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
        )
        x, y = to_x, to_y
    dashes = ' stroke-dasharray="4 3"' if is_back else ""
    return f'<path d="{path}" fill="none" stroke="#5b6b7f" marker-end="url(#head)"{dashes}/>'


def _label(edge: Edge, points: list[tuple[float, float]], layout: Layout) -> Iterator[str]:
    """What is submitted, in the gap before the target, where the arrows of a page have parted."""
    if not edge.names:
        return
    (x, y), (to_x, to_y) = points[-2:]
    target, is_back = layout.boxes[edge.target], (edge.source, edge.target) not in layout.ways
    width = max(map(len, edge.names)) * LABEL_CHARACTER + 6
    middle, height = x + (to_x - x) * LABEL_AT, y + (to_y - y) * LABEL_AT
    if is_back:  # beside its target, in the gap between two columns
        middle, height = target.x + target.width + width / 2 + 12, y
    top = height - len(edge.names) * 7
    yield (
        f'<rect x="{middle - width / 2:.0f}" y="{top:.0f}" width="{width:.0f}" height="{len(edge.names) * 14}" '
        'rx="3" fill="#fbfcfd" fill-opacity="0.9"/>'
    )
    for number, name in enumerate(edge.names):
        yield (
            f'<text x="{middle:.0f}" y="{top + 11 + number * 14:.0f}" text-anchor="middle" font-size="11" '
            f'fill="#33475f">{escape(name)}</text>'
        )
