"""`mock-okta conform`: judge a client or a server by the requirements."""

from __future__ import annotations

import datetime
import logging
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from mock_okta.commands.files import check_writable
from mock_okta_conformance.errors import ConformError, SetupError
from mock_okta_conformance.known import FILE_NAME, Entry, apply_known, check_known, read_known
from mock_okta_conformance.report.console import console_text
from mock_okta_conformance.report.junit import junit_text
from mock_okta_conformance.report.machine import json_text
from mock_okta_conformance.requirement import AnyRequirement, Level
from mock_okta_conformance.results import Report, exit_code
from mock_okta_conformance.selection import Selection, select

if TYPE_CHECKING:
    import ssl

    from mock_okta_conformance.server.profile import OrgProfile

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What both subcommands take."""

    checks: tuple[str, ...]
    without: tuple[str, ...]
    levels: tuple[str, ...]
    sources: tuple[str, ...]
    only_list: bool
    strict: bool
    fail_on: str
    known: Path | None
    json_file: Path | None
    junit_file: Path | None
    trace: str
    seed: int

    @property
    def selection(self) -> Selection:
        """Which requirements the run is about."""
        levels = tuple(Level(level.upper()) for level in self.levels)
        return Selection(checks=self.checks, without=self.without, levels=levels, sources=self.sources)


@click.group()
def command() -> None:
    """Judge a client or a server by the requirements.

    Exit codes: 0 all met, 1 a requirement is not met, 2 usage or configuration, 3 the adapter or the suite broke,
    4 nothing ran.
    """


def _shared_options(view: View) -> View:
    levels = click.Choice([level.value.lower() for level in Level], case_sensitive=False)
    file = click.Path(dir_okay=False, path_type=Path)
    for option in reversed(
        (
            click.option("--check", "checks", multiple=True, metavar="PATTERN", help="Only these, e.g. 'C-IDT-*'."),
            click.option("--not", "without", multiple=True, metavar="PATTERN", help="All but these."),
            click.option("--level", "levels", multiple=True, type=levels, help="Only requirements of this level."),
            click.option(
                "--source", "sources", multiple=True, metavar="TEXT", help="Only those that cite it: rfc7636."
            ),
            click.option("--list", "only_list", is_flag=True, help="Print the requirements and run nothing."),
            click.option("--strict", is_flag=True, help="Warnings count as failures."),
            click.option("--fail-on", type=click.Choice(["must", "should"]), default="must", show_default=True),
            click.option("--known", type=file, help=f"Known failures. Default: {FILE_NAME}, or the driver's own."),
            click.option("--json", "json_file", type=file, help="Write the report as JSON; - is standard output."),
            click.option("--junit", "junit_file", type=file, help="Write the report as JUnit XML."),
            click.option("--trace", type=click.Choice(["none", "failed", "all"]), default="none", show_default=True),
            click.option("--seed", type=int, default=0, show_default=True, help="Decides the order of scenarios."),
        )
    ):
        view = option(view)
    return view


@command.command()
@click.option("--adapter", metavar="NAME|FILE|COMMAND", help="A bundled driver, an adapter file, or a command line.")
@click.option(
    "--mock",
    metavar="URL",
    help="A mock that is running, instead of one of our own; MOCK_OKTA_CONTROL_TOKEN is sent along.",
)
@_shared_options
def client(adapter: str | None, mock: str | None, **options: Any) -> int:
    """Judge a client through its adapter."""
    from mock_okta_conformance.adapters.bundled import BUNDLED
    from mock_okta_conformance.client.requirements import CLIENT_REQUIREMENTS

    chosen = Options(**options)
    rerun = shlex.join(["mock-okta", "conform", "client", "--adapter", adapter or ""])
    bundled = BUNDLED.get(adapter or "")
    return _run(
        CLIENT_REQUIREMENTS,
        chosen,
        lambda rows: _judge_client(rows, adapter, mock, chosen, rerun),
        bundled.known if bundled else None,
    )


@command.command()
@click.option("--issuer", metavar="URL", help="The issuer; else that of the org profile.")
@click.option("--org", "profile", type=click.Path(dir_okay=False, path_type=Path), help="An org profile, in YAML.")
@click.option("--allow", "allowed", metavar="CLASSES", default="S,U", show_default=True, help="Of S, U, A, L, M.")
@click.option("--ca-file", type=click.Path(exists=True, dir_okay=False), help="Certificates to trust.")
@_shared_options
def server(issuer: str | None, profile: Path | None, allowed: str, ca_file: str | None, **options: Any) -> int:
    """Judge a server: the mock, or an org."""
    from mock_okta_conformance.server.requirements import SERVER_REQUIREMENTS

    chosen = Options(**options)
    words = ["mock-okta", "conform", "server"]
    words += ["--issuer", issuer] if issuer else []
    words += ["--org", str(profile)] if profile else []
    words += ["--allow", allowed] if allowed != "S,U" else []
    rerun = shlex.join(words)
    return _run(
        SERVER_REQUIREMENTS,
        chosen,
        lambda rows: _judge_server(rows, issuer, profile, _classes(allowed), ca_file, chosen, rerun),
    )


def _run(
    table: tuple[AnyRequirement, ...],
    options: Options,
    judge: Callable[[tuple[AnyRequirement, ...]], Report],
    known_of_driver: Path | None = None,
) -> int:
    try:
        rows = select(table, options.selection)
        if options.only_list:
            _list(rows)
            return 0
        for path, what in ((options.json_file, "report"), (options.junit_file, "report")):
            if path is not None and str(path) != "-":
                check_writable(path, what)
        known, entries = _known(options, known_of_driver)
        check_known(entries, table)
        report = judge(rows)
        if known is not None:
            report = apply_known(report, entries, datetime.date.today())
            report = replace(report, notes=(*report.notes, f"known failures are those of {known}"))
    except ConformError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    return _publish(report, options)


def _known(options: Options, of_driver: Path | None) -> tuple[Path | None, tuple[Entry, ...]]:
    """The list of known failures: the one that was named, the one that is there, or the one of the driver."""
    found = options.known or (Path(FILE_NAME) if Path(FILE_NAME).exists() else of_driver)
    return found, read_known(found) if found is not None else ()


def _publish(report: Report, options: Options) -> int:
    code = exit_code(report, strict=options.strict, fail_on=options.fail_on)
    if options.junit_file is not None:
        options.junit_file.write_text(junit_text(report, strict=options.strict), encoding="utf-8")
    if options.json_file is not None and str(options.json_file) != "-":
        options.json_file.write_text(json_text(report, exit_code=code), encoding="utf-8")
    if str(options.json_file) == "-":
        click.echo(json_text(report, exit_code=code), nl=False)
    else:
        click.echo(console_text(report, exit_code=code, trace=options.trace, strict=options.strict), nl=False)
    return code


def _list(rows: tuple[AnyRequirement, ...]) -> None:
    for row in rows:
        click.echo(f"{row.id:<11} {row.level:<8} {row.text}")
    click.echo(f"{len(rows)} requirements")


def _judge_client(
    rows: tuple[AnyRequirement, ...], name: str | None, mock: str | None, options: Options, rerun: str
) -> Report:
    from mock_okta_conformance.adapters import open_adapter
    from mock_okta_conformance.client.runner import run_client

    if not name:
        raise SetupError("--adapter is missing: a bundled name such as okta-auth-js, an adapter file, or a command")
    adapter = open_adapter(name)
    try:
        with _control(mock) as control, _progress() as progress:
            return run_client(rows, adapter, control, seed=options.seed, rerun=rerun, progress=progress)
    finally:
        adapter.close()


@contextmanager
def _control(mock: str | None) -> Iterator[Any]:
    """The control API of the mock that probes are played in: one that is running, or one of our own."""
    from mock_okta_conformance.control import Control, Untrusted

    if mock is not None:
        _check_address("--mock", mock)
        control = Control(mock, token=os.environ.get("MOCK_OKTA_CONTROL_TOKEN"))
        try:
            control.check()
            yield control
        finally:
            control.close()
        return
    from mock_okta.serving.in_process import MockOkta

    with _without_misfits(), MockOkta() as plain, MockOkta(https=True) as secure:
        control = Control(plain.base_url, untrusted=Untrusted(secure.issuer, secure.journal))
        try:
            yield control
        finally:
            control.close()


@contextmanager
def _without_misfits() -> Iterator[None]:
    """A probe spoils a kind of reply wherever it can be; that others of the sign-in have no place for it is no news."""
    log = logging.getLogger("mock_okta.script")
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


def _judge_server(
    rows: tuple[AnyRequirement, ...],
    issuer: str | None,
    path: Path | None,
    allowed: tuple[str, ...],
    ca_file: str | None,
    options: Options,
    rerun: str,
) -> Report:
    from mock_okta_conformance.server.org import Org
    from mock_okta_conformance.server.runner import run_server

    if issuer is not None:
        _check_address("--issuer", issuer)
    profile, note = _profile(issuer, path, ca_file)
    org = Org(profile, verify=_trusting(ca_file or profile.ca_file))
    try:
        with _progress() as progress:
            report = run_server(rows, org, allowed=allowed, rerun=rerun, seed=options.seed, progress=progress)
    finally:
        org.close()
    return replace(report, notes=(note,) if note else ())


def _profile(issuer: str | None, path: Path | None, ca_file: str | None) -> tuple[OrgProfile, str]:
    """The profile in the file, or what the mock says of itself, or next to nothing; and a note for the report."""
    import httpx

    from mock_okta_conformance.server.profile import OrgProfile, profile_of_mock, read_profile

    if path is not None:
        return read_profile(path, issuer=issuer), ""
    if issuer is None:
        raise SetupError("--issuer is missing: the address of an authorization server, or --org FILE that names one")
    with httpx.Client(verify=_trusting(ca_file), trust_env=False) as http:
        found = profile_of_mock(issuer, http)
    if found is not None:
        return found, "the control API of the mock named clients, users and outbox"
    note = "no org profile was given (--org FILE), so that only what needs none was judged"
    return OrgProfile(issuer=issuer.rstrip("/")), note


def _check_address(option: str, address: str) -> None:
    """Raises: SetupError for what nothing can be sent to"""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise SetupError(f"{option} {address!r} is no http or https address")


def _trusting(ca_file: str | None) -> ssl.SSLContext | bool:
    """What connections are checked with. Raises: SetupError for a file that has no certificates"""
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_file) if ca_file else True
    except (OSError, ValueError, TypeError) as error:
        raise SetupError(f"{ca_file}: has no certificates that can be read: {error}") from None


def _classes(text: str) -> tuple[str, ...]:
    from mock_okta_conformance.server.runner import CLASSES

    chosen = tuple(word.strip().upper() for word in text.split(",") if word.strip())
    unknown = [word for word in chosen if word not in CLASSES]
    if unknown:
        meanings = "; ".join(f"{name}: {meaning}" for name, meaning in CLASSES.items())
        raise click.UsageError(f"--allow: {unknown[0]!r} is none of the classes. {meanings}")
    return tuple(dict.fromkeys(("S", *chosen)))


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """One line on standard error that is written over, and only where somebody can see it."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    try:
        yield lambda done, total, what: click.echo(f"\r\x1b[K{done}/{total} {what}", nl=False, err=True)
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
