"""Signing in with a password and a mailed code, as the recordings show it."""

from dataclasses import replace

import pytest

from mock_okta.engine.model import App, AppType, Enrollment, Step, UserStatus
from tests.engine.desk import EMAIL, IDENTIFY, PASSWORD, Desk, mary, scenario

WITH_PASSWORD = Step(verb="identify", settings={"with_password": True})
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_password"))


def at_the_password(**changes):
    desk = Desk(scenario(**changes))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    return desk


def at_the_code(*steps):
    desk = Desk(scenario(IDENTIFY, PASSWORD, EMAIL))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer("Abcd1234!")
    desk.select("Email")
    return desk


# -- the first page ---------------------------------------------------------------------------------------------------


def test_the_first_page_asks_who_you_are():
    desk = Desk(scenario())
    reply = desk.begin()
    assert (reply.status, desk.offered) == (200, ["identify"])
    assert list(reply.body) == ["version", "stateHandle", "expiresAt", "intent", "remediation", "cancel", "app"]
    assert [field["name"] for field in reply.body["remediation"]["value"][0]["value"]] == [
        "identifier",
        "rememberMe",
        "stateHandle",
    ]


def test_the_single_form_asks_for_the_password_too_and_shows_how_to_recover_it():
    desk = Desk(scenario(WITH_PASSWORD))
    body = desk.begin().body
    assert body["remediation"]["value"][0]["value"][1]["form"]["value"] == [
        {"name": "passcode", "label": "Password", "secret": True}
    ]
    assert list(body["currentAuthenticator"]["value"]) == ["recover", "type", "key", "id", "displayName", "methods"]


def test_a_fresh_transaction_lives_two_hours_and_an_identified_one_five_minutes():
    desk = Desk(scenario())
    assert desk.begin().body["expiresAt"] == "2027-01-15T10:00:00.000Z"
    assert desk.post("identify", identifier="mary@example.com").body["expiresAt"] == "2027-01-15T08:05:00.000Z"


def test_a_login_hint_fills_in_the_identifier():
    desk = Desk(scenario())
    body = desk.begin(login_hint="mary@example.com").body
    assert body["remediation"]["value"][0]["value"][0]["value"] == "mary@example.com"


# -- the password -----------------------------------------------------------------------------------------------------


def test_the_password_is_challenged_at_once_when_it_is_the_only_way_on():
    desk = at_the_password()
    assert desk.offered == ["challenge-authenticator"]
    body = desk.last.body
    assert body["remediation"]["value"][0]["relatesTo"] == ["$.currentAuthenticatorEnrollment"]
    assert body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_password"
    assert body["user"]["value"]["identifier"] == "mary@example.com"


def test_the_right_password_ends_in_an_interaction_code():
    desk = at_the_password()
    body = desk.answer("Abcd1234!").body
    assert list(body) == [
        "version", "stateHandle", "expiresAt", "intent", "user", "cancel", "app", "successWithInteractionCode"
    ]  # fmt: skip
    names = [value["name"] for value in body["successWithInteractionCode"]["value"]]
    assert names == ["grant_type", "interaction_code", "client_id", "code_verifier"]


def test_a_confidential_client_is_asked_for_its_secret_when_it_redeems_the_code():
    desk = Desk(scenario())
    app = desk.state.apps[desk.web_client]
    desk.begin(client_id=app.client_id, client_secret=app.client_secret)
    desk.post("identify", identifier="mary@example.com")
    names = [value["name"] for value in desk.answer("Abcd1234!").body["successWithInteractionCode"]["value"]]
    assert "client_secret" in names


def test_a_wrong_password_keeps_the_page_and_says_so_on_top():
    desk = at_the_password()
    reply = desk.answer("wrong")
    assert (reply.status, desk.said, desk.offered) == (400, ["incorrectPassword"], ["challenge-authenticator"])
    assert "successWithInteractionCode" in desk.answer("Abcd1234!").body


def test_a_wrong_password_on_the_single_form_gives_nothing_away():
    desk = Desk(scenario(WITH_PASSWORD))
    desk.begin()
    reply = desk.post("identify", identifier="mary@example.com", credentials={"passcode": "wrong"})
    assert (reply.status, desk.said, desk.offered) == (400, ["errors.E0000004"], ["identify"])


def test_too_many_wrong_passwords_lock_the_user_out_even_from_the_right_one():
    desk = at_the_password(authenticators={"okta_password": {"max_attempts": 3}})
    for _ in range(3):
        desk.answer("wrong")
    assert desk.answer("Abcd1234!").status == 400
    assert (desk.said, desk.offered) == (["errors.E0000004"], ["identify"])


def test_a_right_password_sets_the_count_of_wrong_ones_back():
    desk = at_the_password(authenticators={"okta_password": {"max_attempts": 2}})
    desk.answer("wrong")
    desk.answer("Abcd1234!")
    assert next(iter(desk.state.users.values())).failures == 0


