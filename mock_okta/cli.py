"""The command line: `mock-okta COMMAND`.

A command is a module of `mock_okta.commands` with a click command named `command`; it is imported only when it is
called, because one of them needs a web server and another a browser. Exit codes: 0 all well, 1 a check failed, 2 usage
or configuration, 3 the driver or the harness broke, 4 nothing ran.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from mock_okta.errors import MockOktaError, did_you_mean
from mock_okta.version import __version__

COMMANDS = {
    "check": "Say everything that is wrong in scenario files.",
    "conform": "Judge a client or a server by the requirements.",
    "demo": "Sign in once, end to end, and tell every request.",
    "env": "Print the settings that client libraries read.",
    "graph": "Draw the pages of a scenario and the moves between them.",
    "scenarios": "List the bundled scenarios.",
    "serve": "Serve scenarios over HTTP.",
    "walk": "Play the walks of scenarios.",
}
"""Every command with the line that the help has for it, so that help needs none of the modules."""

FAILED, INTERRUPTED = 1, 130


class LazyGroup(click.Group):
    """A group of the commands in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"mock_okta.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; an unknown one is a usage error that names the nearest."""
        if args[0] not in COMMANDS:
            hint = did_you_mean(args[0], COMMANDS) or f"there are: {', '.join(COMMANDS)}"
            ctx.fail(f"unknown command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mock-okta", message="%(prog)s %(version)s")
def cli() -> None:
    """An Okta org in a process, scripted by YAML, and the conformance suite for its clients."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code.

    What people can mend is a sentence on standard error; a traceback is a mistake of ours.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without typographic quotes gets question marks
    try:
        outcome: Any = cli.main(args=arguments, prog_name="mock-okta", standalone_mode=False)
        sys.stdout.flush()  # here and not at the end of the interpreter, where nobody could catch what goes wrong
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except MockOktaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # whoever read our output, e.g. `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return outcome if isinstance(outcome, int) else 0


if __name__ == "__main__":
    sys.exit(main())
