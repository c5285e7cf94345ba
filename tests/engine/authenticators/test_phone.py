"""The phone: which to use and how, codes by text and call, new numbers, and how often Okta sends."""

import pytest

from mock_okta.engine.idx.authenticators.phone import country_code, masked_number, normal_number
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

PHONE = Step(verb="verify", authenticators=("phone_number",))
ENROLL = Step(verb="enroll", authenticators=("phone_number",))


def phone(number="+15551232342", **changes):
    return Enrollment(authenticator="phone_number", **{"secret": {"number": number}} | changes)


def with_phones(*phones):
    return mary(enrolled=(*mary().enrolled, *phones))


def at_the_phone(*phones, **changes):
    """Mary has told her name, and the phone is all that is left."""
    client = EngineClient(scenario(IDENTIFY, PHONE, users=(with_phones(*(phones or (phone(),))),), **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling(*steps, **changes):
    """Mary has given her password and is to enrol a phone."""
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, *(steps or (ENROLL,)))}, **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    return client


def in_play(client):
    body = client.last.body
    return body.get("currentAuthenticatorEnrollment", body.get("currentAuthenticator"))["value"]


def fields(remediation):
    return {field["name"]: field for field in remediation["value"][0]["form"]["value"]}


# -- picked twice -----------------------------------------------------------------------------------------------------


def test_a_phone_that_is_open_may_be_picked_again_from_the_list():
    client = at_the_phone()
    again = client.post("challenge", authenticator={"id": client.state.authenticator_ids["phone_number"]})
    assert (again.status, client.offered[0]) == (200, "authenticator-verification-data")
    assert client.state.outbox == ()
    client.post("challenge", authenticator={"id": client.state.authenticator_ids["phone_number"], "methodType": "sms"})
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_a_phone_that_is_to_be_enrolled_may_be_picked_again_from_the_list():
    client = enrolling()
    for _ in range(2):
        client.post("credential/enroll", authenticator={"id": client.state.authenticator_ids["phone_number"]})
        assert (client.last.status, client.offered[0]) == (200, "authenticator-enrollment-data")


# -- proving ----------------------------------------------------------------------------------------------------------


def test_the_only_way_on_asks_how_before_anything_is_sent():
    client = at_the_phone()
    assert client.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    assert client.state.outbox == ()
    asked = fields(client.last.body["remediation"]["value"][0])
    assert list(asked) == ["id", "methodType", "enrollmentId"]
    assert [option["value"] for option in asked["methodType"]["options"]] == ["sms", "voice"]
    assert in_play(client)["profile"] == {"phoneNumber": "+1 XXX-XXX-2342"}
    assert [method["type"] for method in in_play(client)["methods"]] == ["sms", "voice"]


def test_a_code_by_text_signs_in():
    client = at_the_phone()
    client.select("Phone", methodType="sms")
    assert (client.offered[0], in_play(client)["methods"]) == ("challenge-authenticator", [{"type": "sms"}])
    assert (client.mail.to, client.mail.channel) == ("+15551232342", "sms")
    assert client.mail.body == f"Your verification code is {client.mail.code}."
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_a_code_by_call_signs_in_and_says_so_in_amr():
    client = at_the_phone()
    client.select("Phone", methodType="voice")
    assert client.mail.channel == "voice"
    client.answer(client.mail.code)
    assert next(iter(client.state.grants.values())).subject.amr == ("tel",)


def test_an_option_without_a_method_leads_to_the_page_that_asks():
    client = at_the_phone()
    ids = client.state.authenticator_ids
    enrollment = in_play(client)["id"]
    client.post("challenge", authenticator={"id": ids["phone_number"], "enrollmentId": enrollment})
    assert client.offered[0] == "authenticator-verification-data"


def test_a_method_that_the_org_does_not_allow_is_no_option():
    client = at_the_phone(authenticators={"phone_number": {"methods": ["sms"]}})
    assert client.select("Phone", methodType="voice").status == 400
    assert [method["type"] for method in in_play(client)["methods"]] == ["sms"]


def test_each_phone_is_an_option_of_its_own():
    client = at_the_phone(phone(methods=("sms",)), phone("+442079460958"))
    options = client.last.body["remediation"]["value"][0]["value"][0]["options"]
    assert [option["relatesTo"] for option in options] == [f"$.authenticatorEnrollments.value[{n}]" for n in (0, 1)]
    assert len(client.last.body["authenticators"]["value"]) == 1
    assert [each["profile"]["phoneNumber"][-4:] for each in client.last.body["authenticatorEnrollments"]["value"]] == [
        "2342",
        "0958",
    ]
    second = {each["name"]: each.get("value") for each in options[1]["value"]["form"]["value"]}
    client.post(
        "challenge",
        authenticator={"id": second["id"], "enrollmentId": second["enrollmentId"], "methodType": "sms"},
    )
    assert client.mail.to == "+442079460958"


