"""S-IDX: the shape of every IDX document that the run has seen, those of a short tour among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mock_okta_conformance import ion
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import Check, each_answer
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, all_of, expect, missed

EXPIRES_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ION_TYPE = "application/ion+json;okta-version=1.0.0"
ARRAYS = ("remediation", "messages", "authenticators", "authenticatorEnrollments")
OBJECTS = (
    "user",
    "app",
    "currentAuthenticator",
    "currentAuthenticatorEnrollment",
    "enrollmentAuthenticator",
    "recoveryAuthenticator",
)
SEVERITIES = ("ERROR", "INFO", "WARNING")
REDIRECTS = ("redirect-idp", "success-redirect", "failure-redirect")


def every_page(judge: Callable[[Answer], Finding]) -> Callable[[Org], Finding]:
    """The check that judges every document."""
    return lambda org: each_answer(org.pages, judge, "no IDX document was seen")


def envelope(answer: Answer) -> Finding:
    """A document has version, and for a live transaction stateHandle, expiresAt and intent."""
    body = answer.served
    if body.get("version") != "1.0.0":
        return missed('version "1.0.0"', f"version {body.get('version')!r}", answer)
    if not ion.remediations(body) and ion.interaction_code(body) is None:
        return MET
    if not isinstance(body.get("stateHandle"), str) or not isinstance(body.get("intent"), str):
        return missed("stateHandle and intent", f"members {sorted(body)}", answer)
    expires = str(body.get("expiresAt"))
    return expect(EXPIRES_AT.fullmatch(expires), "expiresAt such as 2026-01-31T09:30:00.000Z", expires, answer)


def media_type(answer: Answer) -> Finding:
    """A document is sent as Ion of version 1.0.0."""
    found = answer.headers.get("content-type", "absent")
    return expect(found.replace(" ", "").lower() == ION_TYPE, ION_TYPE, found, answer)


def wrapped(answer: Answer) -> Finding:
    """Lists and objects stand in wrappers that name their type."""
    for name, kind, type_ in (*((n, "array", list) for n in ARRAYS), *((n, "object", dict) for n in OBJECTS)):
        wrapper = answer.served.get(name)
        if wrapper is None:
            continue
        fits = isinstance(wrapper, Mapping) and wrapper.get("type") == kind and isinstance(wrapper.get("value"), type_)
        if not fits:
            return missed(f'{name}: {{"type": "{kind}", "value": …}}', f"{str(wrapper)[:60]}", answer)
    return MET


def forms_are_complete(answer: Answer) -> Finding:
    """rel, absolute href, method, produces, accepts and value, with unique names."""
    for form in _forms(answer):
        name, href = form.get("name"), str(form.get("href"))
        origin = str(answer.url).split("/idp/idx/")[0]
        if form.get("rel") != ["create-form"]:
            return missed(f'{name}: rel ["create-form"]', f"rel {form.get('rel')}", answer)
        if not href.startswith(f"{origin}/"):
            return missed(f"{name}: an href below {origin}", f"href {href}", answer)
        if form.get("method") != "POST" or not form.get("accepts") or not isinstance(form.get("value"), list):
            return missed(f"{name}: method, accepts and value", f"members {sorted(form)}", answer)
        names = [row.get("name") for row in ion.members(form)]
        if len(set(names)) != len(names):
            return missed(f"{name}: fields with different names", f"{names}", answer)
    return MET


def redirects_are_links(answer: Answer) -> Finding:
    """A redirect has the method GET and no rel."""
    links = [row for row in ion.remediations(answer.served) if row.get("name") in REDIRECTS]
    odd = [link for link in links if "rel" in link or link.get("method") not in ("GET", None)]
    return expect(not odd, "method GET, no rel", f"{[link.get('name') for link in odd]}", answer)


def handle_is_in_every_form(answer: Answer) -> Finding:
    """Required, hidden, not mutable, and the same as that of the document."""
    wanted = {"required": True, "visible": False, "mutable": False, "value": answer.served.get("stateHandle")}
    for form in _forms(answer):
        if form.get("name") == "issue":
            continue
        row = ion.field(form, "stateHandle") or {}
        odd = [name for name, value in wanted.items() if row.get(name) != value]
        if odd:
            return missed(f"{form.get('name')}: a stateHandle field", f"{', '.join(odd)} wrong or absent", answer)
    return MET


def relations_resolve(answer: Answer) -> Finding:
    """Everything that a relatesTo names is in the document."""
    dangling = [path for path in _relations(answer.body) if not _resolves(answer.served, path)]
    return expect(not dangling, "every relatesTo resolves", f"{dangling[:1]}", answer)


def no_nulls(answer: Answer) -> Finding:
    """No member of a document is null, however deep."""
    found = next(_nulls(answer.body, "$"), None)
    return expect(found is None, "no null", f"null at {found}", answer)


def messages_are_complete(answer: Answer) -> Finding:
    """A message has a text, a key and a class."""
    for message in ion.messages(answer.served):
        key = (message.get("i18n") or {}).get("key")
        good = isinstance(message.get("message"), str) and key and message.get("class") in SEVERITIES
        if not good:
            return missed("message, i18n.key and class", f"{dict(message)}", answer)
    return MET


def cancel_and_app_are_there(answer: Answer) -> Finding:
    """A document that offers a remediation has cancel and app."""
    if not ion.remediations(answer.served):
        return MET
    absent = [name for name in ("cancel", "app") if name not in answer.served]
    return expect(not absent, "cancel and app", f"without {', '.join(absent)}", answer)


def no_secret_is_echoed(org: Org) -> Finding:
    """What was submitted as a passcode is in no document; nor is the whole address of the user."""
    pages = org.pages
    passcodes = {str(p) for answer in pages if (p := _passcode(answer)) and len(str(p)) >= 4}
    findings = []
    for answer in pages:
        text = str(answer.body)
        leaked = next((passcode for passcode in passcodes if passcode in text), None)
        findings.append(expect(leaked is None, "no passcode in a reply", "the passcode is in the document", answer))
        profile = ion.current(answer.served).get("profile") or {}
        full = [person.address for person in org.profile.users if person.address in str(profile)]
        findings.append(expect(not full, "a masked address", "the whole address", answer))
    return all_of(findings, otherwise=MET)


def _forms(answer: Answer) -> Iterator[Mapping[str, Any]]:
    return (form for form in ion.forms(answer.served) if form.get("name") not in REDIRECTS)


def _passcode(answer: Answer) -> Any:
    credentials = answer.sent.get("credentials") if isinstance(answer.sent, Mapping) else None
    return credentials.get("passcode") if isinstance(credentials, Mapping) else None


def _relations(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "relatesTo":
                yield from ([value] if isinstance(value, str) else value)
            else:
                yield from _relations(value)
    elif isinstance(node, list):
        for item in node:
            yield from _relations(item)


def _resolves(body: Any, path: str) -> bool:
    node = body
    for part in path.removeprefix("$.").replace("[", ".").replace("]", "").split("."):
        if isinstance(node, Mapping) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return False
    return True


def _nulls(node: Any, path: str) -> Iterator[str]:
    if node is None:
        yield path
    children = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for name, value in children:
        yield from _nulls(value, f"{path}.{name}")


def _row(number: int, level: Level, text: str, source: str, check: Check) -> ServerRequirement:
    return Requirement(
        id=f"S-IDX-{number:02}", level=level, text=text, sources=(source,), check=check, needs=("client",)
    )


ROWS: tuple[ServerRequirement, ...] = (
    _row(
        1,
        Level.OKTA,
        "A document has version, and while it is live stateHandle, expiresAt and intent.",
        "all SDK parsers",
        every_page(envelope),
    ),
    _row(2, Level.OKTA, "A document is Ion of version 1.0.0.", "recorded replies", every_page(media_type)),
    _row(
        3, Level.MUST, "Lists and objects are wrapped with their type.", "Ion: Collection Object", every_page(wrapped)
    ),
    _row(
        4, Level.MUST, "A form has rel, href, method, accepts and fields.", "Ion: Form", every_page(forms_are_complete)
    ),
    _row(
        5,
        Level.OKTA,
        "A redirect is a link and no form.",
        "okta-auth-js lib/idx/idxState/v1/makeIdxState.ts",
        every_page(redirects_are_links),
    ),
    _row(
        6,
        Level.OKTA,
        "Every form has the stateHandle as a hidden field.",
        "okta-auth-js lib/idx/idxState/v1/actionParser.ts",
        every_page(handle_is_in_every_form),
    ),
    _row(
        7,
        Level.OKTA,
        "Every relatesTo points into the document.",
        "okta-auth-js lib/idx/idxState/v1/idxResponseParser.ts",
        every_page(relations_resolve),
    ),
    _row(
        8, Level.OKTA, "Nothing in a document is null.", "parsers of okta-auth-js, Go and Kotlin", every_page(no_nulls)
    ),
    _row(
        9,
        Level.OKTA,
        "A message has a text, a key and a class.",
        "okta-signin-widget playground mocks",
        every_page(messages_are_complete),
    ),
    _row(
        10,
        Level.OKTA,
        "A live document has cancel and app.",
        "recorded replies",
        every_page(cancel_and_app_are_there),
    ),
    _row(11, Level.OKTA, "A document repeats no passcode and no whole address.", "RFC 9700 §4.3", no_secret_is_echoed),
)
