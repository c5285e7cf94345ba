"""Judging what a client submits by the forms that it was served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_okta_conformance import ion
from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.evidence import Evidence, Exchange
from mock_okta_conformance.client.judging import described, difference, each, signs_in, stopped
from mock_okta_conformance.verdicts import Finding, all_of, expect, missed, unseen

NOT_OFFERED = ("skip", "future-step")
"""Verbs of which the probes ask while no page offers them."""

NO_STEP = "no remediation was submitted in this probe"
Pair = tuple[Exchange, Exchange, Mapping[str, Any]]


def submissions(evidence: Evidence, *, after_failure: bool | None = None) -> Iterator[Pair]:
    """Each IDX submission, the exchange whose page it continues, and the form it most likely fills in.

    after_failure: only those that continue a 4xx page (True), or only the others (False)
    """
    for exchange, page in evidence.pages():
        if after_failure is not None and (page.status >= 400) != after_failure:
            continue
        path = exchange.url.partition("?")[0]
        same_path = [form for form in ion.forms(page.served) if str(form.get("href", "")).partition("?")[0] == path]
        if same_path:
            exact = [form for form in same_path if form.get("href") == exchange.url]
            yield exchange, page, (exact or same_path)[0]


def href_is_used(evidence: Evidence) -> Finding:
    """Each submission goes to an href of the page that it continues, to the letter."""
    findings = []
    for exchange, page in evidence.pages():
        if page.status < 400:
            offered = [str(form.get("href")) for form in ion.forms(page.served)]
            hint = next((href for href in offered if href.partition("?")[0] == exchange.url.partition("?")[0]), "")
            findings.append(expect(exchange.url in offered, f"href {hint or offered}", exchange.url, page, exchange))
    return all_of(findings, otherwise=unseen(NO_STEP))


def method_is_used(evidence: Evidence) -> Finding:
    """The method of the form. A mock that has no such method counts the request among its strays."""
    pages = evidence.to("idx/introspect")
    if not pages:
        return stopped(evidence)
    sent = [*evidence.to("idx/identify"), *(stray for stray in evidence.strays if stray.path.endswith("/identify"))]
    wanted = str(ion.remediations(pages[0].served)[0].get("method"))
    return each(sent, lambda exchange: expect(exchange.method == wanted, wanted, exchange.method, exchange), NO_STEP)


def content_type_is_accepted(evidence: Evidence) -> Finding:
    """The media type of the body is the one that the form accepts; parameters aside."""
    findings = []
    for exchange, page, form in submissions(evidence):
        accepted = str(form.get("accepts", "application/ion+json")).partition(";")[0].strip().lower()
        sent = exchange.content_type.partition(";")[0].strip()
        findings.append(expect(sent == accepted, f"Content-Type {accepted}", sent or "absent", page, exchange))
    return all_of(findings, otherwise=unseen(NO_STEP))


def state_handle_is_unchanged(evidence: Evidence) -> Finding:
    """Every handle that comes back was served before, to the letter."""
    served = {str(e.served["stateHandle"]) for e in evidence.idx if "stateHandle" in e.served}

    def judge(exchange: Exchange) -> Finding:
        sent = exchange.sent.get("stateHandle")
        return expect(sent in served, "the stateHandle as it was served", f"{str(sent)[:12]}…", exchange)

    steps = [exchange for exchange in evidence.idx if exchange.endpoint != "idx/introspect"]
    return each(steps, judge, NO_STEP)


def immutable_fields_come_back(evidence: Evidence) -> Finding:
    """Fields that are not mutable are sent with the value that they came with."""
    findings = []
    for exchange, page, form in submissions(evidence):
        for row in ion.members(form):
            if row.get("mutable") is False and "value" in row:
                name, value = str(row["name"]), row["value"]
                sent = exchange.sent.get(name)
                findings.append(expect(sent == value, f"{name} as served", f"{name} {_seen(sent)}", page, exchange))
    return all_of(findings, otherwise=unseen(NO_STEP))


def href_after_failure_is_used(evidence: Evidence) -> Finding:
    """A submission after a failed one uses the href of the failed reply."""
    findings = []
    for exchange, page in evidence.pages():
        if page.status >= 400:
            offered = [str(form.get("href")) for form in ion.forms(page.served)]
            findings.append(expect(exchange.url in offered, f"{offered[0]}", exchange.url, page, exchange))
    return all_of(findings, otherwise=stopped(evidence))


def only_offered_fields(evidence: Evidence) -> Finding:
    """No member goes out that the form does not name."""
    findings = []
    for exchange, page, form in submissions(evidence):
        extra = sorted(_unknown(exchange.sent, ion.members(form)))
        findings.append(expect(not extra, "only fields of the form", f"also {', '.join(extra)}", page, exchange))
    return all_of(findings, otherwise=unseen(NO_STEP))


def required_is_never_null(evidence: Evidence) -> Finding:
    """A missing passcode stops the client, or the server's message is shown; null and nothing are never sent as one."""
    moment = next(iter(evidence.doing("answer password")), None)
    if moment is None:
        return stopped(evidence)
    for exchange in moment.exchanges:
        credentials = exchange.sent.get("credentials")
        if isinstance(credentials, Mapping) and credentials.get("passcode", "") is None:
            return missed("no null for a required field", "passcode is null", exchange)
    view = moment.view
    complained = view is not None and (view.state is ViewState.ERROR or view.messages) and view.text.strip()
    return expect(complained, "an error of the client, or the server's message", described(view), *moment.exchanges)


