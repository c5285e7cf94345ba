"""S-AT: access tokens, refresh tokens, and the endpoints that take them."""

from __future__ import annotations

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import Check, first_missed, has_status, members_are, oauth_error
from mock_okta_conformance.server.jwt import claims_of
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen

LEEWAY_S = 31
GARBAGE = "not.a.token"
CLAIMS = ("ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub")


def access_token_has_claims(org: Org) -> Finding:
    """Those that resource servers read; a token of the org server is nobody's business."""
    if not org.is_custom:
        return unseen("access tokens of the org server are opaque")
    flow, answer = org.signed_in
    claims = claims_of(answer, "access_token")
    absent = [name for name in CLAIMS if name not in claims]
    if absent:
        return missed(", ".join(CLAIMS), f"without {', '.join(absent)}", answer)
    good = isinstance(claims["scp"], list) and claims["cid"] == flow.app.client_id and claims["iss"] == org.issuer
    return expect(good, "scp as a list, cid and iss right", f"scp {claims['scp']}", answer)


def userinfo_is_guarded(org: Org) -> Finding:
    """The user's claims for a good token, and the errors of RFC 6750 for others."""
    _, tokens = org.signed_in
    good = _userinfo(org, str(tokens.served["access_token"]))
    nothing = org.get(org.endpoint("userinfo"))
    bad = _userinfo(org, GARBAGE)
    return first_missed(
        has_status(good, 200),
        members_are(good, sub=claims_of(tokens).get("sub")),
        _challenged(nothing, 401, ""),
        _challenged(bad, 401, "invalid_token"),
    )


def introspection_tells(org: Org) -> Finding:
    """Members for an active token, inactive for any other, and only for clients."""
    flow, tokens = org.signed_in
    token = str(tokens.served["access_token"])
    active = org.about(token, flow.app)
    garbage = org.about(GARBAGE, flow.app)
    empty = org.post_form("introspect", {"client_id": flow.app.client_id, "client_secret": flow.app.client_secret})
    stranger = org.post_form("introspect", {"token": token, "client_id": "0oaNOSUCHCLIENT00001"})
    return first_missed(
        members_are(active, active=True, client_id=flow.app.client_id, sub=..., exp=..., scope=...),
        expect(garbage.served == {"active": False}, '{"active": false}', f"{dict(garbage.served)}", garbage),
        oauth_error(empty, 400, "invalid_request"),
        oauth_error(stranger, 401, "invalid_client"),
    )


def revocation_works(org: Org) -> Finding:
    """Revocation is answered 200 for any token, and a revoked token is inactive."""
    app = org.app()
    tokens = org.tokens(app)
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    unknown = org.post_form("revoke", {"token": GARBAGE, **client})
    access = str(tokens.served["access_token"])
    revoked = org.post_form("revoke", {"token": access, "token_type_hint": "access_token", **client})
    about = org.about(access, app)
    return first_missed(
        has_status(unknown, 200),
        has_status(revoked, 200),
        expect(about.served.get("active") is False, "inactive", f"active: {about.served.get('active')}", about),
    )


def revocation_cascades_downwards(org: Org) -> Finding:
    """A refresh token takes its access token along; not the other way round."""
    app = org.app()
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    first, second = org.tokens(app), org.tokens(app)
    org.post_form("revoke", {"token": first.served["refresh_token"], **client})
    org.post_form("revoke", {"token": second.served["access_token"], **client})
    dead = org.about(str(first.served["access_token"]), app)
    alive = org.about(str(second.served["refresh_token"]), app)
    return first_missed(
        expect(dead.served.get("active") is False, "refresh token revoked: access token inactive", "active", dead),
        expect(alive.served.get("active") is True, "access token revoked: refresh token active", "inactive", alive),
    )


def refresh_renews(org: Org) -> Finding:
    """Another access token for the same person; no wider scope, no other client."""
    app = org.app()
    tokens = org.tokens(app, scope="openid email offline_access")
    renewed = org.refresh(str(tokens.served["refresh_token"]), app)
    if renewed.status != 200 or renewed.served.get("access_token") == tokens.served["access_token"]:
        return missed("200 with another access token", f"{renewed.status}", renewed)
    before, after = claims_of(tokens), claims_of(renewed)
    for name in ("sub", "iss", "aud"):
        if before.get(name) != after.get(name):
            return missed(f"the same {name}", f"{after.get(name)}", renewed)
    token = str(renewed.served.get("refresh_token") or tokens.served["refresh_token"])
    wider = org.refresh(token, app, scope="openid email profile offline_access")
    if wider.status != 400 or "error" not in wider.served:
        return missed("400 for a wider scope", f"{wider.status}", wider)
    stranger = next((other for other in org.profile.clients.values() if other != app), None)
    return (
        MET
        if stranger is None
        else oauth_error(org.refresh(token, stranger), 400, ("invalid_grant", "unauthorized_client"))
    )


