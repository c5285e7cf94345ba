"""Whatever a scenario says can act: what never could is refused, with its place and a way to mend it."""

from __future__ import annotations

import pytest

from mock_okta.errors import ScenarioError
from mock_okta.loader import parse, parse_intervention
from tests.loader.reading import problem_of

ORG = """\
about: A test.
users:
  - {login: mary@example.com, password: Abcd1234!, enrolled: [okta_email], groups: [Staff]}
  - {login: gus@example.com, password: Abcd1234!, profile: {department: Sales}}
apps: [{label: Payroll, client_id: pay}, {label: Shop, type: browser, client_id: shop}]
"""
WHEN = "sign_in: [identify, {verify: okta_password}, {verify: okta_email, when: %s}]"
IDP = "identity_providers: [{type: GOOGLE, name: G, creates: false, %s}]"

# fmt: off
CONDITIONS = {
    "{app: Payrol}": ("app", "no app is called 'Payrol', so this never holds", "did you mean 'Payroll'?"),
    "{app: payroll}": ("app", "no app is called 'payroll', so this never holds", "did you mean 'Payroll'?"),
    "{app: [Payroll, Pay?roll]}":
        ("app[1]", "no app is called 'Pay?roll', so this never holds", "did you mean 'Payroll'?"),
    "{group: Staf}": ("group", "nobody is in a group 'Staf', so this never holds", "did you mean 'Staff'?"),
    "{not: {group: Staf}}": ("not.group", "nobody is in a group 'Staf', so this never holds", "did you mean 'Staff'?"),
    "{any: [{group: Staff}, {group: X*}]}":
        ("any[1].group", "nobody is in a group 'X*', so this never holds", "known here: Staff, Everyone"),
    "{login: mari@example.com}":
        ("login", "no user has the login 'mari@example.com', so this never holds", "did you mean 'mary@example.com'?"),
    "{login: '*@example.org'}": ("login", "no user has the login '*@example.org', so this never holds", None),
    "{status: LOCKED}": ("status", "no user has a status 'LOCKED', so this never holds", None),
    "{profile: {departement: Sales}}":
        ("profile.departement", "no user has the attribute 'departement', so this never holds",
         "did you mean 'department'?"),
    "{enrolled: webauthn}": ("enrolled", "nobody has the authenticator 'webauthn', so this never holds", None),
    "{enrolled: okta_mail}":
        ("enrolled", "nobody has the authenticator 'okta_mail', so this never holds", "did you mean 'okta_email'?"),
    "{proved: google_otp}": ("proved", "no step asks for the authenticator 'google_otp', so this never holds", None),
    "{idp: Google}": ("idp", "no identity provider is called 'Google', so this never holds", "there are none"),
    "{flow: register}": ("flow", "the org offers no flow 'register', so this never holds", None),
    "{acr_values: 'urn:okta:loa:3fa:any'}":
        ("acr_values", "Okta knows no level 'urn:okta:loa:3fa:any', so this never holds", None),
    "{scope: orders.read}":
        ("scope", "the authorization server has no scope 'orders.read', so this never holds", None),
    "{zone: office}": ("zone", "the org has no zone 'office', so this never holds", "there are none"),
    "{address: 10.0.0.0/40}": ("address", "'10.0.0.0/40' is no address, network or beginning of one", None),
    "{address: [127.0.0.1, localhost]}":
        ("address[1]", "'localhost' is no address, network or beginning of one", None),
    "{address: 10.0.0.999}": ("address", "'10.0.0.999' is no address, network or beginning of one", None),
    "{header: {X Y: a}}": ("header.X Y", "'X Y' is not the name of a header", "for example: User-Agent"),
    "{header: {X-Y: 1}}": ("header.X-Y", "a header's value is a text; true is any, false none", None),
    "{header: {X-Y: []}}": ("header.X-Y", "no value will do, so this never holds", None),
    "{header: {}}": ("header", "this must not be empty", "write at least one entry"),
}

