"""Identity providers: which are offered, where the browser is sent, who has an account there.

Source: idx-protocol notes 2.5 (redirect), 3.1 (redirect-idp, redirect-idverify), 7.13; form of `request_uri` from a
recorded one, which is base64url of a handle, a colon, and the id of the identity provider.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from mock_okta.engine.base import ids
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.users import in_order
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import enumeration, policy
from mock_okta.engine.idx.authenticators import AUTHENTICATORS, federated
from mock_okta.engine.model import IdentityProvider, JsonObject, Transaction, User, logins

TYPES = ("OIDC", "SAML2", "GOOGLE", "FACEBOOK", "MICROSOFT", "APPLE", "LINKEDIN", "X509")
REQUEST_URI = "urn:okta:"

OIDC, X509 = "OIDC", "X509"
OF_AUTHENTICATOR = {federated.EXTERNAL: OIDC, federated.SMART_CARD: X509}
"""What kind of identity provider proves an authenticator that no entry of `identity_providers:` is named for."""


# ---------------------------------------------------------------------------------------------------------------------
# Which
# ---------------------------------------------------------------------------------------------------------------------


def by_id(turn: Turn, identity: str) -> IdentityProvider | None:
    """The identity provider of that id; an authenticator's own one has the id of the authenticator."""
    known = next((each for each in turn.state.identity_providers if each.id == identity), None)
    if known is not None:
        return known
    keys = (key for key in OF_AUTHENTICATOR if turn.state.authenticator_ids[key] == identity)
    return next((of_authenticator(turn, key) for key in keys), None)


def routed(turn: Turn, transaction: Transaction) -> IdentityProvider | None:
    """The identity provider to which whoever was named has to go (a routing rule), unless they come from one.

    Whoever is known by another name than their login goes where the login belongs.
    """
    if transaction.idp or transaction.flow != "sign_in" or transaction.identifier is None:
        return None
    user = enumeration.user_shown(turn, transaction)
    named = routed_by(turn, transaction.identifier)
    return named or (routed_by(turn, user.login) if user else None)


def routed_by(turn: Turn, identifier: str) -> IdentityProvider | None:
    """The identity provider that is responsible for the domain of this address."""
    domain = identifier.rpartition("@")[2]
    return next((each for each in turn.state.identity_providers if logins.among(domain, each.domains)), None)


def offered(turn: Turn, transaction: Transaction) -> tuple[IdentityProvider, ...]:
    """Those that the sign-in page offers, in the scenario's order."""
    only = routed(turn, transaction)
    if only is not None:
        return (only,)
    return tuple(each for each in turn.state.identity_providers if each.offered)


def of_authenticator(turn: Turn, key: str) -> IdentityProvider:
    """The one that proves this authenticator: as the scenario says, or one of its own."""
    named = federated.IDENTITY_PROVIDER.find_of(turn, key)
    known = next((each for each in turn.state.identity_providers if each.name == named), None)
    if known is not None:
        return known
    row = AUTHENTICATORS[key]
    identity = turn.state.authenticator_ids[key]
    return IdentityProvider(type=OF_AUTHENTICATOR[key], name=policy.name_of(turn, row), id=identity, offered=False)


def accounts(turn: Turn, idp: IdentityProvider) -> tuple[JsonObject, ...]:
    """Who can be picked there: profiles, each with a `login`."""
    if idp.users is not None:
        return idp.users
    return tuple({"login": user.login, **user.profile} for user in in_order(turn.scenario, turn.state))


def account(turn: Turn, idp: IdentityProvider, login: str) -> JsonObject | None:
    """The account of that login."""
    if idp.users is not None:
        return next((each for each in idp.users if logins.same(str(each.get("login")), login)), None)
    user = logins.user_with(turn.state, login)
    return None if user is None else {"login": user.login, **user.profile}


def user_of(turn: Turn, account: JsonObject) -> User | None:
    """The user of the org who has this account: by whatever identifies users here, by login or by e-mail address.

    What is a login or an address there may be any identifier here; another attribute is compared with itself.
    """
    identifiers = logins.identifiers_of(turn.scenario)
    for name in dict.fromkeys((*identifiers, *logins.IDENTIFIERS)):
        value = str(account.get(name) or "")
        whole = name in logins.IDENTIFIERS
        for mine in dict.fromkeys((*identifiers, *logins.IDENTIFIERS)) if whole else (name,):
            found = logins.users_by(turn.state, mine, value) if value else []
            if found:
                return min(found, key=lambda user: user.login)
    return None


# ---------------------------------------------------------------------------------------------------------------------
# Where to
# ---------------------------------------------------------------------------------------------------------------------


def sign_in_redirects(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """One `redirect-idp` for each identity provider that is offered."""
    for idp in offered(turn, transaction):
        yield _redirect("redirect-idp", idp.type, _named(idp), _sign_in_address(turn, transaction, idp))


def authenticator_redirects(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """The `redirect-idp` that proves or enrols the authenticator in play, which it relates to."""
    challenge = policy.challenge_of(transaction)
    idp = of_authenticator(turn, challenge.authenticator)
    place = AUTHENTICATORS[challenge.authenticator].ceremony_of(challenge).place
    address = _with_query(f"{turn.request.origin}/sso/idps/{idp.id}", stateToken=transaction.handle)
    yield {**_redirect("redirect-idp", idp.type, _named(idp), address), "relatesTo": [f"$.{place}"]}


def _redirect(name: str, kind: str, idp: Mapping[str, str], href: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "idp": idp, "href": href, "method": "GET"}


def _named(idp: IdentityProvider) -> dict[str, str]:
    return {"id": idp.id, "name": idp.name}


def _sign_in_address(turn: Turn, transaction: Transaction, idp: IdentityProvider) -> str:
    if setting(turn.scenario, "redirect_idp") == "sso":
        return _with_query(f"{turn.request.origin}/sso/idps/{idp.id}", stateToken=transaction.handle)
    asked = transaction.asked
    address = turn.endpoint_of(asked.server, "authorize")
    return f"{address}?client_id={asked.client_id}&request_uri={request_uri(transaction, idp)}"


def _with_query(address: str, **query: str) -> str:
    return f"{address}?{urlencode(query)}"


def request_uri(transaction: Transaction, idp: IdentityProvider) -> str:
    """What stands for a sign-in at this identity provider at the authorize endpoint."""
    text = f"{short_handle(transaction)}:{idp.id}"
    return REQUEST_URI + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_request_uri(text: str) -> tuple[str, str] | None:
    """The `stateHandle` up to its `~`, and the id of the identity provider, that a `request_uri` stands for.

    Returns: None for any other text
    """
    encoded = text.removeprefix(REQUEST_URI)
    if encoded == text:
        return None
    try:
        decoded = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return None
    handle, colon, identity = decoded.partition(":")
    return (f"{ids.STATE_HANDLE_PREFIX}{handle}", identity) if colon else None


def short_handle(transaction: Transaction) -> str:
    """The handle without its first letters and its tail: 43 characters that lead to the tenant too."""
    return transaction.handle.removeprefix(ids.STATE_HANDLE_PREFIX).partition(ids.TAIL_MARK)[0]
