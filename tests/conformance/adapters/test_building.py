"""Drivers that are built: once for what they are made of, wherever the suite itself has come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_okta_conformance.adapters import building
from mock_okta_conformance.adapters.building import build_go, build_java, find_go, find_jdk, home_of
from mock_okta_conformance.adapters.bundled import install_node_packages
from mock_okta_conformance.errors import AdapterError

GO = """#!/bin/sh
[ "$1" = version ] && { echo "go version go1.19.8 linux/amd64"; exit 0; }
echo "$PWD $*" >> "$(dirname "$0")/calls"
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"; echo made > "$2"
"""


@pytest.fixture
def tools(tmp_path, monkeypatch) -> Path:
    """A folder that is the first on the PATH, with programs that a test puts there."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def put(tools: Path, name: str, text: str) -> None:
    program = tools / name
    program.write_text(text)
    program.chmod(0o755)


@pytest.fixture
def source(tmp_path) -> Path:
    """The source of a driver in Go."""
    folder = tmp_path / "some-driver"
    folder.mkdir()
    for name in ("main.go", "go.mod", "go.sum", "old.mod", "old.sum"):
        (folder / name).write_text(name)
    return folder


def calls(tools: Path) -> list[str]:
    return (tools / "calls").read_text().splitlines()


def test_a_driver_is_built_once(tools, source):
    put(tools, "go", GO)

    first, second = build_go(source), build_go(source)

    assert first == second
    assert first.read_text() == "made\n"
    (call,) = calls(tools)
    assert call.startswith(f"{source} build -mod=readonly -modfile=go.mod ")


@pytest.mark.parametrize("changed", ["main.go", "go.mod", "go.sum"])
def test_a_driver_that_has_changed_is_built_again(tools, source, changed):
    put(tools, "go", GO)
    build_go(source)

    (source / changed).write_text("changed")
    build_go(source)

    assert len(calls(tools)) == 2


def test_two_versions_of_an_sdk_are_two_builds(tools, source):
    put(tools, "go", GO)

    later, old = build_go(source), build_go(source, modfile="old.mod", tags="old")

    assert later != old
    assert "-modfile=old.mod -tags=old " in calls(tools)[1]


def test_a_build_that_fails_is_quoted_and_tried_again(tools, source):
    put(tools, "go", GO.replace("echo made", "echo 'no such module' >&2; exit 1; echo made"))
    with pytest.raises(AdapterError, match=r"some-driver: .*go build failed in .*\nno such module"):
        build_go(source)

    put(tools, "go", GO)

    assert build_go(source).read_text() == "made\n"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("go version go1.17.3 linux/amd64", r"go is 1\.17; the driver needs 1\.19 or newer"),
        ("?", "names no version: ?"),
    ],
    ids=["old", "odd"],
)
def test_a_go_that_is_too_old_is_refused(tools, said, reason):
    put(tools, "go", f"#!/bin/sh\necho '{said}'\n")
    with pytest.raises(AdapterError, match=reason):
        find_go()


@pytest.mark.parametrize(
    ("programs", "reason"),
    [
        ((), "java is not on the PATH; install a JDK"),
        (("java",), "javac is not on the PATH; install a JDK, not only a JRE"),
        (("java", "javac"), "mvn is not on the PATH; install Maven"),
        (("java", "javac", "mvn"), "javac is 8; the driver needs 11 or newer"),
    ],
    ids=["nothing", "a JRE", "no Maven", "an old one"],
)
def test_what_is_missing_to_build_with_java_is_said(tmp_path, monkeypatch, programs, reason):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in programs:
        put(tmp_path, name, "#!/bin/sh\necho 'javac 8'\n")
    with pytest.raises(AdapterError, match=reason):
        find_jdk()


def test_a_class_path_is_what_maven_has_made(tools, source):
    (source / "pom.xml").write_text("<project/>")
    for name in ("java", "javac"):
        put(tools, name, "#!/bin/sh\necho 'javac 17.0.1'\n")
    put(
        tools,
        "mvn",
        '#!/bin/sh\nfor each; do case $each in -DbuildDirectory=*) mkdir -p "${each#*=}/lib";; esac; done\n',
    )

    classes, _, jars = build_java(source).partition(":")

    assert Path(jars).name == "*"
    assert Path(jars).parent.is_dir()
    assert Path(classes) == Path(jars).parent.parent / "classes"


def test_in_a_checkout_it_is_built_beside_its_source(source):
    assert home_of(source) == source / "build"


def test_what_came_as_a_package_is_built_in_the_users_cache(source, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "ROOT", tmp_path / "site-packages")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert home_of(source) == tmp_path / "cache" / "mock-okta" / "drivers" / "some-driver"


def test_where_it_may_not_be_built_that_is_said(tools, source):
    put(tools, "go", GO)
    (source / "build").write_text("a file")
    with pytest.raises(AdapterError, match=r"some-driver: cannot be built in .*build: "):
        build_go(source)


NPM = """#!/bin/sh
echo "$PWD" >> "$(dirname "$0")/calls"
mkdir node_modules; touch node_modules/.package-lock.json
"""


def test_a_driver_in_node_that_came_as_a_package_is_installed_in_the_users_cache(tools, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "ROOT", tmp_path / "site-packages")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "some-driver"
    folder.mkdir()
    for name in ("driver.mjs", "package.json", "package-lock.json"):
        (folder / name).write_text(name)
    put(tools, "node", "#!/bin/sh\n")
    put(tools, "npm", NPM)

    first, second = install_node_packages(folder), install_node_packages(folder)
    (folder / "package-lock.json").write_text("of the next version")
    third = install_node_packages(folder)

    assert first == second != third
    assert first.is_relative_to(tmp_path / "cache" / "mock-okta" / "drivers" / "some-driver")
    assert (third / "driver.mjs").read_text() == "driver.mjs"
    assert calls(tools) == [str(first), str(third)]
    assert not (folder / "node_modules").exists()
