"""The switches by which orgs of different years and set-ups differ on the wire, one row each.

A scenario sets them under `wire:`. The first value is the default: what a current org does.
Source: idx-protocol notes 2.2, 4.1, 7.2, 7.3; okta-oauth notes 10.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mock_okta.engine.base.table import table
from mock_okta.engine.model import Scenario


class Switch(Struct, frozen=True):
    """One difference. `values` begin with the default; `about` says who sees it."""

    name: str
    values: tuple[Any, ...]
    about: str


# fmt: off
SWITCHES: dict[str, Switch] = table("name", (
    Switch("authenticator_key", ("present", "omitted"),
           "Orgs of 2020 and 2021 left `key` out of authenticators; clients then go by `type`."),
    Switch("device_names", ("proved", "always"),
           "What a phone is called stands in replies once something is proved, or (before May 2026) always."),
    Switch("lone_email", ("verification_data", "select"),
           "Email as the only factor left: a page that asks before sending, or (older) a list of one."),
    Switch("introspection", ("enrolled", "decided"),
           "Introspection goes on from what was enrolled elsewhere, while a push that was approved is polled for, as "
           "Okta's SDKs for Go and .NET do; or from whatever was decided elsewhere."),
    Switch("recovery", ("continued", "from_password"),
           "Introspection shows a recovery where it is, or (2021) while nothing was picked yet the password's page, "
           "from which it begins again."),
    Switch("lone_enrollment", ("begun", "list", "enrollment_data"),
           "Email as all that a new user has to enrol: the code is sent at once. Elsewhere, and for a phone: a list of "
           "one. Or a list of one for both, or for both a page that asks before anything is sent."),
    Switch("profile_update", ("enroll-profile", "profile-update"),
           "What the form is called that asks for what a known user's profile lacks."),
    Switch("lone_choice", ("offered", "omitted", "always"),
           "Beside the only factor left, once it has begun: the list of one to choose from, unless it is the password; "
           "or (older) nothing; or the list even then (2023)."),
    Switch("user", ("profile", "profile_and_email", "identifier", "id"),
           "How much of the user a reply shows once the user is identified; the oldest orgs show the id alone."),
    Switch("unlock", ("one_page", "identifier_first"),
           "Unlocking an account asks on one page for the username and the authenticator, or for the username first."),
    Switch("wrong_password", ("stays", "restarts", "generic"),
           "After a wrong password the challenge is offered again, or (2020) the identify form; or it is offered again "
           "with no more said than that authentication failed, and status 401 (2024)."),
    Switch("invalid_phone", ("stays", "restarts"),
           "After a number that is none the user types another one, or (before June 2021, and in other words) picks "
           "from the list again."),
    Switch("webauthn_form", ("basic", "full"),
           "A new security key is asked for its attestation alone, or for its transports and extensions too, as where "
           "a passkey is proposed."),
    Switch("custom_app", ("custom_app", "custom_push"),
           "The key of an app of the customer's own; it was called Custom Push at first."),
    Switch("redirect_idp", ("authorize", "sso"),
           "Identity providers on the sign-in page: by the authorize endpoint, or (hosted sign-in) by their own page."),
    Switch("ending", ("interaction_code", "redirect", "remediation"),
           "A sign-in ends with the code, or (hosted sign-in) with where the browser is sent: as a member, or (newer) "
           "as a remediation."),
    Switch("renewal", ("listed", "bare"),
           "Where a password is renewed it is listed as what can be set up, and a warning too says what is recovered; "
           "or (older) neither."),
    Switch("authentication", ("consent", "shown", "address"),
           "What was asked for stands on consent pages alone, or (hosted sign-in) on every page that names the app; "
           "where people come to the dashboard by its address, nothing more is known of it."),
    Switch("state_handle", ("short", "long"),
           "A `stateHandle` of 49 characters, or (2024) one with `~c.` and 1,174 more after it; /login/token/redirect "
           "then takes one that is cut at its `~` too."),
    Switch("registered_address", ("enrolled", "to_enroll"),
           "Where registration has a step that verifies mail: the address of the profile counts as enrolled, as where "
           "recovery mails go to whoever has not enrolled it (2026), or it is listed to be enrolled first."),
    Switch("identifier", ("plain", "required"),
           "The field for the username on the forms that sign in and recover: as most recordings have it, or (2024) "
           "with `required: true`."),
    Switch("display", ("page", "as_sent"),
           "The `display` that `authentication` tells of: `page` where the client has sent none (recorded), or (2024) "
           "nothing then."),
    Switch("issuer", ("named", "identified"),
           "The `issuer` that `authentication` tells of: its name and address, or (2024) its id as well."),
    Switch("poll_without_link", ("enrolling", "never", "always"),
           "Beside a mailed code that came without a link, `poll`: where the address is being enrolled (recorded), or "
           "(2024) nowhere, or everywhere."),
    Switch("strict", (False, True),
           "Refuse request forms that Okta's catalogue forbids but that real SDKs send and real orgs take."),
))
# fmt: on


def setting(scenario: Scenario, name: str) -> Any:
    """What the scenario sets this switch to, or its default."""
    return scenario.wire.get(name, SWITCHES[name].values[0])
