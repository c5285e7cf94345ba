"""The grant `refresh_token`."""

import pytest

from mock_okta.engine.model import AppType, UserStatus
from tests.oauth.oauth_client import NOON, OTHER_SPA, SPA, OAuthClient, asking, claims_in, told

INVALID = (400, "invalid_grant", "The refresh token is invalid or expired.")


@pytest.fixture
def client():
    return OAuthClient()


@pytest.fixture
def first(client):
    """The tokens of Mary's sign-in."""
    return client.tokens()


def test_a_refresh_token_becomes_new_tokens(client, first):
    body = client.refresh(first["refresh_token"]).body
    assert list(body) == ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"]
    assert body["scope"] == "openid profile email offline_access"
    assert body["access_token"] != first["access_token"]
    assert body["refresh_token"] != first["refresh_token"]


def test_the_first_access_token_goes_on_working(client, first):
    client.refresh(first["refresh_token"])
    assert client.is_active(first["access_token"])


def test_the_id_token_tells_of_the_same_sign_in(client):
    client.with_grant(asked=asking(nonce="a-nonce"))
    before = claims_in((first := client.redeem().body)["id_token"])
    client.at = NOON + 100
    after = claims_in(client.refresh(first["refresh_token"]).body["id_token"])
    for claim in ("sub", "iss", "aud", "auth_time", "amr", "idp"):
        assert after[claim] == before[claim]
    assert (before["nonce"], "nonce" in after) == ("a-nonce", False)
    assert after["iat"] == before["iat"] + 100


# -- rotation ---------------------------------------------------------------------------------------------------------


def test_a_replaced_token_works_for_its_leeway(client, first):
    client.refresh(first["refresh_token"])
    client.at = NOON + 30
    assert client.refresh(first["refresh_token"]).status == 200


def test_the_leeway_is_a_setting_of_the_app(client, first):
    client.with_app(SPA, refresh_leeway_s=0).refresh(first["refresh_token"])
    client.at = NOON + 0.5
    assert told(client.refresh(first["refresh_token"])) == INVALID


def test_using_the_old_token_does_not_prolong_its_leeway(client, first):
    client.refresh(first["refresh_token"])
    client.at = NOON + 29
    client.refresh(first["refresh_token"])
    client.at = NOON + 31
    assert told(client.refresh(first["refresh_token"])) == INVALID


def test_reuse_after_the_leeway_revokes_the_family(client, first):
    second = client.refresh(first["refresh_token"]).body
    client.at = NOON + 31
    assert told(client.refresh(first["refresh_token"])) == INVALID
    assert told(client.refresh(second["refresh_token"])) == INVALID
    assert not client.is_active(second["access_token"])
    assert not client.is_active(first["access_token"])


def test_a_stranger_with_an_old_token_revokes_nothing(client, first):
    second = client.refresh(first["refresh_token"]).body
    client.at = NOON + 31
    client.refresh(first["refresh_token"], client_id=OTHER_SPA)
    assert client.is_active(second["access_token"])


def test_a_static_token_stays_the_same(client, first):
    client.with_app(SPA, rotate_refresh_tokens=False)
    for later in (0, 100, 1000):
        client.at = NOON + later
        assert client.refresh(first["refresh_token"]).body["refresh_token"] == first["refresh_token"]


@pytest.mark.parametrize("type", [AppType.WEB, AppType.BROWSER, AppType.NATIVE])
@pytest.mark.parametrize(("says", "rotates"), [(None, {AppType.BROWSER}), (True, set(AppType)), (False, set())])
def test_only_a_browser_app_s_tokens_are_replaced_unless_the_app_says_otherwise(client, first, type, says, rotates):
    secret = "s" if type.keeps_secret else None
    client.with_app(SPA, type=type, client_secret=secret, rotate_refresh_tokens=says)
    proof = {"client_secret": secret} if secret else {}
    tokens = [first["refresh_token"]]
    for _ in range(2):
        tokens.append(client.refresh(tokens[-1], **proof).body["refresh_token"])
    assert len(set(tokens)) == (3 if type in rotates else 1)


DAY_S = 86_400


@pytest.mark.parametrize("rotates", [True, False])
def test_each_use_begins_the_seven_days_anew_in_which_a_token_has_to_be_used(client, first, rotates):
    client.with_app(SPA, rotate_refresh_tokens=rotates)
    token = first["refresh_token"]
    for day in (6, 12, 18):
        client.at = NOON + day * DAY_S
        token = client.refresh(token).body["refresh_token"]
    client.at = NOON + 25 * DAY_S - 1
    assert client.is_active(token)
    client.at = NOON + 25 * DAY_S
    assert told(client.refresh(token)) == INVALID


