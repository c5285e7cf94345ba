"""A scope that a user has skipped stays skipped, until it is mandatory or the app asks for consent."""

import pytest

from mock_okta.engine.model import AuthorizationServer, Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, VERIFIER, EngineClient, scenario

SCOPES = "openid email read write"


def org(*mandatory: str):
    said = tuple({"name": name, "mandatory": True} for name in mandatory)
    consent = Step(verb="consent", settings={"kind": "granular", "scopes": said})
    server = AuthorizationServer(scopes=("read", "write"))
    return scenario(IDENTIFY, PASSWORD, consent, authorization_server=server)


def signed_in(client: EngineClient, scope: str = SCOPES, **asked: str) -> EngineClient:
    client.begin(scope=scope, **asked)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def without_write() -> EngineClient:
    client = signed_in(EngineClient(org()))
    client.post("consent", consent=True, optedScopes={"openid": True, "email": True, "read": True, "write": False})
    return client


def granted(client: EngineClient) -> str:
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    tokens = client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    return tokens.body["scope"]


def listed(client: EngineClient) -> list[str]:
    assert client.offered == ["granular-consent"]
    return [each["name"] for each in client.last.body["remediation"]["value"][0]["value"][1]["form"]["value"]]


def test_it_is_not_asked_for_again_and_the_app_does_not_get_it():
    client = without_write()
    assert granted(client) == "openid email read"
    assert granted(signed_in(client)) == "openid email read"


def test_with_a_new_scope_it_is_not_listed():
    client = without_write()
    signed_in(client, f"{SCOPES} phone")
    assert listed(client) == ["openid", "email", "read", "phone"]
    client.post("consent", consent=True, optedScopes={"openid": True, "email": True, "read": True, "phone": True})
    assert granted(client) == "openid email phone read"
    assert granted(signed_in(client, f"{SCOPES} phone")) == "openid email phone read"


def test_another_app_asks_for_it():
    client = without_write()
    signed_in(client, client_id=client.web_client)
    assert listed(client) == ["openid", "email", "read", "write"]


def test_once_it_is_mandatory_it_is_asked_for_again():
    client = without_write()
    client.scenario = org("write")
    assert listed(signed_in(client)) == ["openid", "email", "read", "write"]


@pytest.mark.parametrize("prompt", ["consent", "login consent"])
def test_an_app_can_ask_for_all_of_it_again(prompt):
    client = without_write()
    signed_in(client, prompt=prompt)
    assert listed(client) == ["openid", "email", "read", "write"]
    client.post("consent", consent=True, optedScopes={"openid": True, "email": False, "read": True, "write": True})
    assert granted(client) == "openid read write"
    assert granted(signed_in(client)) == "openid read write"
