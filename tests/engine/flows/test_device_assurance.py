"""A device that does not meet the org's rules: what its user is told, and for how long that may be ignored."""

from datetime import UTC, datetime

import pytest

from mock_okta.engine.idx.device_assurance import POLICY_APP
from mock_okta.engine.idx.messages import DEVICE
from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, NOON, PASSWORD, EngineClient, scenario

LOCK, VERSION = "android.use_lock_screen", {"rule": "android.upgrade_os_version", "value": "14"}
HELP = f"{DEVICE}.additional_help_default"


def signed_in(**settings) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, PASSWORD, Step(verb="assure_device", settings=settings)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def message(client: EngineClient, rule: str) -> dict:
    return next(m for m in client.last.body["messages"]["value"] if m["i18n"]["key"] == f"{DEVICE}.{rule}")


def test_one_option_is_explained_and_listed():
    client = signed_in(options=((VERSION, LOCK),))
    names = ("title", "explanation_one_rule", "android.upgrade_os_version", LOCK)
    assert client.said == [*(f"{DEVICE}.{name}" for name in names), HELP]
    assert (client.last.status, client.offered) == (200, [])


def test_several_options_are_numbered():
    client = signed_in(options=((LOCK,), (VERSION,)))
    names = ("title", "explanation_multiple_rules", "option_index", LOCK, "option_index", "android.upgrade_os_version")
    assert client.said == [*(f"{DEVICE}.{name}" for name in names), HELP]
    said = [m["message"] for m in client.last.body["messages"]["value"]]
    assert said[2:6] == ["Option 1:", "Enable lock screen", "Option 2:", "Update to Android 14"]


def test_without_an_option_there_is_only_help():
    client = signed_in(help={"url": "https://help.example.com", "custom": True})
    assert client.said == [f"{DEVICE}.title", f"{DEVICE}.additional_help_custom"]
    assert message(client, "additional_help_custom")["links"] == [{"url": "https://help.example.com"}]


def test_an_org_can_have_rules_in_its_own_words():
    client = signed_in(options=(({"key": "acme.rooted", "text": "No rooted devices.", "link": "https://a.example"},),))
    (own,) = [m for m in client.last.body["messages"]["value"] if m["i18n"]["key"] == "acme.rooted"]
    assert (own["message"], own["class"], own["links"]) == (
        "No rooted devices.",
        "ERROR",
        [{"url": "https://a.example"}],
    )


@pytest.mark.parametrize(("fallback", "kind"), [("message", "MESSAGE"), ("app_link", "APP_LINK")])
def test_okta_verify_is_asked_to_install_the_policy_app(fallback, kind):
    client = signed_in(options=(({"rule": POLICY_APP, "fallback": fallback},),))
    asked = message(client, POLICY_APP)["deviceRemediation"]["value"]
    assert (asked["action"], asked["fallback"]["type"]) == ("install-android-device-policy", kind)


@pytest.mark.parametrize(("seconds", "offered"), [(1, ["device-assurance-grace-period"]), (0, [])])
def test_until_a_certain_time_the_user_may_go_on(seconds, offered):
    until = datetime.fromtimestamp(NOON + seconds, UTC).isoformat().replace("+00:00", "Z")
    client = signed_in(options=((LOCK,),), until=until)
    assert client.offered == offered
    if offered:
        first = client.last.body["messages"]["value"][0]
        assert (first["class"], first["i18n"]["params"]) == ("WARNING", [until])
        assert client.said[1:] == [f"{DEVICE}.{LOCK}", HELP]
        assert "successWithInteractionCode" in client.post("skip").body


def test_every_rule_and_the_help_have_a_link():
    client = signed_in(options=((VERSION, LOCK),))
    for rule in ("android.upgrade_os_version", LOCK, "additional_help_default"):
        assert message(client, rule)["links"][0]["url"].startswith("https://")