@pytest.mark.parametrize(
    "status", [UserStatus.LOCKED_OUT, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED, UserStatus.STAGED]
)
def test_who_may_not_sign_in_hears_the_same_as_after_a_wrong_password(status):
    desk = at_the_password(users=(mary(status=status),))
    reply = desk.answer("Abcd1234!")
    assert (reply.status, desk.said, desk.offered) == (400, ["errors.E0000004"], ["identify"])


def test_a_suspended_factor_says_so():
    suspended = Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!"}, suspended=True)
    desk = at_the_password(users=(mary(enrolled=(suspended,)),))
    desk.answer("Abcd1234!")
    assert desk.said == ["authfactor.challenge.suspended_factor"]


def test_a_user_whom_nobody_assigned_to_the_app_is_told_after_the_password():
    desk = at_the_password(users=(mary(assigned=False),))
    reply = desk.answer("Abcd1234!")
    assert (reply.status, desk.said, desk.offered) == (400, ["idx.error.user.not.assigned.to.app"], ["identify"])


def test_an_app_can_be_assigned_to_a_group():
    app = App(type=AppType.BROWSER, assigned_to=("staff",))
    desk = Desk(scenario(apps=(app, app), users=(mary(groups=("staff",)),)))
    desk.begin(client_id=desk.state.client_ids[0])
    desk.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in desk.answer("Abcd1234!").body


# -- who is it --------------------------------------------------------------------------------------------------------


def test_an_unknown_user_is_told_so():
    desk = Desk(scenario())
    desk.begin()
    reply = desk.post("identify", identifier="nobody@example.com")
    assert (reply.status, desk.said, desk.offered) == (200, ["idx.unknown.user"], ["identify"])
    assert reply.body["messages"]["value"][0]["class"] == "INFO"


def test_enumeration_prevention_answers_an_unknown_user_like_a_known_one():
    replies = []
    for identifier in ("mary@example.com", "nobody@example.com"):
        desk = Desk(scenario(org={"user_enumeration_prevention": True}))
        desk.begin()
        replies += [[desk.post("identify", identifier=identifier).body, desk.answer("wrong").body]]
    assert replies[0] == replies[1]


def test_even_a_guessed_code_does_not_sign_nobody_in():
    desk = Desk(scenario(IDENTIFY, EMAIL, org={"user_enumeration_prevention": True}))
    desk.begin()
    desk.post("identify", identifier="nobody@example.com")
    desk.select("Email")
    assert desk.state.outbox == ()
    assert desk.answer(desk.state.transactions[desk.handle].challenge.code).status == 401


def test_a_user_is_found_by_e_mail_address_whatever_the_case():
    desk = Desk(scenario(users=(mary(login="mary.acme"),)))
    desk.begin()
    desk.post("identify", identifier="MARY@example.com")
    assert desk.offered == ["challenge-authenticator"]


# -- the mailed code --------------------------------------------------------------------------------------------------


def test_nothing_is_mailed_until_the_user_agrees():
    desk = Desk(scenario(IDENTIFY, PASSWORD, EMAIL))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer("Abcd1234!")
    assert desk.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    assert desk.state.outbox == ()
    desk.select("Email")
    assert (desk.mail.to, len(desk.mail.code)) == ("mary@example.com", 6)


def test_the_method_is_a_choice_even_where_there_is_but_one():
    desk = Desk(scenario(IDENTIFY, PASSWORD, EMAIL))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.answer("Abcd1234!")
    authenticator = desk.last.body["remediation"]["value"][0]["value"][0]
    assert [field["name"] for field in authenticator["form"]["value"]] == ["id", "methodType"]
    assert authenticator["form"]["value"][1] == {
        "name": "methodType",
        "type": "string",
        "required": True,
        "options": [{"label": "Email", "value": "email"}],
    }


def test_the_email_challenge_shows_where_the_code_went_and_how_to_get_another():
    current = at_the_code().last.body["currentAuthenticatorEnrollment"]["value"]
    assert list(current) == ["profile", "resend", "poll", "type", "key", "id", "displayName", "methods"]
    assert current["profile"] == {"email": "m***y@example.com"}
    assert current["poll"]["refresh"] == 4000


def test_the_mailed_code_signs_in():
    desk = at_the_code()
    assert "successWithInteractionCode" in desk.answer(desk.mail.code).body


def test_a_wrong_code_is_told_on_its_field_and_the_right_one_still_works():
    desk = at_the_code()
    reply = desk.answer("000000")
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert reply.status == 401
    assert field["messages"]["value"][0]["i18n"]["key"] == "api.authn.error.PASSCODE_INVALID"
    assert "successWithInteractionCode" in desk.answer(desk.mail.code).body


def test_after_a_resend_only_the_new_code_works():
    desk = at_the_code()
    old = desk.mail.code
    assert desk.post("challenge/resend").status == 200
    assert desk.answer(old).status == 401
    assert desk.answer(desk.mail.code).status == 200


