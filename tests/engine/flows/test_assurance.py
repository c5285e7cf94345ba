"""`acr_values`: no flow ends in tokens below all of the levels that the app asks for."""

from functools import cache
from itertools import product

import pytest
import yaml

from mock_okta.engine.base.acr import LEVELS, met_level
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Step, UserStatus
from mock_okta.loader import parse
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.engine.test_step_orders import USER, Visit

TWO = "urn:okta:loa:2fa:any"
PASSWORD_ONLY = mary().enrolled[:1]
SETTING_UP = {"security_question": {}, "webauthn": {}}

FLOWS = {
    "sign_in": ["identify", {"verify": "okta_password"}],
    "register": ["profile", {"enroll": "okta_password"}],
    "recover": ["identify", {"verify": "okta_email"}, "reset"],
    "unlock": ["identify", {"verify": "okta_email"}, "unlock"],
    "activate": [{"enroll": "okta_password"}],
}
QUESTION = {"security_question": {"question": "disliked_food", "answer": "Okta"}}
BY_QUESTION = {"verify": "security_question"}
HELD = {
    "a password": [],
    "a password and a question": [QUESTION],
    "a password, an address and a question": ["okta_email", QUESTION],
    "a password and an address": ["okta_email"],
    "a password and Okta Verify by codes": ["okta_email", {"okta_verify": {"methods": ["push", "totp"]}}],
    "a password and Okta Verify": ["okta_email", "okta_verify"],
}
ASKED = (
    *LEVELS,
    "phr urn:okta:loa:1fa:pwd",
    "urn:okta:loa:2fa:any urn:okta:loa:1fa:any",
    "phrh phr urn:okta:loa:2fa:any",
)


class Asking(Visit):
    """Somebody who does all that is asked, for an app that wants these levels."""

    def __init__(self, scenario, flow, values):
        self.values = values
        super().__init__(scenario, flow)

    @property
    def client(self):
        return self._client

    @client.setter
    def client(self, client: EngineClient):
        begin = client.begin
        client.begin = lambda **changes: begin(acr_values=self.values, **changes)
        self._client = client


org_of = cache(parse)


def org(flow: str, held: list, **more) -> str:
    status = {"unlock": {"status": "LOCKED_OUT"}, "activate": {"status": "STAGED"}}.get(flow, {})
    user = USER | {"enrolled": held} | status
    if flow == "activate":
        del user["password"]
    return yaml.safe_dump({"about": "x", "users": [user], **FLOWS, **more}, default_flow_style=True)


@pytest.mark.parametrize("values", ASKED)
@pytest.mark.parametrize("flow", FLOWS)
def test_whoever_gets_a_code_has_reached_a_level_that_was_asked_for(flow, values):
    for held, authenticators in product(HELD.values(), ({}, SETTING_UP)):
        try:
            visit = Asking(org_of(org(flow, held, authenticators=authenticators)), flow, values)
        except KeyError:
            continue  # refused by `/v1/interact`: nobody could reach it
        visit.ends()
        ended = visit.client.state.transactions[visit.client.handle]
        reached = [met_level(values.split(), grant.subject.amr) for grant in visit.client.state.grants.values()]
        assert ended.stage != "success" or reached == [reached[0]] != [None], (held, ended.proofs)
        assert ended.stage in ("success", "terminal") or visit.refused, (held, ended.stage, visit.client.said)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("ending", ["interaction_code", "redirect", "remediation"])
def test_who_can_reach_no_level_is_refused_in_every_flow_and_the_app_hears_why(flow, ending):
    flows = {name: ["identify", BY_QUESTION, last] for name, last in (("recover", "reset"), ("unlock", "unlock"))}
    visit = Asking(org_of(org(flow, [QUESTION], wire={"ending": ending}, **flows)), flow, TWO)
    visit.ends()
    client = visit.client
    assert client.last.status == 400
    assert client.said == ([] if ending == "remediation" else ["oie.assurance.unsatisfiable"])
    assert len(client.state.grants) == 0
    query = (("stateToken", client.handle),)
    client.send("token-redirect", method="GET", query=query)
    assert "error=unmet_authentication_requirements" in dict(client.last.headers)["Location"]


