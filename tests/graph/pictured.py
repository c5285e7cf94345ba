"""What is wrong with a picture: what lies on something else, and what is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree

from mock_okta.graph import svg
from mock_okta.graph.drawing import Drawing
from mock_okta.graph.layout import Box

SVG = "{http://www.w3.org/2000/svg}"


def faults(drawing: Drawing) -> Iterator[str]:
    """Pages, labels and arrows that lie on others, and what the edge of the picture cuts off."""
    layout = svg.placed(drawing)
    grounds = {group: svg.ground(group, drawing, layout) for group in drawing.groups}
    titles = {group: Box(box.x, box.y, box.width, 24) for group, box in grounds.items()}
    things: dict[object, Box] = {**layout.boxes, **layout.labels, **titles}
    for (one, box), (other, another) in combinations(things.items(), 2):
        if overlap(box, another):
            yield f"{one} lies on {other}"
    yield from (
        f"{one} lies on {other}" for one, other in combinations(grounds, 2) if overlap(grounds[one], grounds[other])
    )
    for node in drawing.nodes:
        if node.group and not contains(grounds[node.group], layout.boxes[node.id]):
            yield f"{node.id} is outside of its flow"
    for arrow, way in layout.ways.items():
        for (x, y), (to_x, to_y) in pairwise(way):
            run = Box(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
            yield from (
                f"{arrow} runs over {key}"
                for key, box in things.items()
                if key not in (arrow, *titles) and overlap(run, box)
            )
    yield from cut_off(svg.written(drawing))


def overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles, one of which may be a line, share more than an edge: a pixel or so."""
    across = min(one.right, other.right) - max(one.x, other.x)
    return across > 0.5 and one.y < other.bottom and other.y < one.bottom


def contains(one: Box, other: Box) -> bool:
    """Whether all of another rectangle is in it."""
    return one.x <= other.x and other.right <= one.right and one.y <= other.y and other.bottom <= one.bottom


def cut_off(document: str) -> Iterator[str]:
    """What reaches over the edge of a picture."""
    root = ElementTree.fromstring(document)
    group = root.find(f"{SVG}g")
    assert group is not None
    shift = [float(each) for each in group.attrib["transform"][len("translate(") : -1].split()]
    for element in root.iter():
        if element.tag in (f"{SVG}rect", f"{SVG}text") and "%" not in element.attrib.get("width", ""):
            x, y = shift if element in [*group] else (0.0, 0.0)
            box = rectangle(element)
            fits = box.x + x >= 0 and box.y + y >= 0 and box.right + x <= float(root.attrib["width"])
            if not fits or box.bottom + y > float(root.attrib["height"]):
                yield f"{element.text or element.attrib} is cut off"


def rectangle(element: ElementTree.Element) -> Box:
    """Where an element is; how wide a text is follows from its letters, as wide as they are in a wide font."""
    given = element.attrib
    x, y = float(given["x"]), float(given["y"])
    if element.tag == f"{SVG}rect":
        return Box(x, y, float(given["width"]), float(given["height"]))
    size = float(given.get("font-size", 12))
    width = len(element.text or "") * size * (0.65 if "font-weight" in given else 0.58)
    left = x - width / 2 if given.get("text-anchor") == "middle" else x
    return Box(left, y - size * 0.8, width, size)
