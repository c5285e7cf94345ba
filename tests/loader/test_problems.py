"""What authors are told about a scenario that is wrong: file, line, field, what was found, what is allowed, a hint."""

import pytest

from mock_okta.engine.effects import EFFECTS
from mock_okta.loader import parse
from mock_okta.loader.grammar import _listed
from mock_okta.schema.steps import STEPS
from tests.loader.reading import FILE, continued, problem_of, problems_of

SIX_MISTAKES = """\
about: Six mistakes.
users:
  - login: mary@example.com
    pasword: Abcd1234!
    enrolled: [okta_email]
sign_in:
  - identify
  - verify: okta_emial
script:
  - at: {remediation: challenge-authenticator, attempt: 0}
    delay_ms: soon
walks:
  signs in:
    - identify: {identifier: marry@example.com}
    - sucess
"""


def test_a_file_with_six_mistakes_lists_six_each_with_its_line_and_a_hint():
    assert "\n".join(map(str, problems_of(SIX_MISTAKES))) == "\n".join(
        [
            "acme.yaml:4: users[0].pasword: unknown key 'pasword'",
            "  hint: did you mean 'password'?",
            "acme.yaml:8: sign_in[1].verify: unknown authenticator 'okta_emial'",
            "  hint: did you mean 'okta_email'?",
            "acme.yaml:10: script[0].at.attempt: 0 is less than 1",
            "  hint: write a number from 1 to 1000000",
            "acme.yaml:11: script[0].delay_ms: expected a whole number, found the text 'soon'",
            "  hint: write it without quotes, as a whole number such as 60",
            "acme.yaml:14: walks.signs in[0].identify.identifier: no user has the login 'marry@example.com'",
            "  hint: did you mean 'mary@example.com'?",
            "acme.yaml:15: walks.signs in[1]: unknown move 'sucess'",
            "  hint: did you mean 'success'?",
        ]
    )