def test_a_nickname_is_shown():
    client = at_the_phone(phone(secret={"number": "+15551232342", "nickname": "work"}), wire={"device_names": "always"})
    assert (in_play(client)["nickname"], list(in_play(client))[-3:]) == ("work", ["displayName", "nickname", "methods"])


@pytest.mark.parametrize(
    ("wire", "beside"), [({}, ["select-authenticator-authenticate"]), ({"lone_choice": "omitted"}, [])]
)
def test_a_list_of_one_beside_the_challenge_is_a_matter_of_the_org_s_year(wire, beside):
    client = at_the_phone(wire=wire)
    assert client.offered[1:] == ["select-authenticator-authenticate"]
    client.select("Phone", methodType="sms")
    assert client.offered[1:] == beside


def test_a_wrong_code_stays_on_the_page():
    client = at_the_phone()
    client.select("Phone", methodType="sms")
    reply = client.answer("000000" if client.mail.code != "000000" else "000001")
    message = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]["messages"]["value"][0]
    assert (reply.status, message["i18n"]["key"]) == (401, "api.authn.error.PASSCODE_INVALID")


def test_five_wrong_codes_are_too_many_even_after_choosing_again():
    client = at_the_phone()
    client.select("Phone", methodType="sms")
    code = client.mail.code
    for _ in range(5):
        client.answer("x")
    client.post("challenge", authenticator={"id": client.state.authenticator_ids["phone_number"]})
    client.at += 30
    client.select("Phone", methodType="sms")
    assert client.answer(client.mail.code).status == 429
    assert code


def test_nobody_learns_from_the_option_which_phones_there_are():
    client = EngineClient(
        scenario(
            IDENTIFY,
            Step(verb="verify", choice="one_of", authenticators=("phone_number", "okta_password")),
            users=(with_phones(phone()),),
            org={"user_enumeration_prevention": True},
        )
    )
    pages = []
    for login in ("mary@example.com", "nobody@example.com"):
        client.begin()
        body = client.post("identify", identifier=login).body
        pages.append([body[name] for name in ("authenticators", "authenticatorEnrollments")])
        pages[-1].append(body["remediation"]["value"][0]["value"][0])
    assert pages[0] == pages[1]


# -- how often Okta sends ---------------------------------------------------------------------------------------------


def test_half_a_minute_must_pass_between_two_texts():
    client = at_the_phone()
    client.select("Phone", methodType="sms")
    first = client.mail
    reply = client.post("challenge/resend")
    assert (reply.status, client.said, client.mail) == (429, ["errors.E0000109"], first)
    assert client.offered[0] == "challenge-authenticator"
    client.at += 30
    assert client.post("challenge/resend").status == 200
    assert client.mail.code != first.code
    assert client.answer(first.code).status == 401
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_calls_have_their_own_half_minute_and_message():
    client = at_the_phone()
    client.select("Phone", methodType="sms")
    client.post("challenge", authenticator={"id": client.state.authenticator_ids["phone_number"]})
    assert client.select("Phone", methodType="voice").status == 200
    assert (client.post("challenge/resend").status, client.said) == (429, ["errors.E0000133"])


@pytest.mark.parametrize(("method", "key"), [("sms", "errors.E0000150"), ("voice", "errors.E0000151")])
def test_there_is_a_limit_to_codes_in_an_hour(method, key):
    client = at_the_phone(authenticators={"phone_number": {"max_per_hour": 2, "resend_after_s": 0}})
    client.select("Phone", methodType=method)
    client.post("challenge/resend")
    assert (client.post("challenge/resend").status, client.said) == (429, [key])
    client.at += 3600
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.select("Phone", methodType=method).status == 200


# -- acquiring --------------------------------------------------------------------------------------------------------


def test_an_option_with_the_id_alone_asks_for_method_and_number():
    client = enrolling()
    assert client.offered == ["select-authenticator-enroll"]
    client.post("credential/enroll", authenticator={"id": client.state.authenticator_ids["phone_number"]})
    assert client.offered == ["authenticator-enrollment-data", "select-authenticator-enroll"]
    assert list(fields(client.last.body["remediation"]["value"][0])) == ["id", "methodType", "phoneNumber"]
    assert "enrollmentAuthenticator" not in client.last.body
    assert "resend" in in_play(client)


