"""Consent: what users let apps have, and what becomes of what they don't."""

from urllib.parse import urlencode

from mock_okta.engine.model import App, AppType, Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, VERIFIER, EngineClient, scenario

LINKED = App(type=AppType.BROWSER, label="Printer", links={"tos_uri": "https://printer.example.com/terms"})


def at_consent(kind: str = "end_user", scope: str = "openid email phone", **settings) -> EngineClient:
    step = Step(verb="consent", settings={"kind": kind, **settings})
    client = EngineClient(scenario(IDENTIFY, PASSWORD, step, apps=(App(), LINKED)))
    sign_in(client, scope)
    return client


def sign_in(client: EngineClient, scope: str) -> None:
    client.begin(scope=scope)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")


def scope_of_tokens(client: EngineClient) -> set[str]:
    code = client.last.body["successWithInteractionCode"]["value"][1]["value"]
    form = {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": VERIFIER}
    sent = urlencode(form | {"client_id": client.public_client}).encode()
    reply = client.send("token", sent, content_type="application/x-www-form-urlencoded")
    return set(reply.body["scope"].split())


def test_the_page_lists_the_scopes_with_words_for_people():
    remediation = at_consent().last.body["remediation"]["value"][0]
    assert remediation["name"] == "consent"
    assert [each["name"] for each in remediation["scopes"]] == ["email", "phone"]
    assert remediation["scopes"][0]["label"] == "View your email address."


def test_a_scope_of_ones_own_is_shown_as_the_scenario_says():
    said = {"name": "phone", "label": "Your number", "description": "To call you."}
    listed = at_consent(scopes=(said,)).last.body["remediation"]["value"][0]["scopes"]
    assert listed[1] == {"name": "phone", "label": "Your number", "value": "phone", "desc": "To call you."}


def test_the_page_shows_the_terms_of_the_app_and_who_asks():
    body = at_consent().last.body
    assert body["app"]["value"]["termsOfService"]["href"] == "https://printer.example.com/terms"
    assert body["authentication"]["value"]["issuer"] == {"uri": "http://localhost:6582/oauth2/test"}


def test_who_allows_it_is_signed_in():
    client = at_consent()
    client.post("consent", consent=True)
    assert scope_of_tokens(client) == {"openid", "email", "phone"}


def test_who_does_not_is_turned_away_for_good():
    client = at_consent()
    reply = client.post("consent", consent=False)
    assert (reply.status, client.said, client.offered) == (403, ["security.access_denied"], [])
    assert client.post("consent", consent=True).status == 401


def test_an_answer_that_is_no_answer_moves_nothing():
    client = at_consent()
    assert client.post("consent").status == 400
    assert client.post("consent", consent="yes").status == 400
    client.post("introspect", stateToken=client.handle)
    assert client.offered == ["consent"]


def test_what_was_allowed_once_is_not_asked_again():
    client = at_consent()
    client.post("consent", consent=True)
    sign_in(client, "openid email")
    assert "successWithInteractionCode" in client.last.body


def test_a_further_scope_is_asked_for():
    client = at_consent(scope="openid email")
    client.post("consent", consent=True)
    sign_in(client, "openid email phone")
    assert client.offered == ["consent"]


def test_what_was_allowed_piece_by_piece_adds_up():
    client = at_consent(scope="openid email")
    client.post("consent", consent=True)
    sign_in(client, "openid phone")
    client.post("consent", consent=True)
    sign_in(client, "openid email phone")
    assert "successWithInteractionCode" in client.last.body


def test_scopes_that_were_opted_out_of_are_not_in_the_tokens():
    client = at_consent("granular")
    client.post("consent", consent=True, optedScopes={"openid": True, "email": False, "phone": True})
    assert scope_of_tokens(client) == {"openid", "phone"}


def test_nobody_opts_out_of_what_is_mandatory():
    client = at_consent("granular")
    reply = client.post("consent", consent=True, optedScopes={"openid": False})
    assert reply.status == 400
    client.post("introspect", stateToken=client.handle)
    assert client.offered == ["granular-consent"]


def test_an_administrator_sees_a_page_of_their_own():
    assert at_consent("admin").offered == ["admin-consent"]
