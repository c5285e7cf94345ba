"""C-IDX: introspect, and reading what the Identity Engine serves."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.common_probes import EMAIL, IDENTIFY, PASSWORD, WRONG_THEN_RIGHT, at
from mock_okta_conformance.client.evidence import Evidence, Exchange, origin_of
from mock_okta_conformance.client.judging import described, difference, each, last, signs_in, stopped
from mock_okta_conformance.client.probe import Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.scenarios import ODD_CHARACTERS, PASSWORD_THEN_EMAIL
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen

ION = "application/ion+json; okta-version=1.0.0"
PAGES = ("idx/introspect", "idx/identify", "idx/challenge", "idx/challenge/answer")


def introspect_is_exact(evidence: Evidence) -> Finding:
    """POST to the origin, with the handle and nothing else, in Ion of version 1.0.0."""
    address = f"{origin_of(evidence.configured('issuer'))}/idp/idx/introspect"

    def judge(exchange: Exchange) -> Finding:
        if exchange.url != address or exchange.method != "POST":
            return missed(f"POST {address}", f"{exchange.method} {exchange.url}", exchange)
        if set(exchange.sent) not in ({"interactionHandle"}, {"stateToken"}):
            return missed("interactionHandle or stateToken alone", f"members {sorted(exchange.sent)}", exchange)
        for header in ("content-type", "accept"):
            value = exchange.request_headers.get(header, "absent")
            if _plain(value) != _plain(ION):
                return missed(f"{header}: {ION}", f"{header}: {value}", exchange)
        return MET

    return each(evidence.to("idx/introspect"), judge, "no introspect request in this probe")


def terms_are_exact_text(evidence: Evidence) -> Finding:
    """The password arrives as it was typed, but for spaces around it (those are C-REM-14's)."""
    typed = next((m.values["password"] for m in evidence.moments if "password" in m.values), None)
    answers = [e for e in evidence.idx if _passcode(e) is not None]
    if typed is None or not answers:
        return stopped(evidence)
    got = str(_passcode(answers[-1]))
    same = got.strip() == str(typed).strip()
    return expect(same, "the password as it was typed", difference(str(typed), got), answers[-1])


def refusal_is_a_page(evidence: Evidence) -> Finding:
    """A 4xx with a document is shown as the page that it is, with its messages."""
    refused = next((e for e in evidence.idx if e.status >= 400 and ion.remediations(e.served)), None)
    if refused is None:
        return stopped(evidence)
    moment = next(moment for moment in evidence.moments if refused in moment.exchanges)
    shown = moment.view is not None and moment.view.state is ViewState.INPUT and bool(moment.view.messages)
    return expect(shown, 'view "input" with the message', described(moment.view), refused)


def success_needs_a_code(evidence: Evidence) -> Finding:
    """A reply without interaction code is no success."""
    if not evidence.to("idx/challenge/answer"):
        return stopped(evidence)
    return expect(
        not evidence.signed_in and not evidence.to("token"),
        "no success and no token request",
        described(evidence.last_view),
        last(evidence.to("idx/challenge/answer")),
    )


def other_version_is_clear(evidence: Evidence) -> Finding:
    """Either it works, or the error names the version."""
    view = evidence.last_view
    if view and view.state is ViewState.SUCCESS:
        return MET
    named = view is not None and "version" in view.text.lower()
    return expect(named, "success, or an error that names the version", described(view), last(evidence.idx))


def resumes(evidence: Evidence) -> Finding:
    """The saved handle is introspected again, and the step is the same."""
    moments = evidence.doing("resume")
    if not moments or moments[0].view is None:
        return unseen("the client was not asked to resume")
    moment = moments[0]
    if any(exchange.endpoint == "interact" for exchange in moment.exchanges):
        return missed("no new interact", "another transaction is started", moment.exchanges[0])
    before = evidence.to("idx/introspect")[0].sent
    again = [exchange for exchange in moment.exchanges if exchange.endpoint == "idx/introspect"]
    if not again or (again[0].sent != before and "stateToken" not in again[0].sent):
        return missed("introspect with the saved handle", "no such request", *moment.exchanges)
    return signs_in(evidence)


def no_crash(evidence: Evidence) -> Finding:
    """The odd page does not keep the client from signing in."""
    return signs_in(evidence)


def _passcode(exchange: Exchange) -> object:
    credentials = exchange.sent.get("credentials")
    return credentials.get("passcode") if isinstance(credentials, dict) else None


def _plain(media_type: str) -> str:
    return media_type.lower().replace(" ", "")


def _on_pages(**effect: object) -> tuple[dict[str, object], ...]:
    return tuple(at(endpoint, **effect) for endpoint in PAGES)


FUTURE_STEP = {
    "rel": ["create-form"],
    "name": "future-step",
    "href": "$origin/idp/idx/future",
    "method": "POST",
    "produces": ION,
    "value": [{"name": "whim", "label": "Your whim"}],
    "accepts": "application/json; okta-version=1.0.0",
}
HOLOGRAM = {"name": "hologram", "label": "Hologram", "type": "hologram", "required": False}
MAGIC_KEY = {"type": "app", "key": "acme_magic", "id": "autMAGICMAGICMAGIC01", "displayName": "Magic", "methods": []}
EXTRA_MEMBERS = [
    {"op": "add", "path": "/x-added", "value": {"type": "object", "value": {"a": [1, {"b": True}]}}},
    {"op": "add", "path": "/remediation/x-added", "value": "text"},
    {"op": "add", "path": "/remediation/value/0/x-added", "value": {"deep": {"deeper": 1}}},
    {"op": "add", "path": "/remediation/value/0/value/0/x-added", "value": ["a", "b"]},
]
GERMAN = [
    {"op": "replace", "path": "/remediation/value/0/value/0/label", "value": "Benutzername"},
]


def _odd(name: str, stimulus: str, *script: dict[str, object], **more: object) -> Probe:
    return Probe(id=f"T.idx.{name}", stimulus=stimulus, script=script, **more)  # type: ignore[arg-type]


MEDIA_TYPES = (
    _odd(
        "json-for-ion",
        "IDX replies are labelled application/json; charset=utf-8",
        *_on_pages(headers={"Content-Type": "application/json; charset=utf-8"}),
    ),
    _odd(
        "parameters",
        "replies have media types with parameters that nobody expects",
        *_on_pages(headers={"Content-Type": "application/ion+json; charset=utf-8; okta-version=1.0.0; flavour=plain"}),
        *(at(name, headers={"Content-Type": "application/json;charset=UTF-8"}) for name in ("interact", "token")),
    ),
)

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-IDX-01",
        level=Level.PROFILE,
        text="A client introspects at the origin of the issuer, in Ion of version 1.0.0.",
        sources=(
            "okta-auth-js lib/idx/introspect.ts",
            "okta-idx-golang idx.go",
            "okta-mobile-kotlin RequestMiddleware.kt",
        ),
        check=introspect_is_exact,
    ),
    Requirement(
        id="C-IDX-02",
        level=Level.MUST,
        text="A client reads application/ion+json and application/json with any parameters.",
        sources=("RFC 9110 §8.3.1", "okta-auth-js lib/fetch/fetchRequest.ts"),
        check=signs_in,
        probes=MEDIA_TYPES,
    ),
    Requirement(
        id="C-IDX-03",
        level=Level.MUST,
        text="A client ignores members that it does not know, at every level.",
        sources=("Ion: Value Objects",),
        check=signs_in,
        probes=(_odd("extra-members", "documents have extra members at every level", *_on_pages(patch=EXTRA_MEMBERS)),),
    ),
    Requirement(
        id="C-IDX-04",
        level=Level.PROFILE,
        text="A client that meets an unknown remediation can still use the known ones.",
        sources=("okta-auth-js docs/idx.md", "okta-signin-widget playground mocks"),
        check=signs_in,
        probes=(
            _odd(
                "unknown-remediation",
                "an unknown remediation comes first on every page",
                *_on_pages(patch=[{"op": "add", "path": "/remediation/value/0", "value": FUTURE_STEP}]),
            ),
        ),
    ),
    Requirement(
        id="C-IDX-05",
        level=Level.MUST,
        text="A client ignores field types and authenticator keys that it does not know.",
        sources=("Ion: Registered Value Object Type Values",),
        check=no_crash,
        probes=(
            _odd(
                "unknown-field-type",
                "a form has an optional field of type hologram",
                *_on_pages(patch=[{"op": "add", "path": "/remediation/value/0/value/0", "value": HOLOGRAM}]),
            ),
            _odd(
                "unknown-authenticator",
                "the lists name an authenticator with the key acme_magic",
                *_on_pages(
                    patch=[
                        {"op": "add", "path": "/authenticators/value/-", "value": MAGIC_KEY},
                        {"op": "add", "path": "/authenticatorEnrollments/value/-", "value": MAGIC_KEY},
                    ]
                ),
                scenario=PASSWORD_THEN_EMAIL,
                moves=EMAIL.moves,
                needs=EMAIL.needs,
            ),
        ),
    ),
    Requirement(
        id="C-IDX-06",
        level=Level.MUST,
        text="A client does without optional members that are absent or null.",
        sources=("Ion: Value Objects", "okta-mobile-swift testNullUserProfile"),
        check=signs_in,
        probes=(
            _odd(
                "absent-members",
                "app, user, intent and expiresAt are absent",
                *_on_pages(patch={"app": None, "user": None, "intent": None, "expiresAt": None}),
            ),
            _odd("null-members", "user is null", *_on_pages(patch=[{"op": "add", "path": "/user", "value": None}])),
        ),
    ),
    Requirement(
        id="C-IDX-08",
        level=Level.SHOULD,
        text="A client gets over a relatesTo that points nowhere.",
        sources=("okta-auth-js lib/idx/idxState/v1/idxResponseParser.ts",),
        check=signs_in,
        probes=(
            _odd(
                "dangling-relates-to",
                "the first remediation relates to something that is not there",
                *_on_pages(
                    patch=[
                        {"op": "add", "path": "/remediation/value/0/relatesTo", "value": ["$.doesNotExist.value[0]"]}
                    ]
                ),
            ),
        ),
    ),
    Requirement(
        id="C-IDX-09",
        level=Level.SHOULD,
        text="A client that meets another version works, or says so.",
        sources=("okta-auth-js lib/idx/idxState/index.ts",),
        check=other_version_is_clear,
        probes=(_odd("version", 'documents have the version "1.1.0"', *_on_pages(patch={"version": "1.1.0"})),),
    ),
    Requirement(
        id="C-IDX-10",
        level=Level.PROFILE,
        text="A client takes a refusal that carries an IDX document as the page that it is.",
        sources=("okta-mobile-kotlin InteractionCodeFlow.kt", "okta-auth-js lib/idx/idxState/v1/generateIdxAction.ts"),
        check=refusal_is_a_page,
        probes=(WRONG_THEN_RIGHT,),
    ),
    Requirement(
        id="C-IDX-11",
        level=Level.PROFILE,
        text="A client decides nothing by labels and translated texts.",
        sources=("counter-example: okta-idx-golang labels",),
        check=signs_in,
        probes=(_odd("german", "labels are in German", *_on_pages(patch=GERMAN)),),
    ),
    Requirement(
        id="C-IDX-12",
        level=Level.MUST,
        text="A client sends quotes, backslashes and characters beyond ASCII unharmed.",
        sources=("RFC 8259 §8.1", "Ion: Content Structure"),
        check=terms_are_exact_text,
        probes=(_odd("utf-8", 'the password holds ", \\ and an emoji', scenario=ODD_CHARACTERS),),
    ),
    Requirement(
        id="C-IDX-13",
        level=Level.PROFILE,
        text="A client takes nothing but an interaction code for success.",
        sources=("okta-auth-js lib/idx/idxState/v1/makeIdxState.ts",),
        check=success_needs_a_code,
        probes=(
            _odd(
                "no-code",
                "the last reply is 200 with neither remediation nor interaction code",
                at("idx/challenge/answer", patch={"successWithInteractionCode": None}),
            ),
        ),
    ),
    Requirement(
        id="C-IDX-14",
        level=Level.PROFILE,
        text="A client takes up a saved transaction at the step where it was left.",
        sources=("okta-auth-js lib/idx/transactionMeta.ts", "okta-mobile-swift resume"),
        check=resumes,
        probes=(_odd("resume", "the app starts afresh mid-way", moves=(IDENTIFY, ("resume", {}), PASSWORD)),),
        needs=("resume",),
    ),
)
