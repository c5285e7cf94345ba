"""Mails and texts: test suites for Okta find codes in them by these patterns."""

import re

import pytest

from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, EngineClient, mary, scenario

MAIL = (
    r"Enter a code instead: (\d+)",
    r"enter this code: <b>(\d+)</b>",
    r"enter the verification code: <strong>(\d+)</strong>",
)


def sent(key, name, **more):
    phone = Enrollment(authenticator="phone_number", secret={"number": "+15551232342"})
    step = Step(verb="verify", authenticators=(key,))
    client = EngineClient(scenario(IDENTIFY, step, users=(mary(enrolled=(*mary().enrolled, phone)),)))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.select(name, **more)
    return client.mail


@pytest.mark.parametrize("pattern", MAIL)
def test_a_mailed_code_is_found_by_every_pattern(pattern):
    mail = sent("okta_email", "Email")
    assert re.search(pattern, mail.body)[1] == mail.code


@pytest.mark.parametrize("method", ["sms", "voice"])
def test_a_texted_or_spoken_code_is_found(method):
    text = sent("phone_number", "Phone", methodType=method)
    assert re.search(r"Your verification code is (\d+)", text.body)[1] == text.code
