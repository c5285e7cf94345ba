"""Sessions that have come part of the way, and the paths that they went."""

from __future__ import annotations

from typing import Any

from mock_okta_conformance.reference.session import Session
from mock_okta_conformance.reference.verbs import act
from tests.conformance.reference.fake_org import FakeOrg

DISCOVERY = "/oauth2/default/.well-known/openid-configuration"
INTERACT = "/oauth2/default/v1/interact"
INTROSPECT = "/idp/idx/introspect"
TOKEN = "/oauth2/default/v1/token"
USERINFO = "/oauth2/default/v1/userinfo"
REVOKE = "/oauth2/default/v1/revoke"


def started(org: FakeOrg, **settings: Any) -> Session:
    """At the page that asks for a username."""
    session = org.client(**settings).session()
    session.start()
    return session


def at_password(org: FakeOrg, **settings: Any) -> Session:
    """At the page that asks for a password."""
    session = started(org, **settings)
    act(session, "identify", {"identifier": "mary@example.com"})
    return session


def sign_in(org: FakeOrg, **settings: Any) -> Session:
    """At the end."""
    session = at_password(org, **settings)
    act(session, "answer password", {"password": "Abcd1234!"})
    return session
