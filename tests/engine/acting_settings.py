"""What shows that a time or a count acts that a scenario sets for an authenticator or an enrolment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.control.phones import decide
from mock_okta.engine.idx.authenticators.totp import Generator
from mock_okta.engine.model import State
from mock_okta.loader import parse
from mock_okta.user_changes import change_user
from mock_okta_conformance.reference.soft_key import SoftKey
from tests.engine.authenticators.test_webauthn import PAGE, enrollment_of
from tests.engine.engine_client import VERIFIER, EngineClient
from tests.engine.flows.visitor import Visitor
from tests.engine.right_answers import RightAnswers

MARY = "mary@example.com"
MAIL = "sign_in: [identify, {verify: okta_email}]"
TEXT = "sign_in: [identify, {verify: phone_number}]"
CODE = "JBSWY3DPEHPK3PXP"
LATEST = 4_000_000_000
"""Epoch seconds that a clock may show."""


def client_of(*lines: str, enrolled: str = 'okta_email, phone_number: {number: "+15551234567"}') -> Visitor:
    """Mary's browser at an org that is set up like this, and by default for whatever does not matter here."""
    user = f"users: [{{login: {MARY}, password: Abcd1234!, enrolled: [{enrolled}]}}]"
    return Visitor(parse("\n".join(("about: A test.", user, *lines))))


def identified(client: Visitor) -> Visitor:
    client.begin()
    client.post("identify", identifier=MARY)
    return client


def with_password(client: Visitor) -> Visitor:
    """Signs in with the password, and keeps the cookies."""
    identified(client).answer("Abcd1234!")
    for name, value in client.last.headers:
        if name == "Set-Cookie":
            client.keep(value)
    return client


def at_the_mail(client: Visitor) -> Visitor:
    identified(client).select("Email")
    return client


def at_the_text(client: Visitor) -> Visitor:
    identified(client).select("Phone", methodType="sms")
    return client


def is_in(client: EngineClient) -> bool:
    return "successWithInteractionCode" in client.last.body


def tokens(client: Visitor, **fields: str) -> Mapping[str, Any]:
    """The token reply to these fields; after a sign-in with offline_access to none."""
    if not fields:
        code = client.last.body["successWithInteractionCode"]["value"]
        found = next(each["value"] for each in code if each["name"] == "interaction_code")
        fields = {"grant_type": "interaction_code", "interaction_code": found, "code_verifier": VERIFIER}
    return client.form("token", **fields).body


def first_tokens(*lines: str) -> tuple[Visitor, Mapping[str, Any]]:
    client = client_of(*lines)
    client.begin(scope="openid offline_access")
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    return client, tokens(client)


def refreshed(client: Visitor, token: str) -> Mapping[str, Any]:
    return tokens(client, grant_type="refresh_token", refresh_token=token)


def active(client: Visitor, token: str) -> bool:
    return client.form("introspect", token=token).body["active"]


# -- authenticators ---------------------------------------------------------------------------------------------------


def so_many_wrong_passwords_lock_out(n: int) -> None:
    client = client_of(f"authenticators: {{okta_password: {{max_attempts: {n}}}}}")
    identified(client)
    for _ in range(n):
        client.answer("wrong")
        assert client.said == ["incorrectPassword"]
    assert (client.answer("Abcd1234!").status, client.said) == (400, ["errors.E0000004"])


def a_locked_account_opens_after(n: int) -> None:
    client = client_of(f"authenticators: {{okta_password: {{max_attempts: 1, unlock_after_s: {n}}}}}")
    identified(client).answer("wrong")
    client.at += n - 1 if n else 100 * 86_400
    assert not is_in(with_password(client))
    client.at += 1
    assert is_in(with_password(client)) is (n > 0)


def who_has_so_many_days_left_is_warned(n: int) -> None:
    for days in {n, min(n + 1, 999)}:
        held = f"okta_password: {{days_to_expiry: {days}}}"
        client = client_of(f"authenticators: {{okta_password: {{warn_days: {n}}}}}", enrolled=held)
        assert is_in(with_password(client)) is (days > n)


