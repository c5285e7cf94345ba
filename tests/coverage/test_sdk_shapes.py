"""Every reply of every walk fits into the classes of the typed SDKs."""

from __future__ import annotations

import pytest

from tests.coverage.sdk_shapes import SDKS, complaints
from tests.coverage.walked import pages

AS_ORGS_DO = {
    "Kotlin: $.currentAuthenticator.value.settings.complexity is no complexity, but missing": (
        "the settings of a PIN of a card have lengths and nothing else; the SDK knows no such authenticator"
    ),
}
"""What an SDK cannot hold, and real orgs send all the same."""

PAGE = {
    "version": "1.0.0",
    "expiresAt": "2027-01-15T09:00:00.000Z",
    "remediation": {"value": [{"name": "identify", "method": "POST", "href": "https://a.example/idp/idx/identify"}]},
}


@pytest.mark.parametrize("sdk", SDKS)
def test_every_page_of_every_walk_fits_into_the_classes_of_the_sdk(sdk):
    found = {f"{each}: {complaint}" for each in pages() for complaint in complaints(sdk, each.body)}
    found = {complaint for complaint in found if not complaint.endswith(tuple(AS_ORGS_DO))}
    assert not found, "\n".join(sorted(found)[:40])


@pytest.mark.parametrize("sdk", SDKS)
def test_a_plain_page_fits(sdk):
    assert not list(complaints(sdk, PAGE))


@pytest.mark.parametrize(
    ("sdk", "broken", "complaint"),
    [
        ("Kotlin", {"expiresAt": "2027-01-15T09:00:00Z"}, "$.expiresAt is no time"),
        ("Kotlin", {"app": {"value": {"id": "0oa1", "label": "Shop"}}}, "$.app.value.name is no text, but missing"),
        ("Swift", {"user": {"value": {"profile": {"age": 3}}}}, "$.user.value.profile is no text map"),
        ("Swift", {"remediation": {"value": [{"name": "skip"}]}}, "$.remediation.value[0].method is no text, but"),
        ("Java", {"authenticators": {"value": [{"methods": [{"type": 1}]}]}}, "methods[0].type is no text"),
        ("Go", {"messages": {"value": {}}}, "$.messages.value is no list message"),
        ("Go", {"cancel": []}, "$.cancel is no form"),
    ],
)
def test_a_page_that_the_sdk_cannot_hold_is_complained_about(sdk, broken, complaint):
    assert complaint in " ".join(complaints(sdk, PAGE | broken))
