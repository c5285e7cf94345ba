"""What many checks of server requirements have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.verdicts import MET, Finding, all_of, expect, missed, unseen

Check = Callable[[Org], Finding]
PRINTABLE = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
"""What RFC 6749 section 5.2 allows in `error_description`."""


def oauth_error(answer: Answer, status: int | tuple[int, ...], error: str | tuple[str, ...], *texts: str) -> Finding:
    """The reply is this OAuth error, with one of the texts if any are given.

    texts: exact, or a beginning that ends with "…"
    """
    statuses = status if isinstance(status, tuple) else (status,)
    errors = error if isinstance(error, tuple) else (error,)
    said = f"{answer.served.get('error')}: “{answer.served.get('error_description')}”"
    wanted = f"{' or '.join(map(str, statuses))} {' or '.join(errors)}" + (f", “{texts[0]}”" if texts else "")
    if answer.status not in statuses or answer.served.get("error") not in errors:
        return missed(wanted, f"{answer.status} {said}", answer)
    description = str(answer.served.get("error_description"))
    fits = not texts or any(_fits(description, text) for text in texts)
    return expect(fits, wanted, f"{answer.status} {said}", answer)


def api_error(answer: Answer, status: int | tuple[int, ...], code: str) -> Finding:
    """The reply is this error in Okta's envelope."""
    statuses = status if isinstance(status, tuple) else (status,)
    seen = f"{answer.status} {answer.served.get('errorCode')}: “{answer.served.get('errorSummary')}”"
    fits = answer.status in statuses and answer.served.get("errorCode") == code
    return expect(fits, f"{' or '.join(map(str, statuses))} {code}", seen, answer)


def has_status(answer: Answer, *statuses: int) -> Finding:
    """The reply has one of these statuses."""
    return expect(answer.status in statuses, f"status {' or '.join(map(str, statuses))}", f"{answer.status}", answer)


def members_are(answer: Answer, **wanted: Any) -> Finding:
    """Each member of the body has this value; `...` only wants it to be there."""
    for name, value in wanted.items():
        found = answer.served.get(name)
        if found is None or (value is not ... and found != value):
            need = f"{name}" if value is ... else f"{name}: {value!r}"
            return missed(need, f"{name}: {found!r}" if found is not None else f"{name} absent", answer)
    return MET


def each_answer(answers: Iterable[Answer], judge: Callable[[Answer], Finding], nothing: str) -> Finding:
    """The first finding over the answers that is not met."""
    return all_of(map(judge, answers), otherwise=unseen(nothing))


def first_missed(*findings: Finding) -> Finding:
    """The first of the findings that is not met, else MET."""
    return next((finding for finding in findings if finding is not MET), MET)


def _fits(description: str, text: str) -> bool:
    return description.startswith(text[:-1]) if text.endswith("…") else description == text
