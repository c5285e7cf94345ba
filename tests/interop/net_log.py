"""Reads Chromium's own record of its network, in which its background services show up as well as pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "[::1]")


def reached(log: Path) -> set[str]:
    """The addresses that Chromium opened a TCP connection to, or sent a datagram to, without their ports.

    A UDP socket that is connected and sends nothing does not count: that is how Chromium asks the kernel for a route.

    log: what `--log-net-log` wrote, whole only once the browser has ended
    """
    record = json.loads(log.read_text())
    names = {number: name for name, number in record["constants"]["logEventTypes"].items()}
    connected: dict[Any, str] = {}
    found: set[str] = set()
    for event in record["events"]:
        name, source = names[event["type"]], event["source"]["id"]
        address = event.get("params", {}).get("address", "")
        if name == "TCP_CONNECT_ATTEMPT" and address:
            found.add(_without_port(address))
        elif name == "UDP_CONNECT" and address:
            connected[source] = _without_port(address)
        elif name == "UDP_BYTES_SENT":
            found.add(_without_port(address) or connected.get(source, "unknown"))
    return found


def _without_port(address: str) -> str:
    return address.rpartition(":")[0]