GOOD_CONDITIONS = (
    "{app: Payroll}", "{app: pay}", "{app: [web, S*p]}", "{group: Staff}", "{group: Everyone}", "{not: {group: Staff}}",
    "{login: mary@example.com}", "{login: 'gus@*'}", "{status: LOCKED_OUT}", "{profile: {department: Buying}}",
    "{profile: {department: null}}", "{enrolled: okta_email}", "{proved: okta_password}", "{flow: sign_in}",
    "{acr_values: phr}", "{scope: offline_access}", "{address: 10.0.0.0/8}", "{address: 10.1.}", "{address: '::1'}",
    "{header: {X-Y: [a, 'b*']}}", "{header: {X-Y: true}}", "{remembered: true}", "{session: false}",
    "{any: [{group: Staff}, {app: Shop}]}",
)

SETTINGS = {
    "a zone that is no network":
        ("org: {zones: {office: [10.0.0.0/40]}}", "org.zones.office[0]",
         "'10.0.0.0/40' is no address, network or beginning of one"),
    "a zone of nothing":
        ("org: {zones: {office: []}}", "org.zones.office", "a zone without a network holds nobody"),
    "a session that nobody keeps":
        ("org: {sessions: none}\n" + WHEN % "{session: true}", "sign_in[2].when.session",
         "nobody stays signed in (`org: {sessions: none}`), so this never holds"),
    "a box that nobody is shown":
        ("org: {show_keep_me_signed_in: false}\n" + WHEN % "{remembered: true}", "sign_in[2].when.remembered",
         "nobody is asked whether to stay signed in, so this never holds"),
    "a lifetime of what is not remembered":
        ("org: {mfa_lifetime_s: 60}\n" + WHEN % "{session: true}", "org.mfa_lifetime_s",
         "no step depends on whether the device is remembered, so this changes nothing"),
    "a behavior that nothing depends on":
        ("org: {behavior_detection: {new_ip: 5}}\n" + WHEN % "{any: [{not: {new_device: true}}]}",
         "org.behavior_detection.new_ip", "no step depends on `new_ip`, so this changes nothing"),
    "a step of another flow":
        ("unlock: [identify, {verify: okta_email}, unlock]\n" + WHEN % "{flow: unlock}", "sign_in[2].when.flow",
         "this is a step of `sign_in` and never of 'unlock', so this never holds"),
    "an end of sessions that nobody has":
        ("org: {sessions: none, session: {idle_s: 60}}", "org.session",
         "nobody stays signed in (`org: {sessions: none}`), so no session ends"),
    "a session that idles for longer than it lasts":
        ("org: {session: {idle_s: 3601, lifetime_s: 3600}}", "org.session.idle_s",
         "a session has ended before it idles for so long"),
    "a refresh token that need not be used":
        ("authorization_server: {refresh_token_window_s: 3601, refresh_token_lifetime_s: 3600}",
         "authorization_server.refresh_token_window_s", "a refresh token has ended before it need be used"),
    "a PIN that is longer than a PIN may be by default":
        ("authenticators: {nfc_pin: {min_length: 5}}", "authenticators.nfc_pin.min_length",
         "no PIN is so long and no longer than it may be"),
    "a captcha on a flow that there is not":
        ("org: {captcha: {site_key: k, flows: [register]}}", "org.captcha.flows[0]",
         "the org offers no flow 'register', so this guards nothing"),
    "a captcha on nothing":
        ("org: {captcha: {site_key: k, flows: []}}", "org.captcha.flows",
         "a captcha that guards no flow is never shown"),
    "an identifier that nobody has":
        ("org: {identifiers: [login, departmnt]}", "org.identifiers[1]",
         "no user has the attribute 'departmnt', so nobody is identified by it"),
    "a language that nobody asks for":
        ("texts: {german: {Username: Benutzername}}", "texts.german", "no client asks for a language 'german'"),
    "a word that Okta does not say":
        ("texts: {de: {incorectPassword: Falsch}}", "texts.de.incorectPassword",
         "Okta says nothing that is called 'incorectPassword'"),
    "two identity providers of one name":
        (IDP % "domains: [a.example]}, {type: OIDC, name: G, creates: false", "identity_providers[1].name",
         "the name 'G' is taken"),
    "a slip in the type of one": ("identity_providers: [{type: GOGLE, name: G}]", "identity_providers[0].type",
                                  "unknown type of identity provider 'GOGLE'"),
    "groups of users that are not made":
        (IDP % "groups: [New]", "identity_providers[0].groups",
         "`groups` is for users that it makes, and it makes none"),
    "what was proved of nobody":
        (IDP % "answer: {cancel: true, amr: [pwd]}", "identity_providers[0].answer.amr",
         "this is proved of somebody"),
    "a proof that there is not":
        (IDP % "answer: {profile: {login: x}, amr: [pdw]}", "identity_providers[0].answer.amr[0]",
         "`amr` has no value 'pdw'"),
    "an answer that nobody can give":
        (IDP % "answer: {logn: x}", "identity_providers[0].answer.logn", "an identity provider cannot answer 'logn'"),
    "an answer of somebody who has no account":
        (IDP % "answer: {login: x}", "identity_providers[0].answer.login", "nobody has the account 'x' there"),
    "a failure that there is not":
        (IDP % "answer: {error: login_fail}", "identity_providers[0].answer.error",
         "an identity provider cannot fail with 'login_fail'"),
    "two answers":
        (IDP % "answer: {cancel: true, error: login_failed}", "identity_providers[0].answer",
         "one answer is enough, and needed"),
    "an authenticator of an identity provider that there is not":
        ("authenticators: {external_idp: {identity_provider: Okta}}", "authenticators.external_idp.identity_provider",
         "no identity provider is called 'Okta'"),
    "time for a token that stays":
        ("apps: [{client_id: pay, label: Payroll, rotate_refresh_tokens: false, refresh_leeway_s: 5}]",
         "apps[0].refresh_leeway_s", "a token that is not replaced needs no time after that"),
    "time for a token that stays because of the app's type":
        ("apps: [{type: native, refresh_leeway_s: 5}]",
         "apps[0].refresh_leeway_s", "a token that is not replaced needs no time after that"),
    "an app without a way back":
        ("apps: [{redirect_uris: [], loopback_redirects: false}]", "apps[0].redirect_uris",
         "no sign-in can return to this app"),
    "a method that the org forbids":
        ("users: [{login: a@b, password: c, enrolled: [{phone_number: {number: '+15551234567', methods: [sms]}}]}]\n"
         "authenticators: {phone_number: {methods: [voice]}}", "users[0].enrolled[0].phone_number.methods",
         "the org allows none of these methods of phone_number"),
}

