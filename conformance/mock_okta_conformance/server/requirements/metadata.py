"""S-META: what the issuer publishes about itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import api_error, first_missed, has_status, members_are
from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

NOBODY = "ausNOSUCHSERVER00001"
REQUIRED = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "keys",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "end_session_endpoint": "logout",
}


def configuration_is_served(org: Org) -> Finding:
    """The configuration is JSON, and names the issuer to the letter."""
    answer = org.metadata
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    return first_missed(
        has_status(answer, 200),
        expect(media_type == "application/json", "Content-Type application/json", media_type or "absent", answer),
        members_are(answer, issuer=org.issuer),
    )


def required_members_are_there(org: Org) -> Finding:
    """All members that OIDC Discovery requires are there, and RS256 is listed."""
    absent = [name for name in REQUIRED if not org.metadata.served.get(name)]
    if absent:
        return missed(", ".join(REQUIRED), f"without {', '.join(absent)}", org.metadata)
    algorithms = org.metadata.served["id_token_signing_alg_values_supported"]
    return expect("RS256" in algorithms, "RS256 among the algorithms", f"{algorithms}", org.metadata)


def oauth_document_agrees(org: Org) -> Finding:
    """Same issuer and token endpoint, at the appended and, for a custom server, the inserted address."""
    appended = f"{org.issuer}/.well-known/oauth-authorization-server"
    inserted = f"{org.origin}/.well-known/oauth-authorization-server{urlsplit(org.issuer).path}"
    for url in (appended, inserted) if org.is_custom else (appended,):
        answer = org.get(url)
        wanted = {name: org.metadata.served.get(name) for name in ("issuer", "token_endpoint")}
        finding = first_missed(has_status(answer, 200), members_are(answer, **wanted))
        if finding is not MET:
            return finding
    return MET


def s256_is_listed(org: Org) -> Finding:
    """S256 is among the code challenge methods."""
    methods = org.metadata.served.get("code_challenge_methods_supported") or []
    return expect("S256" in methods, "S256", f"{methods}", org.metadata)


def endpoints_are_laid_out(org: Org) -> Finding:
    """Every endpoint is below the server's base, and interact is beside authorize."""
    for member, name in ENDPOINTS.items():
        found = org.metadata.served.get(member)
        if found != org.endpoint(name):
            return missed(f"{member}: {org.endpoint(name)}", f"{found}", org.metadata)
    return expect(org.interact_exists(), "an answer at /v1/interact", "404", org.metadata)


def unknown_server_is_not_found(org: Org) -> Finding:
    """An authorization server that there is not is answered 404 in the envelope of Okta's APIs."""
    answer = org.get(f"{org.origin}/oauth2/{NOBODY}/.well-known/openid-configuration")
    return api_error(answer, 404, "E0000007")


def metadata_may_be_cached(org: Org) -> Finding:
    """Metadata and keys have a max-age."""
    for answer in (org.metadata, org.keys):
        control = answer.headers.get("cache-control", "absent")
        if "max-age=" not in control:
            return missed("Cache-Control: max-age=…", f"Cache-Control: {control}", answer)
    return MET


def organization_is_identity_engine(org: Org) -> Finding:
    """`/.well-known/okta-organization` says that the pipeline is idx."""
    answer = org.get(f"{org.origin}/.well-known/okta-organization")
    return first_missed(has_status(answer, 200), members_are(answer, id=..., pipeline="idx", _links=...))


def grant_is_not_listed(org: Org) -> Finding:
    """No recorded org lists interaction_code."""
    grants = org.metadata.served.get("grant_types_supported") or []
    return expect("interaction_code" not in grants, "interaction_code not listed", f"{grants}", org.metadata)


ROWS: tuple[ServerRequirement, ...] = (
    Requirement(
        id="S-META-01",
        level=Level.MUST,
        text="The issuer serves its OpenID configuration as JSON, with its own name to the letter.",
        sources=("OIDC Discovery §4.1", "OIDC Discovery §4.2"),
        check=configuration_is_served,
    ),
    Requirement(
        id="S-META-02",
        level=Level.MUST,
        text="The configuration has every required member, and RS256.",
        sources=("OIDC Discovery §3",),
        check=required_members_are_there,
    ),
    Requirement(
        id="S-META-03",
        level=Level.MUST,
        text="The OAuth metadata agrees with the OpenID configuration.",
        sources=("RFC 8414 §3",),
        check=oauth_document_agrees,
    ),
    Requirement(
        id="S-META-04",
        level=Level.OKTA,
        text="The configuration lists S256.",
        sources=("okta-auth-js lib/oidc/util/prepareTokenParams.ts",),
        check=s256_is_listed,
    ),
    Requirement(
        id="S-META-05",
        level=Level.OKTA,
        text="Every endpoint is where both kinds of issuer have it.",
        sources=("Okta docs: authorization servers", "okta-idx-golang idx.go"),
        check=endpoints_are_laid_out,
    ),
    Requirement(
        id="S-META-06",
        level=Level.OKTA,
        text="An authorization server that does not exist is not found.",
        sources=("Okta docs: error codes, E0000007",),
        check=unknown_server_is_not_found,
    ),
    Requirement(
        id="S-META-07",
        level=Level.OKTA,
        text="Metadata and keys may be cached.",
        sources=("Okta docs: validate ID tokens",),
        check=metadata_may_be_cached,
    ),
    Requirement(
        id="S-META-08",
        level=Level.OKTA,
        text="The organization document says that the org runs the Identity Engine.",
        sources=("Okta docs: Identity Engine",),
        check=organization_is_identity_engine,
    ),
    Requirement(
        id="S-META-09",
        level=Level.INFO,
        text="The configuration does not list interaction_code among the grant types.",
        sources=("recorded metadata",),
        check=grant_is_not_listed,
    ),
)
