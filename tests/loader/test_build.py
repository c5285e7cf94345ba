"""What a scenario file becomes."""

import pytest
from immutables import Map

from mock_okta.engine.model import (
    App,
    AppType,
    AuthorizationServer,
    Enrollment,
    Intervention,
    Step,
    User,
    UserStatus,
    Walk,
)
from mock_okta.errors import ScenarioError
from mock_okta.loader import parse, parse_intervention

FULL = """\
about: Everything at once.
covers: [6.1.2, W.16]
org: {label: Acme, user_enumeration_prevention: true}
authenticators:
  okta_email: {code_lifetime_s: 60}
authorization_server: {audience: api://acme, scopes: [orders.read], interaction_code_flow: false}
apps:
  - {type: browser, label: SPA, client_id: spa, assigned_to: [staff], refresh_leeway_s: 0}
  - {client_id: web, client_secret: hush, redirect_uris: ["com.acme:/callback"]}
trusted_origins: [http://localhost:3000]
users:
  - login: mary
    password: Abcd1234!
    status: LOCKED_OUT
    profile: {firstName: Mary, email: mary@example.com}
    groups: [staff]
    enrolled: [okta_email: {suspended: true}]
    assigned: false
sign_in:
  - identify: {with_password: true}
  - verify: okta_password
  - verify: {one_of: [okta_email, okta_password]}
script:
  - at: {endpoint: token, attempt: 2}
    once: true
    delay_ms: 5
    patch: {b: null, a: [1]}
wire: {wrong_password: restarts, strict: true}
walks:
  short: [poll, success]
  long:
    start: {scopes: [openid], maxAge: 60}
    moves:
      - identify: {identifier: mary}
      - offers: []
      - status: 200
"""


def test_every_member_of_a_file_finds_its_place():
    scenario = parse(FULL, "folder/everything.yaml")
    assert scenario.name == "everything"
    assert scenario.about == "Everything at once."
    assert scenario.covers == ("6.1.2", "W.16")
    assert scenario.org == Map(label="Acme", user_enumeration_prevention=True)
    assert scenario.authenticators == Map(okta_email=Map(code_lifetime_s=60))
    assert scenario.authorization_server == AuthorizationServer(
        audience="api://acme", scopes=("orders.read",), interaction_code_flow=False
    )
    assert scenario.apps == (
        App(type=AppType.BROWSER, label="SPA", client_id="spa", assigned_to=("staff",), refresh_leeway_s=0),
        App(client_id="web", client_secret="hush", redirect_uris=("com.acme:/callback",)),
    )
    assert scenario.trusted_origins == ("http://localhost:3000",)
    assert scenario.wire == Map(wrong_password="restarts", strict=True)


def test_nobody_goes_back_to_a_service():
    (app,) = parse("about: A.\napps: [{type: service, client_id: nightly}]").apps
    assert app == App(
        type=AppType.SERVICE,
        client_id="nightly",
        redirect_uris=(),
        loopback_redirects=False,
        post_logout_redirect_uris=(),
        grant_types=("client_credentials",),
    )
    (app,) = parse("about: A.\napps: [{type: service, grant_types: [client_credentials, refresh_token]}]").apps
    assert app.grant_types == ("client_credentials", "refresh_token")


def test_a_user_has_what_the_file_gives_and_the_password_first():
    (user,) = parse(FULL).users
    assert user == User(
        login="mary",
        status=UserStatus.LOCKED_OUT,
        profile=Map(email="mary@example.com", firstName="Mary"),
        groups=("staff",),
        enrolled=(
            Enrollment(authenticator="okta_password", secret=Map(password="Abcd1234!")),
            Enrollment(authenticator="okta_email", secret=Map(email="mary@example.com"), suspended=True),
        ),
        assigned=False,
        verified_email="mary@example.com",
    )


def test_an_address_is_not_known_to_be_the_user_s_where_the_file_says_so():
    (user,) = parse("about: A.\nusers: [{login: mary@example.com, email_verified: false}]").users
    assert user.verified_email == ""


def test_the_address_of_a_user_is_the_login_unless_the_profile_has_one():
    (user,) = parse("about: x\nusers: [{login: mary@example.com, enrolled: [okta_email]}]").users
    assert user.profile["email"] == "mary@example.com"
    assert user.enrolled[0].secret["email"] == "mary@example.com"


def test_a_listed_password_keeps_its_place():
    (user,) = parse("about: x\nusers: [{login: a@b, password: p, enrolled: [okta_email, okta_password]}]").users
    assert [enrollment.authenticator for enrollment in user.enrolled] == ["okta_email", "okta_password"]


def steps_of(text, flow="sign_in"):
    return parse(f"about: x\n{text}").flows[flow]


def test_steps():
    assert parse(FULL).flows["sign_in"] == (
        Step(verb="identify", settings=Map(with_password=True)),
        Step(verb="verify", authenticators=("okta_password",)),
        Step(verb="verify", authenticators=("okta_email", "okta_password"), choice="one_of"),
    )


@pytest.mark.parametrize("identify", ["identify", "{identify: {}}", "{identify: }"])
def test_a_step_may_leave_its_values_out(identify):
    assert steps_of(f"sign_in: [{identify}]") == (Step(verb="identify"),)


