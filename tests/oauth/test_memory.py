"""A tenant that lives long does not grow without end, and what is still of use stays."""

from msgspec.structs import replace

from mock_okta.engine.model import NO_RECORDS, Bounds
from tests.oauth.oauth_client import OAuthClient, grant


def test_of_tokens_and_grants_those_stay_that_were_used_last():
    client = OAuthClient()
    client.state = replace(client.state, bounds=Bounds(records=20))
    kept = client.tokens()
    for number in range(60):
        code = f"code {number}"
        client.with_grant(grant(code)).redeem(code)
        assert client.is_active(kept["access_token"])
    assert len(client.state.tokens) <= 20


def test_a_token_whose_grant_is_forgotten_is_no_token():
    client = OAuthClient()
    kept = client.tokens()
    client.state = replace(client.state, grants=NO_RECORDS)
    assert not client.is_active(kept["access_token"])
