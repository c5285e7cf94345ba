"""Signing in with a password and a mailed code, as the recordings show it."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.model import App, AppType, Enrollment, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, mary, scenario

WITH_PASSWORD = Step(verb="identify", settings={"with_password": True})
EITHER = Step(verb="verify", choice="one_of", authenticators=("okta_email", "okta_password"))


def at_the_password(**changes):
    client = EngineClient(scenario(**changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def at_the_code(*steps):
    client = EngineClient(scenario(IDENTIFY, PASSWORD, EMAIL))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Email")
    return client


# -- the first page ---------------------------------------------------------------------------------------------------


def test_the_first_page_asks_who_you_are():
    client = EngineClient(scenario())
    reply = client.begin()
    assert (reply.status, client.offered) == (200, ["identify"])
    assert list(reply.body) == ["version", "stateHandle", "expiresAt", "intent", "remediation", "cancel", "app"]
    assert [field["name"] for field in reply.body["remediation"]["value"][0]["value"]] == [
        "identifier",
        "rememberMe",
        "stateHandle",
    ]


def test_the_single_form_asks_for_the_password_too_and_shows_how_to_recover_it():
    client = EngineClient(scenario(WITH_PASSWORD))
    body = client.begin().body
    assert body["remediation"]["value"][0]["value"][1]["form"]["value"] == [
        {"name": "passcode", "label": "Password", "secret": True}
    ]
    assert list(body["currentAuthenticator"]["value"]) == ["recover", "type", "key", "id", "displayName", "methods"]


def test_a_fresh_transaction_lives_two_hours_and_an_identified_one_five_minutes():
    client = EngineClient(scenario())
    assert client.begin().body["expiresAt"] == "2027-01-15T10:00:00.000Z"
    assert client.post("identify", identifier="mary@example.com").body["expiresAt"] == "2027-01-15T08:05:00.000Z"


def test_a_login_hint_fills_in_the_identifier():
    client = EngineClient(scenario())
    body = client.begin(login_hint="mary@example.com").body
    assert body["remediation"]["value"][0]["value"][0]["value"] == "mary@example.com"


# -- the password -----------------------------------------------------------------------------------------------------


def test_the_password_is_challenged_at_once_when_it_is_the_only_way_on():
    client = at_the_password()
    assert client.offered == ["challenge-authenticator"]
    body = client.last.body
    assert body["remediation"]["value"][0]["relatesTo"] == ["$.currentAuthenticatorEnrollment"]
    assert body["currentAuthenticatorEnrollment"]["value"]["key"] == "okta_password"
    assert body["user"]["value"]["identifier"] == "mary@example.com"


def test_the_right_password_ends_in_an_interaction_code():
    client = at_the_password()
    body = client.answer("Abcd1234!").body
    assert list(body) == [
        "version", "stateHandle", "expiresAt", "intent", "user", "cancel", "app", "successWithInteractionCode"
    ]  # fmt: skip
    names = [value["name"] for value in body["successWithInteractionCode"]["value"]]
    assert names == ["grant_type", "interaction_code", "client_id", "code_verifier"]


def test_a_confidential_client_is_asked_for_its_secret_when_it_redeems_the_code():
    client = EngineClient(scenario())
    app = client.state.apps[client.web_client]
    client.begin(client_id=app.client_id, client_secret=app.client_secret)
    client.post("identify", identifier="mary@example.com")
    names = [value["name"] for value in client.answer("Abcd1234!").body["successWithInteractionCode"]["value"]]
    assert "client_secret" in names


def test_a_wrong_password_keeps_the_page_and_says_so_on_top():
    client = at_the_password()
    reply = client.answer("wrong")
    assert (reply.status, client.said, client.offered) == (400, ["incorrectPassword"], ["challenge-authenticator"])
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


def test_a_wrong_password_on_the_single_form_gives_nothing_away():
    client = EngineClient(scenario(WITH_PASSWORD))
    client.begin()
    reply = client.post("identify", identifier="mary@example.com", credentials={"passcode": "wrong"})
    assert (reply.status, client.said, client.offered) == (400, ["errors.E0000004"], ["identify"])


def test_too_many_wrong_passwords_lock_the_user_out_even_from_the_right_one():
    client = at_the_password(authenticators={"okta_password": {"max_attempts": 3}})
    for _ in range(3):
        client.answer("wrong")
    assert client.answer("Abcd1234!").status == 400
    assert (client.said, client.offered) == (["errors.E0000004"], ["identify"])


def test_a_right_password_sets_the_count_of_wrong_ones_back():
    client = at_the_password(authenticators={"okta_password": {"max_attempts": 2}})
    client.answer("wrong")
    client.answer("Abcd1234!")
    assert next(iter(client.state.users.values())).failures == 0


@pytest.mark.parametrize(
    "status", [UserStatus.LOCKED_OUT, UserStatus.SUSPENDED, UserStatus.DEPROVISIONED, UserStatus.STAGED]
)
def test_who_may_not_sign_in_hears_the_same_as_after_a_wrong_password(status):
    client = at_the_password(users=(mary(status=status),))
    reply = client.answer("Abcd1234!")
    assert (reply.status, client.said, client.offered) == (400, ["errors.E0000004"], ["identify"])


def test_a_suspended_factor_says_so():
    suspended = Enrollment(authenticator="okta_password", secret={"password": "Abcd1234!"}, suspended=True)
    client = at_the_password(users=(mary(enrolled=(suspended,)),))
    client.answer("Abcd1234!")
    assert client.said == ["authfactor.challenge.suspended_factor"]


def test_a_user_whom_nobody_assigned_to_the_app_is_told_after_the_password():
    client = at_the_password(users=(mary(assigned=False),))
    reply = client.answer("Abcd1234!")
    assert (reply.status, client.said, client.offered) == (400, ["idx.error.user.not.assigned.to.app"], ["identify"])


def test_an_app_can_be_assigned_to_a_group():
    app = App(type=AppType.BROWSER, assigned_to=("staff",))
    client = EngineClient(scenario(apps=(app, app), users=(mary(groups=("staff",)),)))
    client.begin(client_id=client.state.client_ids[0])
    client.post("identify", identifier="mary@example.com")
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


# -- who is it --------------------------------------------------------------------------------------------------------


def test_an_unknown_user_is_told_so():
    client = EngineClient(scenario())
    client.begin()
    reply = client.post("identify", identifier="nobody@example.com")
    assert (reply.status, client.said, client.offered) == (200, ["idx.unknown.user"], ["identify"])
    assert reply.body["messages"]["value"][0]["class"] == "INFO"


def test_enumeration_prevention_answers_an_unknown_user_like_a_known_one():
    replies = []
    for identifier in ("mary@example.com", "nobody@example.com"):
        client = EngineClient(scenario(org={"user_enumeration_prevention": True}))
        client.begin()
        replies += [[client.post("identify", identifier=identifier).body, client.answer("wrong").body]]
    assert replies[0] == replies[1]


def test_even_a_guessed_code_does_not_sign_nobody_in():
    client = EngineClient(scenario(IDENTIFY, EMAIL, org={"user_enumeration_prevention": True}))
    client.begin()
    client.post("identify", identifier="nobody@example.com")
    client.select("Email")
    assert client.state.outbox == ()
    assert client.answer(client.state.transactions[client.handle].challenge.code).status == 401


def test_a_user_is_found_by_e_mail_address_whatever_the_case():
    client = EngineClient(scenario(users=(mary(login="mary.acme"),)))
    client.begin()
    client.post("identify", identifier="MARY@example.com")
    assert client.offered == ["challenge-authenticator"]


# -- the mailed code --------------------------------------------------------------------------------------------------


def test_nothing_is_mailed_until_the_user_agrees():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, EMAIL))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert client.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    assert client.state.outbox == ()
    client.select("Email")
    assert (client.mail.to, len(client.mail.code)) == ("mary@example.com", 6)


def test_the_method_is_a_choice_even_where_there_is_but_one():
    client = EngineClient(scenario(IDENTIFY, PASSWORD, EMAIL))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    authenticator = client.last.body["remediation"]["value"][0]["value"][0]
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
    client = at_the_code()
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_a_wrong_code_is_told_on_its_field_and_the_right_one_still_works():
    client = at_the_code()
    reply = client.answer("000000")
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert reply.status == 401
    assert field["messages"]["value"][0]["i18n"]["key"] == "api.authn.error.PASSCODE_INVALID"
    assert "successWithInteractionCode" in client.answer(client.mail.code).body


def test_after_a_resend_only_the_new_code_works():
    client = at_the_code()
    old = client.mail.code
    assert client.post("challenge/resend").status == 200
    assert client.answer(old).status == 401
    assert client.answer(client.mail.code).status == 200


def test_a_code_dies_after_five_minutes():
    client = at_the_code()
    client.at += 299
    client.post("challenge/poll")
    client.at += 1
    assert client.answer(client.mail.code).status in (400, 401)


def test_guessing_codes_is_stopped_and_a_resend_does_not_start_it_again():
    client = at_the_code()
    for _ in range(5):
        assert client.answer("000000").status == 401
    assert (client.answer(client.mail.code).status, client.said) == (429, ["tooManyRequests"])
    client.post("challenge/resend")
    assert client.answer(client.mail.code).status == 429


def test_polling_shows_the_same_page():
    client = at_the_code()
    before = client.last.body["remediation"]
    assert client.post("challenge/poll").body["remediation"] == before


# -- choosing ---------------------------------------------------------------------------------------------------------


def test_several_ways_on_are_listed():
    client = EngineClient(scenario(IDENTIFY, EITHER))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    assert client.offered == ["select-authenticator-authenticate"]
    options = client.last.body["remediation"]["value"][0]["value"][0]["options"]
    assert [option["label"] for option in options] == ["Email", "Password"]
    client.select("Password")
    assert client.offered == ["challenge-authenticator", "select-authenticator-authenticate"]
    assert "successWithInteractionCode" in client.answer("Abcd1234!").body


def test_changing_one_s_mind_drops_the_first_challenge():
    client = EngineClient(scenario(IDENTIFY, EITHER))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Email")
    code = client.mail.code
    client.select("Password")
    assert (client.answer(code).status, client.said) == (400, ["incorrectPassword"])


def test_what_was_proved_disappears_from_the_lists():
    both = replace(EITHER, choice="all_of")
    client = EngineClient(scenario(IDENTIFY, both))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select("Password")
    body = client.answer("Abcd1234!").body
    assert [row["key"] for row in body["authenticators"]["value"]] == ["okta_email"]


def test_a_user_who_cannot_meet_the_policy_is_told():
    client = at_the_password(users=(mary(enrolled=()),))
    assert (client.last.status, client.said) == (400, ["oie.assurance.unsatisfiable"])


# -- the transaction --------------------------------------------------------------------------------------------------


def test_introspection_shows_the_same_page_as_often_as_one_likes():
    client = at_the_code()
    page = client.post("introspect", stateToken=client.handle).body
    assert page == client.post("introspect", stateToken=client.handle).body
    assert page["remediation"]["value"][0]["name"] == "challenge-authenticator"


def test_cancel_begins_anew_under_another_handle():
    client = at_the_password()
    old = client.handle
    client.post("cancel")
    assert (client.offered, client.handle != old) == (["identify"], True)
    assert client.post("identify", stateHandle=old, identifier="mary@example.com").status == 401


def test_an_expired_transaction_says_so_and_offers_nothing():
    client = at_the_password()
    client.at += 300
    reply = client.answer("Abcd1234!")
    assert (reply.status, client.said, list(reply.body)) == (401, ["idx.session.expired"], ["version", "messages"])


def test_after_success_the_code_is_shown_again_until_it_dies():
    client = at_the_password()
    code = client.answer("Abcd1234!").body["successWithInteractionCode"]
    assert client.post("introspect", stateToken=client.handle).body["successWithInteractionCode"] == code
    client.at += 60
    assert client.post("introspect", stateToken=client.handle).status == 401


def test_a_step_that_is_not_offered_changes_nothing():
    client = EngineClient(scenario())
    page = client.begin().body
    reply = client.post("challenge/answer", credentials={"passcode": "Abcd1234!"})
    assert (reply.status, client.said) == (400, ["errors.E0000079"])
    assert reply.body["remediation"] == page["remediation"]


def test_a_missing_field_is_named_on_the_field():
    client = at_the_password()
    reply = client.post("challenge/answer", credentials={})
    field = reply.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    assert (reply.status, field["messages"]["value"][0]["message"]) == (400, "'passcode' is required.")


def test_a_missing_state_handle_is_named():
    client = at_the_password()
    assert (client.post("challenge/answer", stateHandle=None).status, client.said) == (
        400,
        ["api.error.field_required"],
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null", b'"x"', b'{"a":"\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_the_envelope_of_okta_s_apis(body):
    client = at_the_password()
    reply = client.send("idx/challenge/answer", body, content_type="application/json")
    assert (reply.status, reply.body["errorCode"]) == (400, "E0000003")


def test_a_value_of_the_wrong_type_is_refused():
    client = EngineClient(scenario())
    client.begin()
    reply = client.post("identify", identifier=[])
    assert (reply.status, reply.body["errorCode"]) == (400, "E0000003")
