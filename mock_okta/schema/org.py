"""What an administrator sets up: the org, its authorization server, apps and users."""

from __future__ import annotations

from mock_okta.engine.base.amr import KINDS
from mock_okta.engine.base.wire import SWITCHES
from mock_okta.engine.idx import captcha, enumeration, notices, past_sign_ins, sessions
from mock_okta.engine.model import AppType, UserStatus
from mock_okta.schema import settings
from mock_okta.schema.blocks import (
    Schema,
    absolute_uri,
    either,
    flag,
    formed,
    free,
    many,
    record,
    text,
    whole,
    word,
)
from mock_okta.schema.words import ASSIGNABLE_GRANT_TYPES

YEAR_S = 365 * 86_400
MOST_IDLE_S, MOST_LIFETIME_S = 90 * 86_400, 180 * 86_400
"""Okta's bounds for sessions ("Enforce a limited session lifetime", "How to Manage the Okta Session")."""


CALLBACK = "http://localhost:8080/login/callback"
LINKS = {
    "client_uri": "The app.",
    "logo_uri": "Its logo.",
    "tos_uri": "Its terms of service.",
    "policy_uri": "Its privacy policy.",
}


_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def org() -> Schema:
    """`org:`."""
    network = text("An address, or a network such as 10.0.0.0/8.")
    lifetime = "Seconds for which a remembered device spares the second factor; for ever if left out."
    prevention = "Answer for everybody alike until something is proved, whether they exist and what they have or not."
    return record(
        "Settings of the whole org.",
        {
            "label": text("Name of the org, as users see it."),
            "user_enumeration_prevention": either(
                prevention,
                flag("Where it counts: everywhere, or nowhere.", False),
                many(word("flow", enumeration.WORDS, "A flow."), "In these: `recovery` is unlocking as well."),
            ),
            "identifiers": many(
                text("`login`, or an attribute of profiles."),
                "What users can sign in by, the first that fits counts; `login` and `email` if left out.",
                minItems=1,
                uniqueItems=True,
            ),
            "short_match": flag("Whether the login without its domain will do, where it is one user's.", False),
            "session": _session(),
            notices.SETTINGS: _notification_emails(),
            "sessions": word("value", ("browsers", "all", "none"), "Who stays signed in.", default="browsers"),
            "show_keep_me_signed_in": flag("Show the option to stay signed in before users sign in.", True),
            "mfa_lifetime_s": whole(lifetime, 1, YEAR_S),
            "behavior_detection": _behaviors(),
            "captcha": _captcha(),
            "safe_mode": flag("Nothing can be set up now, as while Okta's servers are under maintenance.", False),
            "zones": free("Networks, by the name of their zone.", additionalProperties=many(network, "Any of them.")),
            "location": free("Where mails say that a browser is, e.g. {city: Paris}.", additionalProperties=_SCALAR),
        },
    )


def _session() -> Schema:
    return record(
        "How long browsers stay signed in.",
        {
            "idle_s": whole(
                "Seconds after its last use at which a session ends.", 1, MOST_IDLE_S, default=sessions.IDLE_S
            ),
            "lifetime_s": whole("Seconds that a session lasts at most; no end if left out.", 1, MOST_LIFETIME_S),
        },
    )


def _notification_emails() -> Schema:
    about = "Which mails Okta sends by itself."
    rows = notices.NOTICES.values()
    return record(about, {row.name: flag(f"Sent when {row.about}.", row.default) for row in rows}, title="mail")


def _behaviors() -> Schema:
    past = "How many of the user's past sign-ins are looked at."
    rows = {
        row.name: whole(past, 0, past_sign_ins.MOST_PAST, default=row.past) for row in past_sign_ins.BEHAVIORS.values()
    }
    return record("What is new of a sign-in, as the conditions of these names have it.", rows)


def _captcha() -> Schema:
    return record(
        "A captcha that guards forms. Any token will do.",
        {
            "type": word("captcha", captcha.VENDORS, "Whose it is.", default="HCAPTCHA"),
            "site_key": text("What the vendor knows the site by."),
            "flows": many(word("flow", captcha.GUARDED, "A flow."), "Whose forms it guards; all if left out."),
        },
        ["site_key"],
    )


def authorization_server() -> Schema:
    """`authorization_server:`."""
    return record(
        "Settings of the authorization server that this scenario is.",
        {
            "audience": text("`aud` of access tokens.", default="api://default"),
            "scopes": many(text("Name of a scope."), "Scopes besides those of OpenID Connect."),
            "default_scopes": many(text("One of `scopes`."), "What a request gets that asks for no scope."),
            "access_token_lifetime_s": whole("Seconds.", 1, YEAR_S, default=3600),
            "refresh_token_window_s": whole(
                "Seconds within which a refresh token has to be used; each use begins them anew.",
                1,
                5 * YEAR_S,
                default=604_800,
            ),
            "refresh_token_lifetime_s": whole(
                "Seconds that a refresh token lasts at most, with those that replace it; no end if left out.",
                1,
                5 * YEAR_S,
            ),
            "interaction_code_flow": flag("Whether the interaction code flow is enabled.", True),
        },
    )


