"""`MockOkta` in a test of one's own, and the pytest plugin."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import mock_okta
from mock_okta import MockOkta
from mock_okta.errors import ConfigError, ScenarioError
from tests.web.served_org import scenario

pytest_plugins = ["pytester"]
YAML = "about: x\nusers: [{login: ada@example.com, password: Abcd1234!}]\n"


def metadata(okta: MockOkta) -> dict:
    context = ssl.create_default_context(cafile=okta.ca_file) if okta.ca_file else None
    with urllib.request.urlopen(f"{okta.issuer}/.well-known/openid-configuration", context=context) as response:
        return json.load(response)


def test_an_org_for_the_length_of_a_block():
    with MockOkta("password-then-email") as okta:
        assert metadata(okta)["issuer"] == okta.issuer
        assert okta.issuer.startswith(f"{okta.base_url}/oauth2/password-then-email-")
        assert okta.client_id.startswith("0oa")
        assert okta.client_secret is not None
        assert okta.spa_client_id != okta.client_id
        assert okta.redirect_uri == "http://localhost:8080/login/callback"
        assert okta.users[0]["login"] == "mary@example.com"
        assert okta.environment["OKTA_OAUTH2_ISSUER"] == okta.issuer
        assert [line["endpoint"] for line in okta.journal()] == ["openid-configuration"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        metadata(okta)


def test_all_share_one_server_and_nothing_else():
    with MockOkta() as one, MockOkta() as other:
        assert one.base_url == other.base_url
        assert one.issuer != other.issuer
        assert one.client_id != other.client_id
        metadata(one)
        assert other.journal() == []


def test_all_but_the_first_start_within_15_ms():
    with MockOkta():
        pass
    took = []
    for _ in range(7):
        began = time.perf_counter()
        with MockOkta("password-then-email") as okta:
            okta.issuer  # noqa: B018
        took.append(time.perf_counter() - began)
    assert sorted(took)[3] < 0.015


def test_scenarios_come_as_name_path_text_or_value(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(YAML)
    for org in (MockOkta(str(file)), MockOkta(file), MockOkta(yaml=YAML), MockOkta(scenario(), id="mine")):
        with org as okta:
            assert len(okta.users) == 1
            assert metadata(okta)


def test_a_scenario_that_is_not_there_or_broken_is_told():
    with pytest.raises(ConfigError, match="password"):
        MockOkta("pasword")
    with pytest.raises(ScenarioError, match="about"):
        MockOkta(yaml="abuot: x")


def test_a_seed_makes_everything_the_same():
    with MockOkta(seed="1", id="same") as okta:
        first = okta.client_id, okta.client_secret
    with MockOkta(seed="1", id="same") as okta:
        assert (okta.client_id, okta.client_secret) == first


def test_tenants_beside_it_end_with_it():
    with MockOkta() as okta:
        other = okta.tenant("locked-out")
        assert other.base_url == okta.base_url
        assert metadata(other)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        metadata(other)


def test_the_clock_the_script_and_the_users_can_be_changed():
    with MockOkta() as okta:
        assert okta.clock.advance(3600) == pytest.approx(time.time() + 3600, abs=5)
        okta.intervene({"at": {"endpoint": "openid-configuration"}, "raw": {"status": 503}})
        with pytest.raises(urllib.error.HTTPError, match="503"):
            metadata(okta)
        okta.clear_interventions()
        assert metadata(okta)
        assert okta.change_user("mary@example.com", status="SUSPENDED")["status"] == "SUSPENDED"
        with pytest.raises(ConfigError, match="nobody"):
            okta.change_user("nobody", status="ACTIVE")
        with pytest.raises(ScenarioError):
            okta.change_user("mary@example.com", status="GONE")
        with pytest.raises(ConfigError, match="nobody"):
            okta.clear_sessions("nobody")
        okta.reset()
        assert okta.users[0]["status"] == "ACTIVE"
        assert okta.clock.now() == pytest.approx(time.time(), abs=5)


def test_an_empty_outbox_has_no_code():
    with MockOkta() as okta:
        assert okta.outbox() == ()
        with pytest.raises(LookupError, match=r"no code has been sent to mary@example\.com"):
            okta.code("mary@example.com")


def test_it_can_be_had_over_https():
    with MockOkta(https=True) as okta:
        assert okta.base_url.startswith("https://")
        assert metadata(okta)["issuer"] == okta.issuer
        assert okta.environment["NODE_EXTRA_CA_CERTS"] == str(okta.ca_file)


def test_the_package_shows_what_it_is_for_and_its_version():
    assert mock_okta.__all__ == ["MockOkta", "__version__"]
    project = (Path(__file__).parent.parent.parent / "pyproject.toml").read_text()
    assert f'version = "{mock_okta.__version__}"' in project
    with pytest.raises(AttributeError, match="MockOtka"):
        mock_okta.MockOtka  # noqa: B018


def test_the_fixtures_give_each_test_an_org_of_its_own(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # where the package is installed, its plugin loads itself
    pytester.makepyfile(
        """
        import urllib.request
        import pytest

        seen = []

        def test_default(okta, mock_okta_server):
            assert okta.issuer.startswith(mock_okta_server.running.origin + "/oauth2/password-")
            seen.append(okta.issuer)

        @pytest.mark.okta("password-then-email")
        def test_named(okta):
            assert "/password-then-email-" in okta.issuer
            assert okta.issuer not in seen
            assert okta.journal() == []
            with urllib.request.urlopen(okta.issuer + "/v1/keys") as response:
                assert response.status == 200

        @pytest.mark.okta(yaml="about: x\\nusers: [{login: ada@example.com, password: Abcd1234!}]")
        def test_text(okta):
            assert okta.users[0]["login"] == "ada@example.com"
        """
    )
    result = pytester.runpytest_inprocess("-p", "mock_okta.pytest_plugin", "--strict-markers")
    result.assert_outcomes(passed=3)


def test_the_child_of_a_fork_leaves_the_ca_to_its_parent():
    with MockOkta(https=True) as okta:
        subprocess.run([sys.executable, "-c", ""], preexec_fn=lambda: None, check=True)
        assert okta.ca_file.is_file()