def so_many_days_are_left(n: int) -> None:
    held = f"okta_password: {{days_to_expiry: {n}}}"
    client = with_password(client_of("authenticators: {okta_password: {warn_days: 999}}", enrolled=held))
    assert client.last.body["currentAuthenticator"]["value"]["settings"]["daysToExpiry"] == n


def takes(rules: str, *passwords: str, secret: Mapping[str, Any] | None = None) -> list[bool]:
    """Which of these may be the new password of somebody whose password has expired."""
    found = []
    for password in passwords:
        client = client_of(f"authenticators: {{okta_password: {rules}}}")
        user = next(iter(client.state.users.values()))
        if secret is not None:
            user = replace(user, enrolled=(replace(user.enrolled[0], secret=secret),))
        client.state = with_user(client.state, user, status="PASSWORD_EXPIRED")
        found.append(is_in(with_password(client)) or client.answer(password).status == 200)
    return found


def with_user(state: State, user: Any, status: str) -> State:
    return replace(state, users=state.users.set(user.id, replace(user, status=type(user.status)(status))))


NOTHING_ELSE = "minLowerCase: 0, minUpperCase: 0, minNumber: 0, minSymbol: 0, minLength: 4"


def so_many(rule: str, letter: str, other: str) -> Callable[[int], None]:
    """So many characters of a kind are wanted: as many are taken, and one that is another instead is not."""

    def check(n: int) -> None:
        rules = f"{{complexity: {{{NOTHING_ELSE}, {rule}: {n}}}}}".replace(f"{rule}: 0, ", "")
        enough = (letter * n).ljust(4, other)
        one_less = (letter * max(n - 1, 0)).ljust(max(n, 4), other)
        assert takes(rules, enough, one_less) == [True, n == 0]

    return check


def a_password_is_so_long(n: int) -> None:
    assert takes(f"{{complexity: {{minLength: {n}}}}}", "aA1".ljust(n, "x"), "aA1".ljust(n - 1, "x")) == [True, False]


def a_character_repeats_so_often(n: int) -> None:
    rules = f"{{complexity: {{{NOTHING_ELSE}, maxConsecutiveRepeatingCharacters: {n}}}}}"
    assert takes(rules, "a" * n + "bcd"[: 72 - n], "a" * (n + 1) + "bcd") == [True, False]


def so_many_last_passwords_are_refused(n: int) -> None:
    secret = {"password": "Abcd1234!", "history": tuple(f"Before{number}!" for number in range(1, 40))}
    assert takes(f"{{age: {{historyCount: {n}}}}}", f"Before{n}!", secret=secret) == [True]
    if n:
        last = f"Before{n - 1}!" if n > 1 else "Abcd1234!"
        assert takes(f"{{age: {{historyCount: {n}}}}}", last, secret=secret) == [False]


def a_password_is_so_old(n: int) -> None:
    """A password that is about to expire is changed, and changed again."""
    client = client_of(f"authenticators: {{okta_password: {{age: {{minAgeMinutes: {n}, historyCount: 0}}}}}}")

    def changes(before: str, after: str) -> bool:
        said = {"enrolled": {"okta_password": {"days_to_expiry": 1}}}
        client.state, _ = change_user(client.scenario, client.state, MARY, said, at=client.at, chance=f"{client.at}")
        client.headers.pop("cookie", None)
        identified(client).answer(before)
        return client.answer(after).status == 200

    assert changes("Abcd1234!", "Efgh5678!")
    client.at += max(n * 60 - 1, 0)
    assert changes("Efgh5678!", "Ijkl9012!") is (n == 0)
    client.at += 1
    assert n == 0 or changes("Efgh5678!", "Ijkl9012!")


def a_code_is_so_long(key: str, page: Callable[[Visitor], Visitor], flow: str) -> Callable[[int], None]:
    def check(n: int) -> None:
        client = page(client_of(f"authenticators: {{{key}: {{code_length: {n}}}}}", flow))
        assert len(client.mail.code or "") == n
        client.answer(client.mail.code or "")
        assert is_in(client)

    return check


