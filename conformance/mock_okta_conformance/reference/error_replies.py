"""Telling why the server said no, in each of the dialects that Okta's endpoints speak.

- `error` and `error_description`: OAuth endpoints (RFC 6749, 5.2)
- `errorCode`, `errorSummary` and `errorCauses`: every other endpoint, and OAuth ones behind a rate limiter
- `WWW-Authenticate: Bearer error="…", error_description="…"`: resources (RFC 6750, 3)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mock_okta_conformance.reference.errors import ClientError, RateLimited, RefusedError, ServerError, StepUpRequired
from mock_okta_conformance.reference.retry_after import retry_after_s
from mock_okta_conformance.reference.wire import Answer

LONGEST_TEXT = 2000
_CHALLENGE_PARAMETER = re.compile(r'\b(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', re.ASCII)


def refusal(answer: Answer, now: float, message: tuple[str | None, str] | None = None) -> ClientError:
    """The error that a reply stands for.

    now: epoch seconds on our clock, for limits that name a time without the server's own `Date`
    message: key and text of the Identity Engine's message in the reply, if it has one
    """
    code, text = message or _code_and_text(answer)
    told = f"{answer.asked} answered {answer.status}"
    if answer.status == 429:
        wait = retry_after_s(answer.headers, now)
        return RateLimited(text or f"{told}: too many requests", code=code, status=429, retry_after_s=wait)
    if answer.status >= 500 or (code is None and answer.status < 400):
        return ServerError(f"{told}: {text}" if text else told, code=code, status=answer.status)
    challenge = challenge_of(answer)
    if code == "insufficient_authentication_context":
        return StepUpRequired(text or told, code=code, status=answer.status, parameters=_step_up(challenge))
    return RefusedError(text or (f"{told}: {code}" if code else told), code=code, status=answer.status)


def challenge_of(answer: Answer) -> dict[str, str]:
    """The parameters of `WWW-Authenticate`, e.g. {"error": "invalid_token"}."""
    found = _CHALLENGE_PARAMETER.findall(answer.headers.get("www-authenticate", ""))
    return {name: quoted or bare for name, quoted, bare in found}


def _code_and_text(answer: Answer) -> tuple[str | None, str | None]:
    body = answer.body if isinstance(answer.body, dict) else {}
    if isinstance(body.get("error"), str):
        return body["error"], _line(body.get("error_description"))
    if isinstance(body.get("errorCode"), str):
        return body["errorCode"], _summary(body)
    challenge = challenge_of(answer)
    return challenge.get("error"), _line(challenge.get("error_description"))


def _summary(body: Mapping[str, Any]) -> str | None:
    """`errorSummary`, and the summaries of its causes, which often hold what matters."""
    causes = body.get("errorCauses")
    lines = [_line(body.get("errorSummary"))]
    lines += [_line(c.get("errorSummary")) for c in (causes if isinstance(causes, list) else []) if isinstance(c, dict)]
    return " ".join(line for line in lines if line) or None


def _line(value: object) -> str | None:
    return value[:LONGEST_TEXT] if isinstance(value, str) and value else None


def _step_up(challenge: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "acr_values" in challenge:
        wanted["acrValues"] = challenge["acr_values"]
    if challenge.get("max_age", "").isdecimal():
        wanted["maxAge"] = int(challenge["max_age"])
    return wanted
