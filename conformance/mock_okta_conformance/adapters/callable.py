"""A driver as a Python callable: `handle(message) -> reply`, plain or async."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mock_okta_conformance.adapters.base import REPLY_S
from mock_okta_conformance.errors import AdapterError, AdapterHung, SetupError

Handle = Callable[[Mapping[str, Any]], Any]


class CallableAdapter:
    """Calls `handle` on a thread of its own, so that a client that never returns costs one probe and not the run."""

    def __init__(self, handle: Handle, *, origin: str, capabilities: frozenset[str] | None = None) -> None:
        self.origin = origin
        self.capabilities = capabilities
        self._handle = handle
        self._inbox: queue.SimpleQueue[Any] | None = None
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask(self, message: Mapping[str, Any], *, timeout_s: float = REPLY_S) -> Mapping[str, Any]:
        """What `handle` returns, with the id of the message; see `Adapter.ask`."""
        inbox = self._inbox or self._start()
        inbox.put(dict(message))
        try:
            outcome = self._outbox.get(timeout=timeout_s)
        except queue.Empty:
            raise AdapterHung(f"{self.origin}: no reply to {message.get('op')!r} within {timeout_s:g} s") from None
        if isinstance(outcome, Exception):
            raise AdapterError(f"{self.origin}: handle() raised {type(outcome).__name__}: {outcome}") from outcome
        if not isinstance(outcome, Mapping):
            raise AdapterError(f"{self.origin}: handle() returned {type(outcome).__name__}, not a dict")
        return {**outcome, "id": message["id"]}

    def noise(self) -> str:
        """Nothing: the callable shares the streams of the suite."""
        return ""

    def restart(self) -> None:
        """Leaves the stuck thread behind and starts another with the next message."""
        self.close()

    def close(self) -> None:
        """Lets the thread end once it is idle."""
        if self._inbox is not None:
            self._inbox.put(None)
            self._inbox = None

    def _start(self) -> queue.SimpleQueue[Any]:
        inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._inbox, self._outbox = inbox, queue.SimpleQueue()
        threading.Thread(target=_serve, args=(self._handle, inbox, self._outbox), daemon=True).start()
        return inbox


def _serve(handle: Handle, inbox: queue.SimpleQueue[Any], outbox: queue.SimpleQueue[Any]) -> None:
    while (message := inbox.get()) is not None:
        try:
            reply = handle(message)
            outbox.put(asyncio.run(_awaited(reply)) if inspect.isawaitable(reply) else reply)
        except Exception as error:  # whatever the driver raises is its fault, to be reported as such
            outbox.put(error)


async def _awaited(reply: Any) -> Any:
    return await reply


def load_handle(reference: str, *, folder: Path | None = None) -> Handle:
    """The callable that `package.module:name` names; `folder` is searched first.

    Raises: SetupError if there is no such module or callable
    """
    module_name, _, name = reference.partition(":")
    if not module_name or not name:
        raise SetupError(f"{reference!r} names no callable; write it as package.module:handle")
    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise SetupError(f"{reference}: cannot import {module_name!r}: {error}") from error
    handle = getattr(module, name, None)
    if not callable(handle):
        raise SetupError(f"{reference}: module {module_name!r} has no callable {name!r}")
    found: Handle = handle
    return found
