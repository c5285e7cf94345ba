"""One request being answered.

`advance` maps an immutable state to the next one. In between, the functions that answer one request share a `Turn`: it
holds the state as it stands, and what was written so far, which a refusal takes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mock_okta.engine.base import ids, retention
from mock_okta.engine.base.write_set import Draft, Writes
from mock_okta.engine.model import App, Mail, Request, Scenario, State, Transaction, User, logins

UserChange = Callable[["Turn", User | None, User], None]
"""What follows from a change of a user: the user before, None for a new one, and after."""


class Turn:
    """The scenario, the request, and the state as changed so far; what is drawn, nobody else has drawn or will.

    follow: does what follows from each change of a user
    unapplied: what an intervention asked for and this request had no place for, e.g. "patch[0]: nothing is at /user"
    """

    __slots__ = ("_draft", "_drawn", "_follow", "_sent", "request", "scenario", "unapplied")

    def __init__(self, scenario: Scenario, state: State, request: Request, *, follow: UserChange | None = None) -> None:
        self.scenario = scenario
        self.request = request
        self._draft = Draft(state)
        self._sent = 0
        self._drawn = 0
        self._follow = follow
        self.unapplied: list[str] = []

    @property
    def state(self) -> State:
        """The state as it stands, to be looked at now, not to be kept: it changes with the next write."""
        return self._draft.state

    @property
    def now(self) -> float:
        """Epoch seconds on the tenant's clock."""
        return self.request.at

    def issuer_of(self, server: str) -> str:
        """The issuer of a custom authorization server, or of the org server if `server` is empty."""
        return f"{self.request.origin}/oauth2/{server}" if server else self.request.origin

    def endpoint_of(self, server: str, name: str) -> str:
        """The absolute address of an OAuth endpoint, e.g. `https://host/oauth2/default/v1/token`."""
        middle = f"/oauth2/{server}" if server else "/oauth2"
        return f"{self.request.origin}{middle}/v1/{name}"

    # -- drawing ------------------------------------------------------------------------------------------------------

    def draw(self, length: int, alphabet: str = ids.URL_SAFE) -> str:
        """The next text that follows from the tenant's nonce and the chance of the request.

        Refused requests go on counting: an error id is drawn after the changes were undone.
        """
        self._drawn += 1
        return ids.draw(f"{self.state.nonce}\0{self.request.chance}", self._drawn, length, alphabet)

    def draw_id(self, prefix: str) -> str:
        """An Okta object id: the prefix (`00u`, `0oa`, `aut`, …) and 17 characters."""
        return prefix + self.draw(20 - len(prefix), ids.BASE62)

    def draw_handle(self) -> str:
        """A handle of 43 characters that leads back to this tenant."""
        return self.state.tag + self.draw(43 - ids.TAG_LENGTH)

    # -- changing -----------------------------------------------------------------------------------------------------

    def put(self, collection: str, key: str, value: Any) -> None:
        """Sets one entry of one of the state's collections, e.g. `put("users", user.id, user)`."""
        self._draft.put(collection, key, value)

    def use(self, collection: str, key: str) -> None:
        """Notes that an entry was needed, so that it is not the next to be forgotten."""
        self._draft.touch(collection, key)

    def drop(self, collection: str, key: str) -> None:
        """Removes one entry of one of the state's collections, if it is there."""
        self._draft.drop(collection, key)

    def mark(self) -> int:
        """Where to go back to with `undo`."""
        return self._draft.mark()

    def undo(self, mark: int) -> None:
        """Takes back whatever was changed since then."""
        self._draft.undo(mark)

    def check_room(self) -> None:
        """Refuses what would never give way to anything else. Raises: OutOfRoom"""
        retention.check_room(self._draft)

    def end(self) -> None:
        """Notes what use all entries were, and lets others give way to what was written."""
        retention.make_room(self._draft, self.now)

    def writes(self) -> Writes:
        """What was written so far."""
        return self._draft.writes()

    def put_user(self, user: User) -> None:
        """Saves a user, unless nothing about it is new: who signs in again writes nothing that others would.

        A profile that is another one says since when.
        """
        before = self.state.users.get(user.id)
        if before == user:
            return
        if before is None or dict(before.profile) != dict(user.profile):
            user = replace(user, updated_at=self.now)
        self.put("users", user.id, user)
        if self._follow is not None:
            self._follow(self, before, user)

    def put_transaction(self, transaction: Transaction) -> None:
        """Saves a transaction."""
        self.put("transactions", transaction.handle, transaction)

    def send(self, mail: Mail) -> None:
        """Puts a mail or text into the outbox; the oldest ones go when it is full."""
        self._sent += 1
        self.put("mails", f"{self.request.chance} {self._sent}", mail)

    # -- looking ------------------------------------------------------------------------------------------------------

    def app(self, client_id: str) -> App:
        """The app of that client id. Raises KeyError for an unknown one."""
        return self.state.apps[client_id]

    def user_by_login(self, login: str) -> User | None:
        """The user with this login, whatever the case of its letters, as time has left it."""
        found = logins.user_with(self.state, login)
        return found and found.as_of(self.now)

    def user(self, user_id: str | None) -> User | None:
        """The user with this id, if there is one, as time has left it."""
        found = self.state.users.get(user_id or "")
        return found if found is None or found.unlocks_at is None else found.as_of(self.now)

    def user_known_as(self, identifier: str) -> User | None:
        """The user whom somebody means who has typed this, as the org identifies its users."""
        found = logins.user_known_as(self.scenario, self.state, identifier)
        return found and found.as_of(self.now)

    def request_id(self) -> str:
        """What goes out as `X-Okta-Request-Id`: 32 hex digits, the same whenever this turn is asked."""
        return ids.digest_of("request", self.state.nonce, self.request.chance)
