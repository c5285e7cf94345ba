"""Adapter files: where a driver is and how to reach it, in YAML.

kind: process                 # or http, python
command: [node, driver.mjs]   # process: a list, or a line that is split as a shell would
cwd: .                        # process, python: relative to the file
env: {DEBUG: "1"}             # process
url: http://127.0.0.1:9000/   # http
python: my_app.driver:handle  # python
capabilities: [nonce, token.refresh]   # instead of answering `hello`
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from mock_okta_conformance.adapters.base import Adapter
from mock_okta_conformance.adapters.callable import CallableAdapter, load_handle
from mock_okta_conformance.adapters.http import HttpAdapter
from mock_okta_conformance.adapters.process import ProcessAdapter
from mock_okta_conformance.adapters.protocol import check_capabilities
from mock_okta_conformance.errors import SetupError, nearest

LATER_KINDS = ("browser", "webapp")


def read_adapter_file(path: Path) -> Adapter:
    """The adapter that this file describes.

    Raises: SetupError naming the file, the member and what is allowed
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise SetupError(f"{path}: no YAML: {error}") from error
    members = document.get("adapter", document) if isinstance(document, Mapping) else None
    if not isinstance(members, Mapping):
        raise SetupError(f"{path}: an adapter file is a mapping with `kind:` and what belongs to that kind")
    return _adapter(dict(members), path)


def _adapter(members: dict[str, Any], path: Path) -> Adapter:
    kind = members.pop("kind", None)
    if kind in LATER_KINDS:
        raise SetupError(f"{path}: kind {kind!r} is planned and not there yet; use {_listed(KINDS)}")
    if kind not in KINDS:
        raise SetupError(f"{path}: kind: {kind!r} is none of {_listed(KINDS)}{nearest(str(kind), KINDS)}")
    required, optional, build = KINDS[kind]
    allowed = {*required, *optional, "capabilities"}
    for name in members.keys() - allowed:
        raise SetupError(f"{path}: {name}: not a member of kind {kind!r}{nearest(name, allowed)}")
    for name in required:
        if not members.get(name):
            raise SetupError(f"{path}: {name}: missing; kind {kind!r} needs it")
    return build(members, path, _capabilities(members, path))


def _capabilities(members: Mapping[str, Any], path: Path) -> frozenset[str] | None:
    names = members.get("capabilities")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SetupError(f"{path}: capabilities: a list of names is wanted")
    check_capabilities(frozenset(names), str(path))
    return frozenset(names)


def _process(members: Mapping[str, Any], path: Path, capabilities: frozenset[str] | None) -> Adapter:
    command = members["command"]
    words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
    env = {str(name): str(value) for name, value in (members.get("env") or {}).items()}
    cwd = path.parent / members.get("cwd", ".")
    return ProcessAdapter(words, origin=str(path), cwd=cwd, env=env, capabilities=capabilities)


def _http(members: Mapping[str, Any], path: Path, capabilities: frozenset[str] | None) -> Adapter:
    return HttpAdapter(str(members["url"]), origin=str(path), capabilities=capabilities)


def _python(members: Mapping[str, Any], path: Path, capabilities: frozenset[str] | None) -> Adapter:
    handle = load_handle(str(members["python"]), folder=(path.parent / members.get("cwd", ".")).resolve())
    return CallableAdapter(handle, origin=str(path), capabilities=capabilities)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(names))


Build = Callable[[Mapping[str, Any], Path, frozenset[str] | None], Adapter]

KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Build]] = {
    "http": (("url",), (), _http),
    "process": (("command",), ("cwd", "env"), _process),
    "python": (("python",), ("cwd",), _python),
}
"""kind: members it needs, members it may have, what makes it."""