STEPS = {
    "groups of users who are there already":
        ("sign_in: [identify, {verify: okta_password}, {profile: {groups: [Staff]}}]", "sign_in[2].profile.groups",
         "`groups` is for new users, and this step makes none"),
    "groups on the second form of a registration":
        ("register: [profile, {profile: {groups: [Staff]}}, {enroll: okta_password}]", "register[1].profile.groups",
         "`groups` is for new users, and this step makes none"),
    "a step after the end":
        ("sign_in: [identify, {refuse: security.access_denied}, {verify: okta_password}]", "sign_in[2]",
         "`refuse` in sign_in[1] ends the flow for everybody, so this step is never reached"),
    "a step after a device that never will do":
        ("sign_in: [identify, {assure_device: {}}, {verify: okta_password}]", "sign_in[2]",
         "`assure_device` in sign_in[1] ends the flow for everybody, so this step is never reached"),
    "two kinds of one kind":
        ("sign_in: [identify, {verify: {two_kinds: [okta_email, phone_number]}}]", "sign_in[1].verify.two_kinds",
         "these are all of one kind, possession, and two kinds are needed"),
    "something required that is optional":
        ("sign_in: [identify, {verify: okta_password}, {enroll: {required: [okta_email], optional: [okta_email]}}]",
         "sign_in[2].enroll.optional[0]", "okta_email is required, so nobody is asked whether to have it"),
    "something that only administrators hand out":
        ("sign_in: [identify, {verify: okta_password}, {enroll: tac}]", "sign_in[2].enroll",
         "nobody can set up tac: an administrator hands it out"),
    "no rule": ("sign_in: [identify, {assure_device: {options: [[]]}}]", "sign_in[1].assure_device.options[0]",
                "this must not be empty"),
    "a rule that is a list":
        ("sign_in: [identify, {assure_device: {options: [[[]]]}}]", "sign_in[1].assure_device.options[0][0]",
         "expected a text or a mapping, found a list"),
    "a message without its parameter":
        ("sign_in: [identify, {refuse: idx.unknown.user}]", "sign_in[1].refuse.params",
         "the message takes 1 parameter, found none: 'There is no account with the Username {0}.'"),
    "a message with a parameter too many":
        ("sign_in: [identify, {refuse: {key: incorrectPassword, params: [x]}}]", "sign_in[1].refuse.params",
         "the message takes no parameters, found 1: 'Password is incorrect'"),
    "a text of one's own without its parameter":
        ("sign_in: [identify, {message: [{key: acme, text: 'Hello {0} and {1}', params: [x]}]}]",
         "sign_in[1].message[0].params", "the message takes 2 parameters, found 1: 'Hello {0} and {1}'"),
    "a key of one's own without a text":
        ("sign_in: [identify, {message: {key: acme}}]", "sign_in[1].message.key", "Okta has no words for 'acme'"),
}

