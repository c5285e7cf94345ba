"""Self-service registration: profile, then what has to be enrolled."""

import pytest

from mock_okta.engine.model import App, AppType, Step, logins
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary

ENROLL = Step(verb="enroll", authenticators=("okta_password",), optional=("okta_email",))
ADA = {"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"}


def engine(*register: Step, **changes) -> EngineClient:
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": register or (Step(verb="profile"), ENROLL)}
    return EngineClient(flow_scenario(flows, **changes))


def at_the_form(*register: Step, **changes) -> EngineClient:
    client = engine(*register, **changes)
    client.begin()
    client.post("enroll")
    return client


def test_the_sign_in_page_offers_to_register_where_the_org_has_that_flow():
    client = engine()
    client.begin()
    assert client.offered == ["identify", "select-enroll-profile"]


def test_the_form_asks_for_name_and_address_and_leads_back_to_the_sign_in_page():
    client = at_the_form()
    assert client.offered == ["enroll-profile", "select-identify"]
    fields = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"]
    assert [field["name"] for field in fields] == ["firstName", "lastName", "email"]
    assert (fields[0]["minLength"], fields[0]["maxLength"]) == (1, 50)
    client.post("identify/select")
    assert client.offered == ["identify", "select-enroll-profile"]


def test_a_new_user_sets_a_password_and_may_skip_the_rest():
    client = at_the_form()
    client.post("enroll/new", userProfile=ADA)
    assert client.offered == ["select-authenticator-enroll"]
    assert client.last.body["authenticatorEnrollments"]["value"] == []
    client.select("Password")
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert client.last.body["enrollmentAuthenticator"]["value"]["settings"]["complexity"]["minLength"] == 8
    client.answer("Efgh5678!")
    assert client.offered == ["select-authenticator-enroll", "skip"]
    assert "successWithInteractionCode" in client.post("skip").body


def test_an_address_that_is_all_a_new_user_has_to_enrol_is_sent_its_code_at_once():
    enroll = Step(verb="enroll", authenticators=("okta_email",), optional=("okta_password",))
    client = at_the_form(Step(verb="profile"), enroll)
    client.post("enroll/new", userProfile=ADA)
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert client.last.body["currentAuthenticator"]["value"]["key"] == "okta_email"
    client.answer(client.mail.code)
    assert client.offered == ["select-authenticator-enroll", "skip"]
    assert "successWithInteractionCode" in client.post("skip").body


@pytest.mark.parametrize(
    ("enroll", "wire", "offered"),
    [
        (("okta_email", "okta_password"), "begun", "select-authenticator-enroll"),
        (("okta_email",), "list", "select-authenticator-enroll"),
        (("okta_email",), "enrollment_data", "authenticator-enrollment-data"),
        (("phone_number",), "begun", "select-authenticator-enroll"),
    ],
)
def test_else_nothing_is_sent_before_it_was_picked(enroll, wire, offered):
    steps = (Step(verb="profile"), Step(verb="enroll", authenticators=enroll))
    client = at_the_form(*steps, wire={"lone_enrollment": wire})
    client.post("enroll/new", userProfile=ADA)
    assert client.offered[0] == offered
    assert client.state.outbox == ()


def test_an_optional_address_can_be_enrolled_with_a_mailed_code():
    client = at_the_form()
    client.post("enroll/new", userProfile=ADA)
    client.select("Password")
    client.answer("Efgh5678!")
    client.select("Email")
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll", "skip"]
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_a_registered_user_can_sign_in():
    client = at_the_form()
    client.post("enroll/new", userProfile=ADA)
    client.select("Password")
    client.answer("Efgh5678!")
    client.post("skip")
    client.begin()
    client.post("identify", identifier="ada@example.com")
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body


def test_an_address_that_is_none_is_refused_twice_over_on_its_field():
    client = at_the_form()
    reply = client.post("enroll/new", userProfile=ADA | {"email": "ada"})
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][2]
    assert reply.status == 400
    assert [message["message"] for message in field["messages"]["value"]] == [
        "'Email' must be in the form of an email address",
        "Provided value for property 'Email' does not match required pattern",
    ]


def test_an_address_that_somebody_has_is_refused():
    client = at_the_form(users=(mary(),))
    reply = client.post("enroll/new", userProfile=ADA | {"email": "mary@example.com"})
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][2]
    assert field["messages"]["value"][0]["i18n"]["key"] == "registration.error.notUniqueWithinOrg"