# Each row continues a good file of three lines: what is added, and the one problem that it makes.
# fmt: off
GRAMMAR = {
    "a text where a list belongs":
        ("covers: 1.1.1", 4, "covers", "expected a list, found the text '1.1.1'", "write it as a list: [1.1.1]"),
    "a number that was meant as a text":
        ("covers: [6.1]", 4, "covers[0]", "expected a text, found the number 6.1", 'put it in quotes: "6.1"'),
    "a code that loses its zeros":
        ("walks: {w: [answer password: {password: 000123}]}", 4, "walks.w[0].answer password.password",
         "expected a text, found the number 83", 'put it in quotes: "000123"'),
    "a word that YAML takes for false":
        ("script: [{at: {}, cut: off}]", 4, "script[0].cut", "expected a text, found false", 'put it in quotes: "off"'),
    "a truth value in quotes":
        ('org: {user_enumeration_prevention: "yes"}', 4, "org.user_enumeration_prevention",
         "expected true or false or a list, found the text 'yes'", "write it without quotes, as true or false"),
    "a key without a value":
        ("sign_in:", 4, "sign_in", "expected a list, found nothing", "write it as a list: [one, two]"),
    "a value of neither type":
        ("sign_in: [identify, {verify: 7}]", 4, "sign_in[1].verify",
         "expected a text or a mapping, found the number 7", 'put it in quotes: "7"'),
    "a fraction where a whole number belongs":
        ("authenticators: {okta_email: {code_length: 6.0}}", 4, "authenticators.okta_email.code_length",
         "expected a whole number, found the number 6.0", "write it as a whole number such as 60"),
    "an unknown key":
        ("trusted_origin: []", 4, "trusted_origin", "unknown key 'trusted_origin'", "did you mean 'trusted_origins'?"),
    "an unknown authenticator as a key":
        ("authenticators: {okta_mail: {}}", 4, "authenticators.okta_mail", "unknown authenticator 'okta_mail'",
         "did you mean 'okta_email'?"),
    "an unknown word without a near one":
        ("apps: [{type: spa}]", 4, "apps[0].type", "unknown app type 'spa'",
         "known here: web, browser, native, service"),
    "an unknown step":
        ("sign_in: [identfy]", 4, "sign_in[0]", "unknown step 'identfy'", "did you mean 'identify'?"),
    "an unknown switch":
        ("wire: {wrong_password: stay}", 4, "wire.wrong_password", "unknown value 'stay'", "did you mean 'stays'?"),
    "a missing key":
        ("script: [{delay_ms: 5}]", 4, "script[0]", "'at' is missing",
         "add `at:` - What a request must be about; `{}` is every request."),
    "no effect":
        ("script: [{at: {}}]", 4, "script[0]",
         f"one of {', '.join(EFFECTS)} is missing", "add what is to happen"),
    "a reply that says nothing":
        ("script: [{at: {}, reply: }]", 4, "script[0].reply",
         "expected a mapping, found nothing", "write it as a mapping: {key: value}"),
    "two replies in one":
        ("script: [{at: {}, reply: {error: E0000047, message: tooManyRequests}}]", 4, "script[0].reply",
         "only one of 'error', 'message' can stand here", "leave the other out"),
    "a status beyond HTTP":
        ("script: [{at: {}, raw: {status: 600}}]", 4, "script[0].raw.status", "600 is more than 599",
         "write a number from 200 to 599"),
    "a header that breaks the line":
        ('script: [{at: {}, raw: {headers: {X-Sign: "a\\n"}}}]', 4, "script[0].raw.headers.X-Sign",
         "'a\\n' is not one line of Latin-1", "for example: no-store"),
    "a header's name that is none":
        ("script: [{at: {}, raw: {headers: {X Sign: a}}}]", 4, "script[0].raw.headers",
         "'X Sign' is not the name of a header", "for example: Retry-After"),
    "an origin with a path":
        ("trusted_origins: [http://localhost/]", 4, "trusted_origins[0]",
         "'http://localhost/' is not an origin (scheme, host and port)", "for example: http://localhost:3000"),
    "no steps":
        ("sign_in: []", 4, "sign_in", "this must not be empty", "write at least one entry"),
    "no name":
        ('org: {label: ""}', 4, "org.label", "this must not be empty", "write at least one character"),
    "the same authenticator twice in a choice":
        ("sign_in: [identify, {verify: {one_of: [okta_email, okta_email]}}]", 4, "sign_in[1].verify.one_of",
         "the same value stands here twice", "leave one of them out"),
    "two kinds of choice":
        ("sign_in: [identify, {verify: {one_of: [okta_email], all_of: [okta_email]}}]", 4, "sign_in[1].verify",
         "one key is allowed here, found 'one_of', 'all_of'", "begin a new `-` for each"),
    "an unknown step with values":
        ("sign_in: [identify, {verfy: okta_email}]", 4, "sign_in[1].verfy", "unknown step 'verfy'",
         "did you mean 'verify'?"),
    "a step without a verb":
        ("sign_in: [{}]", 4, "sign_in[0]",
         f"one of {_listed(list(STEPS))} is missing",
         "add what is to happen"),
    "a step without its value":
        ("sign_in: [identify, verify]", 4, "sign_in[1]", "'verify' needs a value",
         "write `verify: …` - What has to be proved."),
    "an enrolment without what proves it":
        ("users: [{login: a, enrolled: [phone_number]}]", 4, "users[0].enrolled[0]", "'phone_number' needs a value",
         "write `phone_number: …` - An enrolment in Phone."),
    "an enrolment that lacks what proves it":
        ("users: [{login: a, enrolled: [phone_number: {}]}]", 4, "users[0].enrolled[0].phone_number",
         "'number' is missing", "add `number:` - The telephone number, as ITU-T E.164 writes it."),
    "a number that is none":
        ('users: [{login: a, enrolled: [phone_number: {number: "123"}]}]', 4,
         "users[0].enrolled[0].phone_number.number", "'123' is not of the right form", "for example: +15551234567"),
    "a method that the authenticator does not have":
        ("authenticators: {phone_number: {methods: [fax]}}", 4, "authenticators.phone_number.methods[0]",
         "unknown value 'fax'", "known here: sms, voice"),
    "a message that no table has":
        ("recover: [{refuse: no.such.message}]", 4, "recover[0].refuse", "unknown message 'no.such.message'", None),
    "a step that is two":
        ("sign_in: [{identify: {}, verify: okta_email}]", 4, "sign_in[0]",
         "one key is allowed here, found 'identify', 'verify'", "begin a new `-` for each"),
    "an unknown move":
        ("walks: {w: [answer pasword: {password: x}]}", 4, "walks.w[0].answer pasword",
         "unknown move 'answer pasword'", "did you mean 'answer password'?"),
    "a move without its value":
        ("walks: {w: [identify]}", 4, "walks.w[0]", "'identify' needs a value",
         "write `identify: …` - Say who you are."),
    "a value for a move that takes none":
        ("walks: {w: [poll: {now: true}]}", 4, "walks.w[0].poll.now", "unknown key 'now'", "this takes no values"),
    "an expectation with a value":
        ("walks: {w: [success: true]}", 4, "walks.w[0].success", "expected nothing, found true",
         "leave the value out"),
    "an unknown remediation":
        ("walks: {w: [offers: [idntify]]}", 4, "walks.w[0].offers[0]", "unknown remediation 'idntify'",
         "did you mean 'identify'?"),
}
# fmt: on


