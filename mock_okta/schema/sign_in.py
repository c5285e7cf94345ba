"""What a sign-in has to prove."""

from __future__ import annotations

from mock_okta.schema.blocks import AUTHENTICATOR, NOTHING, Schema, either, flag, many, record, tagged, word


def step() -> Schema:
    """An entry of `sign_in:`."""
    return either(
        "A step of the sign-in.",
        word("step", ["identify"], "Ask who it is."),
        tagged("A step with its values.", {"identify": _identify(), "verify": _verify()}, title="step"),
    )


def _identify() -> Schema:
    how = record("How it is asked for.", {"with_password": flag("Ask for the password on the same form.", False)})
    return either("Ask who it is.", how, NOTHING)


def _verify() -> Schema:
    one_of = many(AUTHENTICATOR, "One of these is enough.", minItems=1, uniqueItems=True)
    all_of = many(AUTHENTICATOR, "Each of these is needed.", minItems=1, uniqueItems=True)
    several = tagged("Several authenticators.", {"one_of": one_of, "all_of": all_of})
    return either("What has to be proved.", AUTHENTICATOR, several)
