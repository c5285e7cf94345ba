"""S-INTR: `/v1/interact`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import api_error, first_missed, has_status, members_are, oauth_error
from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

OPAQUE = re.compile(r"[A-Za-z0-9._~-]{16,}")
CLIENT = ("web", "browser")
REDIRECT_TEXT = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.…"


def valid_request_gets_a_handle(org: Org) -> Finding:
    """A valid request is answered 200 with an interaction_handle, not to be stored."""
    answer = org.interact().answer
    control = answer.headers.get("cache-control", "absent")
    return first_missed(
        has_status(answer, 200),
        members_are(answer, interaction_handle=...),
        expect("no-store" in control, "Cache-Control: no-cache, no-store", f"Cache-Control: {control}", answer),
    )


def handles_are_opaque(org: Org) -> Finding:
    """Twenty handles are all different and of URL-safe characters."""
    handles = [org.interact().handle for _ in range(20)]
    odd = [handle for handle in handles if not OPAQUE.fullmatch(handle)]
    if odd:
        return missed("16 or more of A-Z a-z 0-9 . _ ~ -", f"{len(odd[0])} characters, or others")
    return expect(len(set(handles)) == 20, "20 different handles", f"{len(set(handles))}")


def challenge_is_required(org: Org) -> Finding:
    """400 with one of the two texts that Okta has had."""
    answer = org.interact(code_challenge=None, code_challenge_method=None).answer
    return oauth_error(
        answer,
        400,
        "invalid_request",
        "PKCE code challenge is required to use the interaction code flow.",
        "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.",
    )


def plain_is_refused(org: Org) -> Finding:
    """The method "plain" is answered 400, and the text lists what is valid."""
    answer = org.interact(code_challenge_method="plain").answer
    text = "PKCE code challenge method is not supported. Valid values: [S256]"
    return oauth_error(answer, 400, "invalid_request", text)


def malformed_challenge_is_refused(org: Org) -> Finding:
    """A challenge that is none is answered 400."""
    answer = org.interact(code_challenge="not/base64url+at=all!" * 2).answer
    return oauth_error(answer, 400, "invalid_request", "PKCE code challenge contains illegal characters.")


def redirect_uri_is_exact(org: Org) -> Finding:
    """Another host, an extra query, a prefix and other letters are all refused."""
    registered = org.app().redirect_uri
    return _first(
        oauth_error(org.interact(redirect_uri=uri).answer, 400, "invalid_request", REDIRECT_TEXT)
        for uri in (
            "https://evil.example/login/callback",
            f"https://evil.example/?{registered}",
            registered.rpartition("/")[0].replace("localhost", "app.example"),
            registered.replace("http://", "http://evil.example@").replace("https://", "https://evil.example@"),
        )
    )


def unknown_client_is_refused(org: Org) -> Finding:
    """An unknown client is answered invalid_client, in the envelope of Okta's APIs."""
    answer = org.interact(client_id="0oaNOSUCHCLIENT00001", client_secret=None).answer
    return first_missed(
        api_error(answer, (400, 401), "invalid_client"),
        members_are(answer, errorSummary="Invalid value for 'client_id' parameter.", errorLink="invalid_client"),
    )


def client_without_the_grant_is_refused(org: Org) -> Finding:
    """Such a client is answered unauthorized_client, and the text lists its grant types."""
    answer = org.interact(org.app("without_grant")).answer
    text = "The client is not authorized to use the provided grant type. Configured grant types: […"
    return oauth_error(answer, 400, "unauthorized_client", text)


def unknown_scope_is_refused(org: Org) -> Finding:
    """An unknown scope is answered invalid_scope."""
    answer = org.interact(scope="openid no_such_scope").answer
    text = "One or more scopes are not configured for the authorization server resource."
    return oauth_error(answer, 400, "invalid_scope", text)


def wrong_secret_is_refused(org: Org) -> Finding:
    """A secret that is not the client's. None at all is let through here: the widget and okta-idx-golang send none."""
    return oauth_error(org.interact(org.app("web"), client_secret="not-the-secret").answer, 401, "invalid_client")