def test_a_method_that_was_said_already_is_the_only_one_asked_for():
    client = enrolling()
    client.select("Phone", methodType="sms")
    asked = fields(client.last.body["remediation"]["value"][0])
    assert [option["value"] for option in asked["methodType"]["options"]] == ["sms"]
    assert in_play(client)["methods"] == [{"type": "sms"}]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_new_phone_is_enrolled_with_the_code_that_is_sent_to_it(at_once):
    client = enrolling()
    if not at_once:
        client.select("Phone")
    client.select("Phone", methodType="sms", phoneNumber="+1 (555) 123-2342")
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]
    assert client.last.body["enrollmentAuthenticator"]["value"]["methods"] == [{"type": "sms"}]
    assert client.mail.to == "+15551232342"
    assert "successWithInteractionCode" in client.answer(client.mail.code).body
    enrolled = client.state.users[next(iter(client.state.users))].enrollment("phone_number")
    assert (enrolled.id[:3], enrolled.methods, enrolled.secret) == ("sms", ("sms",), {"number": "+15551232342"})


def test_a_code_to_a_new_phone_can_be_sent_again():
    client = enrolling()
    client.select("Phone", methodType="voice", phoneNumber="+15551232342")
    client.at += 30
    client.post("challenge/resend")
    assert len(client.state.outbox) == 2
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


@pytest.mark.parametrize("number", ["bogus", "+1", "5551232342", "+0123456789", "+155512323421", "+1234567890123456"])
def test_what_is_no_number_can_be_typed_again(number):
    client = enrolling()
    client.select("Phone")
    reply = client.select("Phone", methodType="sms", phoneNumber=number)
    assert (reply.status, client.offered) == (400, ["authenticator-enrollment-data", "select-authenticator-enroll"])
    said = [(each["message"], each["i18n"]["key"]) for each in reply.body["messages"]["value"]]
    assert said == [("Invalid Phone Number.", "api.factors.error.sms.invalid_phone")]
    assert client.state.outbox == ()
    assert client.select("Phone", methodType="sms", phoneNumber="+15551232342").status == 200


def test_what_was_no_number_led_back_to_the_list():
    number = "bogus"
    client = enrolling(wire={"invalid_phone": "restarts"})
    client.select("Phone")
    reply = client.select("Phone", methodType="sms", phoneNumber=number)
    assert (reply.status, client.offered) == (400, ["select-authenticator-enroll"])
    message = {"message": "Unable to initiate factor enrollment: Invalid Phone Number.", "class": "ERROR"}
    assert reply.body["messages"]["value"] == [message]
    assert client.state.outbox == ()
    assert client.select("Phone", methodType="sms", phoneNumber="+15551232342").status == 200


def test_an_optional_phone_may_be_skipped_on_every_page():
    client = enrolling(Step(verb="enroll", optional=("phone_number",)))
    for more in ({}, {"methodType": "sms", "phoneNumber": "+15551232342"}):
        client.select("Phone", **more)
        assert client.offered[-1] == "skip"
    assert "successWithInteractionCode" in client.post("skip").body


def test_every_page_is_fit_for_every_client():
    for client in (at_the_phone(), at_the_phone(phone(), phone("+442079460958")), enrolling()):
        client.select("Phone", methodType="sms", phoneNumber="+15551230000")
        client.post("challenge/resend")
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []


# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+1 (555) 123-2342", "+15551232342"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+1.555.123.2342x77", "+15551232342x77"),
        ("15551232342", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert normal_number(text) == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+15551232342", "1"),
        ("+79161234567", "7"),
        ("+442079460958", "44"),
        ("+353861234567", "353"),
        ("+2125551234", "212"),
    ],
)
def test_country_codes_have_one_to_three_digits(number, code):
    assert country_code(number) == code


def test_a_masked_number_shows_the_country_and_the_last_four_digits():
    assert masked_number(phone("+442079460958")) == {"phoneNumber": "+44 XXX-XXX-0958"}


def test_a_page_may_say_what_an_authenticator_is_for():
    client = at_the_phone(authenticators={"phone_number": {"allowed_for": "sso"}})
    assert client.last.body["authenticators"]["value"][0]["allowedFor"] == "sso"
    assert "allowedFor" not in client.last.body["authenticatorEnrollments"]["value"][0]