@pytest.mark.parametrize(("text", "line", "field", "message", "hint"), GRAMMAR.values(), ids=GRAMMAR)
def test_a_mistake_against_the_grammar_is_one_sentence(text, line, field, message, hint):
    problem = problem_of(continued(text) if not text.startswith("users") else f"about: x\n\n\n{text}")
    assert (problem.file, problem.line, problem.field, problem.message) == (FILE, line, field, message)
    assert hint in (None, problem.hint)


# fmt: off
SENSE = {
    "a login that is taken":
        ("users: [{login: a}, {login: A}]", "users[1].login", "the login 'A' is taken", "users[0] has it, in line 2"),
    "a password enrolled but not given":
        ("users: [{login: a, enrolled: [okta_password]}]", "users[0].enrolled[0]",
         "enrolled in okta_password without a password", "add `password:` to the user"),
    "a mailbox without an address":
        ("users: [{login: joe, enrolled: [okta_email]}]", "users[0].enrolled[0]",
         "enrolled in okta_email without an address", "add `profile: {email: …}`, or make the login an address"),
    "one authenticator enrolled twice":
        ("users: [{login: a@b, enrolled: [okta_email, okta_email: {}]}]", "users[0].enrolled[1]",
         "nobody has more than 1 of okta_email", "leave one of them out"),
    "more security keys than one person may have":
        (f"users: [{{login: a, enrolled: [{', '.join(['webauthn'] * 11)}]}}]", "users[0].enrolled[10]",
         "nobody has more than 10 of webauthn", "leave one of them out"),
    "a client id that is taken":
        ("apps: [{client_id: x}, {client_id: x}]", "apps[1].client_id", "the client id 'x' is taken", "apps[0] has it"),
    "a public app with a secret":
        ("apps: [{type: native, client_secret: s}]", "apps[0].client_secret",
         "an app of type 'native' is public and has no secret", "leave it out, or make the type `web`"),
    "a default scope that the server does not have":
        ("authorization_server: {scopes: [api.read], default_scopes: [api.raed]}",
         "authorization_server.default_scopes[0]", "the authorization server has no scope 'api.raed'",
         "did you mean 'api.read'?"),
    "a default scope of a server without scopes":
        ("authorization_server: {default_scopes: [api.read]}", "authorization_server.default_scopes[0]",
         "the authorization server has no scope 'api.read'", "name it under `scopes`"),
    "a grant for confidential clients given to a public one":
        ("apps: [{type: browser, grant_types: [refresh_token, client_credentials]}]", "apps[0].grant_types[1]",
         "an app of type 'browser' is public, and 'client_credentials' is for those that keep a secret",
         "make the type `service` or `web`"),
    "an app for nobody":
        ("users: [{login: mary}]\napps: [{assigned_to: [marry]}]", "apps[0].assigned_to[0]",
         "no user or group 'marry'", "did you mean 'mary'?"),
    "two users whom nobody can tell apart":
        ("org: {identifiers: [login, num]}\nusers: [{login: a, profile: {num: 7}}, {login: b, profile: {num: '7'}}]",
         "users[1].profile.num", "num '7' is taken, and users are identified by it", "users[0] has it"),
    "a step before anybody is known":
        ("sign_in: [{verify: okta_password}]", "sign_in[0]", "there is nobody yet who could prove anything",
         "begin with `- identify`"),
    "a profile of nobody":
        ("sign_in: [profile, {verify: okta_password}]", "sign_in[0]", "nobody is known yet", "begin with `- identify`"),
    "a second question who it is":
        ("sign_in: [identify, identify]", "sign_in[1]", "the user is identified already", "leave this step out"),
    "a second sign-in in the sign-in":
        ("sign_in: [identify, sign_in]", "sign_in[1]", "this is the sign-in already", "leave this step out"),
    "a new user who is asked for a username":
        ("register: [identify]", "register[0]", "nobody is asked for a username in `register`",
         "begin with `- profile`"),
    "a user with a token who is asked for a username":
        ("activate: [identify]", "activate[0]", "nobody is asked for a username in `activate`", "leave this step out"),
    "a new user who acquires something too early":
        ("register: [{enroll: okta_password}, profile]", "register[0]", "nobody is known yet",
         "begin with `- profile`"),
    "an account that unlocks for anybody":
        ("unlock: [identify, unlock]", "unlock", "nothing has to be proved to unlock an account",
         "add a `verify` step"),
    "an authenticator that nobody has":
        ("users: [{login: a, password: b}]\nsign_in: [identify, {verify: okta_email}]", "sign_in[1].verify",
         "nobody has okta_email", "give some user `enrolled: [okta_email]`"),
    "a choice of which nobody has any":
        ("users: [{login: a, password: b}]\nsign_in: [identify, {verify: {one_of: [okta_email]}}]",
         "sign_in[1].verify.one_of", "nobody has okta_email", "give some user `enrolled: [okta_email]`"),
    "a password form where nobody has one":
        ("users: [{login: a}]\nsign_in: [identify: {with_password: true}]", "sign_in[0].identify",
         "nobody has okta_password", "give some user `password: …`"),
    "an intervention for a user who does not exist":
        ("users: [{login: mary}]\nscript: [{at: {user: marry}, delay_ms: 1}]", "script[0].at.user",
         "no user has the login 'marry', so this never happens", "did you mean 'mary'?"),
    "a remediation at an endpoint without pages":
        ("script: [{at: {endpoint: token, remediation: identify}, delay_ms: 1}]", "script[0].at.remediation",
         "a request to 'token' has no remediation, so this never happens", "leave one of the two conditions out"),
    "a remediation at the endpoint of another":
        ("script: [{at: {endpoint: idx/challenge, remediation: identify}, delay_ms: 1}]", "script[0].at.endpoint",
         "'identify' is submitted to 'idx/identify', so this never happens",
         "leave `endpoint` out, or make it 'idx/identify'"),
    "an ID token where none is sent":
        ("script: [{at: {remediation: identify}, id_token: {omit: true}}]", "script[0].id_token",
         "only a reply of the endpoint 'token' has an ID token, so this never happens",
         "use `at: {endpoint: token}`"),
    "a message where there is no page":
        ("script: [{at: {endpoint: token}, reply: {message: tooManyRequests}}]", "script[0].reply.message",
         "a request to 'token' belongs to no page of the sign-in, so this never happens",
         "use `error:` here, an endpoint that begins with idx/, or a remediation"),
    "two whole replies":
        ("script: [{at: {}, reply: {error: E0000047}, raw: {status: 500}}]", "script[0].raw",
         "`reply` and `raw` each are the whole reply", "leave one of them out"),
    "an operation without its value":
        ("script: [{at: {}, patch: [{op: add, path: /x}]}]", "script[0].patch[0]",
         "the operation 'add' needs 'value'", "add `value:`"),
    "a walk of a user who does not exist":
        ("users: [{login: mary}]\nwalks: {w: [identify: {identifier: marry}, success]}",
         "walks.w[0].identify.identifier", "no user has the login 'marry'", "did you mean 'mary'?"),
    "an answer that no step asks for":
        ("walks: {w: [answer email: {code: $outbox.code}]}", "walks.w[0].answer email",
         "no step asks for okta_email", "add `- verify: okta_email`, or leave the move out"),
    "a reference to nothing":
        ("walks: {w: [answer password: {password: $outbox.cod}]}", "walks.w[0].answer password.password",
         "unknown reference '$outbox.cod'", "did you mean '$outbox.code'?"),
    "a message that Okta does not have":
        ("walks: {w: [message: incorectPassword]}", "walks.w[0].message", "unknown message 'incorectPassword'",
         "did you mean 'incorrectPassword'?"),
    "an error that Okta does not have":
        ("walks: {w: [error: invalid_grants]}", "walks.w[0].error", "unknown error 'invalid_grants'",
         "did you mean 'invalid_grant'?"),
}
# fmt: on