def rotated_token_dies(org: Org) -> Finding:
    """After the leeway the old token is refused, and its use kills the newest one too."""
    app = org.app("browser")
    old = str(org.tokens(app).served["refresh_token"])
    newest = org.refresh(old, app).served.get("refresh_token")
    if newest in (None, old):
        return unseen("this app does not rotate refresh tokens")
    org.sleep(LEEWAY_S)
    reused = org.refresh(old, app)
    finding = oauth_error(reused, 400, "invalid_grant", "The refresh token is invalid or expired.")
    if finding is not MET:
        return finding
    return oauth_error(org.refresh(str(newest), app), 400, "invalid_grant")


def refresh_keeps_the_sign_in(org: Org) -> Finding:
    """auth_time and amr stay those of the sign-in."""
    app = org.app()
    tokens = org.tokens(app)
    renewed = org.refresh(str(tokens.served["refresh_token"]), app)
    before, after = claims_of(tokens), claims_of(renewed)
    same = before.get("auth_time") == after.get("auth_time") and set(before.get("amr", ())) == set(after.get("amr", ()))
    seen = f"auth_time {after.get('auth_time')}, amr {after.get('amr')}"
    return expect(same, f"auth_time {before.get('auth_time')}, amr {before.get('amr')}", seen, renewed)


def logout_goes_to_registered_places(org: Org) -> Finding:
    """A redirect after logout to a place that is not registered is answered 400."""
    _, tokens = org.signed_in
    url = org.endpoint("logout")
    query = f"?id_token_hint={tokens.served['id_token']}&post_logout_redirect_uri=https://evil.example/"
    answer = org.get(f"{url}{query}")
    location = answer.headers.get("location", "")
    good = answer.status == 400 and not location.startswith("https://evil.example")
    return expect(good, "400 and no redirect", f"{answer.status} {location}", answer.title.partition("?")[0])


def _userinfo(org: Org, token: str) -> Answer:
    return org.get(org.endpoint("userinfo"), Authorization=f"Bearer {token}")


def _challenged(answer: Answer, status: int, error: str) -> Finding:
    challenge = answer.headers.get("www-authenticate", "absent")
    good = answer.status == status and challenge.startswith(("Bearer", "DPoP")) and error in challenge
    wanted = f"{status}, WWW-Authenticate: Bearer" + (f' error="{error}"' if error else "")
    return expect(good, wanted, f"{answer.status}, WWW-Authenticate: {challenge}", answer)


def _row(
    number: int, level: Level, text: str, source: str, check: Check, *needs: str, run: str = "U"
) -> ServerRequirement:
    return Requirement(
        id=f"S-AT-{number:02}",
        level=level,
        text=text,
        sources=(source,),
        check=check,
        needs=("client", "user", *needs),
        run=run,
    )


ROWS: tuple[ServerRequirement, ...] = (
    _row(
        1,
        Level.OKTA,
        "An access token of a custom server has the claims that resource servers read.",
        "Okta docs: validate access tokens",
        access_token_has_claims,
    ),
    _row(
        2,
        Level.MUST,
        "The userinfo endpoint answers good tokens and challenges others.",
        "RFC 6750 §3",
        userinfo_is_guarded,
    ),
    _row(3, Level.MUST, "Introspection tells clients what is active.", "RFC 7662 §2.2", introspection_tells),
    _row(
        4,
        Level.MUST,
        "Revocation makes a token inactive, and knows no unknown ones.",
        "RFC 7009 §2.2",
        revocation_works,
    ),
    _row(
        5,
        Level.OKTA,
        "Revoking a refresh token revokes its access tokens, and not the other way round.",
        "Okta docs: revoke tokens",
        revocation_cascades_downwards,
    ),
    _row(
        6,
        Level.MUST,
        "A refresh renews tokens for the same person and no wider scope.",
        "RFC 6749 §6",
        refresh_renews,
    ),
    _row(
        7,
        Level.OKTA,
        "A rotated refresh token dies after the leeway, and its reuse ends the family.",
        "Okta docs: refresh tokens",
        rotated_token_dies,
        "browser",
        run="L",
    ),
    _row(8, Level.OKTA, "A refresh keeps auth_time and amr.", "OIDC Core §12.2", refresh_keeps_the_sign_in),
    _row(
        9,
        Level.MUST,
        "Logout redirects to registered places only.",
        "OIDC RP-Initiated Logout §3",
        logout_goes_to_registered_places,
    ),
)
