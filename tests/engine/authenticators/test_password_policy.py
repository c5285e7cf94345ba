"""New passwords: what the policy wants of them, and how Okta says so."""

import pytest
from msgspec.structs import replace

from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import Enrollment, Step, UserStatus
from tests.engine.engine_client import IDENTIFY, NOON, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary
from tests.engine.invariants import problems

PATIENCE = {"firstName": "Patience", "lastName": "Oldfield", "email": "patience.o@reed-moss.example"}
OLD = "Abcd1234!"


def patience(secret=None, **changes):
    held = Enrollment(authenticator="okta_password", secret={"password": OLD} | (secret or {}))
    email = Enrollment(authenticator="okta_email", secret={"email": PATIENCE["email"]})
    return mary(**{"login": PATIENCE["email"], "profile": PATIENCE, "enrolled": (held, email)} | changes)


def renewing(user=None, **settings):
    """A user whose password has expired, on the page that asks for another."""
    user = user or patience(status=UserStatus.PASSWORD_EXPIRED)
    client = EngineClient(
        flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, users=(user,), authenticators={"okta_password": settings})
    )
    client.begin()
    client.post("identify", identifier=user.login)
    client.answer(OLD)
    return client


def recovering(user, at=NOON, **settings):
    flows = {
        "sign_in": (Step(verb="identify", settings={"with_password": True}),),
        "recover": (IDENTIFY, Step(verb="verify", authenticators=("okta_email",)), Step(verb="reset")),
    }
    client = EngineClient(flow_scenario(flows, users=(user,), authenticators={"okta_password": settings}), at=at)
    client.begin()
    client.post("recover")
    client.post("identify", identifier=user.login)
    client.select("Email")
    client.answer(client.mail.code)
    assert client.offered == ["reset-authenticator"]
    return client


def said(client):
    """The messages on the field."""
    field = client.last.body["remediation"]["value"][0]["value"][0]["form"]["value"][0]
    return field.get("messages", {"value": []})["value"]


def keys(client):
    return [message["i18n"]["key"] for message in said(client)]


NOT_MET = ["password.passwordRequirementsNotMet"]


def test_a_good_password_is_taken():
    client = renewing()
    assert "successWithInteractionCode" in client.answer("Salt-and-pepper-9").body
    client.begin()
    client.post("identify", identifier=PATIENCE["email"])
    assert client.answer(OLD).status == 400


@pytest.mark.parametrize(
    ("complexity", "bad", "good"),
    [
        ({}, "Sh0rt", "L0nger-x"),
        ({}, "NOLOWER123", "SOMElower123"),
        ({}, "noupper123", "someUPPER123"),
        ({}, "NoDigits", "OneDigit1"),
        ({}, "Aa1" * 25, "Aa1" * 24),
        ({"minSymbol": 1}, "NoSymbol1", "A-symbol1"),
        ({"minNumber": 3}, "Two-digits-12", "Three-digits-123"),
        ({"minLength": 12}, "Eleven-12-x", "Twelve-12-xx"),
        ({}, "Patience12", "Patien12CE"),
        ({}, "xxMOSSxx12", "xxMOS-Sxx12"),
        ({"excludeAttributes": ["lastName"]}, "oldFIELD99", "oldFIEL99D"),
        ({"excludeLastName": True}, "oldFIELD99", "oldFIEL99D"),
        ({"maxConsecutiveRepeatingCharacters": 3}, "Saaaaalt1", "Saaalt12"),
    ],
)
def test_each_rule_is_judged(complexity, bad, good):
    client = renewing(complexity=complexity)
    assert (client.answer(bad).status, keys(client)) == (400, NOT_MET)
    assert client.offered == ["reenroll-authenticator"]
    assert "successWithInteractionCode" in client.answer(good).body


@pytest.mark.parametrize("password", ["Example99", "Ence-9-Pat", "Reed9999x"[:4] + "-9Xy"])
def test_top_level_domains_and_pieces_of_parts_may_stand_in_a_password(password):
    client = renewing(user=patience(status=UserStatus.PASSWORD_EXPIRED, login="patience.o@x.example"))
    assert "successWithInteractionCode" in client.answer(password).body


def test_a_policy_may_allow_the_username():
    client = renewing(complexity={"excludeUsername": False})
    assert "successWithInteractionCode" in client.answer("Patience12").body


