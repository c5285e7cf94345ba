"""Moves a second of the engine alone, in process, and beside it another revision of this repository in the same run.

    python benchmarks/engine.py [--against 56f953d] [--rounds 9] [--sign-ins 1000]

A sign-in is four moves: interact, introspect, identify, password; nothing is signed. A move is one call of `advance`:
no HTTP, no journal, no lock, and what its client does is not counted. Both revisions are run in turn in every round,
each in a process of its own, and only what the two did in the same round is compared: the machine may do other things
besides. Times are processor seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
ORIGIN = "http://localhost:6582"
FORM_TYPE = "application/x-www-form-urlencoded"
FORM = {
    "scope": "openid profile",
    "redirect_uri": "http://localhost:8080/login/callback",
    "state": "state",
    "code_challenge": "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4",
    "code_challenge_method": "S256",
}
MOVES_A_SIGN_IN = 4


class Client:
    """Somebody who signs in at a tenant of the scenario `password`, of whatever revision this process finds."""

    def __init__(self) -> None:
        from mock_okta import engine, loader
        from mock_okta.engine.model import Request
        from mock_okta.keys import development_keys

        self.scenario = loader.load("password")
        new_tenant = getattr(engine, "bootstrap_tenant", None) or engine.found_tenant  # its name in older revisions
        self.state = new_tenant(self.scenario, tenant="password", seed="benchmark", keys=development_keys())
        self.advance, self.request = engine.advance, Request
        self.has_chance = "chance" in Request.__annotations__
        self.at, self.number, self.spent_s = 1_800_000_000.0, 0, 0.0

    def sign_in(self) -> None:
        """Four moves, and an interaction code in the end."""
        user = self.scenario.users[0]
        begun = self.move("interact", urlencode(FORM | {"client_id": self.state.client_ids[1]}), FORM_TYPE)
        page = self.post("introspect", interactionHandle=begun["interaction_handle"])
        page = self.post("identify", identifier=user.login, stateHandle=page["stateHandle"])
        answer = {"passcode": user.enrolled[0].secret["password"]}
        page = self.post("challenge/answer", credentials=answer, stateHandle=page["stateHandle"])
        assert "successWithInteractionCode" in page

    def post(self, path: str, **body: object) -> dict:
        """One move in the Identity Engine."""
        return self.move(f"idx/{path}", json.dumps(body), "application/json")

    def move(self, endpoint: str, body: str, content_type: str) -> dict:
        """One request and the body of its reply."""
        self.at, self.number = self.at + 0.25, self.number + 1
        request = self.request(
            method="POST",
            endpoint=endpoint,
            origin=ORIGIN,
            at=self.at,
            server="password",
            headers={"content-type": content_type, "accept": "application/json"},
            body=body.encode(),
            **({"chance": str(self.number)} if self.has_chance else {}),
        )
        started = time.process_time()
        self.state, reply = self.advance(self.scenario, self.state, request)
        self.spent_s += time.process_time() - started
        assert reply.status == 200, reply.body
        return reply.body


def moves_a_second(sign_ins: int) -> float:
    """What this process does in a second of processor time; a tenth as many sign-ins come before, unmeasured."""
    client = Client()
    for _ in range(sign_ins // 10):
        client.sign_in()
    client.spent_s = 0.0
    for _ in range(sign_ins):
        client.sign_in()
    return sign_ins * MOVES_A_SIGN_IN / client.spent_s


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A checkout of another revision, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run([*git, "add", "--quiet", "--detach", str(checkout), revision], check=True)
        try:
            yield checkout
        finally:
            subprocess.run([*git, "remove", "--force", str(checkout)], check=True)


def measured(checkout: Path, sign_ins: int) -> float:
    """Moves a second of the revision in that folder."""
    program = (
        f"import sys; sys.path[:0] = {[str(checkout), str(Path(__file__).parent)]!r}; import engine as benchmark; "
    )
    program += f"import mock_okta; assert mock_okta.__file__.startswith({str(checkout)!r}), mock_okta.__file__; "
    program += f"print(benchmark.{moves_a_second.__name__}({sign_ins}))"
    printed = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    return float(printed)


def main() -> None:
    """Prints moves a second: minimum, median, maximum, and the ratio round by round."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", help="a revision of this repository, to be run in turn with this one")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--sign-ins", type=int, default=1000)
    options = parser.parse_args()
    here, there = [], []
    if options.against is None:
        here = [measured(ROOT, options.sign_ins) for _ in range(options.rounds)]
    else:
        with checked_out(options.against) as checkout:
            for _ in range(options.rounds):
                there.append(measured(checkout, options.sign_ins))
                here.append(measured(ROOT, options.sign_ins))
    rows = {"this checkout, moves/s": here, f"{options.against}, moves/s": there}
    for label, figures in rows.items():
        if figures:
            print(f"{label:28} {min(figures):8,.0f} {median(figures):8,.0f} {max(figures):8,.0f}")
    if there:
        ratios = [mine / theirs for mine, theirs in zip(here, there, strict=True)]
        print(f"{'ratio, round by round':28} {min(ratios):8.2f} {median(ratios):8.2f} {max(ratios):8.2f}")


if __name__ == "__main__":
    main()
