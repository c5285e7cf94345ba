"""A vendor outside of Okta verifies who somebody is."""

import pytest

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, scenario
from tests.engine.flows.visitor import Visitor


def sent_away(*after: Step, **settings) -> Visitor:
    papers = Step(verb="verify_identity", settings=settings)
    client = Visitor(scenario(IDENTIFY, PASSWORD, papers, *after))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def redirect(client: Visitor) -> dict:
    assert client.offered == ["redirect-idverify"]
    return client.last.body["remediation"]["value"][0]


@pytest.mark.parametrize(("vendor", "name"), [("PERSONA", "Persona"), ("CLEAR", "CLEAR"), ("INCODE", "Incode")])
def test_the_page_leads_to_the_vendor(vendor, name):
    offered = redirect(sent_away(vendor=vendor))
    assert offered["type"] == "ID_PROOFING"
    assert offered["idp"] == {"id": f"IDV_{vendor}", "name": name}
    assert "idvMetadata" not in offered


def test_a_vendor_of_the_integration_network_says_more_about_itself():
    offered = redirect(sent_away(vendor="OIN", name="Border Control", terms_of_use="https://border.example.com/terms"))
    assert offered["idp"]["name"] == "Border Control"
    assert offered["idvMetadata"] == {"termsOfUse": "https://border.example.com/terms"}


def test_who_is_verified_comes_back_with_a_code():
    client = sent_away()
    client.visit(redirect(client)["href"])
    client.press("Be who you say you are")
    assert "interaction_code" in client.came_back_with


def test_what_else_is_asked_for_is_asked_by_the_app():
    client = sent_away(Step(verb="keep_me_signed_in"))
    client.visit(redirect(client)["href"])
    client.press("Be who you say you are")
    assert client.came_back_with["error"] == "interaction_required"
    client.post("introspect", stateToken=client.handle)
    assert client.offered == ["keep-me-signed-in"]


def test_a_refusal_further_on_ends_the_flow():
    client = sent_away(Step(verb="refuse", settings={"messages": ("security.access_denied",)}))
    client.visit(redirect(client)["href"])
    client.press("Be who you say you are")
    assert client.came_back_with["error"] == "access_denied"


def test_who_is_not_verified_stays_out():
    client = sent_away()
    client.visit(redirect(client)["href"])
    client.press("Be somebody else")
    assert client.came_back_with["error"] == "access_denied"
    client.post("introspect", stateToken=client.handle)
    assert (client.said, client.offered) == (["idx.identity.provider.auth.error"], [])


def test_who_turns_round_can_go_there_again():
    client = sent_away()
    client.visit(redirect(client)["href"])
    client.press("Cancel")
    assert client.came_back_with["error"] == "interaction_required"
    client.post("introspect", stateToken=client.handle)
    assert redirect(client)


def test_nobody_is_verified_before_it_is_asked_for():
    client = Visitor(scenario())
    client.begin()
    address = f"http://localhost:6582/idp/identity-verification?stateTokenExternalId={client.handle}"
    assert client.visit(address, {"decision": "verified"}).status == 403
    client.post("introspect", stateToken=client.handle)
    assert client.offered == ["identify"]
