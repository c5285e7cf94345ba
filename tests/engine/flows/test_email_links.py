"""Links in mails: opened in the browser that asked, in another, too late, after a newer one."""

import re

import pytest

from mock_okta.engine.control.email_links import UnknownLink, open_link
from mock_okta.engine.model import App, AppType, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.engine.invariants import problems

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LANDING = (
    App(type=AppType.WEB, label="Web"),
    App(type=AppType.BROWSER, label="SPA", email_callback_uri="http://localhost:8080/login/email"),
)


def waiting(*steps: Step, email: dict | None = None, browser: bool = True, **changes) -> Visitor:
    """A client that waits for a code, in a browser that keeps cookies unless told otherwise."""
    authenticators = {"okta_email": email or {}}
    client = Visitor(scenario(*(steps or (IDENTIFY, EMAIL)), authenticators=authenticators, **changes))
    client.headers["user-agent"] = FIREFOX
    client.begin()
    if browser:
        cookies = (value for reply in client.replies for name, value in reply.headers if name == "Set-Cookie")
        for cookie in cookies:
            client.keep(cookie)
    client.post("identify", identifier="mary@example.com")
    if PASSWORD in steps:
        client.answer("Abcd1234!")
    client.select("Email")
    client.waiting = client.handle
    return client


def elsewhere(client: Visitor) -> Visitor:
    """The same tenant in another browser."""
    client.headers = {"user-agent": "curl/8"}
    return client


def shown(client: Visitor) -> dict:
    """What a widget on the page that was opened would get."""
    token = re.search(r'data-state-token="([^"]+)"', client.last.body.decode())[1]
    return client.post("introspect", stateToken=token).body


def polled(client: Visitor):
    return client.post("challenge/poll", stateHandle=client.waiting)


# ---------------------------------------------------------------------------------------------------------------------
# Mails
# ---------------------------------------------------------------------------------------------------------------------


def test_a_mail_has_a_code_and_a_link():
    mail = waiting().mail
    assert re.search(r'<a id="email-authentication-button" href="(\S+)"', mail.body)[1] == mail.link
    assert re.fullmatch(rf"{ORIGIN}/email/verify/0oa\w{{17}}\?token=ft[\w-]{{43}}", mail.link)
    assert f"Enter a code instead: {mail.code}" in mail.body


def test_an_org_without_links_mails_none_and_says_so():
    client = waiting(email={"magic_link": False})
    assert client.mail.link is None
    current = client.last.body["currentAuthenticatorEnrollment"]["value"]
    assert current["contextualData"] == {"useEmailMagicLink": False}


def test_an_org_with_links_may_say_so():
    current = waiting(email={"magic_link": True}).last.body["currentAuthenticatorEnrollment"]["value"]
    assert list(current)[:4] == ["profile", "resend", "poll", "contextualData"]
    assert current["contextualData"] == {"useEmailMagicLink": True}


@pytest.mark.parametrize(
    ("flow", "steps", "path", "anchor"),
    [
        ("recover", (IDENTIFY, EMAIL, Step(verb="reset")), "recover", "reset-password-link"),
        ("unlock", (IDENTIFY, EMAIL, Step(verb="unlock")), "unlock-account", "unlock-account-link"),
    ],
)
def test_each_purpose_has_a_link_of_its_own(flow, steps, path, anchor):
    sign_in = (Step(verb="identify", settings={"with_password": True}),)
    status = UserStatus.LOCKED_OUT if flow == "unlock" else UserStatus.ACTIVE
    client = EngineClient(flow_scenario({"sign_in": sign_in, flow: steps}, users=(mary(status=status),)))
    client.begin()
    client.post(path)
    if flow == "recover":
        client.post("identify", identifier="mary@example.com")
        client.select("Email")
    else:
        email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
        client.post("challenge", identifier="mary@example.com", authenticator=email)
    assert f'<a id="{anchor}" href="{client.mail.link}">' in client.mail.body


def test_an_address_that_is_enrolled_is_confirmed_by_a_link():
    client = EngineClient(
        scenario(IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("okta_email",)), users=(bare(),))
    )
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Email")
    assert '<a id="email-activation-button"' in client.mail.body


def bare():
    return mary(enrolled=mary().enrolled[:1])


def test_codes_can_have_letters():
    client = waiting(email={"code_format": "alphanumeric", "code_length": 10})
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert field == {
        "name": "passcode",
        "label": "Enter code",
        "minLength": 10,
        "maxLength": 10,
        "format": "alphanumeric",
    }
    assert re.fullmatch(r"[2-9A-Z]{10}", client.mail.code)
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


# ---------------------------------------------------------------------------------------------------------------------
# An app that takes the code
# ---------------------------------------------------------------------------------------------------------------------


def test_an_app_with_an_address_for_links_gets_the_code():
    client = waiting(apps=LANDING)
    client.visit(client.mail.link)
    assert client.location == f"http://localhost:8080/login/email?state=state&otp={client.mail.code}"
    client.post("introspect", stateToken=client.waiting)
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_whichever_browser_opens_the_link():
    client = waiting(apps=LANDING)
    elsewhere(client).visit(client.mail.link)
    assert client.location.startswith("http://localhost:8080/login/email?")


