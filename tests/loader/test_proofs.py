"""What `check` says of steps that can't have a proof of their own."""

import pytest

from mock_okta.loader import parse
from tests.loader.reading import problem_of

# fmt: off
USERS = """\
about: A test.
users:
  - {login: mary@a.test, password: b, enrolled: [okta_email, google_otp, duo, phone_number: {number: "+15551234567"}]}
authenticators: {phone_number: {allowed_for: recovery}, google_otp: {allowed_for: sso}, duo: {allowed_for: none}}
"""
RECOVER = "recover: [identify, {verify: okta_email}, %s, reset]"
MISTAKES = {
    "a phone for recovery at a sign-in":
        ("sign_in: [identify, {verify: phone_number}]", "sign_in[1].verify",
         "phone_number is allowed for recovery alone, so it is never asked for to sign in"),
    "one of each that are needed":
        ("sign_in: [identify, {verify: {all_of: [okta_email, phone_number]}}]", "sign_in[1].verify",
         "phone_number is allowed for recovery alone, so it is never asked for to sign in"),
    "what is for sign-in at the beginning of a recovery":
        ("recover: [identify, {verify: {one_of: [google_otp]}}, reset]", "recover[1].verify",
         "google_otp is allowed for sign-in alone, so it is never asked for there"),
    "what is for recovery as its second proof":
        (RECOVER % "{verify: phone_number}", "recover[2].verify",
         "phone_number is allowed for recovery alone, so it is never asked for there"),
    "what is for nothing":
        ("unlock: [identify, {verify: duo}, unlock]", "unlock[1].verify",
         "duo is allowed for nothing alone, so it is never asked for there"),
    "a second proof that is the first":
        (RECOVER % "{verify: okta_email}", "recover[2].verify",
         "okta_email is proved before, and one proof meets one step of a recovery"),
    "a choice of which all were used":
        (RECOVER % "{verify: {one_of: [okta_email]}}", "recover[2].verify",
         "okta_email is proved before, and one proof meets one step of a recovery"),
    "a proof of what was set up on the way":
        (RECOVER % "{enroll: security_question}, {verify: security_question}", "recover[2]",
         "security_question is to be set up before it is to be proved, which proves nothing"),
    "the same step twice":
        ("sign_in: [identify, {verify: okta_password}, {verify: okta_email}, {verify: okta_email}]",
         "sign_in[3].verify", "an earlier step asks for the same, so this one never asks"),
    "the same choice twice":
        ("sign_in: [identify, {verify: {one_of: [okta_email, google_otp]}}, "
         "{verify: {one_of: [google_otp, okta_email]}}]",
         "sign_in[2].verify", "an earlier step asks for the same, so this one never asks"),
}
GOOD = (
    "sign_in: [identify, {verify: {one_of: [okta_email, phone_number]}}]",
    "sign_in: [{identify: {with_password: true}}, {verify: okta_password}]",
    "sign_in: [identify, {verify: okta_password, when: {group: Everyone}}, {verify: okta_password}]",
    RECOVER % "{verify: google_otp}",
    RECOVER % "{verify: {one_of: [okta_email, google_otp]}}",
    RECOVER % "{verify: security_question}, {enroll: webauthn}",
)
# fmt: on


@pytest.mark.parametrize(("flow", "field", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_step_without_a_proof_of_its_own_is_a_problem(flow, field, message):
    problem = problem_of(f"{USERS}{flow}\n")
    assert (problem.field, problem.message) == (field, message)


@pytest.mark.parametrize("flow", GOOD)
def test_one_that_can_have_one_is_none(flow):
    parse(f"{USERS}{flow}\n")
