"""S-IDT: ID tokens and keys."""

from __future__ import annotations

import base64

from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import Check, first_missed
from mock_okta_conformance.server.jwt import claims_of, hash_of, part_of, verifies
from mock_okta_conformance.server.org import Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import Finding, expect, missed

LIFETIME_S = 3600
LEAST_BITS = 2048
PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "k")


def token_is_signed(org: Org) -> Finding:
    """The ID token is signed by RS256 with a published key."""
    _, answer = org.signed_in
    token = answer.served.get("id_token")
    header = part_of(token, 0)
    published = [key.get("kid") for key in org.keys.served.get("keys", ())]
    return first_missed(
        expect(header.get("alg") == "RS256", "alg RS256", f"alg {header.get('alg')}", answer),
        expect(header.get("kid") in published, "the kid of a published key", f"kid {header.get('kid')}", answer),
        expect(verifies(token, org), "a signature that verifies", "one that does not", answer),
    )


def required_claims_are_right(org: Org) -> Finding:
    """iss, aud, exp and iat are right, and sub is the same at every sign-in."""
    flow, answer = org.signed_in
    claims = claims_of(answer)
    wanted = {"iss": org.issuer, "aud": flow.app.client_id}
    for name, value in wanted.items():
        if claims.get(name) != value:
            return missed(f"{name} {value}", f"{name} {claims.get(name)}", answer)
    lifetime = claims.get("exp", 0) - claims.get("iat", 0)
    again = claims_of(org.tokens(scope="openid"))
    return first_missed(
        expect(lifetime == LIFETIME_S, f"exp - iat {LIFETIME_S}", f"exp - iat {lifetime}", answer),
        expect(claims.get("sub") and claims["sub"] == again.get("sub"), "the same sub again", "another", answer),
    )


def nonce_is_echoed(org: Org) -> Finding:
    """The nonce is the one sent, and absent if none was."""
    flow, answer = org.signed_in
    found = claims_of(answer).get("nonce")
    if found != flow.nonce:
        return missed("the nonce that was sent", f"{found}", answer)
    bare = org.tokens(scope="openid")
    return expect("nonce" not in claims_of(bare), "no nonce if none was sent", "there is one", bare)


def at_hash_fits(org: Org) -> Finding:
    """at_hash is of the access token beside it."""
    _, answer = org.signed_in
    found, wanted = claims_of(answer).get("at_hash"), hash_of(answer.served.get("access_token"))
    return expect(found == wanted, f"at_hash {wanted}", f"at_hash {found}", answer)


def amr_follows_factors(org: Org) -> Finding:
    """pwd for a password, and mfa exactly if there were two factors."""
    _, answer = org.signed_in
    amr = set(claims_of(answer).get("amr") or ())
    factors = amr - {"mfa", "mca"}
    good = "pwd" in amr and ("mfa" in amr) == (len(factors) > 1)
    return expect(good, "pwd, and mfa exactly with a second factor", f"amr {sorted(amr)}", answer)


def auth_time_is_there(org: Org) -> Finding:
    """auth_time is there when max_age was sent, and not after iat."""
    _, answer = org.signed_in
    claims = claims_of(answer)
    at = claims.get("auth_time")
    good = isinstance(at, int) and at <= claims.get("iat", 0)
    return expect(good, "auth_time, not after iat", f"auth_time {at}, iat {claims.get('iat')}", answer)


def okta_claims_are_there(org: Org) -> Finding:
    """idp, ver 1, a jti that begins with "ID.", and preferred_username are there."""
    _, answer = org.signed_in
    claims = claims_of(answer)
    wrong = [
        name
        for name, good in {
            "idp": bool(claims.get("idp")),
            "ver": claims.get("ver") == 1,
            "jti": str(claims.get("jti")).startswith("ID."),
            "preferred_username": bool(claims.get("preferred_username")),
        }.items()
        if not good
    ]
    return expect(not wrong, "idp, ver 1, jti ID.…, preferred_username", f"wrong: {', '.join(wrong)}", answer)


def profile_follows_scopes(org: Org) -> Finding:
    """email is there with the scope email, and not without."""
    _, full = org.signed_in
    bare = org.tokens(scope="openid")
    if "email" not in claims_of(full):
        return missed("email with the scope email", "absent", full)
    extra = {"email", "name", "preferred_username"} & set(claims_of(bare))
    return expect(not extra, "no profile claims without their scopes", f"{sorted(extra)}", bare)


def keys_are_public(org: Org) -> Finding:
    """Published keys have no private members, different kids, and 2048 bits or more."""
    keys = org.keys.served.get("keys") or []
    if not keys:
        return missed("a key", "none", org.keys)
    for key in keys:
        leaked = [name for name in PRIVATE_MEMBERS if name in key]
        if leaked:
            return missed("public members only", f"also {', '.join(leaked)}", org.keys)
        if key.get("kty") == "RSA" and _bits(str(key.get("n"))) < LEAST_BITS:
            return missed(f"{LEAST_BITS} bits", f"{_bits(str(key.get('n')))} bits", org.keys)
    kids = [key.get("kid") for key in keys]
    return expect(
        None not in kids and len(set(kids)) == len(kids), "a kid of its own for each key", f"{kids}", org.keys
    )


def _bits(modulus: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))).bit_length()


def _row(number: int, level: Level, text: str, sources: tuple[str, ...], check: Check) -> ServerRequirement:
    return Requirement(
        id=f"S-IDT-{number:02}",
        level=level,
        text=text,
        sources=sources,
        check=check,
        needs=("client", "user"),
        run="U",
    )


ROWS: tuple[ServerRequirement, ...] = (
    _row(1, Level.MUST, "An ID token is signed by RS256 with a published key.", ("OIDC Core §2",), token_is_signed),
    _row(
        2,
        Level.MUST,
        "An ID token has its issuer, audience, times and a lasting subject.",
        ("OIDC Core §2",),
        required_claims_are_right,
    ),
    _row(3, Level.MUST, "An ID token has the nonce that was sent.", ("OIDC Core §2",), nonce_is_echoed),
    _row(
        4,
        Level.OKTA,
        "An ID token has the at_hash of the access token beside it.",
        ("OIDC Core §3.1.3.6",),
        at_hash_fits,
    ),
    _row(
        5,
        Level.OKTA,
        "An ID token names the factors that were used as amr.",
        ("RFC 8176", "Okta docs: amr claims"),
        amr_follows_factors,
    ),
    _row(
        6,
        Level.MUST,
        "An ID token has auth_time if max_age was asked for.",
        ("OIDC Core §3.1.2.1",),
        auth_time_is_there,
    ),
    _row(
        8,
        Level.OKTA,
        "An ID token has idp, ver, jti and preferred_username.",
        ("recorded tokens",),
        okta_claims_are_there,
    ),
    _row(9, Level.MUST, "Profile claims follow the scopes.", ("OIDC Core §5.4",), profile_follows_scopes),
    Requirement(
        id="S-IDT-10",
        level=Level.MUST,
        text="The key set has public keys only, each with a kid of its own.",
        sources=("RFC 7517 §4", "RFC 7518 §6.3.2"),
        check=keys_are_public,
    ),
)