def test_a_link_that_is_stale_stays_at_okta():
    client = waiting(apps=LANDING)
    old = client.mail.link
    client.post("challenge/resend")
    assert client.visit(old).status == 200
    assert "This email link is out of date." in client.text


# ---------------------------------------------------------------------------------------------------------------------
# The same browser
# ---------------------------------------------------------------------------------------------------------------------


def test_the_browser_that_asked_is_sent_back_to_its_tab():
    client = waiting()
    client.visit(client.mail.link)
    assert "Please return to the original tab." in client.text
    body = shown(client)
    assert list(body) == ["version", "stateHandle", "expiresAt", "intent", "messages", "user"]
    assert client.said == ["idx.return.to.original.tab"]
    assert "successWithInteractionCode" in polled(client).body


def test_until_then_a_poll_shows_the_same_page():
    client = waiting()
    before = client.last.body
    assert polled(client).body == before


def test_the_tab_goes_on_to_the_next_step():
    client = waiting(IDENTIFY, EMAIL, Step(verb="verify", authenticators=("okta_password",)))
    client.visit(client.mail.link)
    polled(client)
    assert client.offered == ["challenge-authenticator"]


def test_a_link_works_while_an_address_is_enrolled():
    client = Visitor(scenario(IDENTIFY, PASSWORD, Step(verb="enroll", authenticators=("okta_email",)), users=(bare(),)))
    client.begin()
    for name, value in client.replies[0].headers:
        if name == "Set-Cookie":
            client.keep(value)
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Email")
    client.waiting = client.handle
    client.visit(client.mail.link)
    assert "successWithInteractionCode" in polled(client).body


def test_the_code_still_works_after_the_link_was_opened():
    client = waiting()
    client.visit(client.mail.link)
    answer = {"passcode": client.mail.code}
    right = client.post("challenge/answer", stateHandle=client.waiting, credentials=answer)
    assert "successWithInteractionCode" in right.body


def test_the_flow_can_go_on_in_the_new_tab():
    client = waiting(IDENTIFY, EMAIL, PASSWORD, email={"same_browser": "continue"})
    client.visit(client.mail.link)
    shown(client)
    assert client.offered == ["challenge-authenticator"]
    assert client.handle != client.waiting
    reply = polled(client)
    assert (reply.status, client.said) == (200, ["idx.transferred.to.new.tab"])
    assert list(reply.body) == ["version", "stateHandle", "expiresAt", "intent", "messages"]


def test_a_flow_that_ends_in_the_new_tab_leads_to_the_app():
    client = waiting(email={"same_browser": "continue"})
    client.visit(client.mail.link)
    assert "interaction_code" in client.came_back_with


# ---------------------------------------------------------------------------------------------------------------------
# Another browser
# ---------------------------------------------------------------------------------------------------------------------


def test_another_browser_is_shown_the_code():
    client = waiting()
    code = client.mail.code
    elsewhere(client).visit(client.mail.link)
    assert code in client.text
    body = shown(client)
    assert list(body) == ["version", "expiresAt", "intent", "messages", "currentAuthenticator", "user", "client", "app"]
    assert client.said == ["idx.enter.otp.in.original.tab"]
    assert list(body["currentAuthenticator"]["value"]) == [
        "contextualData",
        "type",
        "key",
        "id",
        "displayName",
        "methods",
    ]
    assert body["currentAuthenticator"]["value"]["contextualData"] == {"otp": code}
    assert body["client"]["value"] == {"browser": "FIREFOX", "os": "Linux", "location": {}}
    assert body["intent"] == "AUTHENTICATION"
    assert polled(client).status == 200
    assert (
        "successWithInteractionCode"
        in client.post("challenge/answer", stateHandle=client.waiting, credentials={"passcode": code}).body
    )


def test_where_the_other_browser_is_can_be_told():
    toronto = {"city": "Toronto", "country": "Canada", "countryISO": "CA"}
    client = elsewhere(waiting(org={"location": toronto}))
    client.visit(client.mail.link)
    assert shown(client)["client"]["value"]["location"] == toronto


def test_another_browser_can_be_asked_whether_it_was_you():
    client = elsewhere(waiting(email={"other_browser": "consent"}))
    client.visit(client.mail.link)
    assert "Did you just try to sign in?" in client.text
    body = shown(client)
    assert (client.offered, body["intent"], "cancel" in body) == (["email-challenge-consent"], "CONSENT", False)
    assert body["remediation"]["value"][0]["requestInfo"] == [
        {"name": "appName", "type": "string", "label": "Application", "value": "My SPA"},
        {"name": "browser", "type": "string", "label": "Browser", "value": "FIREFOX"},
    ]
    assert problems(client.last, ORIGIN) == []
    client.post("consent", consent=True)
    assert client.said == ["idx.return.to.original.tab"]
    assert "successWithInteractionCode" in polled(client).body


