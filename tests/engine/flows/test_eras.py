"""How orgs of other years and set-ups differ: the switches of `wire`."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from mock_okta.engine.base.wire import SWITCHES, setting
from mock_okta.engine.model import Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, scenario
from tests.library import scenarios
from tests.recorded import record

LONG = {"state_handle": "long"}
EITHER = Step(verb="verify", authenticators=("okta_email", "okta_password"), choice="one_of")
REGISTER = (
    Step(verb="profile"),
    Step(verb="enroll", authenticators=("okta_password",)),
    EMAIL,
)


def signed_in(client: EngineClient, **begun: str) -> EngineClient:
    client.begin(**begun)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def sent_on(client: EngineClient, handle: str, **headers: str) -> dict[str, str]:
    """Where the browser is sent, and its new session, if it gets one."""
    client.send("token-redirect", method="GET", query=(("stateToken", handle),), **headers)
    return dict(client.last.headers)


def remediation(client: EngineClient, name: str) -> dict:
    return next(row for row in client.last.body["remediation"]["value"] if row["name"] == name)


@pytest.mark.parametrize(
    "name",
    ["lone_choice", "wrong_password", "state_handle", "registered_address", "identifier", "display", "issuer",
     "poll_without_link"],
)  # fmt: skip
def test_each_value_of_a_switch_is_played_by_a_bundled_scenario(name):
    played = {setting(each, name) for each in scenarios().values()}
    assert played == set(SWITCHES[name].values)


# -- long handles -----------------------------------------------------------------------------------------------------


def test_a_long_handle_is_a_short_one_with_a_tail():
    client = EngineClient(scenario(wire=LONG))
    client.begin()
    assert re.fullmatch(r"02\.id\.[\w-]{43}~c\.[\w-]{1174}", client.handle)


def test_two_transactions_have_other_tails():
    client = EngineClient(scenario(wire=LONG))
    client.begin()
    first = client.handle
    client.begin()
    assert first.partition("~")[2] != client.handle.partition("~")[2]


def test_it_stays_the_same_until_the_sign_in_is_cancelled():
    client = EngineClient(scenario(wire=LONG))
    client.begin()
    first = client.handle
    client.post("identify", identifier="mary@example.com")
    assert client.handle == first
    client.post("cancel")
    assert (client.handle != first, len(client.handle)) == (True, len(first))


def test_the_browser_is_sent_on_by_a_long_handle_and_by_one_that_is_cut_at_its_tilde():
    server = signed_in(EngineClient(scenario(wire=LONG)))
    whole, cut = (sent_on(server, each)["Location"] for each in (server.handle, server.handle.partition("~")[0]))
    assert whole == cut
    assert "interaction_code=" in cut


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda head, tail: f"{head}~c.{tail[::-1]}",
        lambda head, tail: f"{head}~c.",
        lambda head, tail: f"{head}~",
        lambda head, tail: f"{head}~c.{tail[:-1]}",
        lambda head, tail: f"{head[:-1]}",
    ],
)
def test_another_tail_than_its_own_is_none(spoilt):
    server = signed_in(EngineClient(scenario(wire=LONG)))
    head, _, tail = server.handle.partition("~c.")
    server.send("token-redirect", method="GET", query=(("stateToken", spoilt(head, tail)),))
    assert server.last.status == 403


@pytest.mark.parametrize("path", ["introspect", "identify", "cancel", "challenge/answer"])
@pytest.mark.parametrize("member", ["stateHandle", "stateToken"])
def test_nowhere_else_is_a_cut_one_taken(path, member):
    client = EngineClient(scenario(wire=LONG))
    client.begin()
    cut = client.handle.partition("~")[0]
    assert client.post(path, **({"stateHandle": cut} | {member: cut})).status == 401


def test_orgs_with_short_handles_take_none_with_a_tail():
    server = signed_in(EngineClient(scenario()))
    server.send("token-redirect", method="GET", query=(("stateToken", f"{server.handle}~c.{'x' * 1174}"),))
    assert server.last.status == 403


@pytest.mark.parametrize(
    "name",
    ["social", "identity-provider-as-factor", "identity-verification", "magic-link-new-tab", "magic-link-consent",
     "unlock-by-link", "device-code", "fastpass-apple-extension", "fastpass-by-link", "hosted-org", "rate-limits"],
)  # fmt: skip
def test_wherever_a_handle_goes_a_long_one_goes_too(name):
    found = scenarios()[name]
    for walk in found.walks:
        record(replace(found, wire={**found.wire, **LONG}), walk)


# -- wrong passwords --------------------------------------------------------------------------------------------------


def test_an_org_that_says_no_more_than_that_it_failed_answers_401_and_offers_the_challenge_again():
    client = EngineClient(scenario(wire={"wrong_password": "generic"}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("wrong")
    (said,) = client.last.body["messages"]["value"]
    assert said == {"message": "Authentication failed", "i18n": {"key": "errors.E0000004"}, "class": "ERROR"}
    assert (client.last.status, client.offered) == (401, ["challenge-authenticator"])
    client.answer("Abcd1234!")
    assert "successWithInteractionCode" in client.last.body


def test_it_does_so_on_the_form_that_asks_for_both():
    both = Step(verb="identify", settings={"with_password": True})
    client = EngineClient(scenario(both, wire={"wrong_password": "generic"}))
    client.begin()
    client.post("identify", identifier="mary@example.com", credentials={"passcode": "wrong"})
    assert (client.last.status, client.said, client.offered) == (401, ["errors.E0000004"], ["identify"])


def test_an_unknown_user_hears_the_same():
    org = {"user_enumeration_prevention": True}
    replies = []
    for login in ("mary@example.com", "nobody@example.com"):
        client = EngineClient(scenario(IDENTIFY, EITHER, org=org, wire={"wrong_password": "generic"}))
        client.begin()
        client.post("identify", identifier=login)
        client.select("Password")
        client.answer("wrong")
        replies.append((client.last.status, client.last.body))
    assert replies[0] == replies[1]


def test_wrong_passwords_lock_out_in_such_an_org_too():
    settings = {"okta_password": {"max_attempts": 2}}
    client = EngineClient(scenario(authenticators=settings, wire={"wrong_password": "generic"}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    for _ in range(2):
        client.answer("wrong")
    (user,) = client.state.users.values()
    assert user.status is UserStatus.LOCKED_OUT


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lone_choice", "offered"),
    [
        ("offered", ["challenge-authenticator"]),
        ("omitted", ["challenge-authenticator"]),
        ("always", ["challenge-authenticator", "select-authenticator-authenticate"]),
    ],
)
def test_a_lone_password_is_listed_in_orgs_that_list_always(lone_choice, offered):
    client = EngineClient(scenario(wire={"lone_choice": lone_choice}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.offered == offered


def test_what_is_listed_so_can_be_picked():
    client = EngineClient(scenario(wire={"lone_choice": "always"}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    (option,) = remediation(client, "select-authenticator-authenticate")["value"][0]["options"]
    assert option["label"] == "Password"
    client.select("Password")
    client.answer("Abcd1234!")
    assert "successWithInteractionCode" in client.last.body


@pytest.mark.parametrize(("identifier", "required"), [("plain", None), ("required", True)])
def test_the_username_is_required_in_so_many_words_where_the_org_says_so(identifier, required):
    flows = {"sign_in": (IDENTIFY, PASSWORD), "recover": (IDENTIFY, EMAIL, Step(verb="reset"))}
    client = EngineClient(flow_scenario(flows, wire={"identifier": identifier}))
    client.begin()
    assert remediation(client, "identify")["value"][0].get("required") is required
    with_password = Step(verb="identify", settings={"with_password": True})
    client = EngineClient(flow_scenario(flows | {"sign_in": (with_password,)}, wire={"identifier": identifier}))
    client.begin()
    client.post("recover")
    assert remediation(client, "identify-recovery")["value"][0].get("required") is required


@pytest.mark.parametrize(
    ("display", "sent", "shown"),
    [("page", {}, "page"), ("page", {"display": "touch"}, "touch"), ("as_sent", {}, None),
     ("as_sent", {"display": "page"}, "page")],
)  # fmt: skip
def test_what_the_client_has_not_sent_is_told_by_some_orgs(display, sent, shown):
    client = EngineClient(scenario(wire={"authentication": "shown", "display": display}))
    client.begin(**sent)
    client.post("identify", identifier="mary@example.com")
    told = client.last.body["authentication"]["value"]["request"]
    assert (told.get("display"), "nonce" in told) == (shown, False)


def test_the_id_of_the_authorization_server_is_told_by_some_orgs():
    client = EngineClient(scenario(wire={"authentication": "shown", "issuer": "identified"}))
    client.begin()
    issuer = client.last.body["authentication"]["value"]["issuer"]
    assert issuer == {"id": "test", "name": "test", "uri": f"{ORIGIN}/oauth2/test"}


@pytest.mark.parametrize(
    ("polls", "magic_link", "verifying", "enrolling"),
    [
        ("enrolling", None, True, True),
        ("enrolling", True, True, True),
        ("enrolling", False, False, True),
        ("never", False, False, False),
        ("never", True, True, True),
        ("always", False, True, True),
    ],
)
def test_nobody_polls_for_a_link_that_was_not_mailed(polls, magic_link, verifying, enrolling):
    settings = {} if magic_link is None else {"okta_email": {"magic_link": magic_link}}
    flows = {
        "sign_in": (IDENTIFY, EMAIL),
        "register": (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_email",))),
    }
    client = EngineClient(flow_scenario(flows, authenticators=settings, wire={"poll_without_link": polls}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    assert ("poll" in client.last.body["currentAuthenticatorEnrollment"]["value"]) is verifying
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"})
    assert ("poll" in client.last.body["currentAuthenticator"]["value"]) is enrolling


# -- an address that counts as enrolled -------------------------------------------------------------------------------


def registering(*steps: Step, **changes) -> EngineClient:
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "register": steps or REGISTER}, **changes))
    client.begin()
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": "ada@example.com"})
    client.select("Password")
    client.answer("Efgh5678!")
    return client


def test_the_address_of_a_new_user_is_challenged_and_shown_as_no_authenticator_yet():
    client = registering()
    assert client.offered == [
        "authenticator-verification-data", "challenge-authenticator", "challenge-poll",
        "select-authenticator-authenticate",
    ]  # fmt: skip
    mail = client.last.body["currentAuthenticatorEnrollment"]["value"]
    assert (mail["key"], mail["profile"], mail["allowedFor"]) == ("okta_email", {"email": "a***a@example.com"}, "none")
    assert client.mail.to == "ada@example.com"
    client.answer(client.mail.code)
    assert "successWithInteractionCode" in client.last.body
    ada = next(user for user in client.state.users.values() if user.login == "ada@example.com")
    assert ada.enrollment("okta_email").secret == {"email": "ada@example.com"}


def test_without_links_nobody_polls_there():
    client = registering(authenticators={"okta_email": {"magic_link": False}})
    assert "challenge-poll" not in client.offered


def test_another_org_lists_the_address_to_be_enrolled_first():
    client = registering(wire={"registered_address": "to_enroll"})
    assert client.offered == ["select-authenticator-enroll"]


def test_what_the_user_has_besides_is_asked_for_after_the_address():
    both = Step(verb="verify", authenticators=("okta_email", "phone_number"), choice="all_of")
    client = registering(*REGISTER[:2], both)
    client.answer(client.mail.code)
    assert client.offered == ["select-authenticator-enroll"]
    assert [each["key"] for each in client.last.body["authenticators"]["value"]] == ["phone_number"]


def test_what_was_enrolled_by_the_user_is_not_challenged_again():
    enrolled = Step(verb="enroll", authenticators=("okta_password", "okta_email"))
    client = registering(REGISTER[0], enrolled, EMAIL)
    client.select("Email")
    client.answer(client.mail.code)
    assert "successWithInteractionCode" in client.last.body