ENTRIES = {
    ("{}", "probability"): ("{probability: 0}, delay_ms: 1", "at.probability", "0 is never"),
    ("{}", "attempt"): ("{attempt: 0}, delay_ms: 1", "at.attempt", "0 is less than 1"),
    ("{}", "delay"): ("{}, delay_ms: 0", "delay_ms", "0 is less than 1"),
    ("{}", "patch"): ("{}, patch: {}", "patch", "a patch without a change changes nothing"),
    ("user",): ("{user: mari@example.com}, delay_ms: 1", "at.user",
                "no user has the login 'mari@example.com', so this never happens"),
    ("authenticator",): ("{authenticator: webauthn}, delay_ms: 1", "at.authenticator",
                         "no user has 'webauthn' and no step names it, so this never happens"),
    ("a form that no step has",): ("{remediation: enroll-profile}, delay_ms: 1", "at.remediation",
                                   "no step leads to 'enroll-profile', so this never happens"),
    ("a form without an authenticator",):
        ("{remediation: identify, authenticator: okta_email}, delay_ms: 1", "at.authenticator",
         "'identify' is not about 'okta_email', so this never happens"),
    ("a form that is none",): ("{remediation: redirect-idp}, delay_ms: 1", "at.remediation",
                               "nobody submits 'redirect-idp': the browser is sent there, so this never happens"),
    ("OAuth in IDX",): ("{remediation: identify}, reply: {error: invalid_client}", "reply.error",
                        "the Identity Engine does not say 'invalid_client', which is an error of OAuth"),
    ("OAuth below idx",): ("{endpoint: idx/introspect}, reply: {error: invalid_client}", "reply.error",
                           "the Identity Engine does not say 'invalid_client', which is an error of OAuth"),
    ("waiting for nothing",): ("{}, reply: {error: bad_request, retry_after_s: 5}", "reply.retry_after_s",
                               "a reply with status 400 tells nobody to wait"),
    ("waiting after a message",):
        ("{endpoint: idx/identify}, reply: {message: incorrectPassword, retry_after_s: 5}", "reply.retry_after_s",
         "a reply with status 400 tells nobody to wait"),
    ("params of an error",): ("{}, reply: {error: bad_request, params: [x]}", "reply.params",
                              "`params` is for a `message:`, and this is an error"),
    ("field of an error",): ("{}, reply: {error: bad_request, field: x}", "reply.field",
                             "`field` is for a `message:`, and this is an error"),
    ("a message without params",):
        ("{remediation: identify}, reply: {message: registration.error.notUniqueWithinOrg}", "reply.params",
         "the message takes 1 parameter, found none: 'A user with this {0} already exists'"),
    ("a patch of a text",): ("{endpoint: keys}, raw: {body: x}, patch: {a: 1}", "patch",
                             "`raw` has no JSON that a patch could change"),
    ("a token in a raw reply",): ("{endpoint: token}, raw: {}, id_token: {omit: true}", "id_token",
                                  "`raw` is the whole reply, which has no ID token"),
    ("a token in an error",): ("{endpoint: token}, reply: {error: bad_request}, id_token: {omit: true}", "id_token",
                               "`reply` is the whole reply, which has no ID token"),
    ("a patch that nobody sees",): ("{endpoint: keys}, cut: drop, patch: {a: 1}", "patch",
                                    "nobody sees what `patch` does to a reply that is dropped"),
    ("a body of a bodiless reply",): ("{}, raw: {status: 204, body: x}", "raw.body",
                                      "a reply with status 204 has no body"),
    ("chunks",): ("{}, raw: {headers: {transfer-encoding: chunked}}", "raw.headers.transfer-encoding",
                  "'transfer-encoding' is about the connection, which is the server's"),
    ("a connection",): ("{}, headers: {Connection: close}", "headers.Connection",
                        "'Connection' is about the connection, which is the server's"),
    ("a length",): ("{}, raw: {headers: {Content-Length: '5'}}", "raw.headers.Content-Length",
                    "the server counts the bytes itself"),
    ("no status",): ("{}, raw: {status: 101}", "raw.status", "101 is less than 200"),
    ("a value to remove",): ("{}, patch: [{op: remove, path: /x, value: 1}]", "patch[0].value",
                             "the operation 'remove' has no 'value'"),
    ("a code at the token endpoint",):
        ("{endpoint: token}, expire: code", "expire",
         "a request to 'token' belongs to no page of the sign-in, so this never happens"),
    ("an endpoint that is a gap",): ("{endpoint: par}, delay_ms: 1", "at.endpoint", "unknown endpoint 'par'"),
}

