"""`mock-okta graph`: the pages of a scenario as a picture."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mock_okta import loader
from mock_okta.cli import main
from mock_okta.graph import mermaid, svg
from mock_okta.graph.drawing import Drawing, Edge, Node, drawn
from mock_okta.graph.exploration import explored

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"


@cache
def graph_of(name):
    return explored(loader.load(name))


SHOWN = ("password", "password-then-email", "registration", "device-code", "magic-link")


def said(arguments, capsys):
    assert main(["graph", *arguments]) == 0
    return capsys.readouterr().out


def test_the_picture_in_the_docs_is_the_one_of_the_command(capsys):
    assert f"```mermaid\n{said(['password-then-email'], capsys)}```\n" in PAGE


def test_a_password_alone_has_two_pages_and_two_ends(capsys):
    lines = said(["password"], capsys).splitlines()
    assert [line.strip() for line in lines if "-->" in line] == [
        "s1 --> p1",
        'p1 -->|"identify"| p2',
        'p2 -->|"challenge-authenticator"| p3',
        'p2 -->|"recover"| p4',
    ]
    assert '    p2["<b>2 verify okta_password</b><br/>challenge-authenticator"]' in lines
    assert '  p4(["<b>terminal</b><br/>oie.selfservice.reset.password.not.allowed"])' in lines


def test_a_flow_is_a_group(capsys):
    assert re.findall(r'subgraph (\w+)\["([\w ]+)"\]', said(["registration"], capsys)) == [
        ("sign_in", "Sign in"),
        ("register", "Register"),
    ]


def test_all_draws_what_begins_elsewhere(capsys):
    assert "signed in already" not in "".join(re.findall(r"s\d\(.*", said(["password"], capsys)))
    more = said(["password", "--all"], capsys)
    assert 's2(["with a token"])' in more
    assert 'subgraph reset["Reset"]' in more


def texts(document):
    return [each.text for each in ElementTree.fromstring(document).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", SHOWN)
def test_both_formats_show_every_page_and_what_is_submitted(name):
    drawing = drawn(loader.load(name), graph_of(name))
    flowchart, picture = mermaid.written(drawing), texts(svg.written(drawing))
    for node in drawing.nodes:
        assert re.search(rf"^ +{node.id}[\[(]", flowchart, re.MULTILINE)
        assert node.title in picture
    for edge in drawing.edges:
        assert f"  {edge.source} -->" in flowchart
        assert set(edge.names) <= set(picture)


LABEL = r'"[^"`]+"'
STATEMENTS = re.compile(
    rf"""
    %%\ .*                                              # a comment, which is no directive (%%{{)
    | flowchart\ LR
    | \ +[ps]\d+ ( \[{LABEL}\] | \(\[{LABEL}\]\) )       # a node: a box, or a stadium
    | \ \ subgraph\ (?!end\b|graph\b|class\b|style\b)[a-z_]+\[{LABEL}\]
    | \ \ end
    | \ \ [ps]\d+\ --> ( \|{LABEL}\| )?\ p\d+
    | \ \ classDef\ \w+\ \w+:\#[0-9a-f]{{6}} ( ,\w+:\#[0-9a-f]{{6}} )*
    | \ \ class\ [ps]\d+ ( ,[ps]\d+ )*\ \w+
    """,
    re.VERBOSE,
)
"""Of Mermaid's grammar (`flow.jison`), those that are used here."""


@pytest.mark.parametrize("name", SHOWN)
def test_every_line_of_a_flowchart_is_a_statement(name):
    lines = mermaid.written(drawn(loader.load(name), graph_of(name), everything=True)).splitlines()
    assert [line for line in lines if not STATEMENTS.fullmatch(line)] == []


NASTY = 'a "b" <c> & #quot; | ] -->\n%%'


def test_a_label_cannot_break_out_of_its_picture():
    """Scenarios name messages of their own."""
    nodes = (Node(id="p1", kind="page", title="1 identify", group="sign_in"), Node(id="p2", kind="end", title=NASTY))
    drawing = Drawing(title=NASTY, nodes=nodes, edges=(Edge(source="p1", target="p2", names=(NASTY,)),), notes=(NASTY,))
    assert NASTY in texts(svg.written(drawing))
    lines = mermaid.written(drawing).splitlines()
    assert lines[:2] == ['%% a "b" <c> & #quot; | ] --> %%'] * 2
    assert [line for line in lines[2:] if "-->" in line] == ['  p1 -->|"' + mermaid.escaped(NASTY) + '"| p2']
    assert not set('"<>&|]\n') & set(mermaid.escaped(NASTY).replace("#", ""))


def test_an_org_that_lets_no_app_in_has_no_pages():
    closed = loader.parse("about: x\nusers: []\nauthorization_server: {interaction_code_flow: false}\n", "closed.yaml")
    drawing = drawn(closed, explored(closed))
    assert mermaid.written(drawing) == "%% closed\n%% No app can begin a sign-in here.\nflowchart LR\n"
    assert texts(svg.written(drawing)) == ["closed", "No app can begin a sign-in here."]


def test_a_picture_is_written_to_a_file(tmp_path, capsys):
    assert said(["password", "--format", "svg", "--output", str(tmp_path / "x.svg")], capsys) == ""
    assert (tmp_path / "x.svg").read_text() == said(["password", "--format", "svg"], capsys)
