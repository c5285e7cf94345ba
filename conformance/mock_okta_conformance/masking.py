"""Taking secrets out of texts that leave the machine."""

from __future__ import annotations

from collections.abc import Mapping

from mock_okta_conformance.verdicts import Finding


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """The text with every secret replaced by its name, e.g. ‹access token›.

    secrets: value → name
    """
    for value in sorted(secrets, key=len, reverse=True):
        if value in text:
            text = text.replace(value, f"‹{secrets[value]}›")
    return text


def masked_finding(finding: Finding, secrets: Mapping[str, str]) -> Finding:
    """The finding without secrets, for a report. secrets: value → name"""
    return Finding(
        outcome=finding.outcome,
        expected=masked(finding.expected, secrets),
        observed=masked(finding.observed, secrets),
        at=tuple(masked(title, secrets) for title in finding.at),
    )
