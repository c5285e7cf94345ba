"""Calls of the control API by which a test plays who is not there.

A person with a phone, an identity provider, a vendor's server, an administrator who gives out tokens.
"""

from __future__ import annotations

from collections.abc import Callable

import flask

from mock_okta.config import Config
from mock_okta.engine.control.devices import UndecidableDevice, decide_device
from mock_okta.engine.control.email_links import UnknownLink, open_link
from mock_okta.engine.control.identity_providers import UndecidableIdp, decide_idp
from mock_okta.engine.control.phones import NothingToDecide, decide
from mock_okta.engine.idx.authenticators.duo import Expired, answer_of_duo
from mock_okta.engine.idx.start_tokens import LIFETIME_S, issue_token
from mock_okta.engine.model import State, logins
from mock_okta.tenant import Tenant
from mock_okta.web import codec
from mock_okta.web.control_input import ControlError, answer, body_object


class Vendors:
    """The views. `tenant` finds one by its id, and refuses an unknown one."""

    def __init__(self, tenant: Callable[[str], Tenant], config: Config) -> None:
        self._tenant = tenant
        self._config = config

    def push(self, id: str) -> flask.Response:
        """Decides what somebody's phone asks: a notification, an enrolment, FastPass."""
        tenant = self._tenant(id)
        wish = body_object({"user": str, "decision": str, "number": str, "device": str}, needs="decision")
        login = wish.get("user") or _only_login(tenant.state)
        details = {name: wish[name] for name in ("number", "device") if name in wish}
        try:
            tenant.change(lambda state: (decide(state, login, wish["decision"], **details), None))
        except NothingToDecide as problem:
            raise ControlError(409, "decision", str(problem), "has the client asked for it yet?") from None
        return answer({"user": login, "decision": wish["decision"]})

    def idp(self, id: str) -> flask.Response:
        """Decides what an identity provider answers from now on; without an answer, its page asks again."""
        tenant = self._tenant(id)
        members = {"idp": str, "login": str, "profile": dict, "cancel": bool, "error": str, "amr": list}
        wish = body_object(members, needs="idp")
        try:
            tenant.change(lambda state: (decide_idp(state, **wish), None))
        except UndecidableIdp as problem:
            raise ControlError(400, "idp", str(problem), "e.g. idp and login") from None
        return answer(wish)

    def link(self, id: str) -> flask.Response:
        """Opens a link that was mailed: the newest, the newest to an address, or one that is named."""
        tenant = self._tenant(id)
        wish = body_object({"to": str, "link": str, "same_browser": bool, "consent": bool})
        link = wish.get("link") or _newest_link(tenant.state, wish.get("to"))
        at, origin = tenant.now(), codec.origin(self._config)
        how = {name: wish[name] for name in ("same_browser", "consent") if name in wish}
        try:
            reply = tenant.change(
                lambda state: open_link(
                    tenant.scenario, state, link, at=at, chance=tenant.chance(), origin=origin, **how
                )
            )
        except UnknownLink as problem:
            raise ControlError(404, "link", str(problem)) from None
        location = next((value for name, value in reply.headers if name == "Location"), None)
        page = reply.body.decode() if isinstance(reply.body, bytes) else None
        return answer({"link": link, "status": reply.status, "location": location, "page": page})

    def token(self, id: str) -> flask.Response:
        """A token with which a user begins elsewhere than at the sign-in page."""
        tenant = self._tenant(id)
        wish = body_object({"user": str, "kind": str, "lifetime_s": (int, float)}, needs="kind")
        login, kind, at = wish.get("user") or _only_login(tenant.state), wish["kind"], tenant.now()
        if kind not in LIFETIME_S:
            raise ControlError(400, "kind", f"there is no kind {kind!r}", f"there are {', '.join(LIFETIME_S)}")
        lifetime_s = wish.get("lifetime_s")
        try:
            token = tenant.change(
                lambda state: issue_token(state, login, kind, at=at, chance=tenant.chance(), lifetime_s=lifetime_s)
            )
        except logins.UnknownUser as problem:
            raise ControlError(404, "user", str(problem)) from None
        return answer({"token": token, "kind": kind, "user": login}, 201)

    def device(self, id: str) -> flask.Response:
        """Lets a device in that shows a code, as its user does at `/activate`, or does not."""
        tenant = self._tenant(id)
        wish = body_object({"user_code": str, "user": str, "allow": bool}, needs="user_code")
        login, allow = wish.get("user") or _only_login(tenant.state), wish.get("allow", True)
        how = {"login": login, "allow": allow, "at": tenant.now(), "origin": codec.origin(self._config)}

        def decided(state: State) -> tuple[State, None]:
            return decide_device(tenant.scenario, state, wish["user_code"], chance=tenant.chance(), **how), None

        try:
            tenant.change(decided)
        except UndecidableDevice as problem:
            hint = "does it still wait, and may the user use its app?"
            raise ControlError(409, "user_code", str(problem), hint) from None
        return answer({"user_code": wish["user_code"], "user": login, "allow": allow})

    def duo(self, id: str) -> flask.Response:
        """What Duo's frame posts to the page once the person has approved."""
        tenant = self._tenant(id)
        token = body_object({"signed_token": str}, needs="signed_token")["signed_token"]
        try:
            signed = answer_of_duo(tenant.scenario, token, tenant.now())
        except (AssertionError, Expired):
            hint = "it is `contextualData.signedToken` of the page, good for five minutes"
            raise ControlError(400, "signed_token", "this is no request of this org", hint) from None
        return answer({"signature_data": signed})


def _newest_link(state: State, to: str | None) -> str:
    links = [mail.link for mail in state.outbox if mail.link and (to is None or logins.same(mail.to, to))]
    if not links:
        raise ControlError(404, "to", "no link has been mailed", "is `to` the address in the user's profile?")
    return links[-1]


def _only_login(state: State) -> str:
    logins = [user.login for user in state.users.values()]
    if len(logins) != 1:
        raise ControlError(400, "user", "user is missing", f"there are {', '.join(logins) or 'none'}"[:500])
    return logins[0]