def test_active_directory_wants_three_kinds_of_four():
    rules = {"useADComplexityRequirements": True}
    assert "successWithInteractionCode" in renewing(complexity=rules).answer("lower-case-9").body
    client = renewing(complexity=rules)
    client.answer("lowercase9")
    assert (
        "at least 3 of the following: lowercase letter, uppercase letter, number, symbol" in said(client)[0]["message"]
    )


def test_the_message_says_all_requirements_in_okta_s_words():
    client = renewing()
    client.answer("short")
    requirements = (
        "Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, "
        "no parts of your username. Your password cannot be any of your last 4 passwords."
    )
    assert said(client) == [
        {
            "message": f"Password requirements were not met. {requirements}",
            "i18n": {"key": "password.passwordRequirementsNotMet", "params": [requirements]},
            "class": "ERROR",
        }
    ]


@pytest.mark.parametrize(
    ("minutes", "span"), [(10, "10 minute(s)"), (120, "2 hour(s)"), (2880, "2 day(s)"), (90, "90 minute(s)")]
)
def test_the_message_names_names_symbols_and_the_age(minutes, span):
    complexity = {
        "minSymbol": 1,
        "excludeAttributes": ["firstName", "lastName"],
        "maxConsecutiveRepeatingCharacters": 3,
    }
    client = renewing(complexity=complexity, age={"minAgeMinutes": minutes, "historyCount": 0})
    client.answer("short")
    assert said(client)[0]["message"].endswith(
        "a number, a symbol, no parts of your username, does not include your first name, does not include your last "
        "name, maximum 3 consecutive repeating characters. "
        f"At least {span} must have elapsed since you last changed your password."
    )


def test_the_last_four_passwords_do_not_come_back():
    changes = ["Salt-and-1", "Salt-and-2", "Salt-and-3"]
    client = renewing()
    assert (client.answer(OLD).status, keys(client)) == (400, NOT_MET)
    client.answer("Salt-and-0")
    for password in changes:
        user = next(iter(client.state.users.values()))
        client = recovering(user)
        assert client.answer(OLD).status == 400, "one of the last four"
        client.answer(password)
    client = recovering(next(iter(client.state.users.values())))
    assert "successWithInteractionCode" in client.answer(OLD).body


def test_a_password_may_not_be_changed_again_too_soon():
    client = renewing(patience({"changed_at": NOON - 60, "days_to_expiry": 3}), age={"minAgeMinutes": 2})
    assert (client.answer("Salt-and-1").status, keys(client)) == (400, NOT_MET)
    client.at += 60
    assert "successWithInteractionCode" in client.answer("Salt-and-1").body


def test_an_expired_password_may_be_changed_at_any_age():
    client = renewing(patience({"changed_at": NOON}, status=UserStatus.PASSWORD_EXPIRED), age={"minAgeMinutes": 99})
    assert "successWithInteractionCode" in client.answer("Salt-and-1").body


@pytest.mark.parametrize("status", [UserStatus.ACTIVE, UserStatus.RECOVERY])
def test_a_password_that_an_administrator_has_asked_for_is_set_at_once(status):
    """Another one within the time is refused to whoever is not waited for."""
    client = EngineClient(
        flow_scenario(
            {"sign_in": (IDENTIFY, PASSWORD)},
            users=(patience({"changed_at": NOON}, status=status),),
            authenticators={"okta_password": {"age": {"minAgeMinutes": 2}}},
        )
    )
    client.state, token = issue_token(client.state, PATIENCE["email"], "recovery", at=NOON, chance="1")
    app = client.state.apps[client.web_client]
    client.begin(client_id=app.client_id, client_secret=app.client_secret, recovery_token=token)
    assert (client.answer("Salt-and-1").status == 200) == (status is UserStatus.RECOVERY)


def test_a_common_password_is_refused_where_the_org_wants_that():
    assert "successWithInteractionCode" in renewing().answer("Password123").body
    client = renewing(exclude_common=True, common_passwords=["Salt-and-1"])
    for password in ("Password123", "salt-AND-1"):
        assert (client.answer(password).status, keys(client)) == (400, ["password.common"])
    assert said(client)[0]["i18n"]["params"] == [""]


def test_a_password_that_is_bad_in_two_ways_hears_of_both():
    client = renewing(exclude_common=True)
    client.answer("password")
    assert keys(client) == ["password.passwordRequirementsNotMet", "password.common"]