SHADOWED = {
    "every request": "{at: {}, delay_ms: 1}, {at: {endpoint: keys}, cut: drop}",
    "the same requests": "{at: {endpoint: keys}, delay_ms: 1}, {at: {endpoint: keys, attempt: 2}, cut: drop}",
    "all requests to the endpoint":
        "{at: {endpoint: idx/identify}, delay_ms: 1}, {at: {remediation: identify}, cut: drop}",
    "all requests of the user":
        "{at: {user: mary@example.com}, delay_ms: 1}, {at: {user: mary@example.com, remediation: cancel}, cut: drop}",
}
NOT_SHADOWED = {
    "once": "{at: {}, once: true, delay_ms: 1}, {at: {endpoint: keys}, cut: drop}",
    "attempt": "{at: {attempt: 1}, delay_ms: 1}, {at: {endpoint: keys}, cut: drop}",
    "probability": "{at: {probability: 0.5}, delay_ms: 1}, {at: {endpoint: keys}, cut: drop}",
    "others": "{at: {endpoint: token}, delay_ms: 1}, {at: {endpoint: keys}, cut: drop}",
}

MOVES = {
    "user: {login: mari@example.com}": ("user.login", "no user has the login 'mari@example.com'"),
    "user: {login: mary@example.com, status: LOCKED}": ("user.status", "unknown status 'LOCKED'"),
    "push: {decision: approve, user: mari@example.com}": ("push.user", "no user has the login 'mari@example.com'"),
    "device: {clientId: nobody}": ("device.clientId", "no app has the client id 'nobody'"),
    "start: {clientId: nobody}": ("start.clientId", "no app has the client id 'nobody'"),
    "start: {recoveryToken: $token recover mary@example.com}":
        ("start.recoveryToken", "'$token recover mary@example.com' does not say which token, and whose"),
    "at idp: {error: login_fail}": ("at idp.error", "an identity provider cannot fail with 'login_fail'"),
    "visit: $device.pag": ("visit", "unknown reference '$device.pag'"),
    "proceed: {step: redirect-idp}": ("proceed.step", "nobody submits 'redirect-idp': the browser is sent there"),
    "proceed: {step: identify, values: {credentials: {passcode: $outbox.cod}}}":
        ("proceed.values.credentials.passcode", "unknown reference '$outbox.cod'"),
    "answer password: {password: $totp 0189}":
        ("answer password.password", "'$totp 0189' has no secret in base 32"),
    "answer password: {password: $number 7}": ("answer password.password", "'$number' takes nothing after it"),
}
# fmt: on