def a_code_works_so_long(key: str, page: Callable[[Visitor], Visitor], flow: str) -> Callable[[int], None]:
    def check(n: int) -> None:
        for later_s in (n - 1, n):
            client = page(client_of(f"authenticators: {{{key}: {{code_lifetime_s: {n}}}}}", flow))
            client.at += later_s
            client.answer(client.mail.code or "")
            assert is_in(client) is (later_s < n)

    return check


def so_many_mails_a_minute(n: int) -> None:
    client = at_the_mail(client_of(f"authenticators: {{okta_email: {{max_per_minute: {n}}}}}", MAIL))
    assert [client.post("challenge/resend").status for _ in range(n - 1)] == [200] * (n - 1)
    assert (client.post("challenge/resend").status, client.said) == (429, ["tooManyRequests"])
    client.at += 60
    assert client.post("challenge/resend").status == 200


def so_many_codes_an_hour(n: int) -> None:
    client = client_of(f"authenticators: {{phone_number: {{max_per_hour: {n}, resend_after_s: 0}}}}", TEXT)
    at_the_text(client)
    assert [client.post("challenge/resend").status for _ in range(n - 1)] == [200] * (n - 1)
    assert (client.post("challenge/resend").status, client.said) == (429, ["errors.E0000150"])
    client.at += 3600
    assert at_the_text(client).last.status == 200


def so_long_between_two_codes(n: int) -> None:
    client = at_the_text(client_of(f"authenticators: {{phone_number: {{resend_after_s: {n}}}}}", TEXT))
    client.at += max(n - 1, 0)
    assert at_the_text(client).last.status == (429 if n else 200)
    client.at += 1
    assert at_the_text(client).last.status == 200


def a_page_waits_so_long_at_a_port(n: int) -> None:
    client = client_of(
        f"authenticators: {{okta_verify: {{probe_timeout_ms: {n}, methods: [signed_nonce]}}}}",
        "sign_in: [identify, {verify: okta_verify}]",
        enrolled="okta_verify",
    )
    identified(client)
    assert f"'probeTimeoutMillis': {n}" in str(client.last.body)


def token_of(rules: str, code: str, later_s: float = 0.0) -> bool:
    """Whether a code of Mary's token is taken after so many seconds. rules: of the org"""
    flow = "sign_in: [identify, {verify: custom_otp}]"
    client = client_of(f"authenticators: {{custom_otp: {rules}}}", flow, enrolled=f"custom_otp: {{secret: {CODE}}}")
    client.at += later_s
    identified(client).answer(code)
    return is_in(client)


def token(**facts: int) -> Generator:
    return Generator(**{"algorithm": "HMacSHA256", "digits": 6, "interval_s": 30, **facts})


def code_at(generator: Generator, step: int = 0) -> str:
    """The code of now, or of so many steps before or after."""
    return generator.code(CODE, generator.step_at(1_800_000_000.0) + step)


def a_token_has_so_many_digits(n: int) -> None:
    code = code_at(token(digits=n))
    assert [len(code), token_of(f"{{digits: {n}}}", code)] == [n, True]


def a_token_changes_every(n: int) -> None:
    rules, code = f"{{interval_s: {n}, tolerance: 0}}", code_at(token(interval_s=n))
    left_s = n - 1_800_000_000 % n
    assert [token_of(rules, code, left_s - 1), token_of(rules, code, left_s)] == [True, False]


def so_many_steps_are_taken(n: int) -> None:
    taken = [token_of(f"{{tolerance: {n}}}", code_at(token(), step)) for step in (-n - 1, -n, n, n + 1)]
    assert taken == [False, True, True, False]


def a_pin_has_at_least(n: int) -> None:
    assert [pin_is_taken(f"{{min_length: {n}, max_length: 16}}", "1" * length) for length in (n - 1, n)] == [
        False,
        True,
    ]


def a_pin_has_at_most(n: int) -> None:
    assert [pin_is_taken(f"{{max_length: {n}}}", "1" * length) for length in (n, n + 1)] == [True, False]


