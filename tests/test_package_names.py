"""What is installed takes no name that a project may have for a package of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = Path("conformance/mock_okta_conformance")
NAMES_OF_OTHERS = (
    "conformance",
    "tests",
    "scenarios",
    "client",
    "server",
    "adapters",
    "reference",
    "benchmarks",
    "docs",
)
COMMANDS = [
    pytest.param(["walk", "password"], id="walk"),
    pytest.param(["conform", "client", "--list"], id="client list"),
    pytest.param(["conform", "server", "--list"], id="server list"),
    pytest.param(["conform", "client", "--adapter", "reference", "--check", "C-PKCE-01"], id="client"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project of somebody else's, with packages that must not be taken for ours."""
    folder = tmp_path_factory.mktemp("project")
    for name in NAMES_OF_OTHERS:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"raise ImportError('this is the {name} of another project')\n")
    return folder


def run(python: Path, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(project)}
    return subprocess.run([python, *words], cwd=project, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work_in_a_project_with_packages_of_these_names(project, command):
    done = run(Path(sys.executable), project, "-m", "mock_okta", *command)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy of the source, in which packages of Node and what was built of drivers lie about."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("mock_okta", "scenarios", "conformance"):
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("node_modules", "build", "__pycache__")
        )
    for litter in ("okta-auth-js/node_modules/some-package/index.js", "okta-idx-java/build/0123/classes/Driver.class"):
        file = source / PACKAGE / "drivers" / litter
        file.parent.mkdir(parents=True)
        file.write_text("")
    words = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(made), str(source)]
    subprocess.run([sys.executable, "-m", *words], check=True, timeout=300)
    return next(made.iterdir())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The Python of an environment that has the wheel, and all that it needs from this one but our source."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    python = folder / "bin" / "python"
    words = ["pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", *words], check=True, timeout=60)
    place = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(place, "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")  # its own .pth files are not read
    return python


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_wheel_work_in_a_project_with_packages_of_these_names(installed, project, command):
    where = run(
        installed, project, "-c", "import mock_okta, mock_okta_conformance as c; print(mock_okta.__file__, c.__file__)"
    )
    assert all(Path(file).is_relative_to(installed.parents[1]) for file in where.stdout.split()), where
    done = run(installed, project, installed.parent / "mock-okta", *command)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.slow
def test_the_wheel_has_two_packages_and_all_their_files_and_nothing_that_was_made_of_them(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    kept = {
        str(path.relative_to(root))
        for root, package in ((ROOT, "mock_okta"), (ROOT / "conformance", "mock_okta_conformance"))
        for path in (root / package).rglob("*")
        if path.is_file() and not {"node_modules", "build", "__pycache__"} & set(path.relative_to(root).parts)
    }
    scenarios = {f"mock_okta/{path.relative_to(ROOT)}" for path in (ROOT / "scenarios").rglob("*") if path.is_file()}
    assert names == kept | scenarios