@pytest.mark.parametrize(("text", "field", "message", "hint"), SENSE.values(), ids=SENSE)
def test_a_contradiction_is_one_sentence(text, field, message, hint):
    problem = problem_of(f"about: A test.\n{text}\n")
    assert (problem.field, problem.message, problem.hint) == (field, message, hint)


def test_an_oauth_code_in_a_reply_gets_the_names_of_the_errors_that_have_it():
    problem = problem_of(continued("script: [{at: {}, reply: {error: invalid_grant}}]"))
    assert problem.message == "unknown error 'invalid_grant'"
    assert problem.hint.startswith("errors with that code: invalid_interaction_code, ")


def test_an_unknown_user_may_be_tried_where_the_walk_expects_it_to_fail():
    problem = problem_of(
        continued("""
            walks:
              fails as it should:
                - identify: {identifier: nobody@example.com}
                - message: idx.unknown.user
              fails unexpectedly:
                - identify: {identifier: nobody@example.com}
                - offers: [identify]
            """)
    )
    assert problem.field == "walks.fails unexpectedly[0].identify.identifier"


def test_a_walk_may_name_a_user_by_the_address():
    text = "about: A test.\nusers: [{login: mary, profile: {email: mary@example.com}}]\n"
    problem = problem_of(f"{text}walks: {{w: [identify: {{identifier: Mary@Example.com}}, succes]}}")
    assert problem.message == "unknown move 'succes'"


