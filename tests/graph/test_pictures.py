"""Whatever is drawn, nothing lies on anything else, and nothing is cut off."""

from hypothesis import given
from hypothesis import strategies as st

from mock_okta.graph.drawing import Drawing, Edge, Node
from tests.graph.pictured import faults

NAMES = st.lists(st.sampled_from(["skip", "identify", "select-authenticator-enroll"]), max_size=3, unique=True)
LINES = st.lists(st.sampled_from(["cancel", "idx.operation.cancelled.on.other.device"]), max_size=4)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Pages of up to three flows, all of which can be reached, and ends, with arrows between any of them."""
    groups = draw(st.lists(st.sampled_from(["sign_in", "register", "recover"]), max_size=9))
    nodes = [Node(id="s1", kind="start", title="start")]
    for number, group in enumerate(groups, 1):
        nodes.append(Node(id=f"p{number}", kind="page", title="identify", lines=tuple(draw(LINES)), group=group))
    ends = draw(st.integers(0, 3))
    nodes += [Node(id=f"e{number}", kind="end", title="terminal", lines=tuple(draw(LINES))) for number in range(ends)]
    sources = [node.id for node in nodes if node.kind != "end"]
    first = {(draw(st.sampled_from(sources[:number])), page) for number, page in enumerate(sources) if number}
    others = [(source, node.id) for source in sources for node in nodes[1:] if source != node.id]
    more = draw(st.sets(st.sampled_from(others), max_size=20)) if others else set()
    edges = tuple(
        Edge(source=source, target=target, names=() if source == "s1" else tuple(draw(NAMES)))
        for source, target in sorted(first | more)
    )
    return Drawing(title="x", nodes=tuple(nodes), edges=edges, notes=("An answer that is refused stays on its page.",))


@given(drawings())
def test_nothing_lies_on_anything_else_and_nothing_is_cut_off(drawing):
    assert [*faults(drawing)] == []