def pin_is_taken(rules: str, pin: str) -> bool:
    flow = "sign_in: [identify, {verify: okta_password}, {enroll: nfc_pin}]"
    client = with_password(client_of(f"authenticators: {{nfc_pin: {rules}}}", flow))
    client.select("NFC")
    client.state = decide(client.state, MARY, "tapped")
    client.post("authenticators/poll")
    client.answer(pin)
    return is_in(client)


def a_key_has_signed_so_often(n: int) -> None:
    """A key whose counter has not moved on was copied, so that none gets past the highest number."""
    key = SoftKey(origin=PAGE)
    said = enrollment_of(key, sign_count=n).secret
    held = ", ".join(f"{name}: {value}" for name, value in said.items())
    client = identified(client_of("sign_in: [identify, {verify: webauthn}]", enrolled=f"webauthn: {{{held}}}"))
    form = next(each for each in client.last.body["remediation"]["value"] if each["name"] == "challenge-authenticator")
    client.post("challenge/answer", **RightAnswers(client, key=key).filled(form, lambda options: options[0]))
    assert is_in(client) is (n == 0)


def an_access_code_ends_at(n: int) -> None:
    """As far as a clock goes."""
    flow = "sign_in: [identify, {verify: {one_of: [tac, okta_password]}}]"
    for at, works in ((n - 1, n > 0), (n, n > LATEST)):
        client = client_of(flow, enrolled=f"tac: {{code: Xy12, expires_at: {n}}}")
        client.at = float(max(0, min(at, LATEST)))
        identified(client)
        assert ("Temporary Access Code" in str(client.last.body)) is works


# fmt: off
OF_AUTHENTICATORS: Mapping[str, Callable[[int], None]] = {
    "authenticators.okta_password.max_attempts": so_many_wrong_passwords_lock_out,
    "authenticators.okta_password.unlock_after_s": a_locked_account_opens_after,
    "authenticators.okta_password.warn_days": who_has_so_many_days_left_is_warned,
    "authenticators.okta_password.complexity.minLength": a_password_is_so_long,
    "authenticators.okta_password.complexity.minLowerCase": so_many("minLowerCase", "a", "A"),
    "authenticators.okta_password.complexity.minUpperCase": so_many("minUpperCase", "A", "a"),
    "authenticators.okta_password.complexity.minNumber": so_many("minNumber", "1", "a"),
    "authenticators.okta_password.complexity.minSymbol": so_many("minSymbol", "!", "a"),
    "authenticators.okta_password.complexity.maxConsecutiveRepeatingCharacters": a_character_repeats_so_often,
    "authenticators.okta_password.age.minAgeMinutes": a_password_is_so_old,
    "authenticators.okta_password.age.historyCount": so_many_last_passwords_are_refused,
    "authenticators.okta_email.code_length": a_code_is_so_long("okta_email", at_the_mail, MAIL),
    "authenticators.okta_email.code_lifetime_s": a_code_works_so_long("okta_email", at_the_mail, MAIL),
    "authenticators.okta_email.max_per_minute": so_many_mails_a_minute,
    "authenticators.phone_number.code_length": a_code_is_so_long("phone_number", at_the_text, TEXT),
    "authenticators.phone_number.code_lifetime_s": a_code_works_so_long("phone_number", at_the_text, TEXT),
    "authenticators.phone_number.resend_after_s": so_long_between_two_codes,
    "authenticators.phone_number.max_per_hour": so_many_codes_an_hour,
    "authenticators.okta_verify.probe_timeout_ms": a_page_waits_so_long_at_a_port,
    "authenticators.custom_otp.digits": a_token_has_so_many_digits,
    "authenticators.custom_otp.interval_s": a_token_changes_every,
    "authenticators.custom_otp.tolerance": so_many_steps_are_taken,
    "authenticators.nfc_pin.min_length": a_pin_has_at_least,
    "authenticators.nfc_pin.max_length": a_pin_has_at_most,
    "enrolled.okta_password.days_to_expiry": so_many_days_are_left,
    "enrolled.webauthn.sign_count": a_key_has_signed_so_often,
    "enrolled.tac.expires_at": an_access_code_ends_at,
}
"""By where it is said: what passes where this value, of whichever there may be, acts."""
# fmt: on
