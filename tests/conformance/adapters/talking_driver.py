"""A driver for tests of the process adapter: it misbehaves as its first argument says."""

from __future__ import annotations

import json
import subprocess
import sys
import time

MODE = sys.argv[1]


def answer(message: dict) -> dict:
    if message["op"] == "hello":
        return {"protocol": 1, "name": "talker", "version": "1", "capabilities": ["nonce"]}
    return {"view": {"state": "input", "steps": ["identify"]}}


if MODE == "child":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "a-child-that-stays"])
for line in sys.stdin:
    message = json.loads(line)
    if MODE == "noise":
        print("[okta-auth-js] WARN: something or other")
        print('"just a text"')
        print(json.dumps({"level": "debug", "text": "an object without id"}))
        print("to stderr", file=sys.stderr, flush=True)
    if MODE == "hang" and message["op"] == "start":
        time.sleep(600)
    if MODE == "die" and message["op"] == "start":
        print("out of memory", file=sys.stderr, flush=True)
        sys.exit(7)
    if MODE == "late":
        print(json.dumps({"id": message["id"] - 1, "fault": "an answer to something else"}), flush=True)
    print(json.dumps({"id": message["id"], **answer(message)}), flush=True)
