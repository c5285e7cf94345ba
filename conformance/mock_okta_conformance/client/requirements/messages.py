"""C-MSG: what the server tells the user."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.adapters.protocol import View, ViewState
from mock_okta_conformance.client.common_probes import IDENTIFY, WRONG_CODE, WRONG_THEN_RIGHT, at, message, raw
from mock_okta_conformance.client.evidence import Evidence, Exchange, Moment
from mock_okta_conformance.client.judging import described, last, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import Finding, expect, missed


def top_messages_are_shown(evidence: Evidence) -> Finding:
    """Every message of the document, in order, with text, class and key."""
    found = _first(evidence, lambda exchange: bool(ion.members(exchange.served.get("messages"))))
    if found is None:
        return stopped(evidence)
    moment, exchange = found
    wanted = [(m["message"], m["class"], m["i18n"]["key"]) for m in ion.members(exchange.served["messages"])]
    shown = [(m.text, m.severity, m.key) for m in moment.view.messages] if moment.view else []
    return expect(shown[: len(wanted)] == wanted, f"messages {wanted}", described(moment.view), exchange)


def field_messages_are_shown(evidence: Evidence) -> Finding:
    """The text of a message on a field can be read."""
    found = _first(evidence, lambda exchange: exchange.status >= 400 and bool(ion.messages(exchange.served)))
    if found is None:
        return stopped(evidence)
    moment, exchange = found
    text = str(ion.messages(exchange.served)[0]["message"])
    return expect(moment.view and text in moment.view.text, f"“{text}”", described(moment.view), exchange)


def information_is_no_error(evidence: Evidence) -> Finding:
    """INFO on a 200 is shown beside a form that can be filled in."""
    found = _first(
        evidence, lambda exchange: exchange.status == 200 and "idx.unknown.user" in ion.message_keys(exchange.served)
    )
    if found is None:
        return stopped(evidence)
    moment, exchange = found
    view = moment.view
    kept = view is not None and view.state is ViewState.INPUT and any(m.severity == "INFO" for m in view.messages)
    return expect(kept, 'view "input" with the INFO message', described(view), exchange)


def terminal_is_terminal(evidence: Evidence) -> Finding:
    """A page with nothing but messages ends it."""
    identified = evidence.to("idx/identify")
    if not identified:
        return stopped(evidence)
    further = evidence.after(identified[0])
    if further:
        return missed("no further request", f"it goes on to {further[0].endpoint}", identified[0], further[0])
    moment = next(moment for moment in evidence.moments if identified[0] in moment.exchanges)
    ended = moment.view is not None and moment.view.state is ViewState.TERMINAL
    return expect(ended, 'view "terminal"', described(moment.view), identified[0])


def expiry_discards(evidence: Evidence) -> Finding:
    """The user is told that it expired, and the next start is a new transaction."""
    found = _first(evidence, lambda exchange: "idx.session.expired" in ion.message_keys(exchange.served))
    if found is None:
        return stopped(evidence)
    moment, exchange = found
    if not _says_expired(moment.view):
        return missed("a message or an error about the expired session", described(moment.view), exchange)
    if len(evidence.to("interact")) < 2:
        return missed("a new interact at the next start", "none", exchange)
    return signs_in(evidence)


def both_dialects_are_read(evidence: Evidence) -> Finding:
    """Code and text of an error reply are shown, in whichever dialect it came."""
    failed = next((e for e in evidence.exchanges if e.status == 400), None)
    view = evidence.last_view
    if failed is None or view is None:
        return stopped(evidence)
    code = str(failed.served.get("errorCode") or failed.served.get("error"))
    text = str(failed.served.get("errorSummary") or failed.served.get("error_description"))
    said = f"{view.error.code if view.error else ''} {view.text} {' '.join(m.key for m in view.messages)}"
    return expect(code in said and text in said, f"{code} and “{text}”", described(view), failed)


def step_stays_usable(evidence: Evidence) -> Finding:
    """After a refusal the same transaction can be finished."""
    if len(evidence.to("interact")) > 1:
        return missed("one transaction", "another interact after the refusal", last(evidence.to("interact")))
    return signs_in(evidence)


def _first(evidence: Evidence, about: object) -> tuple[Moment, Exchange] | None:
    return next(
        ((m, e) for m in evidence.moments for e in m.exchanges if e.is_idx and about(e)),  # type: ignore[operator]
        None,
    )


def _says_expired(view: View | None) -> bool:
    if view is None:
        return False
    if any(m.key == "idx.session.expired" for m in view.messages):
        return True
    text = view.text.lower()
    return any(word in text for word in ("expired", "inactivity", "logged out"))


ENVELOPE = {
    "errorCode": "E0000003",
    "errorSummary": "The request body was not well-formed.",
    "errorLink": "E0000003",
    "errorId": "oaeConformance0000000001",
    "errorCauses": [],
}
OAUTH = {"error": "invalid_request", "error_description": "A parameter is not as it should be."}
TERMINAL = {
    "remediation": None,
    "currentAuthenticator": None,
    "currentAuthenticatorEnrollment": None,
    "authenticators": None,
    "authenticatorEnrollments": None,
    "cancel": None,
    "messages": message("idx.request.not.allowed", "You cannot go on from here.", "ERROR"),
}


def _dialect(endpoint: str, dialect: str, body: object, moves: tuple[tuple[str, object], ...] = ()) -> Probe:
    return Probe(
        id=f"T.msg.{dialect}.{endpoint.replace('/', '-')}",
        stimulus=f"{endpoint} answers 400 in the dialect of {'OAuth' if dialect == 'oauth' else 'the Okta API'}",
        script=(raw(endpoint, 400, body),),
        moves=moves,
    )


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-MSG-01",
        level=Level.PROFILE,
        text="A client shows the messages of a document in order, with text, class and key.",
        sources=("okta-auth-js lib/idx/util.ts", "okta-mobile-swift IDXMessageCollectionTests"),
        check=top_messages_are_shown,
        probes=(WRONG_THEN_RIGHT,),
    ),
    Requirement(
        id="C-MSG-02",
        level=Level.PROFILE,
        text="A client shows the messages of fields.",
        sources=(
            "okta-idx-java getErrorsFromRemediationOptions",
            "okta-signin-widget error-401-invalid-otp-passcode.json",
        ),
        check=field_messages_are_shown,
        probes=(WRONG_CODE,),
    ),
    Requirement(
        id="C-MSG-03",
        level=Level.PROFILE,
        text="A client does not take information on a 200 for an error.",
        sources=("okta-auth-js test: idx.unknown.user",),
        check=information_is_no_error,
        probes=(
            Probe(
                id="T.msg.unknown-user",
                stimulus="nobody has this username, and the org says so",
                moves=(("identify", {"identifier": "nobody@acme.example", "password": "Any-canary-22bb"}), *SIGN_IN),
                based_on="1.1.2",
            ),
        ),
    ),
    Requirement(
        id="C-MSG-04",
        level=Level.PROFILE,
        text="A client can finish the transaction after a refusal.",
        sources=("use cases 6.1.3 and 6.2.4",),
        check=step_stays_usable,
        probes=(WRONG_THEN_RIGHT, WRONG_CODE),
    ),
    Requirement(
        id="C-MSG-05",
        level=Level.PROFILE,
        text="A client takes a page with nothing but messages for the end.",
        sources=("okta-auth-js lib/idx/util.ts isTerminalResponse", "okta-signin-widget terminal-*.json"),
        check=terminal_is_terminal,
        probes=(
            Probe(
                id="T.msg.terminal",
                stimulus="identify is answered with nothing but a message",
                script=(at("idx/identify", patch=TERMINAL),),
                moves=(IDENTIFY,),
            ),
        ),
    ),
    Requirement(
        id="C-MSG-06",
        level=Level.PROFILE,
        text="A client whose session expired says so, and starts anew.",
        sources=(
            "okta-signin-widget error-401-session-expired.json",
            "okta-mobile-swift introspect-error-response.json",
        ),
        check=expiry_discards,
        probes=(
            Probe(
                id="T.msg.expired",
                stimulus="the transaction expires before the password is sent",
                script=(at("idx/challenge/answer", expire="transaction", once=True),),
                moves=(*SIGN_IN, ("start", {}), *SIGN_IN),
            ),
        ),
    ),
    Requirement(
        id="C-MSG-07",
        level=Level.PROFILE,
        text="A client shows code and text of OAuth errors and of Okta API errors.",
        sources=("okta-auth-js lib/http/request.ts formatError",),
        check=both_dialects_are_read,
        probes=(
            _dialect("interact", "api", ENVELOPE),
            _dialect("idx/introspect", "api", ENVELOPE),
            _dialect("idx/identify", "api", ENVELOPE, (IDENTIFY,)),
            _dialect("token", "api", ENVELOPE, SIGN_IN),
            _dialect("token", "oauth", OAUTH, SIGN_IN),
        ),
    ),
)
