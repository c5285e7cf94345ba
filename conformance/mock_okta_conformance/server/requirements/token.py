"""S-TOK: the token endpoint."""

from __future__ import annotations

import base64
from urllib.parse import quote

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import (
    PRINTABLE,
    each_answer,
    first_missed,
    has_status,
    members_are,
    oauth_error,
)
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

CODE_TEXT = "The interaction code is invalid or has expired."
REGISTERED = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "server_error",
)
CODE_LIFETIME_S = 61


def code_becomes_tokens(org: Org) -> Finding:
    """200 with the members of RFC 6749; a refresh token only with offline_access."""
    _, full = org.signed_in
    finding = first_missed(
        members_are(full, access_token=..., token_type="Bearer", scope=..., id_token=..., refresh_token=...),
        expect(isinstance(full.served.get("expires_in"), int), "expires_in as a number", "another type", full),
    )
    if finding is not MET:
        return finding
    bare = org.tokens(scope="openid")
    return expect("refresh_token" not in bare.served, "no refresh_token without offline_access", "there is one", bare)


def replies_are_not_stored(org: Org) -> Finding:
    """Token replies, also errors, have Cache-Control: no-store."""
    _, good = org.signed_in
    bad = org.post_form("token", {"grant_type": "interaction_code", **_client(org)})

    def judge(answer: Answer) -> Finding:
        control = answer.headers.get("cache-control", "absent")
        return expect("no-store" in control, "Cache-Control with no-store", control, answer)

    return each_answer((good, bad), judge, "")


def code_works_once(org: Org) -> Finding:
    """The second use of a code is answered invalid_grant."""
    flow, success = org.sign_in()
    first = org.redeem(flow, success)
    if first.status != 200:
        return has_status(first, 200)
    return oauth_error(org.redeem(flow, success), 400, "invalid_grant", CODE_TEXT)


def reuse_revokes(org: Org) -> Finding:
    """After the second use the tokens of the first are inactive."""
    flow, success = org.sign_in()
    tokens = org.redeem(flow, success)
    org.redeem(flow, success)
    about = org.about(str(tokens.served.get("access_token")), flow.app)
    active = about.served.get("active")
    return expect(active is False, "the access token is inactive", f"active: {active}", about)


def code_expires(org: Org) -> Finding:
    """A code is answered invalid_grant after 60 seconds."""
    flow, success = org.sign_in()
    org.sleep(CODE_LIFETIME_S)
    return oauth_error(org.redeem(flow, success), 400, "invalid_grant", CODE_TEXT)


def verifier_is_checked(org: Org) -> Finding:
    """A wrong one is invalid_grant, none is invalid_request, and neither yields tokens."""
    flow, success = org.sign_in()
    wrong = org.redeem(flow, success, code_verifier="w" * 43)
    finding = oauth_error(wrong, 400, "invalid_grant", "PKCE verification failed…")
    if finding is not MET:
        return finding
    other, done = org.sign_in()
    none = org.redeem(other, done, code_verifier=None)
    return oauth_error(
        none, 400, ("invalid_request", "invalid_grant"), "PKCE code verifier is required…", "PKCE verification failed…"
    )


def code_is_bound_to_its_client(org: Org) -> Finding:
    """One client's code is answered invalid_grant when another sends it."""
    flow, success = org.sign_in(org.app("browser"))
    web = org.app("web")
    answer = org.redeem(flow, success, client_id=web.client_id, client_secret=web.client_secret)
    return oauth_error(answer, 400, "invalid_grant")


def client_authentication_is_checked(org: Org) -> Finding:
    """A wrong secret, none, and two methods at once are refused."""
    web = org.app("web")
    form = {"grant_type": "interaction_code", "interaction_code": "x", "code_verifier": "y" * 43}
    wrong = org.post_form("token", {**form, "client_id": web.client_id, "client_secret": "wrong"})
    none = org.post_form("token", {**form, "client_id": web.client_id})
    both = org.post_form(
        "token",
        {**form, "client_id": web.client_id, "client_secret": web.client_secret},
        Authorization=basic(web.client_id, str(web.client_secret)),
    )
    return first_missed(
        oauth_error(wrong, 401, "invalid_client"),
        oauth_error(none, 401, "invalid_client"),
        oauth_error(both, (400, 401), "invalid_request", "Cannot supply multiple client credentials…"),
    )


def basic_failure_is_challenged(org: Org) -> Finding:
    """A client that fails to authenticate by Basic is answered 401 invalid_client."""
    web = org.app("web")
    form = {"grant_type": "interaction_code", "interaction_code": "x", "code_verifier": "y" * 43}
    answer = org.post_form("token", form, Authorization=basic(web.client_id, "wrong"))
    return oauth_error(answer, 401, "invalid_client")


def grant_type_is_checked(org: Org) -> Finding:
    """A grant_type that is missing, unknown or given twice is refused."""
    client = _client(org)
    missing = org.post_form("token", client)
    unknown = org.post_form("token", {**client, "grant_type": "urn:nobody:knows"})
    twice = org.post_form("token", {**client, "grant_type": ["interaction_code", "interaction_code"]})
    text = "The request contained multiple parameters with the same name."
    return first_missed(
        oauth_error(missing, 400, "invalid_request", "The token request must specify a 'grant_type'.…"),
        oauth_error(unknown, 400, "unsupported_grant_type"),
        oauth_error(twice, 400, "invalid_request", text),
    )


