"""Settings: given, from the environment, by default."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mock_okta.config import Config, is_loopback, read_config, settings_table
from mock_okta.errors import ConfigError


def test_what_is_given_wins_over_the_environment_and_that_over_the_default():
    environment = {"MOCK_OKTA_PORT": "7000", "MOCK_OKTA_HOST": "0.0.0.0", "PORT": "1"}
    config = read_config({"port": 8000, "host": None}, environment)
    assert (config.port, config.host, config.threads) == (8000, "0.0.0.0", Config().threads)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("no", False)])
def test_a_switch_can_be_set_from_the_environment(text, value):
    assert read_config({}, {"MOCK_OKTA_HTTPS": text}).https is value


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"port": 65_536}, "ports are 0 to 65535"),
        ({"store": "redis://localhost"}, "only 'memory'"),
        ({"workers": 2}, "lives in one process"),
        ({"workers": 0}, "at least 1"),
        ({"max_body_bytes": 0}, "at least 1"),
        ({"base_url": "okta.test"}, "scheme, host and port alone"),
        ({"base_url": "https://okta.test/path"}, "scheme, host and port alone"),
        ({"base_url": "https://okta.test:port"}, "no address"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(settings, said):
    with pytest.raises(ConfigError, match=said):
        Config(**settings)


@pytest.mark.parametrize("environment", [{"MOCK_OKTA_PORT": "many"}, {"MOCK_OKTA_HTTPS": "maybe"}])
def test_a_variable_that_cannot_be_read_is_named(environment):
    with pytest.raises(ConfigError, match=next(iter(environment))):
        read_config({}, environment)


def test_an_unknown_setting_is_named():
    with pytest.raises(ConfigError, match="'prot'"):
        read_config({"prot": 1}, {})


def test_every_setting_has_an_option_and_a_line_in_the_table():
    table = settings_table()
    for row in fields(Config):
        assert f"MOCK_OKTA_{row.name.upper()}" in table
        assert row.metadata["flags"][-1] == f"--{row.name.replace('_', '-')}"
        assert row.metadata["about"].endswith(".")


def test_a_token_is_not_shown():
    assert "secret" not in repr(Config(control_token="secret"))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1",
                                  "::ffff:127.0.0.1"])  # fmt: skip
def test_what_means_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "::ffff:10.0.0.1", "evil", "1"])
def test_what_does_not_mean_this_machine(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(("host", "is_open"), [("127.0.0.1", False), ("0.0.0.0", True), ("::", True), ("::1", False)])
def test_an_open_address_is_known_as_one(host, is_open):
    assert Config(host=host).is_open is is_open


def test_the_documentation_has_the_table():
    assert settings_table() in (Path(__file__).parent.parent.parent / "docs" / "serving.md").read_text()
