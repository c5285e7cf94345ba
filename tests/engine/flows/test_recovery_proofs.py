"""What recovery and unlock rest on: proofs of what the user has, one for each step, of what is meant for it."""

import json

import pytest

from mock_okta.engine.idx.policy import RECOVERING
from mock_okta.engine.model import Enrollment, Step, UserStatus
from tests.engine.engine_client import EMAIL, IDENTIFY, PASSWORD, EngineClient, flow_scenario, mary

PHONE = Enrollment(authenticator="phone_number", secret={"number": "+15551234567"})
QUESTION = Enrollment(authenticator="security_question", secret={"question": "disliked_food", "answer": "Okta"})
VERIFY = Enrollment(authenticator="okta_verify", secret={"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
ENDS = {"recover": Step(verb="reset"), "unlock": Step(verb="unlock")}
FLOWS = sorted(RECOVERING)


def verify(*keys: str, choice: str = "one_of") -> Step:
    return Step(verb="verify", choice=choice, authenticators=keys)


def begun(flow: str, *steps: Step, has: tuple[Enrollment, ...] = (), settings: dict | None = None) -> EngineClient:
    """Mary at the first page of the flow that lists what can be proved; she has a mail address and what is said."""
    held = mary(status=UserStatus.LOCKED_OUT if flow == "unlock" else UserStatus.ACTIVE)
    held = mary(status=held.status, enrolled=(*held.enrolled, *has))
    flows = {"sign_in": (IDENTIFY, PASSWORD), flow: (IDENTIFY, *steps, ENDS[flow])}
    client = EngineClient(flow_scenario(flows, users=(held,), authenticators=settings or {}))
    client.begin()
    if flow == "recover":
        client.post("identify", identifier="mary@example.com")
        client.post("recover")
    else:
        client.post("unlock-account")
    return client


def picked(client: EngineClient, key: str, **more: str):
    """Picks an authenticator where the flow begins, and says who it is if that is not known yet."""
    who = {"identifier": "mary@example.com"} if client.offered == ["select-authenticator-unlock-account"] else {}
    named = {"id": client.state.authenticator_ids[key], **more}
    return client.post("challenge", authenticator=named, **who)


def labels(client: EngineClient) -> list[str]:
    return [each["displayName"] for each in client.last.body["authenticators"]["value"]]


def is_at_the_end(client: EngineClient) -> bool:
    return "reset-authenticator" in client.offered or "successWithInteractionCode" in client.last.body


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("missing", ["security_question", "google_otp", "webauthn"])
def test_what_is_missing_is_not_set_up_on_the_way(flow, missing):
    client = begun(flow, EMAIL, verify(missing))
    picked(client, "okta_email")
    client.answer(client.mail.code)
    assert client.said == ["oie.assurance.unsatisfiable"]
    assert not any("enroll" in name for name in client.offered)
    assert not is_at_the_end(client)


@pytest.mark.parametrize("flow", FLOWS)
def test_one_proof_meets_one_step(flow):
    client = begun(flow, verify("okta_email", "phone_number"), verify("okta_email", "phone_number"), has=(PHONE,))
    picked(client, "okta_email")
    client.answer(client.mail.code)
    assert labels(client) == ["Phone"]
    assert not is_at_the_end(client)


@pytest.mark.parametrize("choice", ["one_of", "all_of", "two_kinds"])
def test_a_step_takes_what_it_needs_and_leaves_the_rest(choice):
    has = (PHONE, QUESTION)
    first = verify("okta_email", "security_question", choice=choice)
    client = begun("recover", first, verify("okta_email", "phone_number", "security_question"), has=has)
    picked(client, "okta_email")
    client.answer(client.mail.code)
    if choice != "one_of":
        client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Okta"})
    expected = {"one_of": ["Phone", "Security Question"], "all_of": ["Phone"], "two_kinds": ["Phone"]}
    assert labels(client) == expected[choice]


def test_a_step_of_a_sign_in_is_met_by_any_proof():
    steps = (IDENTIFY, PASSWORD, verify("okta_password", "okta_email"))
    client = EngineClient(flow_scenario({"sign_in": steps}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert is_at_the_end(client)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        ({}, {"push"}),
        ({"recovery_methods": ("push", "totp")}, {"push", "totp"}),
        ({"recovery_methods": ("push", "totp", "signed_nonce")}, {"push", "totp", "signed_nonce"}),
        ({"recovery_methods": ("push", "totp"), "methods": ("totp", "signed_nonce")}, {"totp"}),
        ({"methods": ("totp",)}, set()),
    ],
)
def test_okta_verify_begins_with_the_methods_that_the_policy_allows(flow, settings, offered):
    client = begun(flow, verify("okta_email", "okta_verify"), has=(VERIFY,), settings={"okta_verify": settings})
    body = json.dumps(client.last.body["remediation"])
    assert {method for method in ("push", "totp", "signed_nonce") if f'"value": "{method}"' in body} == offered
    for method in ("push", "totp", "signed_nonce"):
        assert (picked(client, "okta_verify", methodType=method).status == 200) is (method in offered)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_page_that_asks_for_the_method_has_no_others(flow):
    client = begun(flow, verify("okta_email", "okta_verify"), has=(VERIFY,))
    picked(client, "okta_verify")
    assert client.offered[0] == "authenticator-verification-data"
    body = json.dumps(client.last.body["remediation"])
    assert '"value": "totp"' not in body
    assert '"value": "signed_nonce"' not in body
    named = {"id": client.state.authenticator_ids["okta_verify"], "methodType": "totp"}
    assert client.post("challenge", authenticator=named).status == 400


def test_as_the_second_proof_it_takes_any_method():
    client = begun("recover", EMAIL, verify("okta_verify"), has=(VERIFY,))
    picked(client, "okta_email")
    client.answer(client.mail.code)
    body = json.dumps(client.last.body["remediation"])
    assert all(f'"value": "{method}"' in body for method in ("push", "totp", "signed_nonce"))


# Where in a flow an authenticator that is used for this can be proved.
USES = {None: "sign-on first second", "any": "sign-on first second", "sso": "sign-on second", "recovery": "first",
        "none": ""}  # fmt: skip


@pytest.mark.parametrize("used_for", USES)
@pytest.mark.parametrize("flow", ["sign_in", *FLOWS])
def test_an_authenticator_is_asked_for_only_where_it_is_used(flow, used_for):
    settings = {"phone_number": {"allowed_for": used_for}} if used_for else {}
    either = verify("okta_email", "phone_number")
    if flow == "sign_in":
        held = mary(enrolled=(*mary().enrolled, PHONE))
        steps = {"sign_in": (IDENTIFY, PASSWORD, either)}
        client = EngineClient(flow_scenario(steps, users=(held,), authenticators=settings))
        client.begin()
        client.post("identify", identifier="mary@example.com")
        client.answer("Abcd1234!")
        assert ("Phone" in labels(client)) is ("sign-on" in USES[used_for])
        return
    client = begun(flow, either, verify("google_otp", "phone_number"), has=(PHONE,), settings=settings)
    assert ("Phone" in labels(client)) is ("first" in USES[used_for])
    picked(client, "okta_email")
    client.answer(client.mail.code)
    assert (client.said == []) is ("second" in USES[used_for])


@pytest.mark.parametrize(("used_for", "asked"), [("any", True), ("recovery", True), ("sso", True), ("none", False)])
def test_the_security_question_may_be_for_recovery_alone_and_is_its_second_proof(used_for, asked):
    settings = {"security_question": {"allowed_for": used_for}}
    client = begun("recover", EMAIL, verify("security_question"), has=(QUESTION,), settings=settings)
    picked(client, "okta_email")
    client.answer(client.mail.code)
    assert ("challenge-authenticator" in client.offered and client.said == []) is asked


def test_what_is_not_for_sign_in_is_not_set_up_for_it():
    steps = {"sign_in": (IDENTIFY, PASSWORD, verify("google_otp", "phone_number"))}
    settings = {"phone_number": {"allowed_for": "recovery"}}
    client = EngineClient(flow_scenario(steps, authenticators=settings))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert client.offered == ["select-authenticator-enroll"]
    assert labels(client) == ["Google Authenticator"]


def test_nor_does_it_make_a_level_reachable():
    settings = {"phone_number": {"allowed_for": "recovery"}}
    held = mary(enrolled=(mary().enrolled[0], PHONE))
    flows = {"sign_in": (IDENTIFY, PASSWORD)}
    client = EngineClient(flow_scenario(flows, users=(held,), authenticators=settings))
    client.begin(acr_values="urn:okta:loa:2fa:any:ifpossible")
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert "select-authenticator-authenticate" not in client.offered