@pytest.mark.parametrize("rotates", [True, False])
def test_a_total_lifetime_is_kept_however_often_the_token_is_used(rotates):
    client = OAuthClient().with_app(SPA, rotate_refresh_tokens=rotates)
    client.with_server(refresh_token_lifetime_s=10 * DAY_S)
    token = client.tokens()["refresh_token"]
    for day in (5, 9):
        client.at = NOON + day * DAY_S
        token = client.refresh(token).body["refresh_token"]
    client.at = NOON + 10 * DAY_S - 1
    assert client.is_active(token)
    client.at = NOON + 10 * DAY_S
    assert told(client.refresh(token)) == INVALID


def test_a_token_that_stays_for_want_of_offline_access_was_used_too(client, first):
    client.at = NOON + 6 * DAY_S
    client.refresh(first["refresh_token"], scope="openid")
    client.at = NOON + 12 * DAY_S
    assert client.refresh(first["refresh_token"]).status == 200


def test_a_replaced_token_is_not_kept_alive_by_who_goes_on_using_it(client, first):
    client.at = NOON + 7 * DAY_S - 10
    client.refresh(first["refresh_token"])
    client.at = NOON + 7 * DAY_S - 1
    assert client.refresh(first["refresh_token"]).status == 200
    client.at = NOON + 7 * DAY_S
    assert told(client.refresh(first["refresh_token"])) == INVALID


def test_introspection_says_when_a_refresh_token_ends_if_it_is_not_used(client, first):
    client.at = NOON + 6 * DAY_S
    second = client.refresh(first["refresh_token"]).body["refresh_token"]
    told_of = client.post("introspect", {"token": second, "client_id": SPA}).body
    assert told_of["exp"] == NOON + 13 * DAY_S


def test_on_the_org_server_a_token_lasts_ninety_days():
    client = OAuthClient().with_grant(asked=asking(server=""))
    first = client.redeem(server="").body
    client.at = NOON + 90 * 86_400 - 1
    assert client.refresh(first["refresh_token"], server="").status == 200


# -- scope ------------------------------------------------------------------------------------------------------------


def test_a_narrower_scope_is_granted_in_the_order_of_the_server(client, first):
    body = client.refresh(first["refresh_token"], scope="offline_access email openid").body
    assert body["scope"] == "openid email offline_access"
    assert claims_in(body["access_token"])["scp"] == ["openid", "email", "offline_access"]
    assert "name" not in claims_in(body["id_token"])


def test_without_openid_there_is_no_id_token(client, first):
    assert "id_token" not in client.refresh(first["refresh_token"], scope="offline_access").body


def test_without_offline_access_the_refresh_token_is_not_replaced(client, first):
    assert "refresh_token" not in client.refresh(first["refresh_token"], scope="openid").body
    client.at = NOON + 1000
    assert client.refresh(first["refresh_token"]).status == 200


def test_a_replaced_token_has_the_whole_scope_again(client, first):
    second = client.refresh(first["refresh_token"], scope="offline_access").body
    assert client.refresh(second["refresh_token"]).body["scope"] == "openid profile email offline_access"


def test_a_wider_scope_is_refused(client, first):
    assert told(client.refresh(first["refresh_token"], scope="openid phone nonsense")) == (
        400,
        "access_denied",
        "Some of the scopes requested for the refresh request were not granted in the original authorize request. "
        "Denied scopes: phone, nonsense.",
    )


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_a_token_of_another_client_is_refused(client, first):
    assert told(client.refresh(first["refresh_token"], client_id=OTHER_SPA)) == (
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )


def test_a_token_of_another_server_is_refused(client, first):
    text = "The grant was issued for another authorization server."
    assert told(client.refresh(first["refresh_token"], server="")) == (400, "invalid_request", text)


@pytest.mark.parametrize("status", [UserStatus.DEPROVISIONED, UserStatus.SUSPENDED])
def test_a_stopped_account_gets_no_more_tokens(client, first, status):
    client.with_mary(status=status)
    assert told(client.refresh(first["refresh_token"])) == INVALID


def test_a_locked_account_keeps_its_tokens(client, first):
    client.with_mary(status=UserStatus.LOCKED_OUT)
    assert client.refresh(first["refresh_token"]).status == 200


def test_a_user_who_was_unassigned_gets_no_more_tokens(client, first):
    client.with_mary(assigned=False)
    text = "User is not assigned to the client application."
    assert told(client.refresh(first["refresh_token"])) == (400, "access_denied", text)


@pytest.mark.parametrize("kind", ["access_token", "id_token"])
def test_a_token_of_another_kind_is_no_refresh_token(client, first, kind):
    assert told(client.refresh(first[kind])) == INVALID


def test_a_jti_is_no_refresh_token(client, first):
    assert told(client.refresh(claims_in(first["access_token"])["jti"])) == INVALID


def test_a_refresh_token_is_required():
    text = "The required parameter 'refresh_token' is missing."
    assert told(OAuthClient().refresh("")) == (400, "invalid_request", text)
