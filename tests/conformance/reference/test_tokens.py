import base64
import hmac
import json
from dataclasses import replace

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from mock_okta_conformance.reference.errors import ServerError, TokenRejected
from mock_okta_conformance.reference.issuer_metadata import Key
from mock_okta_conformance.reference.tokens import CHECKS, Expected, read_reply, verify
from mock_okta_conformance.reference.wire import UNREADABLE, Answer
from tests.conformance.reference.fake_org import CLIENT_ID, ISSUER, KEYS, NOW, FakeOrg

EXPECTED = Expected(issuer=ISSUER, client_id=CLIENT_ID, now=NOW, nonce="n-1", access_token="access-1")


def keys_for(kid):
    return tuple(Key(key.kid, key) for key in KEYS[:1] if kid in (None, key.kid))


def claims_of(token: str, expected: Expected = EXPECTED):
    return verify(token, keys_for, expected, CHECKS)


def token(*, drop: tuple[str, ...] = (), header: dict | None = None, **claims: object) -> str:
    org = FakeOrg()
    org.nonce, org.dropped, org.header, org.claims = "n-1", drop, header or {}, claims
    return org.id_token()


def assert_rejected(text: str, code: str, expected: Expected = EXPECTED) -> None:
    with pytest.raises(TokenRejected) as caught:
        claims_of(text, expected)
    assert caught.value.code == code
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "changed", [{}, {"aud": [CLIENT_ID]}, {"azp": CLIENT_ID}, {"exp": NOW - 30}, {"iat": NOW + 119.5}]
)
def test_a_right_token_is_accepted(changed):
    assert claims_of(token(**changed))["sub"] == "00uMary"


@pytest.mark.parametrize("optional", ["at_hash", "auth_time"])
def test_claims_that_may_be_missing_may_be_missing(optional):
    assert optional not in claims_of(token(drop=(optional,)))


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("iss", {"iss": "https://evil.test/oauth2/default"}),
        ("iss", {"iss": ISSUER + "/"}),
        ("iss", {"iss": ISSUER.upper()}),
        ("iss", {"iss": [ISSUER]}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": 7}),
        ("sub", {"sub": "x" * 256}),
        ("aud", {"aud": "other"}),
        ("aud", {"aud": ["other"]}),
        ("aud", {"aud": {CLIENT_ID: 1}}),
        ("aud_extra", {"aud": [CLIENT_ID, "other"]}),
        ("azp", {"azp": "other"}),
        ("exp", {"exp": NOW - 900}),
        ("exp", {"exp": "tomorrow"}),
        ("exp", {"exp": True}),
        ("iat", {"iat": NOW + 3600}),
        ("nbf", {"nbf": NOW + 3600}),
        ("nonce", {"nonce": "n-2"}),
        ("nonce", {"nonce": ["n-1"]}),
        ("at_hash", {"at_hash": "wrong"}),
    ],
    ids=str,
)
def test_a_wrong_claim_is_rejected(code, changed):
    assert_rejected(token(**changed), code)


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_missing_claim_is_rejected(name):
    assert_rejected(token(drop=(name,)), name)


def test_acr_has_to_be_one_that_was_asked_for():
    asked = replace(EXPECTED, acr_values=("urn:okta:loa:2fa:any", "phr"))
    assert claims_of(token(acr="phr"), asked)["acr"] == "phr"
    assert_rejected(token(acr="urn:okta:loa:1fa:any"), "acr", asked)
    assert_rejected(token(), "acr", asked)


def test_auth_time_has_to_be_within_max_age():
    asked = replace(EXPECTED, max_age=60)
    assert claims_of(token(auth_time=NOW - 59), asked)
    assert_rejected(token(auth_time=NOW - 600), "auth_time", asked)
    assert_rejected(token(drop=("auth_time",)), "auth_time", asked)


def test_after_a_refresh_the_token_is_about_the_same_sign_in():
    before = {"sub": "00uMary", "aud": CLIENT_ID, "auth_time": int(NOW)}
    asked = replace(EXPECTED, nonce_optional=True, previous=before)
    assert claims_of(token(drop=("nonce",)), asked)
    assert_rejected(token(nonce="n-2"), "nonce", asked)
    assert_rejected(token(sub="00uEve"), "refreshed_sub", asked)
    assert_rejected(token(aud=[CLIENT_ID]), "refreshed_aud", asked)
    assert_rejected(token(auth_time=int(NOW) + 5), "refreshed_auth_time", asked)


# -- signatures -------------------------------------------------------------------------------------------------------


def segments(header: dict, claims: dict) -> str:
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )


def test_an_unsigned_token_is_rejected():
    assert_rejected(f"{segments({'alg': 'none'}, {})}.", "alg")


def test_the_public_key_is_no_shared_secret():
    signed = segments({"alg": "HS256", "kid": KEYS[0].kid}, {"sub": "00uMary"})
    signature = hmac.digest(KEYS[0].as_pem(private=False), signed.encode(), "sha256")
    assert_rejected(f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}", "alg")


