"""Clients that get IDX documents, forms or messages wrong, each in one way."""

from __future__ import annotations

from dataclasses import replace

import httpx

from mock_okta_conformance import ion as documents
from mock_okta_conformance.reference import error_replies, forms, ion, session, verbs
from mock_okta_conformance.reference.errors import NotOffered, ServerError
from mock_okta_conformance.reference.identity_engine import IdentityEngine
from mock_okta_conformance.reference.ion import Action, Field
from mock_okta_conformance.reference.session import Session
from tests.conformance.client.mutant import Mutant, exchanges, patched, requests, views
from tests.conformance.tampering import Outgoing

KNOWN_MEMBERS = {
    "version", "stateHandle", "expiresAt", "intent", "remediation", "messages", "currentAuthenticator", "user", "app",
    "currentAuthenticatorEnrollment", "authenticators", "authenticatorEnrollments", "cancel", "authentication",
    "successWithInteractionCode",
}  # fmt: skip


def _choking(on):
    """A parser that gives up on documents of which `on(body)` holds."""

    def make(original):
        def parse(body, status):
            if on(body):
                raise ServerError("this cannot be read", status=status)
            return original(body, status)

        return parse

    return patched(ion, "parse", make)


def _labels(body):
    rows = [row for form in documents.remediations(body) for row in documents.members(form)]
    return {row.get("label") for row in rows if row.get("name") == "identifier"}


def _types(body):
    return {row.get("type") for form in documents.remediations(body) for row in documents.members(form)}


def _is_dangling(body):
    return any("$.doesNotExist" in str(form.get("relatesTo")) for form in documents.remediations(body))


def _exact_media_types(request, send):
    response = send(request)
    found = response.headers.get("content-type", "").replace(" ", "").lower()
    if found in ("application/json", "application/ion+json;okta-version=1.0.0"):
        return response
    return httpx.Response(response.status_code, headers={"content-type": found}, content=b"")


def _other_accept(out: Outgoing) -> None:
    out.headers["accept"] = "application/json"


def _without_quotes(out: Outgoing) -> None:
    credentials = (out.body or {}).get("credentials") or {}
    if "passcode" in credentials:
        credentials["passcode"] = credentials["passcode"].replace('"', "").replace("\\", "")


def _trimmed(out: Outgoing) -> None:
    credentials = (out.body or {}).get("credentials") or {}
    if "passcode" in credentials:
        credentials["passcode"] = credentials["passcode"].strip()


def _refusals_are_errors(message, view):
    if view["state"] == "input" and any(shown.get("class") == "ERROR" for shown in view.get("messages", ())):
        view["state"] = "error"
        view["error"] = {"type": "api", "text": view["messages"][0]["text"]}


def _silence_is_success(message, view):
    if view["state"] == "terminal" and not view.get("messages") and "error" not in view:
        view["state"] = "success"


def _starting_over(original):
    return lambda self, saved, handle=None: self.start()


def _plus_for_space(out: Outgoing) -> None:
    out.url = out.url.replace("%20", "+")


def _posting(out: Outgoing) -> None:
    out.method = "POST"


def _plain_text(out: Outgoing) -> None:
    out.headers["content-type"] = "application/vnd.okta.v1+json"


def _short_handle(out: Outgoing) -> None:
    if "stateHandle" in out.body:
        out.body["stateHandle"] = out.body["stateHandle"].removeprefix("02.id.")


def _forgetful(out: Outgoing) -> None:
    out.body.pop("csrfToken", None)


def _knowing_better(out: Outgoing) -> None:
    if out.endpoint == "idx/challenge/answer":
        out.url = out.url.partition("?")[0]


def _old_page(original):
    def take(self, response):
        if response.status >= 400 and self.response is not None and response.remediations:
            response = replace(response, remediations=self.response.remediations, actions=self.response.actions)
        original(self, response)

    return take


def _talkative(original):
    return lambda fields, values: {**values, **original(fields, values)}


def _null_for_missing(original):
    return lambda field, path: None if field.name == "passcode" else original(field, path)


def _without_defaults(original):
    def content(field, given, path):
        return original(replace(field, value=None) if field.type == "boolean" else field, given, path)

    return content


def _flat(out: Outgoing) -> None:
    if "credentials" in out.body:
        out.body["credentials.passcode"] = out.body.pop("credentials")["passcode"]


def _adding_to_options(out: Outgoing) -> None:
    if isinstance(out.body.get("authenticator"), dict):
        out.body["authenticator"]["channel"] = "pigeon"


def _text_for_true(out: Outgoing) -> None:
    if "rememberMe" in out.body:
        out.body["rememberMe"] = str(out.body["rememberMe"]).lower()


def _trying_anyway(original):
    def act(signing_in, verb, values):
        try:
            original(signing_in, verb, values)
        except NotOffered:
            href = signing_in.response.actions["cancel"].href.replace("cancel", verb)
            handle = Field("stateHandle", mutable=False, value=signing_in.response.state_handle)
            signing_in.submit(Action(verb, href, fields=(handle,)), {})

    return act


def _without_keys(message, view):
    for shown in view.get("messages", ()):
        shown.pop("key", None)


def _without_field_messages(message, view):
    view["messages"] = [shown for shown in view.get("messages", ()) if "field" not in shown]


def _information_is_error(message, view):
    if any(shown.get("class") == "INFO" for shown in view.get("messages", ())):
        view["state"] = "error"
        view["error"] = {"type": "api", "text": view["messages"][0]["text"]}


