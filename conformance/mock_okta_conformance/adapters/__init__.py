"""Ways to reach a client's driver: a process, an address, a Python callable, or a name that the suite knows."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from mock_okta_conformance.adapters.base import Adapter
from mock_okta_conformance.adapters.bundled import BUNDLED
from mock_okta_conformance.adapters.callable import CallableAdapter, load_handle
from mock_okta_conformance.adapters.file import read_adapter_file
from mock_okta_conformance.adapters.http import HttpAdapter
from mock_okta_conformance.adapters.process import ProcessAdapter
from mock_okta_conformance.errors import SetupError, nearest

__all__ = ["Adapter", "CallableAdapter", "HttpAdapter", "ProcessAdapter", "open_adapter"]


def open_adapter(text: str) -> Adapter:
    """The adapter that the user named: a bundled name, an adapter file, `python:module:handle`, a URL, or a command.

    Raises: SetupError if the text names none of these, AdapterError if a bundled driver cannot be installed
    """
    if text in BUNDLED:
        return _bundled(text)
    if text.endswith((".yaml", ".yml")):
        return read_adapter_file(Path(text))
    if text.startswith("python:"):
        return CallableAdapter(load_handle(text.removeprefix("python:"), folder=Path.cwd()), origin=text)
    if text.startswith(("http://", "https://")):
        return HttpAdapter(text, origin=text)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise SetupError(f"--adapter {text!r} is no command line: {error}") from None
    if words and shutil.which(words[0]):
        return ProcessAdapter(words, origin=text)
    raise SetupError(
        f"--adapter {text!r} is no bundled name{nearest(text, BUNDLED)}, no .yaml file and no program on the PATH.\n"
        f"Bundled names: {', '.join(name for name, row in BUNDLED.items() if row.open)}"
    )


def _bundled(name: str) -> Adapter:
    row = BUNDLED[name]
    if row.open is None:
        ready = ", ".join(other for other, entry in BUNDLED.items() if entry.open)
        raise SetupError(
            f"--adapter {name}: the driver for {row.client} is not bundled yet. Bundled now: {ready}. "
            "A driver of your own is about 60 lines: see docs/conformance.md, 'Write an adapter'."
        )
    return row.open()
