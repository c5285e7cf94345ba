"""What a script can do to an ID token."""

import base64
import hmac

import pytest
from immutables import Map
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet, RSAKey
from msgspec.structs import replace

from mock_okta.engine.base.signing import thumbprint
from mock_okta.engine.base.untrusted_key import UNTRUSTED_PEM
from mock_okta.engine.model import Intervention
from mock_okta.engine.oauth.id_token_change import IdTokenChange
from mock_okta.keys import development_keys
from tests.oauth.oauth_client import NOON, SPA, OAuthClient, asking, claims_in, header_in


def changed(**members):
    """The token reply of a tenant whose script changes ID tokens."""
    client = OAuthClient()
    entry = Intervention(at={"endpoint": "token"}, effect={"id_token": members}, id="test")
    client.state = replace(client.state, script=(entry,))
    return client.tokens(), KeySet.import_key_set(client.get("keys").body)


def verified(token, keys):
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_claims_are_set():
    tokens, keys = changed(claims={"iss": "https://other.example", "aud": [SPA, "other"], "azp": "other"})
    claims = verified(tokens["id_token"], keys)
    assert (claims["iss"], claims["aud"], claims["azp"]) == ("https://other.example", [SPA, "other"], "other")


def test_claims_may_be_of_any_shape():
    tokens, keys = changed(claims=Map({"address": Map({"locality": "Paris"}), "aud": (SPA,)}))
    claims = verified(tokens["id_token"], keys)
    assert (claims["address"], claims["aud"]) == ({"locality": "Paris"}, [SPA])


def test_times_are_shifted():
    tokens, keys = changed(shift={"exp": -7200, "iat": 3600, "name": 1, "missing": 1})
    claims = verified(tokens["id_token"], keys)
    assert (claims["exp"], claims["iat"], claims["name"]) == (NOON - 3600, NOON + 3600, "Mary Acme")


def test_claims_are_dropped():
    tokens, keys = changed(drop=["sub", "iat", "never there"])
    assert not {"sub", "iat"} & set(verified(tokens["id_token"], keys))


def test_a_key_id_that_leads_nowhere():
    tokens, keys = changed(header={"kid": "nope"})
    assert header_in(tokens["id_token"]) == {"kid": "nope", "alg": "RS256"}
    with pytest.raises((InvalidKeyIdError, ValueError)):
        verified(tokens["id_token"], keys)


def test_a_header_member_is_removed():
    assert header_in(changed(header={"kid": None})[0]["id_token"]) == {"alg": "RS256"}


def test_a_header_that_no_library_would_write():
    token = changed(header={"crit": ["x"], "jku": "https://evil.example/keys"})[0]["id_token"]
    assert list(header_in(token)) == ["kid", "alg", "crit", "jku"]


def test_an_unsigned_token():
    token = changed(alg="none")[0]["id_token"]
    assert header_in(token)["alg"] == "none"
    assert token.endswith(".")


def test_the_public_key_as_a_secret():
    token = changed(alg="HS256")[0]["id_token"]
    message, _, signature = token.rpartition(".")
    public_pem = RSAKey.import_key(development_keys()[0].pem).as_pem(private=False)
    mac = base64.urlsafe_b64encode(hmac.digest(public_pem, message.encode(), "sha256")).rstrip(b"=").decode()
    assert (header_in(token)["alg"], signature) == ("HS256", mac)


def test_a_header_that_lies_about_a_good_signature():
    token = changed(header={"alg": "HS256"})[0]["id_token"]
    assert (header_in(token)["alg"], len(token.rpartition(".")[2])) == ("HS256", 342)


@pytest.mark.parametrize("signature", ["other_key", "broken"])
def test_a_signature_that_does_not_fit(signature):
    tokens, keys = changed(signature=signature)
    assert header_in(tokens["id_token"])["kid"] == development_keys()[0].kid
    with pytest.raises(BadSignatureError):
        verified(tokens["id_token"], keys)


def test_the_other_key_is_in_no_key_set():
    assert thumbprint(UNTRUSTED_PEM) not in [key.kid for key in development_keys()]


def test_no_id_token_at_all():
    tokens, _ = changed(omit=True)
    assert list(tokens) == ["token_type", "expires_in", "access_token", "scope", "refresh_token"]


@pytest.mark.parametrize(
    "members",
    [
        {"claims": {"aud": ["a", "b"], "exp": "soon", "sub": {"deep": 1}, "jti": 7, "iss": None}},
        {"drop": ["aud", "exp", "sub", "jti", "iss"]},
        {"claims": {"jti": "AT.x", "scp": "x"}},
        {"header": {"kid": "x"}},
        {"alg": "none"},
    ],
)
def test_a_spoiled_token_harms_nobody_who_is_shown_it(members):
    token = changed(**members)[0]["id_token"]
    client = OAuthClient()
    assert client.is_active(token) is False
    assert client.get("userinfo", authorization=f"Bearer {token}").status == 401
    assert client.get("logout", query=(("id_token_hint", token),)).status == 400
    assert client.post("revoke", {"client_id": SPA, "token": token}).status == 200


def test_a_refreshed_token_is_changed_as_the_first_one_is():
    client = OAuthClient()
    entry = Intervention(at={"endpoint": "token"}, effect={"id_token": {"claims": {"iss": "elsewhere"}}}, id="test")
    client.state = replace(client.state, script=(entry,))
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).body
    assert [claims_in(tokens["id_token"])["iss"] for tokens in (first, second)] == ["elsewhere", "elsewhere"]
    assert list(second) == list(first)


def test_a_reply_without_an_id_token_tells_that_there_was_none_to_change():
    client = OAuthClient().with_grant(asked=asking(scope=("openid", "profile", "offline_access")))
    refresh_token = client.redeem().body["refresh_token"]
    client.state = replace(client.state, script=(Intervention(at={}, effect={"id_token": {"omit": True}}, id="file0"),))
    told = "script[0].id_token: this reply would have had no ID token"
    assert client.refresh(refresh_token, scope="profile").unapplied == (told,)
    assert client.redeem("unknown").unapplied == (told,)


def test_a_change_that_changes_nothing_is_the_usual_token():
    assert changed(alg="RS256", signature="valid")[0] == OAuthClient().tokens()


def test_members_that_a_change_does_not_know_are_left_out():
    assert IdTokenChange.of({"drop": ["nonce"], "colour": "blue"}) == IdTokenChange(drop=("nonce",))
