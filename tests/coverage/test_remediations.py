"""Everything that real orgs have been seen to offer is offered by some walk of the library."""

from __future__ import annotations

from tests.coverage.cells import BY_AUTHENTICATOR, BY_NAME, NOT_COVERED, OUTCOMES
from tests.coverage.walked import authenticators_of, pages, remediations


def wanted() -> set[str]:
    pairs = {f"{name} × {key}" for name, keys in BY_AUTHENTICATOR.items() for key in keys}
    return pairs | set(BY_NAME) | set(OUTCOMES)


def produced() -> set[str]:
    found: set[str] = set()
    for page in pages():
        found |= page.body.keys()
        for each in remediations(page.body):
            found.add(each["name"])
            found |= {f"{each['name']} × {key}" for key in authenticators_of(page.body, each)}
    return found


def test_every_cell_is_produced_by_some_walk_or_there_is_a_reason(record_property, capsys):
    cells, seen = wanted(), produced()
    left = cells - seen
    record_property("cells", f"{len(cells - left)} of {len(cells)}")
    with capsys.disabled():
        print(f"\n{len(cells - left)} of {len(cells)} cells of remediations are covered; left: {sorted(left)}")
    assert left == NOT_COVERED.keys()
