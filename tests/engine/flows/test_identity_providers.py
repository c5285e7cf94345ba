"""Signing in with an identity provider: offered, gone to, come back from."""

import re

import pytest
from msgspec.structs import replace

from mock_okta.engine.control.identity_providers import UndecidableIdp, decide_idp
from mock_okta.engine.model import App, AppType, IdentityProvider, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.engine.invariants import problems

GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP")
ADA = {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace"}
WITH_ADA = replace(GOOGLE, users=(ADA,))


def visitor(*steps: Step, idps=(GOOGLE,), **changes) -> Visitor:
    client = Visitor(scenario(*steps, identity_providers=idps, **changes))
    client.begin()
    return client


def redirects(client: Visitor) -> list[dict]:
    return [row for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp"]


def at_the_page(*steps: Step, idps=(GOOGLE,), **changes) -> Visitor:
    client = visitor(*steps, idps=idps, **changes)
    client.visit(redirects(client)[0]["href"])
    client.follow()
    return client


def resumed(client: Visitor) -> Visitor:
    """The client as an app that was told to go on."""
    assert client.came_back_with["error"] == "interaction_required"
    client.post("introspect", stateToken=client.handle)
    return client


# ---------------------------------------------------------------------------------------------------------------------
# Offered
# ---------------------------------------------------------------------------------------------------------------------


def test_the_sign_in_page_offers_each_identity_provider_after_the_forms():
    facebook = IdentityProvider(type="FACEBOOK", name="Facebook IdP", id="0oafacebook000000001")
    client = visitor(idps=(GOOGLE, facebook))
    assert client.offered == ["identify", "redirect-idp", "redirect-idp"]
    google, other = redirects(client)
    assert list(google) == ["name", "type", "idp", "href", "method"]
    assert (google["type"], google["idp"]["name"], google["method"]) == ("GOOGLE", "Google IdP", "GET")
    assert re.fullmatch(r"0oa\w{17}", google["idp"]["id"])
    assert other["idp"] == {"id": "0oafacebook000000001", "name": "Facebook IdP"}
    assert problems(client.last, ORIGIN) == []


def test_its_address_is_the_authorize_endpoint_with_a_request_uri():
    client = visitor()
    href = redirects(client)[0]["href"]
    expected = rf"{ORIGIN}/oauth2/test/v1/authorize\?client_id={client.public_client}&request_uri=urn:okta:[\w-]+"
    assert re.fullmatch(expected, href)


def test_a_hosted_sign_in_goes_to_the_identity_provider_itself():
    client = visitor(wire={"redirect_idp": "sso"})
    idp = client.state.identity_providers[0]
    assert redirects(client)[0]["href"] == f"{ORIGIN}/sso/idps/{idp.id}?stateToken={client.handle}"


def test_one_that_is_only_for_an_authenticator_is_not_on_the_page():
    assert visitor(idps=(replace(GOOGLE, offered=False),)).offered == ["identify"]


def test_a_policy_can_have_nothing_but_identity_providers():
    client = visitor(Step(verb="identify", settings={"only_identity_providers": True}), PASSWORD)
    assert client.offered == ["redirect-idp"]
    assert list(client.last.body) == ["version", "stateHandle", "expiresAt", "intent", "remediation", "cancel", "app"]


# ---------------------------------------------------------------------------------------------------------------------
# The round trip
# ---------------------------------------------------------------------------------------------------------------------


def test_the_page_lets_the_visitor_be_any_user_of_the_identity_provider():
    client = at_the_page()
    assert (client.last.status, "Sign in with Google IdP" in client.text) == (200, True)
    client.press("Mary Acme (mary@example.com)")
    back = client.came_back_with
    assert list(back) == ["interaction_code", "state"]
    assert (len(back["interaction_code"]), back["state"]) == (43, "state")


def test_the_page_needs_no_script():
    client = at_the_page()
    page = client.last.body.decode()
    assert '<html lang="en">' in page
    assert "<script" not in page
    assert "default-src 'none'" in dict(client.last.headers)["Content-Security-Policy"]


def test_who_has_proved_enough_is_not_asked_for_a_password():
    client = at_the_page(Step(verb="identify", settings={"with_password": True}))
    client.press("Mary Acme (mary@example.com)")
    assert "interaction_code" in client.came_back_with


def test_more_factors_are_asked_for_back_in_the_app():
    client = at_the_page(IDENTIFY, PASSWORD, EMAIL)
    client.press("Mary Acme (mary@example.com)")
    assert list(client.came_back_with) == ["error", "error_description", "state"]
    assert client.came_back_with["error_description"].startswith("Your client is configured to use the interaction")
    resumed(client)
    assert client.offered[0] == "authenticator-verification-data"
    client.select("Email")
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_tokens_name_the_identity_provider():
    client = at_the_page()
    client.press("Mary Acme (mary@example.com)")
    person = client.state.grants[client.came_back_with["interaction_code"]].subject
    assert (person.idp, person.amr) == (client.state.identity_providers[0].id, ("fed",))


def test_a_user_whom_the_org_does_not_have_is_made():
    client = at_the_page(idps=(replace(WITH_ADA, groups=("From Google",)),))
    client.press("Ada Lovelace (ada@example.com)")
    assert "interaction_code" in client.came_back_with
    ada = next(user for user in client.state.users.values() if user.login == "ada@example.com")
    assert (ada.status, ada.groups, ada.profile["firstName"]) == (UserStatus.ACTIVE, ("From Google",), "Ada")


def test_anybody_can_come():
    client = at_the_page()
    client.press("Sign in with this account", login="grace@example.com", firstName="Grace", lastName="Hopper")
    assert "interaction_code" in client.came_back_with


def test_addresses_of_a_domain_are_sent_to_its_identity_provider():
    company = replace(GOOGLE, type="SAML2", name="Company", domains=("example.com",), offered=False)
    client = visitor(idps=(GOOGLE, company))
    assert [row["idp"]["name"] for row in redirects(client)] == ["Google IdP"]
    client.post("identify", identifier="new@example.com")
    assert (client.offered, redirects(client)[0]["idp"]["name"]) == (["redirect-idp"], "Company")


# ---------------------------------------------------------------------------------------------------------------------
# What can go wrong
# ---------------------------------------------------------------------------------------------------------------------


def test_turning_round_is_told_to_the_app_and_the_page_is_as_before():
    client = at_the_page()
    client.press("Cancel")
    assert client.came_back_with == {
        "error": "access_denied",
        "error_description": "User canceled the social login request.",
        "state": "state",
    }
    client.post("introspect", stateToken=client.handle)
    assert (client.offered, client.said) == (["identify", "redirect-idp"], [])


@pytest.mark.parametrize(
    ("error", "code", "description"),
    [
        ("login_failed", "access_denied", "Login failed."),
        ("get_social_profile_error", "server_error", "Could not fetch social profile."),
        (
            "jit_failure_values_too_long",
            "jit_failure_values_too_long",
            "Unable to create the user. Exceeded max length",
        ),
    ],
)
def test_a_failure_is_told_to_the_app_and_stands_on_the_page(error, code, description):
    client = at_the_page()
    client.press("Fail", error=error)
    assert client.came_back_with["error"] == code
    assert client.came_back_with["error_description"].startswith(description)
    client.post("introspect", stateToken=client.handle)
    assert (client.offered, client.said) == (["identify", "redirect-idp"], ["idx.identity.provider.auth.error"])


def test_after_a_failure_with_the_only_identity_provider_there_is_but_a_message():
    client = at_the_page(Step(verb="identify", settings={"only_identity_providers": True}), PASSWORD)
    client.press("Fail")
    client.post("introspect", stateToken=client.handle)
    assert list(client.last.body) == ["version", "stateHandle", "expiresAt", "intent", "messages", "cancel", "app"]
    assert client.said == ["idx.identity.provider.auth.error"]
    client.post("cancel")
    assert client.offered == ["redirect-idp"]


def test_a_user_without_a_name_is_not_made():
    client = at_the_page(idps=(replace(GOOGLE, users=({"login": "ada@example.com"},)),))
    client.press("ada@example.com")
    assert client.came_back_with["error"] == "jit_failure_missing_fields"
    assert client.came_back_with["error_description"].endswith("properties are missing: 'firstName, lastName'.")
    assert len(client.state.users) == 1


@pytest.mark.parametrize(
    ("idp", "user", "description"),
    [
        (replace(WITH_ADA, creates=False), mary(), "User creation was disabled."),
        (replace(GOOGLE, links=False, users=({"login": "mary@example.com"},)), mary(), "User linking was disabled."),
        (GOOGLE, mary(assigned=False), "User is not assigned to the client application."),
        (GOOGLE, mary(status=UserStatus.SUSPENDED), "User status is invalid."),
    ],
)
def test_who_may_not_come_in_is_refused(idp, user, description):
    client = at_the_page(idps=(idp,), users=(user,))
    account = (idp.users or ({"login": "mary@example.com"},))[0]["login"]
    client.visit(
        f"{ORIGIN}/sso/idps/{client.state.identity_providers[0].id}?stateToken={client.handle}", {"login": account}
    )
    assert client.came_back_with["error"] == "access_denied"
    assert client.came_back_with["error_description"] == description


def test_who_was_away_too_long_gets_a_page():
    client = visitor()
    href = redirects(client)[0]["href"]
    client.at += 2 * 3600
    assert client.visit(href).status == 403
    assert "Social transaction expired." in client.text


def test_an_unknown_identity_provider_is_told_on_a_page():
    client = visitor()
    reply = client.visit(f"{ORIGIN}/sso/idps/0oanobody?stateToken={client.handle}")
    assert (reply.status, "Identity provider is not valid." in client.text) == (400, True)


@pytest.mark.parametrize("request_uri", ["urn:okta:", "urn:okta:!!", "urn:okta:AAAA", "urn:okta:\u00e9", "urn:other:x"])
def test_any_request_uri_is_survived(request_uri):
    client = visitor()
    reply = client.send("authorize", method="GET", query=(("request_uri", request_uri), ("client_id", "x")))
    assert reply.status < 500 or reply.status == 501


def test_the_authorization_code_flow_is_not_served_yet():
    client = visitor()
    reply = client.send("authorize", method="GET", query=(("response_type", "code"),))
    assert (reply.status, dict(reply.headers)["X-Mock-Okta-Gap"]) == (501, "authorize")


# ---------------------------------------------------------------------------------------------------------------------
# Decided beforehand
# ---------------------------------------------------------------------------------------------------------------------


def test_a_test_can_decide_what_the_identity_provider_answers():
    client = visitor()
    client.state = decide_idp(client.state, "Google IdP", login="mary@example.com")
    client.visit(redirects(client)[0]["href"])
    client.follow()
    assert "interaction_code" in client.came_back_with


def test_so_can_a_scenario():
    client = visitor(idps=(replace(GOOGLE, answer={"cancel": True}),))
    client.visit(redirects(client)[0]["href"])
    client.follow()
    assert client.came_back_with["error_description"] == "User canceled the social login request."


def test_what_was_decided_can_be_taken_back():
    client = visitor()
    client.state = decide_idp(client.state, "Google IdP", error="login_failed")
    client.state = decide_idp(client.state, "Google IdP")
    client.visit(redirects(client)[0]["href"])
    assert client.follow().status == 200


@pytest.mark.parametrize(
    "decision",
    [
        {"idp": "Nobody", "login": "mary@example.com"},
        {"idp": "Google IdP", "error": "no_such_error"},
        {"idp": "Google IdP", "error": "login_failed", "cancel": True},
    ],
)
def test_only_what_can_happen_can_be_decided(decision):
    with pytest.raises(UndecidableIdp):
        decide_idp(visitor().state, **decision)


# ---------------------------------------------------------------------------------------------------------------------
# As an authenticator
# ---------------------------------------------------------------------------------------------------------------------

COMPANY = Step(verb="verify", authenticators=("external_idp",))


def enrolled(*keys: str):
    from mock_okta.engine.model import Enrollment

    return mary(enrolled=(*mary().enrolled, *(Enrollment(authenticator=key) for key in keys)))


def challenged(key: str = "external_idp") -> Visitor:
    step = Step(verb="verify", authenticators=(key,))
    client = Visitor(
        scenario(IDENTIFY, PASSWORD, step, users=(enrolled(key), mary(login="eve@example.com", profile={})))
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def test_an_authenticator_of_another_provider_is_proved_by_going_there():
    client = challenged()
    assert client.offered == ["redirect-idp", "select-authenticator-authenticate"]
    first = redirects(client)[0]
    assert first["relatesTo"] == ["$.currentAuthenticatorEnrollment"]
    assert {"currentAuthenticator", "currentAuthenticatorEnrollment"} <= set(client.last.body)
    assert problems(client.last, ORIGIN) == []
    client.visit(first["href"])
    client.press("Mary Acme (mary@example.com)")
    assert "interaction_code" in client.came_back_with


def test_somebody_elses_account_proves_nothing():
    client = challenged()
    client.visit(redirects(client)[0]["href"])
    client.press("eve@example.com")
    resumed(client)
    assert client.said == ["oie.authenticator.verify.error.fail"]
    assert client.offered == ["redirect-idp", "select-authenticator-authenticate"]


@pytest.mark.parametrize("button", ["Cancel", "Fail"])
def test_turning_round_proves_nothing_either(button):
    client = challenged()
    client.visit(redirects(client)[0]["href"])
    client.press(button)
    assert resumed(client).said == ["oie.authenticator.verify.error.fail"]


def test_a_smart_card_is_a_provider_of_its_own_kind():
    client = challenged("smart_card_idp")
    first = redirects(client)[0]
    assert (first["type"], first["relatesTo"]) == ("X509", ["$.currentAuthenticator"])
    client.visit(first["href"])
    client.press("Mary Acme (mary@example.com)")
    person = client.state.grants[client.came_back_with["interaction_code"]].subject
    assert "sc" in person.amr


def test_an_authenticator_of_another_provider_is_enrolled_by_going_there():
    enroll = Step(verb="enroll", authenticators=("external_idp",))
    client = Visitor(scenario(IDENTIFY, PASSWORD, enroll))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("IDP Authenticator")
    assert client.offered == ["redirect-idp", "select-authenticator-enroll"]
    assert redirects(client)[0]["relatesTo"] == ["$.currentAuthenticator"]
    assert "enrollmentAuthenticator" in client.last.body
    client.visit(redirects(client)[0]["href"])
    client.press("Mary Acme (mary@example.com)")
    assert "interaction_code" in client.came_back_with
    assert client.state.users[next(iter(client.state.users))].enrollment("external_idp")


def test_an_entry_of_the_scenario_can_prove_an_authenticator():
    company = IdentityProvider(type="SAML2", name="Company", offered=False)
    authenticators = {"external_idp": {"identity_provider": "Company"}}
    client = Visitor(
        scenario(
            IDENTIFY,
            COMPANY,
            users=(enrolled("external_idp"),),
            identity_providers=(company,),
            authenticators=authenticators,
        )
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert redirects(client)[0]["idp"]["name"] == "Company"


def test_apps_are_told_apart():
    apps = (App(type=AppType.WEB, label="Web"), App(type=AppType.BROWSER, label="SPA", assigned_to=("Nobody",)))
    client = at_the_page(apps=apps)
    client.press("Mary Acme (mary@example.com)")
    assert client.came_back_with["error_description"] == "User is not assigned to the client application."


# ---------------------------------------------------------------------------------------------------------------------
# What it has proved
# ---------------------------------------------------------------------------------------------------------------------

TWO_KINDS = Step(verb="verify", choice="two_kinds", authenticators=("okta_password", "okta_email"))
PASSWORD_AND_EMAIL = Step(verb="verify", choice="all_of", authenticators=("okta_password", "okta_email"))


def came_with(amr, *steps, decided=None, **asked):
    """Mary, back from an identity provider that says so much."""
    client = Visitor(scenario(IDENTIFY, *steps, identity_providers=(replace(GOOGLE, amr=amr),)))
    client.begin(**asked)
    decided = {} if decided is None else {"amr": decided}
    client.state = decide_idp(client.state, "Google IdP", login="mary@example.com", **decided)
    client.visit(redirects(client)[0]["href"])
    client.follow()
    if "error" in client.came_back_with:
        resumed(client)
    return client


def amr_of(client):
    """What the tokens will say, once the sign-in is over."""
    return [grant.subject.amr for grant in client.state.grants.values()]


@pytest.mark.parametrize(
    ("amr", "told"),
    [
        (("pwd", "sms"), ("pwd", "mfa", "sms")),
        (("sms", "mfa", "pwd"), ("sms", "mfa", "pwd")),
        (("mfa",), ("mfa",)),
        (("hwk", "pin"), ("hwk", "mfa", "pin")),
        (("pwd", "fpt"), ("pwd", "mfa", "fpt")),
        (("face", "swk"), ("face", "mfa", "swk")),
    ],
)
def test_two_kinds_that_it_has_proved_are_two_kinds(amr, told):
    assert amr_of(came_with(amr, TWO_KINDS)) == [told]


@pytest.mark.parametrize("amr", [(), ("pwd",), ("sms",), ("sms", "email"), ("geo", "user"), ("pwd", "pin", "kba")])
def test_one_kind_is_not_enough_for_two(amr):
    client = came_with(amr, TWO_KINDS)
    assert (amr_of(client), client.last.body["remediation"]["value"] != []) == ([], True)


def test_what_is_proved_here_is_added_to_it():
    client = came_with(("pwd",), TWO_KINDS)
    client.select("Email")
    client.answer(client.mail.code)
    assert amr_of(client) == [("pwd", "mfa", "email")]


def test_an_authenticator_that_a_step_names_is_not_proved_elsewhere():
    client = came_with(("pwd", "email", "mfa"), PASSWORD_AND_EMAIL)
    assert (amr_of(client), client.offered[0]) == ([], "authenticator-verification-data")


@pytest.mark.parametrize(
    ("amr", "value", "enough"),
    [
        (("pwd", "sms"), "urn:okta:loa:2fa:any", True),
        (("mfa",), "urn:okta:loa:2fa:any", True),
        (("pwd",), "urn:okta:loa:2fa:any", False),
        (("pop",), "phr", True),
        (("hwk",), "phrh", True),
        (("mfa",), "phrh", False),
    ],
)
def test_it_counts_towards_the_assurance_that_an_app_asks_for(amr, value, enough):
    scene = scenario(
        IDENTIFY, PASSWORD, identity_providers=(replace(GOOGLE, amr=amr),), authenticators={"webauthn": {}}
    )
    client = Visitor(scene)
    client.begin(acr_values=value)
    client.state = decide_idp(client.state, "Google IdP", login="mary@example.com")
    client.visit(redirects(client)[0]["href"])
    client.follow()
    assert bool(amr_of(client)) is enough


@pytest.mark.parametrize(
    ("decided", "told"), [(["pwd", "otp"], [("pwd", "mfa", "otp")]), ([], [("fed",)]), (None, [("mfa",)])]
)
def test_a_test_decides_what_it_says(decided, told):
    assert amr_of(came_with(("mfa",), PASSWORD, decided=decided)) == told


def test_it_counts_in_later_sign_ins_of_the_session_too():
    client = came_with(("pwd", "sms"), TWO_KINDS)
    client.begin()
    assert amr_of(client) == [("pwd", "mfa", "sms")] * 2


@pytest.mark.parametrize("decision", [{"amr": ["pwd"]}, {"login": "mary@example.com", "amr": ["pwdd"]}])
def test_what_cannot_have_been_proved_is_refused(decision):
    with pytest.raises(UndecidableIdp, match="amr"):
        decide_idp(visitor().state, "Google IdP", **decision)
