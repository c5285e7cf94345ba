"""By what users are known: logins, addresses, other attributes, and short names; in every flow, in one order."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.model import Enrollment, IdentityProvider, Step, UserStatus, logins
from mock_okta.errors import ScenarioError
from mock_okta.user_changes import change_user
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.flows.visitor import Visitor

RESET, UNLOCK = Step(verb="reset"), Step(verb="unlock")
MARY = replace(mary(), profile={"email": "mary@acme.example", "employeeNumber": 4711, "badge": "M-1"})
BOB = mary(
    login="bob@example.com",
    profile={"email": "bob@acme.example", "employeeNumber": "4712", "badge": "4711"},
    enrolled=(Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!"}),),
)
NUMBERS = {"identifiers": ("login", "employeeNumber")}
SHORT = {"short_match": True}
FLOWS = {
    "sign_in": (IDENTIFY, PASSWORD),
    "recover": (IDENTIFY, EMAIL, RESET),
    "unlock": (IDENTIFY, EMAIL, UNLOCK),
    "register": (
        Step(verb="profile", settings={"fields": ({"name": "email"}, {"name": "employeeNumber"})}),
        Step(verb="enroll", authenticators=("okta_password",)),
    ),
}


def client_of(org, *, users=(MARY, BOB), make=EngineClient, **changes):
    client = make(flow_scenario(FLOWS, users=users, org=org, **changes))
    client.begin()
    return client


def whom(org, identifier, users=(MARY, BOB)):
    """The login of whoever is meant."""
    scenario = flow_scenario(FLOWS, users=users, org=org)
    found = logins.user_known_as(scenario, EngineClient(scenario).state, identifier)
    return found.login if found else None


# fmt: off
KNOWN = [
    ({}, "mary@example.com", "mary@example.com"),
    ({}, "MARY@Acme.example", "mary@example.com"),
    ({}, "mary", None),
    ({}, "4711", None),
    ({}, "", None),
    (NUMBERS, "mary@example.com", "mary@example.com"),
    (NUMBERS, "mary@acme.example", None),
    (NUMBERS, "4711", "mary@example.com"),
    (NUMBERS, "4712", "bob@example.com"),
    ({"identifiers": ("badge", "employeeNumber")}, "4711", "bob@example.com"),
    ({"identifiers": ("employeeNumber", "badge")}, "4711", "mary@example.com"),
    ({"identifiers": ("badge",)}, "m-1", "mary@example.com"),
    ({"identifiers": ("badge",)}, "mary@example.com", None),
    (SHORT, "mary", "mary@example.com"),
    (SHORT, "Mary", "mary@example.com"),
    (SHORT, "mary@", None),
    (SHORT, "mar", None),
    (SHORT | {"identifiers": ("badge",)}, "bob", "bob@example.com"),
]
# fmt: on


@pytest.mark.parametrize(("org", "typed", "login"), KNOWN)
def test_whoever_is_typed_is_found_by_the_first_identifier_that_fits(org, typed, login):
    assert whom(org, typed) == login


def test_a_short_name_that_two_users_have_is_nobody_s():
    other = mary(login="mary@elsewhere.example", profile={})
    assert whom(SHORT, "mary", (MARY, other)) is None
    assert whom(SHORT, "mary@elsewhere.example", (MARY, other)) == "mary@elsewhere.example"


def test_whole_names_go_before_short_ones():
    short = mary(login="mary", profile={})
    assert whom(SHORT, "mary", (MARY, short)) == "mary"


@pytest.mark.parametrize(("org", "typed"), [(NUMBERS, "4711"), (SHORT, "mary")])
def test_a_sign_in_is_by_any_of_them(org, typed):
    client = client_of(org)
    client.post("identify", identifier=typed)
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


@pytest.mark.parametrize(("org", "typed"), [(NUMBERS, "4711"), (SHORT, "mary")])
def test_so_is_a_recovery(org, typed):
    client = client_of(org)
    client.post("identify", identifier=typed)
    client.post("recover")
    client.select("Email")
    client.answer(client.mail.code)
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body


@pytest.mark.parametrize(("org", "typed"), [(NUMBERS, "4711"), (SHORT, "mary")])
def test_so_is_unlocking(org, typed):
    client = client_of(org, users=(replace(MARY, status=UserStatus.LOCKED_OUT),))
    client.post("unlock-account")
    email = client.state.authenticator_ids["okta_email"]
    client.post("challenge", identifier=typed, authenticator={"id": email, "methodType": "email"})
    client.answer(client.mail.code)
    assert logins.user_named(client.state, "mary@example.com").status is UserStatus.ACTIVE


# -- unique -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("org", "number", "refused"),
    [
        (NUMBERS, "4711", True),
        (NUMBERS, "4713", False),
        ({}, "4711", False),
        ({"identifiers": ("badge",)}, "M-1", False),
    ],
)
def test_nobody_registers_with_what_identifies_somebody_else(org, number, refused):
    client = client_of(org)
    client.post("enroll")
    reply = client.post("enroll/new", userProfile={"email": "ada@example.com", "employeeNumber": number})
    assert (reply.status == 400) is refused
    if refused:
        form = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"]
        said = {each["name"]: each["messages"]["value"][0]["i18n"] for each in form if "messages" in each}
        assert said == {
            "employeeNumber": {"key": "registration.error.notUniqueWithinOrg", "params": ["employeeNumber"]}
        }


@pytest.mark.parametrize(("number", "refused"), [("4712", True), ("4711", False), ("4713", False)])
def test_nobody_completes_a_profile_with_what_identifies_somebody_else(number, refused):
    asked = Step(verb="profile", settings={"fields": ({"name": "employeeNumber"}, {"name": "team"})})
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, asked)}, users=(MARY, BOB), org=NUMBERS))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    reply = client.post("enroll/update", userProfile={"employeeNumber": number, "team": "Sales"})
    assert (reply.status == 400) is refused


@pytest.mark.parametrize(("org", "refused"), [(NUMBERS, True), ({}, False)])
def test_an_administrator_gives_nobody_what_identifies_somebody_else(org, refused):
    client = client_of(org)

    def change():
        said = {"profile": {"employeeNumber": "4712"}}
        return change_user(client.scenario, client.state, "mary@example.com", said, at=client.at, chance="1")

    if refused:
        with pytest.raises(ScenarioError, match="employeeNumber '4712' is taken"):
            change()
    else:
        assert change()[1].profile["employeeNumber"] == "4712"


# -- identity providers -----------------------------------------------------------------------------------------------

ACCOUNTS = [
    (NUMBERS, {"login": "m@corp.example", "employeeNumber": "4711"}, "mary@example.com"),
    (NUMBERS, {"login": "4711"}, "mary@example.com"),
    (NUMBERS, {"login": "m@corp.example", "email": "mary@acme.example"}, "mary@example.com"),
    (
        {"identifiers": ("employeeNumber", "login")},
        {"login": "bob@example.com", "employeeNumber": 4711},
        "mary@example.com",
    ),
    ({}, {"login": "bob@example.com", "employeeNumber": "4711"}, "bob@example.com"),
    ({}, {"login": "m@corp.example", "employeeNumber": "4711"}, None),
    ({"identifiers": ("badge",)}, {"login": "m@corp.example", "employeeNumber": "M-1"}, None),
]


@pytest.mark.parametrize(("org", "account", "login"), ACCOUNTS)
def test_an_account_elsewhere_is_matched_by_whatever_identifies_users(org, account, login):
    idp = IdentityProvider(type="OIDC", name="Corp", creates=False, answer={"profile": account})
    client = client_of(org, make=Visitor, identity_providers=(idp,))
    client.visit(next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp"))
    client.follow()
    grants = [grant.subject.user_id for grant in client.state.grants.values()]
    assert [client.state.users[user].login for user in grants] == ([login] if login else [])


@pytest.mark.parametrize(("org", "typed"), [(NUMBERS, "4711"), (SHORT, "mary"), ({}, "mary@example.com")])
def test_whoever_belongs_to_a_domain_is_sent_to_its_identity_provider(org, typed):
    idp = IdentityProvider(type="OIDC", name="Corp", domains=("example.com",), offered=False)
    client = client_of(org, identity_providers=(idp,))
    client.post("identify", identifier=typed)
    assert client.offered == ["redirect-idp"]
