"""S-HTTP: headers, browsers, languages."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from mock_okta_conformance import ion
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import each_answer
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

UNTRUSTED = "https://evil.example"
LIMITS = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
MOST_SKEW_S = 300


def limits_are_told(org: Org) -> Finding:
    """The three X-Rate-Limit headers are integers, and the reset lies ahead of Date."""

    def judge(answer: Answer) -> Finding:
        values = {name: answer.headers.get(name, "absent") for name in LIMITS}
        odd = [f"{name}: {value}" for name, value in values.items() if not value.isdigit()]
        if odd:
            return missed("integers in X-Rate-Limit-*", ", ".join(odd), answer)
        date = answer.headers.get("date")
        if date is None:
            return missed("a Date", "none", answer)
        now = parsedate_to_datetime(date).timestamp()
        ahead = int(values["x-rate-limit-reset"]) >= now - 1
        return expect(ahead, "a reset that lies ahead", f"{values['x-rate-limit-reset']}, Date {date}", answer)

    flow = org.interact()
    return each_answer((flow.answer, org.introspect(flow.handle)), judge, "")


def date_is_right(org: Org) -> Finding:
    """The Date is within five minutes of our clock."""
    answer = org.get(org.endpoint("keys"))
    date = answer.headers.get("date")
    skew = abs(parsedate_to_datetime(date).timestamp() - time.time()) if date else None
    return expect(skew is not None and skew < MOST_SKEW_S, "a Date that is right", f"{date or 'none'}", answer)


def origins_are_told_apart(org: Org) -> Finding:
    """The exact origin with credentials for a trusted one, nothing for another, never a star with credentials."""
    parts = urlsplit(org.app().redirect_uri)
    trusted = f"{parts.scheme}://{parts.netloc}"
    for origin, wanted in ((trusted, trusted), (UNTRUSTED, None)):
        answer = org.post_form("interact", {"client_id": org.app().client_id}, Origin=origin)
        allowed = answer.headers.get("access-control-allow-origin")
        credentials = answer.headers.get("access-control-allow-credentials")
        if allowed != wanted:
            seen = f"Access-Control-Allow-Origin: {allowed or 'absent'}"
            return missed(f"Access-Control-Allow-Origin: {wanted or 'absent'} for {origin}", seen, answer)
        if wanted and credentials != "true":
            return missed("Access-Control-Allow-Credentials: true", f"{credentials or 'absent'}", answer)
    return MET


def requests_have_ids(org: Org) -> Finding:
    """Every reply has an X-Okta-Request-Id, and no two have the same."""
    answers = [org.interact().answer for _ in range(3)]
    answers.append(org.introspect(str(answers[0].served.get("interaction_handle"))))
    ids = [answer.headers.get("x-okta-request-id", "") for answer in answers]
    return expect(
        all(ids) and len(set(ids)) == len(ids), "an X-Okta-Request-Id each, all different", f"{ids}", answers[0]
    )


def language_changes_texts_only(org: Org) -> Finding:
    """Asked for German, the server sends messages with the same keys as in English."""
    keys = []
    for language in ("en", "de"):
        _, first = org.begin()
        form = ion.remediations(first.served)[0]
        answer = org.post_idx(str(form["href"]), {"stateHandle": first.served["stateHandle"]}, Accept_Language=language)
        keys.append((answer, ion.message_keys(answer.served)))
    (english, wanted), (german, found) = keys
    return expect(wanted == found, f"the keys {wanted}", f"the keys {found}", english, german)


ROWS: tuple[ServerRequirement, ...] = (
    Requirement(
        id="S-HTTP-01",
        level=Level.OKTA,
        text="Replies tell the rate limit, and a Date that is right.",
        sources=("Okta docs: rate limits",),
        check=lambda org: next((f for f in (limits_are_told(org), date_is_right(org)) if f is not MET), MET),
        needs=("client",),
    ),
    Requirement(
        id="S-HTTP-03",
        level=Level.OKTA,
        text="A trusted origin may read replies with credentials, another may not.",
        sources=("Okta docs: enable CORS",),
        check=origins_are_told_apart,
        needs=("client",),
    ),
    Requirement(
        id="S-HTTP-04",
        level=Level.OKTA,
        text="Every reply has a request id of its own.",
        sources=("Okta docs: error codes",),
        check=requests_have_ids,
        needs=("client",),
    ),
    Requirement(
        id="S-HTTP-07",
        level=Level.OKTA,
        text="The language changes texts and no keys.",
        sources=("okta-signin-widget i18n",),
        check=language_changes_texts_only,
        needs=("client",),
    ),
)