def defaults_are_sent(evidence: Evidence) -> Finding:
    """A value that the form proposes goes back when the user left it alone."""
    identified = evidence.to("idx/identify")
    if not identified:
        return stopped(evidence)
    sent = identified[0].sent.get("keepMe")
    return expect(sent is True, "keepMe true", f"keepMe {_seen(sent)}", identified[0])


def nested_forms_are_objects(evidence: Evidence) -> Finding:
    """A field that has a form is sent as an object, under its own name."""
    findings = []
    for exchange, page, form in submissions(evidence):
        for row in ion.members(form):
            if "form" in row and row.get("required"):
                name = str(row["name"])
                nested = isinstance(exchange.sent.get(name), Mapping)
                seen = f"{name} {_seen(exchange.sent.get(name))}, members {sorted(exchange.sent)}"
                findings.append(expect(nested, f"{name} as an object", seen, page, exchange))
    return all_of(findings, otherwise=unseen(NO_STEP))


def options_are_offered_ones(evidence: Evidence) -> Finding:
    """The authenticator chosen is one of the options, with the values that the option gives."""
    findings = []
    for exchange, page, form in submissions(evidence):
        chosen = exchange.sent.get("authenticator")
        row = ion.field(form, "authenticator")
        if isinstance(chosen, Mapping) and row:
            offered = [ion.option_fields(option) for option in row.get("options", ())] or [ion.members(row.get("form"))]
            fits = any(_fits(chosen, fields) for fields in offered)
            findings.append(expect(fits, "one of the options as offered", f"{dict(chosen)}", page, exchange))
    return all_of(findings, otherwise=unseen("no authenticator was chosen in this probe"))


def types_are_kept(evidence: Evidence) -> Finding:
    """A boolean is sent as a boolean: true as true."""
    identified = evidence.to("idx/identify")
    if not identified:
        return stopped(evidence)
    sent = identified[0].sent.get("rememberMe")
    return expect(sent is True, "rememberMe true", f"rememberMe {_seen(sent)}", identified[0])


def strings_are_exact(evidence: Evidence) -> Finding:
    """What the user typed is sent as it is: not trimmed, no capitals made small."""
    typed = next((m.values["password"] for m in evidence.moments if "password" in m.values), None)
    answers = [e for e in evidence.idx if isinstance(e.sent.get("credentials"), Mapping)]
    if typed is None or not answers:
        return stopped(evidence)
    got = answers[-1].sent["credentials"].get("passcode")
    return expect(got == typed, "the password as it was typed", difference(str(typed), str(got)), answers[-1])


def only_when_offered(evidence: Evidence) -> Finding:
    """What is not offered is refused by the client itself."""
    for moment in evidence.moments:
        if moment.verb in NOT_OFFERED:
            if moment.exchanges:
                return missed(
                    "no request for a step that is not offered", f"“{moment.verb}” is sent", *moment.exchanges
                )
            if moment.view is not None and moment.view.state is not ViewState.ERROR:
                return missed("an error of the client", f"“{moment.verb}”: {described(moment.view)}")
    return signs_in(evidence)


def _unknown(sent: Mapping[str, Any], fields: list[Any], prefix: str = "") -> Iterator[str]:
    known = {str(row.get("name")): row for row in fields}
    for name, value in sent.items():
        if name not in known:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping) and "form" in known[name]:
            yield from _unknown(value, ion.members(known[name]["form"]), f"{prefix}{name}.")


def _fits(chosen: Mapping[str, Any], fields: list[Any]) -> bool:
    known = {str(row.get("name")): row for row in fields}
    if not set(chosen) <= set(known):
        return False
    for name, row in known.items():
        allowed = [row["value"]] if "value" in row else [option.get("value") for option in row.get("options") or ()]
        if name in chosen and allowed and chosen[name] not in allowed:
            return False
        if row.get("required") and name not in chosen:
            return False
    return True


def _seen(value: Any) -> str:
    return "absent" if value is None else f"{value!r}"[:40]
