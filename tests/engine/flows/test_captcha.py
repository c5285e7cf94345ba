"""A captcha: an object on the page, and a field in the forms that it guards."""

from mock_okta.engine.model import Step
from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, flow_scenario

REGISTER = (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_password",)))


def guarded(**settings) -> EngineClient:
    captcha = {"type": "RECAPTCHA_V2", "site_key": "6Lc-key", **settings}
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": REGISTER, "recover": (IDENTIFY, Step(verb="reset"))}
    client = EngineClient(flow_scenario(flows, org={"captcha": captcha}))
    client.begin()
    return client


def field(client: EngineClient) -> dict:
    fields = client.last.body["remediation"]["value"][0]["value"]
    return next((each for each in fields if each["name"] == "captchaVerify"), {})


def test_the_page_names_the_vendor_and_the_form_relates_to_it():
    client = guarded()
    shown = client.last.body["captcha"]["value"]
    assert (shown["name"], shown["siteKey"], shown["type"]) == ("reCAPTCHA v2", "6Lc-key", "RECAPTCHA_V2")
    assert field(client)["relatesTo"] == "$.captcha"
    identity, token = field(client)["form"]["value"]
    assert identity["value"] == shown["id"]
    assert token["hint"] == "captcha"


def test_a_form_without_a_solved_captcha_is_refused():
    client = guarded()
    reply = client.post("identify", identifier="mary@example.com")
    assert (reply.status, client.offered[0]) == (400, "identify")


def test_a_captcha_of_another_page_does_not_count():
    client = guarded()
    wrong = {"captchaId": "capOfSomebodyElse123", "captchaToken": "solved"}
    assert client.post("identify", identifier="mary@example.com", captchaVerify=wrong).status == 400


def test_any_token_is_taken_for_a_solved_one():
    client = guarded()
    shown = client.last.body["captcha"]["value"]
    client.post(
        "identify", identifier="mary@example.com", captchaVerify={"captchaId": shown["id"], "captchaToken": "solved"}
    )
    assert client.offered[0] == "challenge-authenticator"
    assert "captcha" not in client.last.body


def test_it_guards_the_forms_of_the_flows_that_are_named():
    client = guarded(flows=("register",))
    assert "captcha" not in client.last.body
    client.post("enroll")
    assert (client.offered[0], bool(field(client))) == ("enroll-profile", True)