def test_settings_stand_in_every_place_that_shows_the_password():
    client = renewing(complexity={"minLength": 12, "maxConsecutiveRepeatingCharacters": 3}, age={"historyCount": 7})
    shown = {
        name: client.last.body[name]["value"]["settings"] for name in ("currentAuthenticator", "recoveryAuthenticator")
    }
    assert shown["currentAuthenticator"] == shown["recoveryAuthenticator"]
    assert shown["currentAuthenticator"] == {
        "complexity": {
            "minLength": 12,
            "minLowerCase": 1,
            "minUpperCase": 1,
            "minNumber": 1,
            "minSymbol": 0,
            "excludeUsername": True,
            "excludeAttributes": [],
            "maxConsecutiveRepeatingCharacters": 3,
        },
        "age": {"minAgeMinutes": 0, "historyCount": 7},
    }


@pytest.mark.parametrize("days", [4, 0])
def test_a_warning_says_how_many_days_are_left(days):
    client = renewing(patience({"days_to_expiry": days}))
    assert client.offered == ["reenroll-authenticator-warning", "skip"]
    assert client.last.body["currentAuthenticator"]["value"]["settings"]["daysToExpiry"] == days
    assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []


def test_a_newcomer_hears_of_a_bad_address_and_a_bad_password_at_once():
    flows = {"sign_in": (IDENTIFY, PASSWORD), "register": (Step(verb="profile", settings={"with_password": True}),)}
    client = EngineClient(flow_scenario(flows))
    client.begin()
    client.post("enroll")
    profile = {"firstName": "New", "lastName": "Comer", "email": "no address"}
    reply = client.post("enroll/new", userProfile=profile, credentials={"passcode": "short"})
    user_profile, credentials = reply.body["remediation"]["value"][0]["value"][:2]
    with_messages = [field["name"] for field in user_profile["form"]["value"] if "messages" in field]
    assert (reply.status, with_messages) == (400, ["email"])
    assert (
        credentials["form"]["value"][0]["messages"]["value"][0]["i18n"]["key"] == "password.passwordRequirementsNotMet"
    )
    profile["email"] = "newcomer@example.com"
    refused = client.post("enroll/new", userProfile=profile, credentials={"passcode": "Newcomer99"})
    assert refused.status == 400, "part of the username that is just being made"
    assert (
        "successWithInteractionCode"
        in client.post("enroll/new", userProfile=profile, credentials={"passcode": "Salt-and-1"}).body
    )


# -- not the answer to a security question -----------------------------------------------------------------------------

ANSWER = Enrollment(authenticator="security_question", secret={"question": "first_award", "answer": "Swimming 1st"})


def coming_with_token(kind, user):
    """A user with the token of a mail, on the page that asks for a password."""
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD)}, users=(user,)))
    client.state, token = issue_token(client.state, user.login, kind, at=NOON, chance="one")
    secret = client.state.apps[client.web_client].client_secret
    client.begin(client_id=client.web_client, client_secret=secret, **{f"{kind}_token": token})
    if kind == "activation":
        client.select("Password")
    return client


def with_answer(*kept, **changes):
    email = Enrollment(authenticator="okta_email", secret={"email": PATIENCE["email"]})
    return patience(enrolled=(*kept, email, ANSWER), **changes)


HELD = Enrollment(authenticator="okta_password", secret={"password": OLD})
SETTING_A_PASSWORD = {
    "recovered": lambda: recovering(with_answer(HELD)),
    "expired": lambda: renewing(with_answer(HELD, status=UserStatus.PASSWORD_EXPIRED)),
    "about to expire": lambda: renewing(
        with_answer(replace(HELD, secret={"password": OLD, "days_to_expiry": 3})), complexity={}
    ),
    "first one": lambda: coming_with_token("activation", with_answer(status=UserStatus.PROVISIONED)),
    "reset by an administrator": lambda: coming_with_token("recovery", with_answer(HELD, status=UserStatus.RECOVERY)),
}


@pytest.mark.parametrize("page", SETTING_A_PASSWORD)
@pytest.mark.parametrize("password", ["Swimming 1st", "SWIMMING 1st", " swimming 1sT "])
def test_no_new_password_is_the_answer_to_the_user_s_question(page, password):
    client = SETTING_A_PASSWORD[page]()
    assert (client.answer(password).status, keys(client)) == (400, NOT_MET)
    assert "successWithInteractionCode" in client.answer("Swimming 2nd").body
