"""Builds drivers that are no scripts: each once for what it is made of, and again when that has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from mock_okta_conformance.errors import AdapterError

BUILD_LIMIT_S = 600
OLDEST_GO = (1, 19)
"""Debian 12 has it. What the drivers are made of is pinned so that it is enough."""
OLDEST_JDK = 11
ROOT = Path(__file__).parents[3]


def build_go(folder: Path, *, modfile: str = "go.mod", tags: str = "") -> Path:
    """The program in a folder of Go source.

    modfile: which of its module files to build with, e.g. "v0.2.2.mod"; its sums are beside it
    Raises: AdapterError if there is no Go that is new enough, or if it fails
    """
    go = find_go()
    wanted = f"{modfile} {tags}"

    def build(made: Path) -> None:
        command = [go, "build", "-mod=readonly", f"-modfile={modfile}", f"-tags={tags}", "-buildvcs=false"]
        _run([*command, "-o", str(made / folder.name), "."], folder)

    return _built(folder, ("*.go", modfile, modfile.replace(".mod", ".sum")), wanted, build) / folder.name


def build_java(folder: Path) -> str:
    """The class path of a Maven project: its classes, and all that they need at run time.

    Raises: AdapterError if there is no JDK or Maven, or if it fails
    """
    find_jdk()

    def build(made: Path) -> None:
        _run(["mvn", "-B", "-q", f"-DbuildDirectory={made}", "compile", "dependency:copy-dependencies"], folder)

    made = _built(folder, ("pom.xml", "src/**/*.java"), "", build)
    return os.pathsep.join((str(made / "classes"), str(made / "lib" / "*")))


def java_command(class_path: str, main: str, properties: Sequence[str] = ()) -> list[str]:
    """How a program that waits most of the time is run. properties: of the virtual machine, as "name=value"."""
    thrifty = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    return ["java", *thrifty, *(f"-D{each}" for each in properties), "-cp", class_path, main]


def find_go() -> str:
    """The path of Go. Raises AdapterError if it is missing or too old."""
    oldest = ".".join(map(str, OLDEST_GO))
    go = shutil.which("go")
    if go is None:
        raise AdapterError(f"go is not on the PATH; install Go {oldest} or newer (golang-go in Debian 12 and later)")
    found = _version([go, "version"], _GO)
    if found < OLDEST_GO:
        raise AdapterError(f"go is {'.'.join(map(str, found))}; the driver needs {oldest} or newer")
    return go


def find_jdk() -> str:
    """The path of `java`, beside which there is a compiler. Raises AdapterError if it or Maven is missing."""
    for program, package in (("java", "a JDK"), ("javac", "a JDK, not only a JRE"), ("mvn", "Maven")):
        if shutil.which(program) is None:
            raise AdapterError(
                f"{program} is not on the PATH; install {package}"
                f" (default-jdk-headless and maven in Debian), Java {OLDEST_JDK} or newer"
            )
    found = _version(["javac", "-version"], _JAVAC)
    if found < (OLDEST_JDK,):
        raise AdapterError(f"javac is {found[0]}; the driver needs {OLDEST_JDK} or newer")
    return str(shutil.which("java"))


def is_checkout() -> bool:
    """Whether the suite runs from its source, and not from an installed package."""
    return (ROOT / "pyproject.toml").is_file()


def home_of(folder: Path) -> Path:
    """Where what is built of this folder is kept: in the checkout, or, if it came as a package, in the user's cache."""
    if is_checkout():
        return folder / "build"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "mock-okta" / "drivers" / folder.name


def _built(folder: Path, patterns: Sequence[str], wanted: str, build: Callable[[Path], None]) -> Path:
    """The folder that `build` has filled for these sources. Whoever comes second, also in another process, waits.

    wanted: what else tells one build from another
    """
    sources = sorted(path for pattern in patterns for path in folder.glob(pattern))
    told = hashlib.sha256(wanted.encode())
    for path in sources:
        told.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    home = home_of(folder)
    made = home / told.hexdigest()[:16]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.is_dir():
                print(f"building {folder.name}; the first time this takes a while", file=sys.stderr)
                with tempfile.TemporaryDirectory(dir=home) as half:
                    build(Path(half) / "made")
                    (Path(half) / "made").rename(made)
    except OSError as error:
        raise AdapterError(f"{folder.name}: cannot be built in {home}: {error.strerror}") from error
    return made


def _run(command: Sequence[str], folder: Path) -> None:
    spoken = " ".join(command[:2])
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=BUILD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise AdapterError(f"{folder.name}: {spoken} did not end within {BUILD_LIMIT_S} s in {folder}") from None
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).strip()
        raise AdapterError(f"{folder.name}: {spoken} failed in {folder}:\n{said[-2000:]}")


_GO = re.compile(r"go(\d+)\.(\d+)")
_JAVAC = re.compile(r"javac (\d+)")


def _version(command: Sequence[str], pattern: re.Pattern[str]) -> tuple[int, ...]:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = pattern.search(ended.stdout + ended.stderr)
    if found is None:
        raise AdapterError(f"{' '.join(command)} names no version: {(ended.stdout + ended.stderr).strip()[:200]}")
    return tuple(map(int, found.groups()))