def bad_tokens_are_refused(org: Org) -> Finding:
    """Activation and recovery tokens that nobody issued are refused."""
    return first_missed(
        oauth_error(
            org.interact(org.app("web"), activation_token="nobody-issued-this").answer,
            400,
            "invalid_request",
            "The activation token is invalid",
        ),
        oauth_error(
            org.interact(org.app("web"), recovery_token="nobody-issued-this").answer,
            400,
            "invalid_request",
            "The recovery token is invalid",
        ),
        oauth_error(
            org.interact(org.app("browser"), activation_token="nobody-issued-this").answer,
            400,
            "invalid_request",
            "Only confidential clients can use the activation token flow",
        ),
    )


def max_age_is_checked(org: Org) -> Finding:
    """A max_age out of range is refused."""
    text = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."
    return _first(
        oauth_error(org.interact(max_age=value).answer, 400, "invalid_request", text)
        for value in ("-1", "2147483648", "soon")
    )


def _first(findings: Iterable[Finding]) -> Finding:
    return next((finding for finding in findings if finding is not MET), MET)


ROWS: tuple[ServerRequirement, ...] = (
    Requirement(
        id="S-INTR-01",
        level=Level.OKTA,
        text="A valid interact request is answered with an interaction_handle that is not to be stored.",
        sources=("Okta docs: interaction code flow", "okta-auth-js lib/idx/interact.ts"),
        check=valid_request_gets_a_handle,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-02",
        level=Level.OKTA,
        text="Interaction handles are opaque and never repeated.",
        sources=("all SDKs take it for opaque",),
        check=handles_are_opaque,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-03",
        level=Level.OKTA,
        text="An interact request without code_challenge is refused.",
        sources=("Okta error catalogue",),
        check=challenge_is_required,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-04",
        level=Level.OKTA,
        text="The challenge method plain is refused.",
        sources=("Okta error catalogue",),
        check=plain_is_refused,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-05",
        level=Level.OKTA,
        text="A code_challenge with illegal characters is refused.",
        sources=("Okta error catalogue",),
        check=malformed_challenge_is_refused,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-06",
        level=Level.MUST,
        text="A redirect_uri that is not registered to the letter is refused.",
        sources=("RFC 9700 §2.1", "RFC 9700 §4.1.3", "Okta error catalogue"),
        check=redirect_uri_is_exact,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-07",
        level=Level.OKTA,
        text="An unknown client is refused, in the envelope of Okta's APIs.",
        sources=("okta-idx-java issue 500 (log of an org)", "Okta error catalogue"),
        check=unknown_client_is_refused,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-08",
        level=Level.OKTA,
        text="A client without the interaction code grant is refused.",
        sources=("Okta error catalogue",),
        check=client_without_the_grant_is_refused,
        needs=("without_grant",),
        run="A",
    ),
    Requirement(
        id="S-INTR-10",
        level=Level.OKTA,
        text="An unknown scope is refused.",
        sources=("RFC 6749 §3.3", "Okta error catalogue"),
        check=unknown_scope_is_refused,
        needs=("client",),
    ),
    Requirement(
        id="S-INTR-11",
        level=Level.MUST,
        text="A confidential client that shows a wrong secret is refused.",
        sources=("RFC 6749 §3.2.1", "Okta error catalogue"),
        check=wrong_secret_is_refused,
        needs=("web",),
    ),
    Requirement(
        id="S-INTR-12",
        level=Level.OKTA,
        text="Activation and recovery tokens that were not issued are refused.",
        sources=("Okta error catalogue",),
        check=bad_tokens_are_refused,
        needs=("web", "browser"),
    ),
    Requirement(
        id="S-INTR-14",
        level=Level.OKTA,
        text="A max_age out of range is refused.",
        sources=("Okta error catalogue",),
        check=max_age_is_checked,
        needs=("client",),
    ),
)