def accepted(text: str) -> bool:
    return bool(parse(ORG + text, "acme.yaml").about)


def told(text: str) -> tuple[str, str, str]:
    """Field, message and hint of the only problem, which has a line and a hint."""
    problem = problem_of(ORG + text)
    assert problem.line > 1
    assert problem.hint
    return problem.field, problem.message, problem.hint


@pytest.mark.parametrize("when", GOOD_CONDITIONS)
def test_a_condition_that_can_hold_is_taken(when):
    assert accepted(WHEN % when)


@pytest.mark.parametrize(("when", "wanted"), CONDITIONS.items(), ids=CONDITIONS)
def test_a_condition_that_names_what_is_not_there_is_a_mistake(when, wanted):
    place, message, hint = wanted
    field, said, hinted = told(WHEN % when)
    assert (field, said) == (f"sign_in[2].when.{place}", message)
    assert hint in (None, hinted)


@pytest.mark.parametrize(("text", "field", "message"), (SETTINGS | STEPS).values(), ids=SETTINGS | STEPS)
def test_a_setting_or_a_step_that_cannot_act_is_a_mistake(text, field, message):
    org = "\n".join(line for line in ORG.splitlines() if not text.startswith(line.split(":")[0]))
    if text.startswith("users"):
        org = "about: A test.\n"
    problem = problem_of(f"{org}\n{text}")
    assert (problem.field, problem.message) == (field, message)
    assert problem.hint


@pytest.mark.parametrize(("entry", "field", "message"), ENTRIES.values(), ids=map(" ".join, ENTRIES))
def test_an_entry_of_the_script_that_cannot_act_is_a_mistake(entry, field, message):
    assert told(f"script: [{{at: {entry}}}]")[:2] == (f"script[0].{field}", message)


@pytest.mark.parametrize("entries", SHADOWED.values(), ids=SHADOWED)
def test_an_entry_that_another_leaves_nothing_to_is_a_mistake(entries):
    field, message, _ = told(f"script: [{entries}]")
    assert (field, message) == ("script[1].at", "script[0] acts on all these requests, so this one never does")


@pytest.mark.parametrize("entries", NOT_SHADOWED.values(), ids=NOT_SHADOWED)
def test_an_entry_that_acts_on_some_requests_leaves_the_others(entries):
    assert accepted(f"script: [{entries}]")


@pytest.mark.parametrize(("move", "field", "message"), [(move, *told) for move, told in MOVES.items()], ids=MOVES)
def test_a_move_that_names_what_is_not_there_is_a_mistake(move, field, message):
    assert told(f"walks: {{w: [{move}]}}")[:2] == (f"walks.w[0].{field}", message)


def test_a_walk_may_begin_with_an_unknown_app_where_it_expects_that_to_fail():
    assert accepted("walks: {w: {start: {clientId: nobody}, moves: [error: invalid_client]}}")


def test_where_others_may_come_their_names_may_stand():
    registers = "register: [profile, {enroll: okta_password}]\n"
    assert accepted(registers + WHEN % "{login: new@example.com}")
    assert accepted(registers + "script: [{at: {user: new@example.com}, delay_ms: 1}]")


def test_a_name_that_a_walk_types_may_stand_in_a_condition():
    walk = "\nwalks: {w: [identify: {identifier: x@example.org}, message: idx.unknown.user]}"
    assert accepted(WHEN % "{login: '*@example.org'}" + walk)


def test_an_entry_added_while_running_is_held_against_the_users_there_are():
    entry = {"at": {"user": "mari@example.com"}, "delay_ms": 1}
    assert parse_intervention(entry).at["user"] == "mari@example.com"
    with pytest.raises(ScenarioError, match="no user has the login 'mari"):
        parse_intervention(entry, logins=["mary@example.com"])


def test_an_entry_may_be_about_okta_verify_where_a_step_asks_it_without_naming_it():
    probes = "sign_in: [probe, identify, {verify: okta_password}]\n"
    assert accepted(f"{probes}script: [{{at: {{authenticator: okta_verify}}, delay_ms: 1}}]")
