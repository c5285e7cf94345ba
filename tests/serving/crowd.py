"""Many clients at once, each with a connection that it keeps, driven by one thread."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from tests.serving.started import KEYS, SOON_S, Started, request

VERIFIER = "a-verifier-of-forty-three-characters-or-more-1"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "http://localhost:8080/login/callback"

Ask = Callable[[bytes], Awaitable[bytes]]
Task = Callable[[Ask], Awaitable[None]]


async def fetch_keys(ask: Ask) -> None:
    """One request."""
    assert json.loads(await ask(request(KEYS)))["keys"]


def signing_in(client_id: str) -> Task:
    """Five requests, from the handle to the tokens."""
    form = "Content-Type: application/x-www-form-urlencoded"
    idx = "Content-Type: application/json"

    async def sign_in(ask: Ask) -> None:
        async def post(path: str, kind: str, body: str) -> Any:
            return json.loads(await ask(request(path, kind, method="POST", body=body.encode())))

        started = {
            "client_id": client_id, "scope": "openid", "redirect_uri": CALLBACK, "state": "state",
            "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        handle = (await post("/oauth2/default/v1/interact", form, urlencode(started)))["interaction_handle"]
        page = await post("/idp/idx/introspect", idx, json.dumps({"interactionHandle": handle}))
        named = {"stateHandle": page["stateHandle"], "identifier": "mary@example.com"}
        page = await post("/idp/idx/identify", idx, json.dumps(named))
        proved = {"stateHandle": page["stateHandle"], "credentials": {"passcode": "Abcd1234!"}}
        page = await post("/idp/idx/challenge/answer", idx, json.dumps(proved))
        code = next(each["value"] for each in page["successWithInteractionCode"]["value"] if each["name"] ==
                    "interaction_code")  # fmt: skip
        redeemed = {"grant_type": "interaction_code", "interaction_code": code, "client_id": client_id,
                    "code_verifier": VERIFIER}  # fmt: skip
        assert "id_token" in await post("/oauth2/default/v1/token", form, urlencode(redeemed))

    return sign_in


def unserved_when_one_has_five(server: Started, clients: int, task: Task) -> int:
    """How many clients have not done the task once when all have, or when one has done it five times."""
    return asyncio.run(_compete(server, clients, task))


async def _compete(server: Started, clients: int, task: Task) -> int:
    done: Counter[int] = Counter()
    over = asyncio.Event()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", server.port, ssl=server.tls, server_hostname="localhost" if server.tls else None
        )

        async def ask(data: bytes) -> bytes:
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            return await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))

        try:
            while not over.is_set():
                await task(ask)
                done[number] += 1
                if len(done) == clients or done[number] == 5:
                    over.set()
        finally:
            writer.transport.abort()

    running = [asyncio.create_task(client(number)) for number in range(clients)]
    waiting = asyncio.create_task(over.wait())
    # Whoever fails is done too, and ends the wait.
    await asyncio.wait([waiting, *running], timeout=10 * SOON_S, return_when=asyncio.FIRST_COMPLETED)
    unserved = clients - len(done)
    for each in (waiting, *running):
        each.cancel()
    outcomes = await asyncio.gather(*running, return_exceptions=True)
    await asyncio.sleep(0)  # in which the connections are closed
    failures = [each for each in outcomes if isinstance(each, Exception)]
    if failures:
        raise failures[0]
    return unserved
