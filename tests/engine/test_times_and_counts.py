"""Every setting that is a time or a count acts, at either end of the range that the grammar gives it.

The settings are found in the published grammar: a new one without a row in `ACTS` fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from mock_okta.schema import scenario_schema
from tests.engine.acting_settings import (
    MARY,
    OF_AUTHENTICATORS,
    active,
    client_of,
    first_tokens,
    is_in,
    refreshed,
    with_password,
)
from tests.engine.flows.test_new_devices import asked_of, signs_in
from tests.engine.flows.test_prompts import Asked, is_asked, kept, not_now, promoted, signed_in
from tests.engine.flows.test_remembered_devices import is_over, org, typed, with_mail
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import claims_in

LONGEST_IDLE_S = 90 * 86_400


# -- org, authorization server, apps ----------------------------------------------------------------------------------


def a_session_idles(n: int) -> None:
    client = with_password(client_of(f"org: {{session: {{idle_s: {n}}}}}"))
    for later_s, stays in ((n - 1, True), (n - 1, True), (n, False)):
        client.at += later_s
        client.begin()
        assert is_in(client) is stays


def a_session_lasts(n: int) -> None:
    idle_s = min(n, LONGEST_IDLE_S)
    client = with_password(client_of(f"org: {{session: {{idle_s: {idle_s}, lifetime_s: {n}}}}}"))
    ends_at = client.at + n
    while client.at + idle_s < ends_at:
        client.at += idle_s - 1
        client.begin()
    for at, stays in ((ends_at - 1, True), (ends_at, False)):
        client.at = at
        client.begin()
        assert is_in(client) is stays


def an_access_token_lasts(n: int) -> None:
    client, body = first_tokens(f"authorization_server: {{access_token_lifetime_s: {n}}}")
    assert body["expires_in"] == n
    client.at += n - 1
    assert active(client, body["access_token"])
    client.at += 1
    assert not active(client, body["access_token"])


def a_refresh_token_has_to_be_used_within(n: int) -> None:
    client, body = first_tokens(f"authorization_server: {{refresh_token_window_s: {n}}}")
    token = body["refresh_token"]
    for _ in range(3):
        client.at += n - 1
        token = refreshed(client, token)["refresh_token"]
    client.at += n
    assert refreshed(client, token)["error"] == "invalid_grant"


def a_refresh_token_lasts(n: int) -> None:
    lines = f"authorization_server: {{refresh_token_window_s: {n}, refresh_token_lifetime_s: {n}}}"
    client, body = first_tokens(lines)
    token = body["refresh_token"]
    client.at += n - 1
    token = refreshed(client, token)["refresh_token"]
    client.at += 1
    assert refreshed(client, token)["error"] == "invalid_grant"


def a_replaced_token_works_for(n: int) -> None:
    client, body = first_tokens(f"apps: [{{type: browser}}, {{type: browser, refresh_leeway_s: {n}}}]")
    refreshed(client, body["refresh_token"])
    client.at += n
    assert "access_token" in refreshed(client, body["refresh_token"])
    client.at += 1
    assert refreshed(client, body["refresh_token"])["error"] == "invalid_grant"


# -- steps and scripts ------------------------------------------------------------------------------------------------


def put_off_for_days(n: int) -> None:
    flow = f"sign_in: [identify, {{verify: okta_password}}, {{enroll: {{in_grace: {{google_otp: {{days: {n}}}}}}}}}]"
    client = client_of(flow, "org: {sessions: none}")
    with_password(client)
    for later_s, may_skip in ((n * 86_400 - 1, True), (1, False)):
        client.at += later_s
        with_password(client)
        assert ("skip" in client.offered) is may_skip


def put_off_so_often(n: int) -> None:
    flow = f"sign_in: [identify, {{verify: okta_password}}, {{enroll: {{in_grace: {{google_otp: {{skips: {n}}}}}}}}}]"
    client = client_of(flow, "org: {sessions: none}")
    for _ in range(n):
        with_password(client).post("skip")
        assert is_in(client)
        client.at += 86_400  # once a day
    assert "skip" not in with_password(client).offered


def comes_again_after(prompt: Callable[[int], Asked], unit_s: int) -> Callable[[int], None]:
    def acts(n: int) -> None:
        asked = prompt(n)
        client = signed_in(asked)
        not_now(client, asked)
        if n:
            client.at += n * unit_s - 1
            assert not is_asked(signed_in(asked, client), asked)
            client.at += 1
        assert is_asked(signed_in(asked, client), asked)

    return acts


def comes_so_often(n: int) -> None:
    asked = promoted(skip_limit=n, cooldown_days=0)
    client = signed_in(asked)
    for _ in range(n or 150):  # 0 is for ever
        not_now(client, asked)
        signed_in(asked, client)
    assert is_asked(client, asked) is (n == 0)


def spares_a_factor_for(n: int) -> None:
    browser = with_mail(typed(Visitor(org(mfa_lifetime_s=n, sessions="none")), rememberMe=True))
    browser.at += n - 1
    assert is_over(typed(browser))
    browser.at += 1
    assert not is_over(typed(browser))


def looks_at_past(behavior: str) -> Callable[[int], None]:
    def acts(n: int) -> None:
        client = asked_of(behavior, behavior_detection={behavior: n})
        signs_in(client, "10.0.0.1")
        for _ in range(n - 1):
            signs_in(client, "10.0.0.2")
        assert signs_in(client, "10.0.0.1") is (n == 0)
        for _ in range(n):
            signs_in(client, "10.0.0.2")
        assert signs_in(client, "10.0.0.1")

    return acts


def held_for(n: int) -> None:
    client = client_of(f"sign_in: [{{hold: {{for_s: {n}}}}}, identify, {{verify: okta_password}}]")
    client.begin()
    began_at = client.at
    while client.at < began_at + n - 1:
        client.at = min(client.at + 240, began_at + n - 1)
        client.post("poll")
    assert "poll" in client.offered
    client.at += 1
    client.post("poll")
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert is_in(client)


def an_attribute_has(bound: str, more: int) -> Callable[[int], None]:
    """more: how much longer than the bound is too long (1), or too short (-1)"""

    def check(n: int) -> None:
        flow = (
            f"sign_in: [identify, {{verify: okta_password}}, {{profile: {{fields: [{{name: team, {bound}: {n}}}]}}}}]"
        )
        fits = []
        for length in (n, n + more):
            client = with_password(client_of(flow))
            client.post("enroll/update", userProfile={"team": "x" * max(length, 0)})
            fits.append(is_in(client))
        assert fits == [True, n == 0]

    return check


def acts_at_attempt(n: int) -> None:
    client = client_of(f"script: [{{at: {{endpoint: keys, attempt: {n}}}, raw: {{status: 418}}}}]")
    entry = f"{client.state.script[0].id}"
    assert client.send("keys", method="GET").status == (418 if n == 1 else 200)
    counted = {key: n - 1 for key in client.state.attempts if key.startswith(entry)}
    assert counted or n == 1
    client.state = replace(client.state, attempts=client.state.attempts.filled(counted))
    assert n == 1 or client.send("keys", method="GET").status == 418


def told_to_wait(n: int) -> None:
    client = client_of(f"script: [{{at: {{endpoint: keys}}, reply: {{error: too_many_requests, retry_after_s: {n}}}}}]")
    assert dict(client.send("keys", method="GET").headers)["Retry-After"] == str(n)


def answered_late(n: int) -> None:
    client = client_of(f"script: [{{at: {{endpoint: keys}}, delay_ms: {n}}}]")
    assert client.send("keys", method="GET").delay_ms == n


def an_id_token_ends(n: int) -> None:
    _, body = first_tokens(f"script: [{{at: {{endpoint: token}}, id_token: {{shift: {{exp: {n}}}}}}}]")
    assert claims_in(body["id_token"])["exp"] == 1_800_000_000 + 3600 + n


# fmt: off
ACTS: Mapping[str, Callable[[int], None]] = {
    **OF_AUTHENTICATORS,
    "authorization_server.access_token_lifetime_s": an_access_token_lasts,
    "authorization_server.refresh_token_window_s": a_refresh_token_has_to_be_used_within,
    "authorization_server.refresh_token_lifetime_s": a_refresh_token_lasts,
    "apps.refresh_leeway_s": a_replaced_token_works_for,
    "org.session.idle_s": a_session_idles,
    "org.session.lifetime_s": a_session_lasts,
    "org.mfa_lifetime_s": spares_a_factor_for,
    "org.behavior_detection.new_device": looks_at_past("new_device"),
    "org.behavior_detection.new_ip": looks_at_past("new_ip"),
    "keep_me_signed_in.prompt_frequency_s": comes_again_after(lambda n: kept(prompt_frequency_s=n), 1),
    "promote.cooldown_days": comes_again_after(lambda n: promoted(cooldown_days=n), 86_400),
    "promote.skip_limit": comes_so_often,
    "enroll.in_grace.days": put_off_for_days,
    "enroll.in_grace.skips": put_off_so_often,
    "profile.fields.min_length": an_attribute_has("min_length", -1),
    "profile.fields.max_length": an_attribute_has("max_length", 1),
    "hold.for_s": held_for,
    "at.attempt": acts_at_attempt,
    "reply.retry_after_s": told_to_wait,
    "id_token.shift": an_id_token_ends,
    "delay_ms": answered_late,
}
# fmt: on
NO_TIME_NO_COUNT = ("status", "params")
"""Numbers that are neither."""
_INSIDE = ("properties", "anyOf", "items", "additionalProperties")


def settings_in(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The whole numbers that a scenario may say, by where they are said; those of walks are no settings."""
    if isinstance(schema, list):
        for each in schema:
            yield from settings_in(each, path)
    elif isinstance(schema, dict):
        if schema.get("type") == "integer" and path[-1] not in NO_TIME_NO_COUNT:
            yield named(path), schema
        for name, each in schema.items():
            if not (len(path) == 0 and name == "walks") and name not in ("move", "walk", "default", "examples"):
                yield from settings_in(each, path if name in _INSIDE or name == "$defs" else (*path, name))


def named(path: tuple[str, ...]) -> str:
    """The place of a setting: below a step or an entry of a script, of whichever flow, and of any authenticator."""
    for start in ("enrolled", "step", "intervention"):
        if start in path:
            path = path[path.index(start) + (start != "enrolled") :]
    return ".".join(path if "in_grace" not in path else (*path[:2], path[-1]))


FOUND = dict(settings_in(scenario_schema()))
ENDS = [(name, FOUND[name][end]) for name in ACTS if name in FOUND for end in ("minimum", "maximum")]


def test_every_setting_that_is_a_time_or_a_count_is_shown_to_act():
    assert sorted(ACTS) == sorted(FOUND)


@pytest.mark.parametrize(("name", "value"), ENDS)
def test_a_time_or_a_count_acts_at_either_end_of_its_range(name, value):
    ACTS[name](value)