def test_a_code_dies_after_five_minutes():
    desk = at_the_code()
    desk.at += 299
    desk.post("challenge/poll")
    desk.at += 1
    assert desk.answer(desk.mail.code).status in (400, 401)


def test_guessing_codes_is_stopped_and_a_resend_does_not_start_it_again():
    desk = at_the_code()
    for _ in range(5):
        assert desk.answer("000000").status == 401
    assert (desk.answer(desk.mail.code).status, desk.said) == (429, ["tooManyRequests"])
    desk.post("challenge/resend")
    assert desk.answer(desk.mail.code).status == 429


def test_polling_shows_the_same_page():
    desk = at_the_code()
    before = desk.last.body["remediation"]
    assert desk.post("challenge/poll").body["remediation"] == before


# -- choosing ---------------------------------------------------------------------------------------------------------


def test_several_ways_on_are_listed():
    desk = Desk(scenario(IDENTIFY, EITHER))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    assert desk.offered == ["select-authenticator-authenticate"]
    options = desk.last.body["remediation"]["value"][0]["value"][0]["options"]
    assert [option["label"] for option in options] == ["Email", "Password"]
    desk.select("Password")
    assert desk.offered == ["challenge-authenticator", "select-authenticator-authenticate"]
    assert "successWithInteractionCode" in desk.answer("Abcd1234!").body


def test_changing_one_s_mind_drops_the_first_challenge():
    desk = Desk(scenario(IDENTIFY, EITHER))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.select("Email")
    code = desk.mail.code
    desk.select("Password")
    assert (desk.answer(code).status, desk.said) == (400, ["incorrectPassword"])


def test_what_was_proved_disappears_from_the_lists():
    both = replace(EITHER, choice="all_of")
    desk = Desk(scenario(IDENTIFY, both))
    desk.begin()
    desk.post("identify", identifier="mary@example.com")
    desk.select("Password")
    body = desk.answer("Abcd1234!").body
    assert [row["key"] for row in body["authenticators"]["value"]] == ["okta_email"]


def test_a_user_who_cannot_meet_the_policy_is_told():
    desk = at_the_password(users=(mary(enrolled=()),))
    assert (desk.last.status, desk.said) == (400, ["oie.assurance.unsatisfiable"])


# -- the transaction --------------------------------------------------------------------------------------------------


def test_introspection_shows_the_same_page_as_often_as_one_likes():
    desk = at_the_code()
    page = desk.post("introspect", stateToken=desk.handle).body
    assert page == desk.post("introspect", stateToken=desk.handle).body
    assert page["remediation"]["value"][0]["name"] == "challenge-authenticator"


def test_cancel_begins_anew_under_another_handle():
    desk = at_the_password()
    old = desk.handle
    desk.post("cancel")
    assert (desk.offered, desk.handle != old) == (["identify"], True)
    assert desk.post("identify", stateHandle=old, identifier="mary@example.com").status == 401


def test_an_expired_transaction_says_so_and_offers_nothing():
    desk = at_the_password()
    desk.at += 300
    reply = desk.answer("Abcd1234!")
    assert (reply.status, desk.said, list(reply.body)) == (401, ["idx.session.expired"], ["version", "messages"])


def test_after_success_the_code_is_shown_again_until_it_dies():
    desk = at_the_password()
    code = desk.answer("Abcd1234!").body["successWithInteractionCode"]
    assert desk.post("introspect", stateToken=desk.handle).body["successWithInteractionCode"] == code
    desk.at += 60
    assert desk.post("introspect", stateToken=desk.handle).status == 401


def test_a_step_that_is_not_offered_changes_nothing():
    desk = Desk(scenario())
    page = desk.begin().body
    reply = desk.post("challenge/answer", credentials={"passcode": "Abcd1234!"})
    assert (reply.status, desk.said) == (400, ["errors.E0000079"])
    assert reply.body["remediation"] == page["remediation"]


def test_a_missing_field_is_named_on_the_field():
    desk = at_the_password()
    reply = desk.post("challenge/answer", credentials={})
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert (reply.status, field["messages"]["value"][0]["message"]) == (400, "'passcode' is required.")


def test_a_missing_state_handle_is_named():
    desk = at_the_password()
    assert (desk.post("challenge/answer", stateHandle=None).status, desk.said) == (400, ["api.error.field_required"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null", b'"x"', b'{"a":"\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_the_envelope_of_okta_s_apis(body):
    desk = at_the_password()
    reply = desk.send("idx/challenge/answer", body, content_type="application/json")
    assert (reply.status, reply.body["errorCode"]) == (400, "E0000003")


def test_a_value_of_the_wrong_type_is_refused():
    desk = Desk(scenario())
    desk.begin()
    reply = desk.post("identify", identifier=[])
    assert (reply.status, reply.body["errorCode"]) == (400, "E0000003")