def test_who_did_not_ask_can_say_no():
    client = elsewhere(waiting(email={"other_browser": "consent"}))
    client.visit(client.mail.link)
    shown(client)
    client.post("consent", consent=False)
    assert client.said == ["idx.operation.cancelled.by.user"]
    for _ in range(2):
        assert (polled(client).status, client.said) == (200, ["idx.operation.cancelled.on.other.device"])


@pytest.mark.parametrize(
    ("button", "said"), [("Yes, it's me", "original tab"), ("No, it's not me", "cancelled by user")]
)
def test_the_question_can_be_answered_on_the_page(button, said):
    client = elsewhere(waiting(email={"other_browser": "consent"}))
    client.visit(client.mail.link)
    client.press(button)
    assert said in client.text


def test_another_browser_can_be_enough():
    client = elsewhere(waiting(email={"other_browser": "verify"}))
    client.visit(client.mail.link)
    assert "successWithInteractionCode" in polled(client).body


# ---------------------------------------------------------------------------------------------------------------------
# Too late
# ---------------------------------------------------------------------------------------------------------------------


def test_a_link_ends_with_its_code():
    client = waiting(email={"code_lifetime_s": 60})
    client.at += 61
    client.visit(client.mail.link)
    shown(client)
    assert client.said == ["idx.return.link.expired"]


def test_a_newer_link_makes_the_older_one_stale():
    client = waiting()
    old = client.mail.link
    client.post("challenge/resend")
    client.visit(old)
    shown(client)
    assert client.said == ["idx.return.stale"]


def test_so_does_having_gone_on():
    client = waiting()
    client.answer(client.mail.code)
    client.visit(client.mail.link)
    shown(client)
    assert client.said == ["idx.return.stale"]


def test_a_link_works_once():
    client = waiting()
    client.visit(client.mail.link)
    client.visit(client.mail.link)
    assert "out of date" in client.text


def test_a_link_that_nobody_was_sent_leads_nowhere():
    client = waiting()
    reply = client.visit(f"{ORIGIN}/email/verify/x?token=ftnothing")
    assert (reply.status, "Could not process this email link." in client.text) == (200, True)


# ---------------------------------------------------------------------------------------------------------------------
# Opened by a test
# ---------------------------------------------------------------------------------------------------------------------


def opened(client: Visitor, **how):
    client.state, reply = open_link(
        client.scenario, client.state, client.mail.link, at=client.at, chance="1", origin=ORIGIN, **how
    )
    return reply


def test_a_test_can_open_a_link_in_the_browser_that_asked():
    client = waiting(browser=False)
    assert opened(client).status == 200
    assert "successWithInteractionCode" in polled(client).body


def test_or_in_another_and_say_that_it_was_them():
    client = waiting(email={"other_browser": "consent"})
    opened(client, same_browser=False, consent=True)
    assert "successWithInteractionCode" in polled(client).body


def test_a_link_that_leads_to_the_app_says_where():
    client = waiting(apps=LANDING)
    assert dict(opened(client).headers)["Location"].endswith(f"otp={client.mail.code}")


def test_only_links_that_were_mailed_can_be_opened():
    client = waiting()
    with pytest.raises(UnknownLink):
        open_link(client.scenario, client.state, "ftnothing", at=client.at, chance="1", origin=ORIGIN)


# ---------------------------------------------------------------------------------------------------------------------
# Unlocking
# ---------------------------------------------------------------------------------------------------------------------

UNLOCKED = Step(verb="message", settings={"messages": ("oie.selfservice.unlock_user.success.message",)})
UNLOCK = {"sign_in": (IDENTIFY, PASSWORD), "unlock": (IDENTIFY, EMAIL, Step(verb="unlock"), UNLOCKED)}


def unlocking(**changes) -> Visitor:
    """Mary is locked out, and has asked for a mail from an app whose server keeps no cookies of Okta's."""
    locked = mary(status=UserStatus.LOCKED_OUT)
    client = Visitor(flow_scenario(UNLOCK, users=(locked,), **changes))
    client.begin()
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier="mary@example.com", authenticator=email)
    client.waiting = client.handle
    return client


def test_an_account_is_unlocked_by_the_link_where_the_app_takes_the_code():
    """As Okta's suite for auth-js expects, whose org sends its links to the app."""
    client = unlocking(apps=LANDING)
    client.visit(client.mail.link)
    assert client.location == f"http://localhost:8080/login/email?state=state&otp={client.mail.code}"
    client.post("introspect", stateToken=client.waiting)
    body = client.answer(client.mail.code).body
    assert body["messages"]["value"][0]["message"] == "Your account is now unlocked!"
    assert [user.status for user in client.state.users.values()] == [UserStatus.ACTIVE]


def test_elsewhere_the_link_shows_the_code_and_unlocks_nothing():
    """An embedded app's server is another browser to Okta, which disables the link then (its guide to magic links)."""
    client = unlocking()
    client.visit(client.mail.link)
    assert client.mail.code in client.last.body.decode()
    assert [user.status for user in client.state.users.values()] == [UserStatus.LOCKED_OUT]
