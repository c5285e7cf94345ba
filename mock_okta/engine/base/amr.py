"""Authentication method references: what kinds of factors the values of `amr` stand for.

Source: Okta's guides "Configure AMR claims mapping" (values by authenticator) and "Configure claims sharing" (what they
count for); RFC 8176 (the other values).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

KNOWLEDGE, POSSESSION, INHERENCE = "knowledge", "possession", "inherence"

KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("pwd", "pin", "kba"), (KNOWLEDGE,)),
    **dict.fromkeys(
        (
            *("email", "sms", "tel", "otp", "oath_otp", "google_otp", "okta_verify", "duo", "symantec", "rsa"),
            *("yubikey", "fed", "sc", "swk", "hwk", "pop", "phr"),
        ),
        (POSSESSION,),
    ),
    **dict.fromkeys(("face", "fpt", "iris", "retina", "vbm"), (INHERENCE,)),
    # "It indicates that the user performed authentication using more than one factor type."
    "mfa": (KNOWLEDGE, POSSESSION),
    **dict.fromkeys(("geo", "mca", "rba", "user", "wia"), ()),
}
"""The values that an identity provider may send, each with the kinds of factors that it stands for."""


def kinds_of(values: Iterable[str]) -> frozenset[str]:
    """The kinds of factors that these values stand for."""
    return frozenset(kind for value in values for kind in KINDS.get(value, ()))
