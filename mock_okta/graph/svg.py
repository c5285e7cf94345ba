"""A drawing as SVG, readable without anything else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from mock_okta.graph.drawing import Drawing, Edge, Node
from mock_okta.graph.layout import Box, Layout, laid_out
from mock_okta.graph.mermaid import title_of

MARGIN = 24
LINE = 16
PAD = 10
CHARACTER = 7
"""Width of a letter of the text, about; of a bold one a tenth more."""
LABEL_CHARACTER = 6.3
LABEL_LINE = 14
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
    return "\n".join([*_lines(drawing, placed(drawing)), ""])


def placed(drawing: Drawing) -> Layout:
    """Where everything of a drawing goes, in pixels from the upper left corner of all pages."""
    return laid_out(
        bands={node.id: drawing.groups.index(node.group) if node.group else 0 for node in drawing.nodes},
        arrows=[(edge.source, edge.target) for edge in drawing.edges],
        sizes={
            **{node.id: _size(node) for node in drawing.nodes},
            **{(edge.source, edge.target): _label_size(edge) for edge in drawing.edges if edge.names},
        },
        last=[node.id for node in drawing.nodes if node.kind in ("success", "end")],
    )


def _label_size(edge: Edge) -> tuple[float, float]:
    return max(map(len, edge.names)) * LABEL_CHARACTER + 6, len(edge.names) * LABEL_LINE


def _size(node: Node) -> tuple[float, float]:
    letters = max(len(node.title) * 1.1, *map(len, node.lines), 6)
    return letters * CHARACTER + 2 * PAD, (1 + len(node.lines)) * LINE + 2 * PAD - 4


def _lines(drawing: Drawing, layout: Layout) -> Iterator[str]:
    top = MARGIN + LINE * (2 + len(drawing.notes)) + 24
    lengths = (len(drawing.title) * 1.6, *map(len, drawing.notes))
    width = max(layout.size[0], max(lengths) * CHARACTER) + 2 * MARGIN
    height = layout.size[1] + top + MARGIN
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
        yield from _group(title_of(group), ground(group, drawing, layout))
    yield from (_arrow((edge.source, edge.target), layout) for edge in drawing.edges)
    yield from (line for node in drawing.nodes for line in _node(node, layout.boxes[node.id]))
    for edge in drawing.edges:
        if edge.names:
            yield from _label(edge.names, layout.labels[edge.source, edge.target])
    yield "</g>"
    yield "</svg>"


def ground(group: str, drawing: Drawing, layout: Layout) -> Box:
    """Where the pages of a flow are, with all that runs between them, and its title above."""
    nodes = [node.id for node in drawing.nodes if node.group == group]
    boxes = [layout.boxes[node] for node in nodes]
    left, right = min(box.x for box in boxes), max(box.right for box in boxes)
    boxes += [box for (source, _), box in layout.labels.items() if source in nodes and left < box.x < right]
    downs = [y for box in boxes for y in (box.y, box.bottom)]
    for (source, _), way in layout.ways.items():
        downs += [y for x, y in way[:-2] if source in nodes and left <= x <= right]
    return Box(left - 14, min(downs) - 30, right - left + 28, max(downs) - min(downs) + 44)


def _group(title: str, box: Box) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="10" '
        'fill="#f1f4f8" stroke="#c6d0dc"/>'
    )
    x, y = box.x + 12, box.y + 19
    yield f'<text x="{x:.0f}" y="{y:.0f}" font-weight="bold" fill="#5b6b7f">{escape(title)}</text>'


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


def _arrow(arrow: tuple[str, str], layout: Layout) -> str:
    """Bent between two columns, straight within one."""
    (x, y), *rest = layout.ways[arrow]
    path = f"M{x:.0f} {y:.0f}"
    for to_x, to_y in rest:
        bend = (x + to_x) / 2
        path += f"C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
        x, y = to_x, to_y
    dashes = ' stroke-dasharray="4 3"' if arrow in layout.back else ""
    return f'<path d="{path}" fill="none" stroke="#5b6b7f" marker-end="url(#head)"{dashes}/>'


def _label(names: tuple[str, ...], box: Box) -> Iterator[str]:
    """What is submitted."""
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" '
        'rx="3" fill="#fbfcfd" fill-opacity="0.9"/>'
    )
    for number, name in enumerate(names):
        yield (
            f'<text x="{box.x + box.width / 2:.0f}" y="{box.y + 11 + number * LABEL_LINE:.0f}" text-anchor="middle" '
            f'font-size="11" fill="#33475f">{escape(name)}</text>'
        )