def _giving_up(original):
    def take(self, response):
        original(self, response)
        if response.status >= 400:
            self.transaction = None

    return take


def _waiting_for_ever(message, view):
    if view["state"] == "terminal" and "error" not in view:
        view["state"] = "input"


def _hushing_expiry(message, view):
    if any(shown.get("key") == "idx.session.expired" for shown in view.get("messages", ())):
        view.pop("messages")
        view.pop("error", None)


def _hard_to_please(original):
    def read(self, answer):
        if isinstance(answer.body, dict) and answer.body.get("version", "1.0.0") != "1.0.0":
            raise ServerError("the reply cannot be used", status=answer.status)
        return original(self, answer)

    return read


TABLE = (
    Mutant(breaks="C-IDX-01", how="accepts JSON instead of Ion", apply=requests(_other_accept, "idx/introspect")),
    Mutant(breaks="C-IDX-02", how="knows two media types to the letter", apply=exchanges(_exact_media_types)),
    Mutant(breaks="C-IDX-03", how="chokes on unknown members", apply=_choking(lambda body: set(body) - KNOWN_MEMBERS)),
    Mutant(
        breaks="C-IDX-04",
        how="chokes on unknown remediations",
        apply=_choking(lambda body: "future-step" in documents.names(body)),
    ),
    Mutant(
        breaks="C-IDX-05",
        how="chokes on unknown field types",
        apply=_choking(lambda body: "hologram" in _types(body)),
    ),
    Mutant(
        breaks="C-IDX-06",
        how="cannot do without app",
        apply=_choking(lambda body: documents.remediations(body) and "app" not in body),
    ),
    Mutant(breaks="C-IDX-08", how="chokes on a relatesTo that points nowhere", apply=_choking(_is_dangling)),
    Mutant(
        breaks="C-IDX-09",
        how="gives no reason for refusing another version",
        apply=patched(IdentityEngine, "_read", _hard_to_please),
    ),
    Mutant(breaks="C-IDX-10", how="takes a refusal for an error", apply=views(_refusals_are_errors)),
    Mutant(
        breaks="C-IDX-11",
        how="finds the form by its English label",
        apply=_choking(lambda body: "Benutzername" in _labels(body)),
    ),
    Mutant(breaks="C-IDX-12", how="drops quotes and backslashes", apply=requests(_without_quotes, "idx")),
    Mutant(breaks="C-IDX-13", how="takes silence for success", apply=views(_silence_is_success)),
    Mutant(breaks="C-IDX-14", how="starts over instead of resuming", apply=patched(Session, "resume", _starting_over)),
    Mutant(breaks="C-REM-01", how="writes %20 as +", apply=requests(_plus_for_space, "idx")),
    Mutant(breaks="C-REM-02", how="always posts", apply=requests(_posting, "idx")),
    Mutant(breaks="C-REM-03", how="sends a media type of its own", apply=requests(_plain_text, "idx/identify")),
    Mutant(breaks="C-REM-04", how="cuts the handle", apply=requests(_short_handle, "idx")),
    Mutant(breaks="C-REM-05", how="drops immutable fields", apply=requests(_forgetful, "idx")),
    Mutant(
        breaks="C-REM-06",
        how="knows where answers go",
        apply=requests(_knowing_better, "idx"),
        also=frozenset({"C-REM-01", "C-REM-07"}),
    ),
    Mutant(
        breaks="C-REM-07", how="goes back to the page before the refusal", apply=patched(Session, "_take", _old_page)
    ),
    Mutant(breaks="C-REM-08", how="sends whatever it is given", apply=patched(session, "fill", _talkative)),
    Mutant(
        breaks="C-REM-09", how="sends null for what is missing", apply=patched(forms, "_missing", _null_for_missing)
    ),
    Mutant(breaks="C-REM-10", how="sends no defaults", apply=patched(forms, "_content", _without_defaults)),
    Mutant(breaks="C-REM-11", how="sends nested forms flat", apply=requests(_flat, "idx")),
    Mutant(breaks="C-REM-12", how="adds to the option chosen", apply=requests(_adding_to_options, "idx")),
    Mutant(breaks="C-REM-13", how="sends true as text", apply=requests(_text_for_true, "idx")),
    Mutant(breaks="C-REM-14", how="trims the password", apply=requests(_trimmed, "idx")),
    Mutant(breaks="C-REM-16", how="tries what is not offered", apply=patched(verbs, "act", _trying_anyway)),
    Mutant(breaks="C-MSG-01", how="shows no message keys", apply=views(_without_keys)),
    Mutant(
        breaks="C-MSG-02",
        how="shows no messages of fields",
        apply=views(_without_field_messages),
        also=frozenset({"C-REM-09"}),
    ),
    Mutant(breaks="C-MSG-03", how="takes information for an error", apply=views(_information_is_error)),
    Mutant(breaks="C-MSG-04", how="gives up after a refusal", apply=patched(Session, "_take", _giving_up)),
    Mutant(breaks="C-MSG-05", how="waits after the end", apply=views(_waiting_for_ever)),
    Mutant(breaks="C-MSG-06", how="does not tell that the session expired", apply=views(_hushing_expiry)),
    Mutant(
        breaks="C-MSG-07",
        how="cannot read errors of the Okta API",
        apply=patched(error_replies, "_summary", lambda original: lambda body: None),
    ),
)
