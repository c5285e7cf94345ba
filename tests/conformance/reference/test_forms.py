import pytest

from mock_okta_conformance.reference.errors import InvalidInput
from mock_okta_conformance.reference.forms import fill
from mock_okta_conformance.reference.ion import parse
from tests.conformance.reference.fake_org import action, page


def form(*fields: dict):
    return parse(page(action("step", "/go", *fields)), 200).remediations[0].fields


def filled(values: dict, *fields: dict) -> dict:
    body = fill(form(*fields), values)
    assert body.pop("stateHandle") == "02.id.handle"
    return body


def authenticator(*options: tuple[str, list[dict]], **more: object) -> dict:
    rows = [{"label": label, "value": {"form": {"value": fields}}} for label, fields in options]
    return {"name": "authenticator", "type": "object", "options": rows, **more}


ID = {"name": "id", "required": True, "value": "autT", "mutable": False}
METHODS = {
    "name": "methodType",
    "type": "string",
    "required": False,
    "options": [{"label": "SMS", "value": "sms"}, {"label": "Voice", "value": "voice"}],
}
PHONES = authenticator(
    ("Phone", [ID, METHODS, {"name": "enrollmentId", "required": True, "value": "sms1", "mutable": False}]),
    ("Phone", [ID, METHODS, {"name": "enrollmentId", "required": True, "value": "sms2", "mutable": False}]),
)


def test_only_fields_of_the_form_are_sent():
    assert filled({"identifier": "mary", "extra": 1}, {"name": "identifier"}) == {"identifier": "mary"}


def test_what_is_fixed_goes_back_as_it_came_whatever_the_user_says():
    fixed = {"name": "csrfToken", "mutable": False, "value": "~.-_x"}
    assert filled({"csrfToken": "mine", "stateHandle": "mine"}, fixed) == {"csrfToken": "~.-_x"}


def test_what_was_proposed_goes_back_unless_the_user_says_otherwise():
    remember = {"name": "rememberMe", "type": "boolean", "value": True}
    assert filled({}, remember) == {"rememberMe": True}
    assert filled({"rememberMe": False}, remember) == {"rememberMe": False}


def test_what_is_required_has_to_be_there():
    with pytest.raises(InvalidInput, match=r"credentials\.passcode is required"):
        filled(
            {}, {"name": "credentials", "required": True, "form": {"value": [{"name": "passcode", "required": True}]}}
        )
    with pytest.raises(InvalidInput, match="identifier is required"):
        filled({"identifier": None}, {"name": "identifier", "required": True})


def test_nothing_is_ever_null():
    assert filled({"identifier": None}, {"name": "identifier"}) == {}


def test_forms_within_forms_become_objects():
    profile = {"name": "userProfile", "form": {"value": [{"name": "firstName"}, {"name": "lastName"}]}}
    values = {"userProfile": {"firstName": "Zoë", "lastName": "O’Neil", "shoeSize": 39}}
    assert filled(values, profile) == {"userProfile": {"firstName": "Zoë", "lastName": "O’Neil"}}


def test_an_optional_form_that_nobody_touched_is_left_out():
    optional = {"name": "credentials", "form": {"value": [{"name": "passcode", "required": True}]}}
    assert filled({}, optional) == {}


def test_a_form_can_stand_below_value_too():
    fixed = {"name": "authenticator", "label": "Email", "value": {"form": {"value": [ID, METHODS]}}}
    assert filled({"authenticator": {}}, fixed) == {"authenticator": {"id": "autT"}}


def test_an_option_is_taken_with_all_its_fixed_values():
    chosen = filled({"authenticator": {"id": "autT", "methodType": "voice", "enrollmentId": "sms2"}}, PHONES)
    assert chosen == {"authenticator": {"id": "autT", "methodType": "voice", "enrollmentId": "sms2"}}


def test_a_method_that_nobody_chose_is_left_to_the_server():
    assert filled({"authenticator": {"enrollmentId": "sms1"}}, PHONES) == {
        "authenticator": {"id": "autT", "enrollmentId": "sms1"}
    }


@pytest.mark.parametrize(
    "wanted",
    [
        {"id": "other"},
        {"id": "autT", "methodType": "pigeon"},
        {"id": "autT", "methodType": ["sms"]},
        {"unknown": 1},
        {},
        "Phone",
        7,
    ],
    ids=str,
)
def test_what_is_not_among_the_options_is_refused(wanted):
    with pytest.raises(InvalidInput, match="takes only what is offered: Phone, Phone"):
        filled({"authenticator": wanted}, PHONES)


def test_a_lone_option_that_is_required_needs_no_choosing():
    lone = authenticator(("Email", [ID]), required=True)
    assert filled({}, lone) == {"authenticator": {"id": "autT"}}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("string", " pass word "),
        ("string", 's3cret"\\é💥'),
        ("boolean", False),
        ("number", 42),
        ("number", 1.5),
        (None, "x"),
    ],
)
def test_values_keep_their_type_and_every_character(type_, value):
    field = {"name": "x"} if type_ is None else {"name": "x", "type": type_}
    assert filled({"x": value}, field) == {"x": value}


@pytest.mark.parametrize(
    ("type_", "value"),
    [("string", 7), ("boolean", "true"), ("boolean", 1), ("number", "42"), ("number", True), (None, 123456)],
)
def test_a_value_of_another_type_is_refused(type_, value):
    field = {"name": "x"} if type_ is None else {"name": "x", "type": type_}
    with pytest.raises(InvalidInput, match="x takes a"):
        filled({"x": value}, field)


def test_a_type_we_do_not_know_is_the_servers_business():
    assert filled({"cube": [1]}, {"name": "cube", "type": "hologram"}) == {"cube": [1]}


def test_no_error_repeats_what_the_user_typed():
    with pytest.raises(InvalidInput) as caught:
        filled({"passcode": 918273}, {"name": "passcode"})
    assert "918273" not in str(caught.value)
