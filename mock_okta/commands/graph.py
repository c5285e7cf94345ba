"""`mock-okta graph`: the pages of a scenario and the moves between them, as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from mock_okta import loader
from mock_okta.commands.files import check_writable, opened

FORMATS = ("mermaid", "svg")


@click.command()
@click.argument("scenario")
@click.option("--format", "form", type=click.Choice(FORMATS), default="mermaid", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file, not to the terminal.")
@click.option("--all", "everything", is_flag=True, help="Draw rare ways too: tokens from elsewhere, sessions, links.")
def command(scenario: str, form: str, output: Path | None, everything: bool) -> None:
    """Draw the pages of a scenario and the moves between them.

    SCENARIO is the name of a bundled one or the path of a file. A page is what a client is shown, with the remediations
    on offer; an arrow is what it submits. They are found by trying everything in the engine, not from the walks.
    """
    from mock_okta.graph import mermaid, svg  # late: the usage of this command needs no engine
    from mock_okta.graph.drawing import drawn
    from mock_okta.graph.exploration import explored

    loaded = loader.load(scenario)
    if output is not None:
        check_writable(output, "graph")
    drawing = drawn(loaded, explored(loaded), everything=everything)
    text = {"mermaid": mermaid, "svg": svg}[form].written(drawing)
    if output is None:
        click.echo(text, nl=False)
        return
    with opened(output, "graph") as file:
        file.write(text)