def test_a_header_that_lies_about_the_algorithm_is_rejected():
    right = token()
    lying = segments({"alg": "HS256", "kid": KEYS[0].kid}, {}).partition(".")[0]
    assert_rejected(f"{lying}.{right.partition('.')[2]}", "alg")


def test_only_the_registered_algorithm_is_accepted():
    assert_rejected(jwt.encode({"alg": "ES256"}, {"sub": "x"}, ECKey.generate_key("P-256")), "alg")


def test_a_signature_by_another_key_is_rejected():
    assert_rejected(jwt.encode({"alg": "RS256", "kid": KEYS[0].kid}, {"sub": "x"}, KEYS[1]), "signature")


def test_an_extension_that_we_do_not_know_is_rejected():
    forged = segments({"alg": "RS256", "kid": KEYS[0].kid, "crit": ["x"], "x": 1}, {})
    assert_rejected(f"{forged}.{'A' * 342}", "crit")


@pytest.mark.parametrize("member", ["jku", "x5u", "jwk", "x5c", "typ", "cty", "unheard-of"])
def test_other_members_of_the_header_change_nothing(member):
    value = {"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "x5c": ["x"]}.get(member, "https://evil.test/keys")
    forged = segments({"alg": "RS256", "kid": KEYS[0].kid, member: value}, {})
    assert_rejected(f"{forged}.{'A' * 342}", "signature")


@pytest.mark.parametrize("kid", [7, ["x"], {"a": 1}, True], ids=str)
def test_a_key_is_named_by_a_text(kid):
    assert_rejected(f"{segments({'alg': 'RS256', 'kid': kid}, {})}.AAAA", "malformed")


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "a.b", "a.b.c", "a.b.c.d", "....", "é.é.é", "\ud800", token().rpartition(".")[0], token() + "\n",
        segments([], {}) + ".AAAA", segments(7, {}) + ".AAAA", segments({"alg": ["RS256"]}, {})[1:] + ".A",
        "[" * 20_000 + ".b.c", base64.urlsafe_b64encode(b"[" * 9000).decode() + ".AAAA.AAAA",
    ],
    ids=lambda text: repr(text)[:20],
)  # fmt: skip
def test_what_is_no_token_is_an_error_and_no_crash(text):
    with pytest.raises(TokenRejected):
        claims_of(text)


@pytest.mark.parametrize("payload", [b"[]", b"7", b"null", b"not json", b"\xff", b'{"exp": NaN}', b"[" * 9000])
def test_a_payload_that_is_no_object_is_rejected(payload):
    assert_rejected(jws.serialize_compact({"alg": "RS256", "kid": KEYS[0].kid}, payload, KEYS[0]), "malformed")


def test_any_changed_character_makes_the_token_worthless():
    right = token()
    for at in range(0, len(right), 7):
        changed = right[:at] + ("A" if right[at] != "A" else "B") + right[at + 1 :]
        with pytest.raises(TokenRejected):
            claims_of(changed)


def test_padding_bits_count_as_characters():
    right = token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(right[-1]) + 1]
    assert_rejected(right[:-1] + last, "malformed")


# -- replies ----------------------------------------------------------------------------------------------------------


def answer(**body: object) -> Answer:
    right = {"token_type": "Bearer", "access_token": "access-1", "expires_in": 3600}
    told = {name: value for name, value in {**right, **body}.items() if value is not None}
    return Answer(200, httpx.Headers(), told, "POST https://org.test/token")


def test_a_reply_is_read_as_leniently_as_the_rfc_wants():
    tokens = read_reply(answer(token_type="bearer", expires_in=None, future_member=[1]), ("openid", "email"), NOW)
    assert (tokens.expires_at, tokens.scopes, tokens.refresh_token) == (None, ("openid", "email"), None)


def test_a_narrower_scope_is_honoured():
    assert read_reply(answer(scope="openid"), ("openid", "email"), NOW).scopes == ("openid",)


@pytest.mark.parametrize("expires_in", ["soon", True, [], float("nan"), float("inf")], ids=str)
def test_a_lifetime_that_is_no_number_is_unknown(expires_in):
    assert read_reply(answer(expires_in=expires_in), (), NOW).expires_at is None


@pytest.mark.parametrize("token_type", ["mac", "DPoP", 7, None])
def test_a_token_type_that_we_cannot_use_is_refused(token_type):
    with pytest.raises(TokenRejected):
        read_reply(answer(token_type=token_type), (), NOW)


@pytest.mark.parametrize("access_token", ["", 7, None])
def test_a_reply_without_an_access_token_is_refused(access_token):
    with pytest.raises(TokenRejected):
        read_reply(answer(access_token=access_token), (), NOW)


def test_a_reply_that_is_no_object_is_refused():
    with pytest.raises(ServerError, match="instead of a JSON object"):
        read_reply(replace(answer(), body=UNREADABLE), (), NOW)


def test_tokens_are_not_in_the_representation():
    tokens = read_reply(answer(refresh_token="refresh-1", id_token="id-1"), (), NOW)
    assert not any(secret in repr(tokens) for secret in ("access-1", "refresh-1", "id-1"))