def test_a_walk_may_expect_what_a_script_makes_the_org_say():
    problem = problem_of(
        continued("""
            script: [{at: {}, raw: {status: 418}}]
            walks: {w: [message: im.a.teapot, error: teapot, status: 99]}
            """)
    )
    assert problem.field == "walks.w[2].status"


def test_problems_come_in_the_order_of_lines():
    lines = [problem.line for problem in problems_of(SIX_MISTAKES)]
    assert lines == sorted(lines)


def test_a_mistake_inside_a_choice_of_forms_is_told_for_the_form_that_was_meant():
    problems = problems_of(continued("walks: {w: {start: {nonse: x}, moves: [sucess]}}"))
    assert [problem.message for problem in problems] == ["unknown key 'nonse'", "unknown move 'sucess'"]


def test_a_long_value_is_cut_short():
    problem = problem_of(continued(f"apps: [{{type: {'x' * 5000}}}]"))
    assert len(problem.message) < 100


def test_at_most_two_hundred_problems_are_listed():
    assert len(problems_of(continued("walks: {w: [" + "foo," * 1000 + "]}"))) == 200


def test_a_walk_may_expect_a_message_that_only_the_scenario_has():
    ends = "sign_in: [identify, {message: {key: acme.closed, text: Closed.}}]\n"
    walk = "walks: {ends: [{identify: {identifier: mary@example.com}}, {message: acme.closed}]}"
    assert parse(continued(ends + walk)).walks
    assert problem_of(continued(ends + walk.replace("{message: acme.closed}", "{message: acme.clsed}"))).hint == (
        "did you mean 'acme.closed'?"
    )