def signing_in(values: str, *steps: Step, **changes) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, PASSWORD, *steps, **changes))
    client.begin(acr_values=values)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def test_the_policy_comes_first():
    denied = Step(verb="refuse", settings={"messages": ("security.access_denied",)}, when={"acr_values": TWO})
    client = signing_in(TWO, denied, users=(mary(enrolled=PASSWORD_ONLY),))
    assert client.said == ["security.access_denied"]


def test_a_step_of_the_scenario_for_a_level_is_enough_where_it_reaches_that():
    email = Step(verb="verify", authenticators=("okta_email",), when={"acr_values": TWO})
    client = signing_in(TWO, email)
    client.select("Email")
    client.answer(client.mail.code)
    assert "successWithInteractionCode" in client.last.body


def test_a_step_of_the_scenario_for_a_level_is_not_enough_where_it_does_not():
    question = {"question": "disliked_food", "answer": "Okta"}
    knows = Step(verb="verify", authenticators=("security_question",), when={"acr_values": TWO})
    user = org_of(org("sign_in", [{"security_question": question}])).users[0]
    client = EngineClient(scenario(IDENTIFY, PASSWORD, knows, users=(user,)))
    client.begin(acr_values=TWO)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Okta"})
    assert (client.last.status, client.said) == (400, ["oie.assurance.unsatisfiable"])


def test_what_an_enroll_step_lets_be_skipped_cannot_be_where_the_app_asks_for_it():
    optional = Step(verb="enroll", optional=("phone_number",))
    client = signing_in(TWO, optional, users=(mary(enrolled=PASSWORD_ONLY),))
    client.post("skip")
    assert client.offered == ["select-authenticator-enroll"]


def test_only_what_is_of_another_kind_is_listed_to_be_set_up():
    org_has = {"security_question": {}, "google_otp": {}, "phone_number": {}}
    client = signing_in(TWO, users=(mary(enrolled=PASSWORD_ONLY),), authenticators=org_has)
    listed = [each["key"] for each in client.last.body["authenticators"]["value"]]
    assert listed == ["google_otp", "phone_number"]


@pytest.mark.parametrize("values", ["phr", "phrh"])
def test_okta_verify_is_asked_for_by_fastpass_alone_where_nothing_else_counts(values):
    held = ["okta_verify"]
    client = EngineClient(parse(yaml.safe_dump({"about": "x", "users": [USER | {"enrolled": held}]})))
    client.begin(acr_values=values)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    (verify,) = client.last.body["authenticatorEnrollments"]["value"]
    assert verify["methods"] == [{"type": "signed_nonce"}]


def test_who_had_to_be_refused_keeps_the_new_password():
    recover = (IDENTIFY, Step(verb="reset"))
    client = EngineClient(
        flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "recover": recover}, users=(mary(enrolled=PASSWORD_ONLY),))
    )
    client.state, token = issue_token(client.state, "mary@example.com", "recovery", at=client.at, chance="token")
    client.begin(recovery_token=token, acr_values=TWO)
    client.post("challenge/answer", credentials={"passcode": "Efgh5678!"})
    assert client.said == ["oie.assurance.unsatisfiable"]
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Efgh5678!")
    assert "successWithInteractionCode" in client.last.body


def test_a_user_who_is_made_by_a_registration_that_is_refused_in_the_end_is_there_all_the_same():
    client = EngineClient(
        flow_scenario(
            {
                "sign_in": (IDENTIFY, PASSWORD),
                "register": (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_password",))),
            }
        )
    )
    client.begin(acr_values=TWO)
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"})
    client.select("Password")
    client.answer("Efgh5678!")
    assert client.said == ["oie.assurance.unsatisfiable"]
    ada = next(user for user in client.state.users.values() if user.login == "ada@example.com")
    assert (ada.status, [each.authenticator for each in ada.enrolled]) == (UserStatus.PROVISIONED, ["okta_password"])


def test_who_is_signed_in_already_is_refused_at_once():
    client = Visitor(scenario(users=(mary(enrolled=PASSWORD_ONLY),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)
    client.begin(acr_values=TWO)
    assert (client.offered, client.said) == ([], ["oie.assurance.unsatisfiable"])