def app() -> Schema:
    """An entry of `apps:`."""
    redirect = absolute_uri("Exact address.", CALLBACK)
    signed_out = absolute_uri("Exact address.", "http://localhost:8080")
    about_type = "`web` and `service` keep a secret, `browser` and `native` are public; nobody signs in to a `service`."
    return record(
        "An OIDC client.",
        {
            "type": word("app type", AppType, about_type, default="web"),
            "label": text("Name of the app."),
            "client_id": formed("Drawn if left out.", r"^[A-Za-z0-9._~-]+$", "a client id", "0oa1abcDEF2ghiJKL3m4"),
            "client_secret": text("Drawn if left out; only for `web` and `service`."),
            "redirect_uris": many(redirect, "Where sign-ins may return to."),
            "loopback_redirects": flag("Allow every loopback address as well.", True),
            "post_logout_redirect_uris": many(signed_out, "Where sign-outs may return to."),
            "grant_types": many(
                word("grant type", ASSIGNABLE_GRANT_TYPES, "Grant type."), "What the app may ask for tokens with."
            ),
            "assigned_to": many(text("A login or a group."), "Who may use the app; everyone if left out."),
            "rotate_refresh_tokens": flag(
                "Replace a refresh token when it is used; if left out, where `type` is `browser` alone."
            ),
            "refresh_leeway_s": whole("Seconds for which a replaced token still works.", 0, 60, default=30),
            "name": text("What kind of app replies call it.", default="oidc_client"),
            "links": record("Addresses that consent pages show.", {name: text(about) for name, about in LINKS.items()}),
            "email_callback_uri": absolute_uri("Where links in mails lead; to a page of Okta's if left out.", CALLBACK),
            "login_uri": absolute_uri("Where links with activation and recovery tokens lead.", CALLBACK),
        },
    )


def identity_provider() -> Schema:
    """An entry of `identity_providers:`."""
    account = free("A profile with a `login`.", properties={"login": text("Of the account.")}, required=["login"])
    return record(
        "Another place that vouches for users.",
        {
            "type": text("Okta's word for it.", examples=["OIDC", "SAML2", "GOOGLE", "FACEBOOK", "X509"]),
            "name": text("As users see it."),
            "id": text("Drawn if left out."),
            "users": many(account, "Who has an account there; every user of the org if left out."),
            "domains": many(text("E.g. example.com."), "Whoever is named with such an address is sent there."),
            "offered": flag("Whether the sign-in page has it.", True),
            "creates": flag("Whether it makes users that the org does not have.", True),
            "links": flag("Whether it may sign in users that the org has.", True),
            "groups": many(text("Name of a group."), "Groups of users that it makes."),
            "required": many(text("Name of an attribute."), "Attributes without which no user is made."),
            "amr": many(word("value of amr", tuple(KINDS), "A value."), "What it is trusted to have proved."),
            "answer": free("What it answers without asking, e.g. {login: …}, {cancel: true}."),
        },
        ["type", "name"],
    )


def user() -> Schema:
    """An entry of `users:`."""
    return record(
        "A person.",
        {
            "login": text("What is typed to sign in."),
            "password": text("Enrols okta_password."),
            "status": word("status", UserStatus, "Status in the Users API.", default="ACTIVE"),
            "profile": _profile(),
            "groups": many(text("Name of a group."), "Groups the person is in."),
            "enrolled": many(settings.of_enrollment(), "Authenticators the person has, besides the password."),
            "assigned": flag("Whether the person may use the apps.", True),
            "email_verified": flag("Whether the address is known to be the person's.", True),
        },
        required=["login"],
    )


def changes_of_user() -> dict[str, Schema]:
    """What may change of a person while the server runs; whatever is not named stays."""
    return {
        "status": word("status", UserStatus, "Status in the Users API."),
        "password": text("Another password."),
        "profile": _profile(),
        "groups": many(text("Name of a group."), "All groups that the person is in then."),
        "enrolled": settings.of_changed_enrollments(),
        "assigned": {"type": "boolean", "description": "Whether the person may use the apps."},
        "email_verified": {"type": "boolean", "description": "Whether the address is known to be the person's."},
    }


def _profile() -> Schema:
    known = {
        "firstName": text("Given name."),
        "lastName": text("Family name."),
        "email": text("Address that codes are mailed to; the login if left out."),
        "locale": text("Such as en_US."),
        "timeZone": text("Such as America/Los_Angeles."),
    }
    return free("Attributes of the person.", properties=known, additionalProperties=_SCALAR)


def wire() -> Schema:
    """`wire:`."""
    return record("How orgs of other years answer.", {name: _switch(name) for name in SWITCHES})


def texts() -> Schema:
    """`texts:`."""
    words = free("By i18n key, or by English label.", additionalProperties=text("What is said instead.", minLength=0))
    return free("By language, e.g. de or pt-BR; en is for everybody else.", additionalProperties=words)


def _switch(name: str) -> Schema:
    row = SWITCHES[name]
    if isinstance(row.values[0], bool):
        return flag(row.about, row.values[0])
    return word("value", row.values, row.about, default=row.values[0])
