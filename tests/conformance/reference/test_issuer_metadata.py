import pytest
from joserfc.jwk import ECKey

from mock_okta_conformance.reference.errors import RefusedError, ServerError, TokenRejected, TransportError
from mock_okta_conformance.reference.issuer_metadata import REFETCH_WINDOW_S
from tests.conformance.reference.fake_org import KEYS, METADATA, FakeOrg, in_turn, published, reply

DISCOVERY = "/oauth2/default/.well-known/openid-configuration"
JWKS = "/oauth2/default/v1/keys"


def test_metadata_and_keys_are_fetched_once(org: FakeOrg):
    issuer_metadata = org.client().issuer_metadata
    for _ in range(3):
        issuer_metadata.metadata()
        issuer_metadata.keys_for(KEYS[0].kid)
    assert [request.url.path for request in org.requests] == [DISCOVERY, JWKS]


def test_they_are_kept_as_long_as_the_server_allows(org: FakeOrg):
    org.on(DISCOVERY, reply(200, METADATA, cache_control="max-age=100, must-revalidate"))
    issuer_metadata = org.client().issuer_metadata
    issuer_metadata.metadata()
    org.now += 99
    issuer_metadata.metadata()
    assert len(org.to(DISCOVERY)) == 1
    org.now += 1
    issuer_metadata.metadata()
    assert len(org.to(DISCOVERY)) == 2


@pytest.mark.parametrize(
    "issuer", ["https://evil.test", METADATA["issuer"] + "/", "https://ORG.test/oauth2/default", None]
)
def test_metadata_of_another_issuer_is_refused(org: FakeOrg, issuer):
    org.on(DISCOVERY, reply(200, {**METADATA, "issuer": issuer}))
    with pytest.raises(ServerError, match="that of another issuer"):
        org.client().issuer_metadata.metadata()


@pytest.mark.parametrize("missing", ["token_endpoint", "jwks_uri"])
def test_metadata_without_what_we_need_is_refused(org: FakeOrg, missing):
    org.on(DISCOVERY, reply(200, {**METADATA, missing: None}))
    with pytest.raises(ServerError, match=missing):
        org.client().issuer_metadata.metadata()


def test_metadata_that_cannot_be_had_is_an_error_and_asked_for_again(org: FakeOrg):
    org.on(DISCOVERY, in_turn(reply(404, {"errorCode": "E0000007", "errorSummary": "Not found"}), reply(200, METADATA)))
    issuer_metadata = org.client().issuer_metadata
    with pytest.raises(RefusedError, match="Not found"):
        issuer_metadata.metadata()
    assert issuer_metadata.metadata().jwks_uri == METADATA["jwks_uri"]


def test_a_rotated_key_is_found_by_asking_again(org: FakeOrg):
    org.on(JWKS, in_turn(reply(200, {"keys": [published(KEYS[0])]}), reply(200, {"keys": [published(KEYS[1])]})))
    issuer_metadata = org.client().issuer_metadata
    assert issuer_metadata.keys_for(KEYS[0].kid)[0].kid == KEYS[0].kid
    assert issuer_metadata.keys_for(KEYS[1].kid)[0].kid == KEYS[1].kid
    assert len(org.to(JWKS)) == 2


def test_an_unknown_key_is_asked_for_once(org: FakeOrg):
    issuer_metadata = org.client().issuer_metadata
    issuer_metadata.keys_for(KEYS[0].kid)
    with pytest.raises(TokenRejected):
        issuer_metadata.keys_for("nope")
    assert len(org.to(JWKS)) == 2


def test_nobody_can_make_us_hammer_the_issuer(org: FakeOrg):
    issuer_metadata = org.client().issuer_metadata
    for number in range(10):
        with pytest.raises(TokenRejected):
            issuer_metadata.keys_for(f"nope-{number}")
    assert len(org.to(JWKS)) == 3
    org.now += REFETCH_WINDOW_S + 1
    with pytest.raises(TokenRejected):
        issuer_metadata.keys_for("nope")
    assert len(org.to(JWKS)) == 4


def test_without_a_name_the_only_key_is_meant(org: FakeOrg):
    assert org.client().issuer_metadata.keys_for(None)[0].kid == KEYS[0].kid
    org.on(JWKS, reply(200, {"keys": [published(key) for key in KEYS]}))
    with pytest.raises(TokenRejected, match="several"):
        org.client().issuer_metadata.keys_for(None)


def test_keys_that_we_do_not_understand_are_passed_over(org: FakeOrg):
    strange = [
        {"kty": "EC", **ECKey.generate_key("P-256").as_dict(private=False)},
        {"kty": "oct", "k": "AAAA", "kid": "o"},
        {"kty": "LATTICE", "kid": "l"},
        {"kty": "RSA", "kid": "no-numbers"},
        {"kty": "RSA", "kid": "odd", "n": 7, "e": "AQAB"},
        {"kty": "RSA", "kid": "weak", "n": "AQAB", "e": "AQAB"},
        {**published(KEYS[1]), "use": "enc"},
        {**published(KEYS[1]), "alg": "RS512"},
        None,
        "key",
    ]
    org.on(JWKS, reply(200, {"keys": [*strange, {**published(KEYS[0]), "future": [1]}]}))
    assert [key.kid for key in org.client().issuer_metadata.keys_for(None)] == [KEYS[0].kid]


@pytest.mark.parametrize("keys", [None, 7, {}, []], ids=str)
def test_a_key_set_without_keys_verifies_nothing(org: FakeOrg, keys):
    org.on(JWKS, reply(200, {"keys": keys}))
    with pytest.raises(TokenRejected):
        org.client().issuer_metadata.keys_for(None)


def test_keys_that_cannot_be_had_are_an_error(org: FakeOrg):
    org.on(JWKS, reply(500))
    with pytest.raises(ServerError, match="answered 500"):
        org.client().issuer_metadata.keys_for(KEYS[0].kid)


def test_keys_are_not_fetched_without_tls(org: FakeOrg):
    org.on(DISCOVERY, reply(200, {**METADATA, "jwks_uri": "http://org.test/keys"}))
    with pytest.raises(Exception, match="use https") as caught:
        org.client().issuer_metadata.keys_for(None)
    assert not isinstance(caught.value, TransportError)