def test_a_file_without_steps_asks_for_a_password():
    assert parse("about: x").flows == Map(
        sign_in=(Step(verb="identify"), Step(verb="verify", authenticators=("okta_password",)))
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("enroll: okta_email", Step(verb="enroll", authenticators=("okta_email",))),
        ("enroll: [okta_email, google_otp]", Step(verb="enroll", authenticators=("okta_email", "google_otp"))),
        ("enroll: {optional: [google_otp]}", Step(verb="enroll", optional=("google_otp",))),
        (
            "enroll: {required: [okta_email], optional: [google_otp]}",
            Step(verb="enroll", authenticators=("okta_email",), optional=("google_otp",)),
        ),
        (
            "verify: {two_kinds: [okta_password, okta_email]}",
            Step(verb="verify", authenticators=("okta_password", "okta_email"), choice="two_kinds"),
        ),
        ("profile", Step(verb="profile")),
        ("profile: {with_password: true}", Step(verb="profile", settings=Map(with_password=True))),
        ("reset", Step(verb="reset")),
        ("reset: google_otp", Step(verb="reset", authenticators=("google_otp",))),
        ("unlock", Step(verb="unlock")),
        ("message: idx.recovery.completed", Step(verb="message", settings=Map(messages=("idx.recovery.completed",)))),
        (
            "sign_in: {messages: [idx.recovery.completed]}",
            Step(verb="sign_in", settings=Map(messages=("idx.recovery.completed",))),
        ),
        (
            "refuse: {key: mine, text: No., links: [{url: https://help.example}]}",
            Step(
                verb="refuse",
                settings=Map(messages=(Map(key="mine", text="No.", links=(Map(url="https://help.example"),)),)),
            ),
        ),
        ("add: webauthn", Step(verb="add", authenticators=("webauthn",))),
        ("refuse: security.access_denied", Step(verb="refuse", settings=Map(messages=("security.access_denied",)))),
    ],
)
def test_a_step_of_any_kind(step, expected):
    assert steps_of(f"activate: [{step}]", "activate") == (expected,)


def test_the_fields_of_a_profile_are_named_or_described():
    (step,) = steps_of("register: [profile: {fields: [email, nickName, {name: age, required: true}]}]", "register")
    assert step.settings["fields"] == (
        Map(name="email", label="Email", required=True),
        Map(name="nickName"),
        Map(name="age", required=True),
    )


def test_an_enrolment_is_given_what_proves_it():
    text = """
users:
  - login: mary@example.com
    enrolled:
      - phone_number: {number: "+15551234567", methods: [sms], nickname: Work}
      - phone_number: {number: "+15557654321"}
      - okta_email: {email: m@example.org, suspended: true}
"""
    (user,) = parse(f"about: x{text}").users
    assert user.enrolled == (
        Enrollment(authenticator="phone_number", methods=("sms",), secret=Map(number="+15551234567", nickname="Work")),
        Enrollment(authenticator="phone_number", secret=Map(number="+15557654321")),
        Enrollment(authenticator="okta_email", secret=Map(email="m@example.org"), suspended=True),
    )


def test_settings_of_authenticators_are_values_through_and_through():
    settings = parse("about: x\nauthenticators: {phone_number: {name: Handy, methods: [sms]}}").authenticators
    assert settings == Map(phone_number=Map(name="Handy", methods=("sms",)))
    assert hash(settings)


def test_an_intervention_keeps_the_order_of_what_goes_out():
    (intervention,) = parse(FULL).script
    assert intervention == Intervention(
        at=Map(endpoint="token", attempt=2), effect=Map(delay_ms=5, patch={"b": None, "a": [1]}), once=True
    )
    assert list(intervention.effect["patch"]) == ["b", "a"]


def test_walks_are_verbs_with_their_values():
    assert parse(FULL).walks == (
        Walk(name="short", moves=(("poll", {}), ("success", {}))),
        Walk(
            name="long",
            moves=(("identify", {"identifier": "mary"}), ("offers", []), ("status", 200)),
            start=Map(scopes=["openid"], maxAge=60),
        ),
    )


def test_an_intervention_comes_from_json_as_well():
    entry = {"at": {"remediation": "identify"}, "reply": {"error": "E0000047", "retry_after_s": 30}}
    assert parse_intervention(entry) == Intervention(at=Map(entry["at"]), effect=Map(reply=entry["reply"]))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"at": {"endpoint": "tokn"}, "delay_ms": 1}, "<script>:1: at.endpoint: unknown endpoint 'tokn'"),
        ({"at": {"endpoint": "keys"}, "expire": "code"}, "<script>:1: expire: a request to 'keys' belongs to no page"),
        ([], "<script>:1: expected a mapping, found a list"),
        ({"at": {}, "raw": {"body": float("nan")}}, "<script>:1: this has a value that JSON does not"),
        ({"at": {}, "raw": {"body": "\ud800"}}, "<script>:1: this has a value that JSON does not"),
    ],
)
def test_a_wrong_intervention_is_told_like_a_file(entry, said):
    with pytest.raises(ScenarioError) as refused:
        parse_intervention(entry)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("file", ["my scenario.yaml", "default.yaml", "v1.yml", "-.yaml", "é.yaml", f"{'x' * 65}.yaml"])
def test_a_file_name_that_cannot_be_part_of_an_address_is_a_problem(file):
    with pytest.raises(ScenarioError) as refused:
        parse("about: x", file)
    assert "cannot be the name of a scenario" in str(refused.value)
    assert refused.value.problems[0].hint


def test_a_text_without_a_file_has_a_plain_name():
    assert parse("about: x").name == "scenario"
