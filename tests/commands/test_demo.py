import os
import re
import subprocess
import sys

from mock_okta.cli import main


def test_the_demo_tells_a_sign_in_that_ends_in_verified_tokens(capsys):
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    asked = re.findall(r"^   (GET|POST) /(?:oauth2/password-then-email/)?(\S+)", told, re.MULTILINE)
    assert asked == [
        ("GET", ".well-known/openid-configuration"),
        ("POST", "v1/interact"),
        ("POST", "idp/idx/introspect"),
        ("POST", "idp/idx/identify"),
        ("POST", "idp/idx/challenge/answer"),
        ("POST", "idp/idx/challenge"),
        ("POST", "idp/idx/challenge/answer"),
        ("POST", "v1/token"),
        ("GET", "v1/keys"),
    ]
    assert told.count("gets 200") == 9
    assert "The user is signed in" in told
    assert re.search(r"^     preferred_username  mary@example\.com", told, re.MULTILINE)


def test_the_demo_shows_no_whole_secret(capsys):
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    assert "Abcd1234!" not in told
    assert re.findall(r"\b\d{6}\b", told) == []
    assert re.findall(r"eyJ\w{4,}", told) == []
    assert re.findall(r"\b[\w-]{40,}\b", told) == []


def test_the_demo_fits_a_terminal(capsys):
    assert main(["demo"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 110] == []


def test_the_demo_can_be_told_on_any_terminal():
    command = [sys.executable, "-m", "mock_okta.cli", "demo"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"The user is signed in" in done.stdout
