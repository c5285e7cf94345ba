import pytest

from mock_okta_conformance.reference.ion import is_ion, parse
from tests.conformance.reference.fake_org import EXPIRED, IDENTIFY, PASSWORD, SUCCESS, action, messages, page

EMAIL = {"type": "email", "key": "okta_email", "id": "autE", "displayName": "Email"}


def options(*rows: dict) -> dict:
    return page(
        action("select-authenticator-authenticate", "/go/challenge", {"name": "authenticator", "options": list(rows)}),
        authenticatorEnrollments={"type": "array", "value": [EMAIL]},
    )


def email_option(**more: object) -> dict:
    form = {"form": {"value": [{"name": "id", "value": "autE", "mutable": False}]}}
    return {"label": "Courriel", "value": form, "relatesTo": "$.authenticatorEnrollments.value[0]", **more}


def test_remediations_keep_their_order_and_their_repetitions():
    response = parse(page(action("redirect-idp", "/a"), action("identify", "/b"), action("redirect-idp", "/c")), 200)
    assert [r.name for r in response.remediations] == ["redirect-idp", "identify", "redirect-idp"]


def test_an_option_is_known_by_its_authenticator_whatever_its_label():
    found = parse(options(email_option()), 200).remediations[0].option("authenticator", "okta_email")
    assert found is not None
    assert found.label == "Courriel"


@pytest.mark.parametrize("relates_to", ["$.doesNotExist", "$.authenticatorEnrollments.value[9]", None, 7, [], [None]])
def test_an_option_whose_reference_leads_nowhere_is_known_by_its_id(relates_to):
    body = options(email_option(relatesTo=relates_to))
    assert parse(body, 200).remediations[0].option("authenticator", "okta_email") is not None


def test_actions_of_the_current_authenticator_are_named_after_it():
    current = {
        "type": "object",
        "value": {**EMAIL, "resend": action("resend", "/go/resend"), "profile": {"email": "m***"}},
    }
    response = parse(page(action("challenge-authenticator", "/go/answer"), currentAuthenticatorEnrollment=current), 200)
    assert list(response.actions) == ["cancel", "currentAuthenticatorEnrollment-resend"]


def test_a_remediation_knows_the_authenticator_it_is_about():
    assert parse(PASSWORD, 200).remediations[0].authenticator == "okta_password"


def test_messages_come_from_the_page_the_fields_and_the_options_in_order():
    field = {"name": "passcode", "messages": messages(("Invalid code.", "PASSCODE_INVALID", "ERROR"))}
    credentials = {"name": "credentials", "form": {"value": [field]}}
    answer = {"name": "answer", "messages": messages(("Too short.", "tooShort", "ERROR"))}
    question = {"name": "question", "options": [{"label": "One", "value": {"form": {"value": [answer]}}}]}
    top = messages(("First.", "one", "INFO"), ("Second.", "two", "WARNING"))
    response = parse(page(action("challenge-authenticator", "/a", credentials, question), messages=top), 401)
    assert [(m.text, m.key, m.level, m.field) for m in response.messages] == [
        ("First.", "one", "INFO", None),
        ("Second.", "two", "WARNING", None),
        ("Invalid code.", "PASSCODE_INVALID", "ERROR", "credentials.passcode"),
        ("Too short.", "tooShort", "ERROR", "question.answer"),
    ]


def test_a_message_without_a_key_keeps_its_text():
    response = parse(page(messages={"type": "array", "value": [{"message": "Hello", "i18n": {}}]}), 400)
    assert (response.messages[0].text, response.messages[0].key) == ("Hello", None)


def test_success_needs_an_interaction_code():
    assert parse(SUCCESS, 200).success is not None
    empty = {"name": "issue", "href": "https://org.test/x", "value": [{"name": "interaction_code"}]}
    assert parse({"version": "1.0.0", "successWithInteractionCode": empty}, 200).success is None
    assert parse({"version": "1.0.0"}, 200).success is None


def test_an_expired_session_is_told_from_other_ends():
    assert parse(EXPIRED, 401).expired
    assert not parse(page(messages=messages(("No.", "security.access_denied", "ERROR"))), 403).expired


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (IDENTIFY, True),
        (EXPIRED, True),
        ({"errorCode": "E0000047"}, False),
        ({"error": "invalid_request", "error_description": "No."}, False),
        ([], False),
        (None, False),
    ],
)
def test_identity_engine_replies_are_told_from_bare_errors(body, expected):
    assert is_ion(body) is expected


NONSENSE = [None, 7, "text", [], {}, [None], {"value": None}, {"value": [None, 7]}, {"type": "array", "value": {}}]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
@pytest.mark.parametrize(
    "member",
    ["remediation", "messages", "cancel", "currentAuthenticator", "authenticators", "successWithInteractionCode"],
)
def test_a_member_of_another_shape_leaves_the_rest_usable(member, nonsense):
    response = parse({**IDENTIFY, member: nonsense}, 200)
    assert member == "remediation" or response.remediation("identify") is not None


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
@pytest.mark.parametrize("member", ["value", "accepts", "produces", "method", "refresh", "relatesTo"])
def test_a_member_of_a_remediation_of_another_shape_leaves_it_standing(member, nonsense):
    broken = {**action("identify", "/go/identify"), member: nonsense}
    assert parse(page(broken), 200).remediation("identify") is not None


def test_unknown_remediations_fields_and_members_are_passed_over():
    hologram = {"name": "cube", "type": "hologram", "sides": [1, 2, {"deep": None}]}
    body = page(action("future-step", "/f"), action("identify", "/i", hologram), brandNew={"a": 1})
    assert [r.name for r in parse(body, 200).remediations] == ["future-step", "identify"]


def test_forms_within_forms_end_somewhere():
    field: dict = {"name": "x"}
    for _ in range(100):
        field = {"name": "x", "form": {"value": [field]}}
    assert parse(page(action("identify", "/i", field)), 200).remediation("identify") is not None


def test_nothing_secret_is_in_the_representation():
    text = repr(parse(SUCCESS, 200)) + repr(parse(IDENTIFY, 200))
    assert "the-code" not in text
    assert "02.id.handle" not in text
