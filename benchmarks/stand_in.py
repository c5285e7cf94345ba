"""A Flask application with nothing in it, for comparing WSGI servers: `benchmarks/servers.py` serves it with each.

`/__mock__/health` answers at once, `/json` is a document the size of an identify reply, `/slow` takes half a second.
"""

from __future__ import annotations

import json
import time

from flask import Flask, Response

DOCUMENT = json.dumps({"version": "1.0.0", "remediation": {"type": "array", "value": ["x" * 60] * 40}}).encode()
SLOW_S = 0.5

app = Flask(__name__)


@app.get("/__mock__/health")
def health() -> Response:
    """What the readiness check asks for."""
    return Response(b'{"ready":true}', mimetype="application/json")


@app.get("/json")
def document() -> Response:
    """About 2.6 kB, as `/idp/idx/identify` answers."""
    return Response(DOCUMENT, mimetype="application/json")


@app.get("/slow")
def slow() -> Response:
    """Still in flight when the benchmark asks the server to stop."""
    time.sleep(SLOW_S)
    return Response(b'{"finished":true}', mimetype="application/json")