def test_the_password_can_stand_on_the_form():
    client = at_the_form(Step(verb="profile", settings={"with_password": True}))
    current = client.last.body["currentAuthenticator"]["value"]
    assert list(current) == ["type", "key", "id", "displayName", "methods", "settings"]
    reply = client.post("enroll/new", userProfile=ADA, credentials={"passcode": "Efgh5678!"})
    assert "successWithInteractionCode" in reply.body


def test_registration_can_end_in_the_mail():
    told = Step(verb="message", settings={"messages": ("idx.email.verification.required",)})
    client = at_the_form(Step(verb="profile"), told)
    reply = client.post("enroll/new", userProfile=ADA)
    assert (reply.status, client.said) == (200, ["idx.email.verification.required"])
    assert list(reply.body) == ["version", "stateHandle", "expiresAt", "intent", "messages", "user"]
    assert client.post("cancel").status == 401


def test_a_choice_says_how_to_show_it():
    color = {
        "name": "color",
        "type": "string",
        "label": "Color",
        "input": "radio",
        "options": [{"label": "Red", "value": "red"}],
    }
    client = at_the_form(Step(verb="profile", settings={"fields": (color,)}))
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert field["options"][0]["value"]["value"]["inputType"] == "radio"


def test_a_known_user_is_asked_for_what_the_profile_lacks():
    zip_code = {"name": "zipCode", "label": "Zip", "required": True}
    flows = {"sign_in": (IDENTIFY, PASSWORD, Step(verb="profile", settings={"fields": (zip_code,)}))}
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert client.offered == ["enroll-profile"]
    assert "successWithInteractionCode" in client.post("enroll/update", userProfile={"zipCode": "94105"}).body
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


def test_the_form_can_have_a_title_and_a_button_of_its_own():
    client = at_the_form(Step(verb="profile", settings={"title": "Join Acme", "button": "Join"}), PASSWORD)
    assert client.last.body["uiDisplay"] == {"type": "object", "value": {"label": "Join Acme", "buttonLabel": "Join"}}
    assert "uiDisplay" not in at_the_form().last.body


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ({"min_length": 2, "max_length": 4}, "Ada", True),
        ({"min_length": 2, "max_length": 4}, "A", False),
        ({"min_length": 2, "max_length": 4}, "Augusta", False),
        ({"min_length": 2}, "", True),
        ({"options": [{"label": "Free", "value": "free"}]}, "free", True),
        ({"options": [{"label": "Free", "value": "free"}]}, "paid", False),
    ],
)
def test_a_value_has_to_fit_its_field(field, value, fits):
    client = at_the_form(Step(verb="profile", settings={"fields": [{"name": "nickName"} | field]}), ENROLL)
    client.post("enroll/new", userProfile={"nickName": value})
    assert (client.offered[0] == "select-authenticator-enroll") is fits
    assert (client.last.status == 200) is fits


# -- groups -----------------------------------------------------------------------------------------------------------

INTO = Step(verb="profile", settings={"groups": ("Customers", "Newsletter")})
SHOPS = (App(label="Back office"), App(type=AppType.BROWSER, label="Shop", assigned_to=("Customers",)))
OF_CUSTOMERS = Step(verb="verify", authenticators=("okta_email",), when={"group": "Customers"})


def test_a_new_user_is_in_the_groups_of_the_step_at_once():
    client = at_the_form(INTO, ENROLL)
    client.post("enroll/new", userProfile=ADA)
    assert logins.user_named(client.state, "ada@example.com").groups == ("Customers", "Newsletter")


def test_an_app_for_a_group_admits_who_has_registered_into_it():
    client = at_the_form(INTO, Step(verb="enroll", authenticators=("okta_password",)), apps=SHOPS)
    client.post("enroll/new", userProfile=ADA)
    client.select("Password")
    assert "successWithInteractionCode" in client.answer("Efgh5678!").body


def test_a_step_for_a_group_counts_in_the_flow_that_makes_the_user():
    client = at_the_form(INTO, Step(verb="enroll", authenticators=("okta_password",)), OF_CUSTOMERS)
    client.post("enroll/new", userProfile=ADA)
    client.select("Password")
    client.answer("Efgh5678!")
    assert client.offered[0] == "authenticator-verification-data"


def test_a_new_user_is_in_no_group_unless_the_step_says_so():
    client = at_the_form()
    client.post("enroll/new", userProfile=ADA)
    assert logins.user_named(client.state, "ada@example.com").groups == ()
