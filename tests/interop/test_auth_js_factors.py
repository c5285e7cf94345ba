"""Each authenticator with okta-auth-js 8: proved as a second factor, and enrolled on the way in."""

from __future__ import annotations

import pytest

from tests.interop.orgs import SECRET, password_then
from tests.interop.programs import Programs, told
from tests.interop.running import NewTenant

pytestmark = pytest.mark.interop

SMS = {"authenticator": "phone_number", "methodType": "sms"}
VOICE = {"authenticator": "phone_number", "methodType": "voice"}


@pytest.mark.parametrize(
    ("chosen", "methods"),
    [
        ({"authenticator": "okta_email", "methodType": "email"}, ["email", "mfa", "pwd"]),
        (SMS, ["mfa", "pwd", "sms"]),
        (VOICE, ["mfa", "pwd", "tel"]),
        ({"authenticator": "security_question"}, ["kba", "pwd"]),
        ({"authenticator": "google_otp"}, ["google_otp", "mfa", "otp", "pwd"]),
        ({"authenticator": "okta_verify", "methodType": "totp"}, ["mfa", "okta_verify", "otp", "pwd"]),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_it_is_the_second_factor(
    programs: Programs, new_tenant: NewTenant, chosen: dict[str, str], methods: list[str]
) -> None:
    key = chosen["authenticator"]
    org = new_tenant(yaml=password_then({"verify": key}, has=[key]))

    *_, asked, done = programs.run("second_factor", **told(org, factor=chosen, secret=SECRET))

    assert asked["step"] == "challenge-authenticator"
    assert asked["authenticator"] == key
    assert done["status"] == "SUCCESS", done
    assert sorted(done["claims"]["amr"]) == methods


@pytest.mark.parametrize(
    "chosen",
    [
        SMS | {"phoneNumber": "+15555550123"},
        VOICE | {"phoneNumber": "+15555550123"},
        {"authenticator": "okta_email", "methodType": "email"},
        {"authenticator": "security_question"},
        {"authenticator": "google_otp"},
        {"authenticator": "webauthn"},
    ],
    ids=lambda chosen: "-".join(list(chosen.values())[:2]),
)
def test_it_is_enrolled_and_is_the_second_factor_from_then_on(
    programs: Programs, new_tenant: NewTenant, chosen: dict[str, str]
) -> None:
    key = chosen["authenticator"]
    patient = {"phone_number": {"resend_after_s": 0}}
    org = new_tenant(yaml=password_then({"enroll": key}, {"verify": key}, authenticators=patient))

    outcome = programs.run("enroll_factor", **told(org, factor=chosen))

    *_, asked, enrolled = outcome["enrolling"]
    assert asked["step"] == "enroll-authenticator"
    assert enrolled["status"] == "SUCCESS", enrolled
    assert outcome["verifying"][-1]["status"] == "SUCCESS", outcome["verifying"]
