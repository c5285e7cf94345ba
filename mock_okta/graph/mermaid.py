"""A drawing as a Mermaid flowchart, which GitHub and many editors show."""

from __future__ import annotations

from collections.abc import Iterator

from mock_okta.graph.drawing import Drawing, Edge, Node

SHAPES = {"start": '(["{}"])', "page": '["{}"]', "success": '(["{}"])', "end": '(["{}"])'}
STYLES = {
    "start": "fill:#eef2f7,stroke:#5b6b7f,color:#1d2733",
    "success": "fill:#e3f5e8,stroke:#2e8b57,color:#1d2733",
    "end": "fill:#fdecea,stroke:#b3433b,color:#1d2733",
}


def written(drawing: Drawing) -> str:
    """The text of the flowchart, with a line break at its end."""
    return "\n".join([*_lines(drawing), ""])


def _lines(drawing: Drawing) -> Iterator[str]:
    yield from (f"%% {' '.join(line.split())}" for line in (drawing.title, *drawing.notes))  # comments end with lines
    yield "flowchart LR"
    yield from (f"  {_node(node)}" for node in drawing.nodes if not node.group)
    for group in drawing.groups:
        yield f'  subgraph {group}["{title_of(group)}"]'
        yield from (f"    {_node(node)}" for node in drawing.nodes if node.group == group)
        yield "  end"
    yield from (f"  {_edge(edge)}" for edge in drawing.edges)
    for kind, style in STYLES.items():
        named = ",".join(node.id for node in drawing.nodes if node.kind == kind)
        if named:
            yield f"  classDef {kind}Page {style}"
            yield f"  class {named} {kind}Page"


def title_of(flow: str) -> str:
    """A flow as people read it, e.g. "Sign in"."""
    return flow.replace("_", " ").capitalize()


def _node(node: Node) -> str:
    title = f"<b>{escaped(node.title)}</b>" if node.lines else escaped(node.title)
    return node.id + SHAPES[node.kind].format("<br/>".join([title, *map(escaped, node.lines)]))


def _edge(edge: Edge) -> str:
    label = f'|"{"<br/>".join(map(escaped, edge.names))}"|' if edge.names else ""
    return f"{edge.source} -->{label} {edge.target}"


def escaped(text: str) -> str:
    """With, as entities, what would end a label or begin a tag; scenarios may name messages of their own."""
    return "".join(each if each.isalnum() or each in " -_.,:;()/" else f"#{ord(each)};" for each in text)
