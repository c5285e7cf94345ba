"""Whatever is sent: an Okta-shaped reply below 500. Whatever is changed in a token: it does not work any more."""

import string
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mock_okta.engine.oauth.endpoints import ENDPOINTS
from tests.depth import examples
from tests.oauth.oauth_client import (
    CALLBACK,
    CHALLENGE,
    CODE,
    FORM,
    OTHER_SPA,
    SPA,
    VERIFIER,
    WEB,
    WEB_SECRET,
    OAuthClient,
    asking,
    basic,
)

NAMES = [
    "client_id", "client_secret", "client_assertion", "client_assertion_type", "grant_type", "interaction_code",
    "code_verifier", "refresh_token", "scope", "redirect_uri", "state", "nonce", "max_age", "acr_values",
    "login_hint", "code_challenge", "code_challenge_method", "activation_token", "recovery_token", "token",
    "token_type_hint", "access_token", "id_token_hint", "post_logout_redirect_uri",
]  # fmt: skip
ISSUED = OAuthClient().tokens()
VALUES = (
    SPA, OTHER_SPA, WEB, WEB_SECRET, "interaction_code", "refresh_token", "authorization_code", CODE, VERIFIER,
    CHALLENGE, CALLBACK, "S256", "openid", "openid profile offline_access", "2147483647", "phr",
    "urn:okta:app:mfa:attestation", *ISSUED.values(),
)  # fmt: skip
TEXT = st.one_of(st.sampled_from([str(value) for value in VALUES]), st.text(max_size=20))
PAIRS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), TEXT), max_size=8)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "origin", "x-device-token", "dpop"]),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from([basic(WEB, WEB_SECRET), basic(SPA, None), f"Bearer {ISSUED['access_token']}"]),
    ),
)

OAUTH = ["error", "error_description"]
ENVELOPE = ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]


def has_an_error_shape(reply):
    """Whether a refusal has one of the four forms."""
    if reply.body is None:
        return any(name == "WWW-Authenticate" for name, _ in reply.headers)
    return isinstance(reply.body, bytes) or list(reply.body) in (OAUTH, ENVELOPE)


def check(reply):
    assert 200 <= reply.status < 500
    assert reply.status < 400 or has_an_error_shape(reply)
    for name, value in reply.headers:
        assert f"{name}{value}".isprintable()


def counter_with_tokens(strict):
    client = OAuthClient().strict() if strict else OAuthClient()
    client.tokens()
    return client.with_grant(code="another-code", asked=asking(client_id=WEB))


@examples(300)
@given(
    endpoint=st.sampled_from(sorted(ENDPOINTS)),
    method=st.sampled_from(["GET", "POST"]),
    pairs=PAIRS,
    in_query=PAIRS,
    headers=HEADERS,
    server=st.sampled_from(["main", "", "\u00e9"]),
    strict=st.booleans(),
)
def test_any_form_gets_an_answer(endpoint, method, pairs, in_query, headers, server, strict):
    body = "&".join(f"{quote_plus(n, errors='replace')}={quote_plus(v, errors='replace')}" for n, v in pairs).encode()
    client = counter_with_tokens(strict)
    check(
        client.request(
            endpoint,
            method=method,
            body=body,
            query=tuple(in_query),
            headers={"content-type": FORM, **headers},
            server=server,
        )
    )


@examples(300)
@given(
    endpoint=st.sampled_from(sorted(ENDPOINTS)),
    body=st.one_of(st.binary(max_size=200), st.text(alphabet="&=%+;aé\0", max_size=60).map(str.encode)),
    media_type=st.sampled_from([FORM, f"{FORM};charset=latin-1", "application/json", "", "\u00e9"]),
    headers=HEADERS,
    strict=st.booleans(),
)
def test_any_bytes_get_an_answer(endpoint, body, media_type, headers, strict):
    headers = {"content-type": media_type, **headers}
    check(OAuthClient().with_scenario(wire={"strict": strict}).request(endpoint, body=body, headers=headers))


@examples(60)
@given(data=st.data(), kind=st.sampled_from(["access_token", "id_token", "refresh_token"]))
def test_a_token_with_any_character_changed_does_not_work(data, kind):
    client = OAuthClient()
    token = client.tokens()[kind]
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([c for c in string.ascii_letters + string.digits + "-_.=" if c != token[place]]))
    changed = token[:place] + other + token[place + 1 :]
    assert not client.is_active(changed)
    assert client.get("userinfo", authorization=f"Bearer {changed}").status == 401
    if kind != "refresh_token":
        keys = KeySet.import_key_set(client.get("keys").body)
        with pytest.raises((JoseError, ValueError)):
            jwt.decode(changed, keys, algorithms=["RS256"])


@examples(60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "client_id": st.sampled_from([SPA, OTHER_SPA]),
                "code_verifier": st.sampled_from([VERIFIER, "wrong" * 10]),
                "redirect_uri": st.sampled_from([CALLBACK, "https://other.example"]),
            }
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_code_is_worth_one_token_set_whoever_tries(tries):
    client = OAuthClient().with_grant()
    replies = [client.redeem(**fields) for fields in tries]
    assert sum(reply.status == 200 for reply in replies) <= 1
    assert all(reply.body["error"] in ("invalid_grant", "invalid_request") for reply in replies if reply.status != 200)


@examples(60)
@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), min_size=1, max_size=8))
def test_of_a_family_only_tokens_within_their_leeway_ever_work(steps):
    """Refreshing with any token of the family, after any waits: a token replaced longer ago than 30 s ends it all."""
    client = OAuthClient()
    family = [client.tokens()["refresh_token"]]
    replaced_at, is_over = {}, False
    for pick, wait_s in steps:
        client.at += wait_s
        token = family[pick % len(family)]
        is_stale = client.at > replaced_at.get(token, client.at) + 30
        reply = client.refresh(token)
        assert (reply.status == 200) is not (is_over or is_stale)
        is_over = is_over or is_stale
        if reply.status == 200:
            replaced_at.setdefault(token, client.at)
            family.append(reply.body["refresh_token"])