def errors_are_well_formed(org: Org) -> Finding:
    """An error is JSON with a registered code and a printable description."""
    answers = [
        org.post_form("token", {**_client(org), "grant_type": grant})
        for grant in (None, "nonsense", "interaction_code", "refresh_token")
    ]

    def judge(answer: Answer) -> Finding:
        error, text = answer.served.get("error"), str(answer.served.get("error_description", ""))
        if error not in REGISTERED:
            return missed("a registered error code", f"{error}", answer)
        good = PRINTABLE.fullmatch(text) and "Traceback" not in text
        return expect(good, "printable ASCII without quotes or internals", text, answer)

    return each_answer(answers, judge, "")


def get_is_refused(org: Org) -> Finding:
    """GET is answered 405 or 400."""
    return has_status(org.get(org.endpoint("token")), 400, 405)


def granted_scope_is_reported(org: Org) -> Finding:
    """`scope` names exactly what the access token is for."""
    answer = org.tokens(scope="openid email")
    scope = set(str(answer.served.get("scope")).split())
    return expect(scope == {"openid", "email"}, "scope openid email", f"scope {sorted(scope)}", answer)


def forms_are_decoded(org: Org) -> Finding:
    """+, %20 and UTF-8 mean the same everywhere: the scope arrives, whichever way the space is written."""
    app = org.app()
    for space in ("+", "%20"):
        flow = org.interact(app)
        pairs = {
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "code_challenge": "A" * 43,
            "code_challenge_method": "S256",
            "state": "Zoë & Co",
        }
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())
        secret = f"&client_secret={quote(app.client_secret, safe='')}" if app.client_secret else ""
        answer = org.request(
            "POST",
            flow.answer.url,
            content=f"{body}{secret}&scope=openid{space}profile".encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if answer.status != 200:
            return missed("200", f"{answer.status} {answer.served.get('error_description')}", answer)
    return MET


def basic(client_id: str, secret: str) -> str:
    """The Authorization header of client_secret_basic (RFC 6749 section 2.3.1)."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _client(org: Org) -> dict[str, str | None]:
    app = org.app()
    return {"client_id": app.client_id, "client_secret": app.client_secret}


USER = ("client", "user")

ROWS: tuple[ServerRequirement, ...] = (
    Requirement(
        id="S-TOK-01",
        level=Level.MUST,
        text="A code is exchanged for the tokens that the scopes ask for.",
        sources=("RFC 6749 §5.1", "Okta docs: interaction code flow"),
        check=code_becomes_tokens,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-02",
        level=Level.MUST,
        text="Replies of the token endpoint are not to be stored.",
        sources=("RFC 6749 §5.1",),
        check=replies_are_not_stored,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-03",
        level=Level.MUST,
        text="A code works once.",
        sources=("RFC 6749 §4.1.2", "RFC 6749 §10.5"),
        check=code_works_once,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-04",
        level=Level.SHOULD,
        text="The second use of a code revokes the tokens of the first.",
        sources=("RFC 6749 §4.1.2",),
        check=reuse_revokes,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-05",
        level=Level.OKTA,
        text="A code lives 60 seconds.",
        sources=("Okta docs: interaction code flow",),
        check=code_expires,
        needs=USER,
        run="L",
    ),
    Requirement(
        id="S-TOK-06",
        level=Level.MUST,
        text="A code is refused with a wrong verifier and without one.",
        sources=("RFC 7636 §4.6",),
        check=verifier_is_checked,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-07",
        level=Level.MUST,
        text="A code is refused from another client.",
        sources=("RFC 6749 §5.2", "Okta error catalogue"),
        check=code_is_bound_to_its_client,
        needs=("web", "browser", "user"),
        run="U",
    ),
    Requirement(
        id="S-TOK-09",
        level=Level.MUST,
        text="A client that does not authenticate as registered is refused.",
        sources=("RFC 6749 §2.3", "RFC 6749 §5.2", "Okta error catalogue"),
        check=lambda org: first_missed(client_authentication_is_checked(org), basic_failure_is_challenged(org)),
        needs=("web",),
    ),
    Requirement(
        id="S-TOK-11",
        level=Level.MUST,
        text="A grant_type that is missing, unknown or repeated is refused.",
        sources=("RFC 6749 §3.2", "RFC 6749 §5.2", "Okta error catalogue"),
        check=grant_type_is_checked,
        needs=("client",),
    ),
    Requirement(
        id="S-TOK-12",
        level=Level.MUST,
        text="An error has a registered code and a printable description.",
        sources=("RFC 6749 §5.2",),
        check=errors_are_well_formed,
        needs=("client",),
    ),
    Requirement(
        id="S-TOK-13",
        level=Level.MUST,
        text="GET is refused at the token endpoint.",
        sources=("RFC 6749 §3.2",),
        check=get_is_refused,
    ),
    Requirement(
        id="S-TOK-14",
        level=Level.MUST,
        text="The reply names the scopes that were granted.",
        sources=("RFC 6749 §5.1",),
        check=granted_scope_is_reported,
        needs=USER,
        run="U",
    ),
    Requirement(
        id="S-TOK-15",
        level=Level.MUST,
        text="A space may be written + or %20 in a form.",
        sources=("RFC 6749 App. B",),
        check=forms_are_decoded,
        needs=("client",),
    ),
)
