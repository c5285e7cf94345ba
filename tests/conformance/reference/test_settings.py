import pytest

from mock_okta_conformance.reference.errors import ConfigurationError
from mock_okta_conformance.reference.settings import Settings, check_address, origin_of, shown

GIVEN = {"client_id": "0oa", "redirect_uri": "https://app.test/cb"}


@pytest.mark.parametrize(
    ("issuer", "interact"),
    [
        ("https://org.test", "https://org.test/oauth2/v1/interact"),
        ("https://org.test/", "https://org.test/oauth2/v1/interact"),
        ("https://org.test/oauth2/default", "https://org.test/oauth2/default/v1/interact"),
        ("https://org.test/oauth2/default/", "https://org.test/oauth2/default/v1/interact"),
    ],
)
def test_endpoints_follow_from_both_forms_of_issuer(issuer, interact):
    settings = Settings(issuer=issuer, **GIVEN)
    settings.check()
    assert settings.endpoint("interact") == interact
    assert settings.origin == "https://org.test"
    assert not settings.base.endswith("/")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "org.localhost"])
def test_plain_http_is_for_this_machine_and_has_to_be_switched_on(host):
    check_address(f"http://{host}:6582/x", http_on_loopback=True)
    with pytest.raises(ConfigurationError, match="not switched on"):
        check_address(f"http://{host}:6582/x", http_on_loopback=False)


@pytest.mark.parametrize("url", ["http://mock.test", "http://10.0.0.1", "ftp://localhost", "localhost", "https://", ""])
def test_any_other_address_without_tls_is_refused(url):
    with pytest.raises(ConfigurationError):
        check_address(url, http_on_loopback=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": ""},
        {"issuer": "https://org.test?x=1"},
        {"issuer": "https://user@org.test"},
        {"issuer": "https://org.test:port"},
        {"scopes": ("profile",)},
        {"client_authentication": "tls_client_auth"},
        {"client_id": ""},
    ],
    ids=str,
)
def test_settings_that_cannot_be_used_are_refused(wrong):
    with pytest.raises(ConfigurationError):
        Settings(**{"issuer": "https://org.test", **GIVEN, **wrong}).check()


def test_the_secret_is_not_in_the_representation():
    assert "s3cret" not in repr(
        Settings(issuer="https://org.test", client_secret="s3cret", device_token="s3cret2", **GIVEN)
    )


def test_an_address_is_shown_without_what_may_be_secret():
    assert shown("https://me:pw@org.test/a/b?stateToken=x#y") == "https://org.test/a/b"
    assert origin_of("HTTPS://Org.Test:8443/a") == "https://org.test:8443"
