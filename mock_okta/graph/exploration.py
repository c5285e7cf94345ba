"""Finds the pages of a scenario and the moves between them, by going everywhere in its engine.

Nobody plays walks here. From the first page of each flow, everything that a page offers is submitted in every way that
makes a difference, as each user of the scenario, and so on from the pages that come of it. Where somebody like that was
before, nobody goes again. `MOST_MOVES` bounds the work: pages that nobody has seen yet come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from urllib.parse import urlencode

from msgspec.structs import replace

from mock_okta.engine import bootstrap_tenant
from mock_okta.engine.base.tenant_lookup import SESSION_COOKIE
from mock_okta.engine.idx.browsers import DEVICE_COOKIE
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.model import App, AppType, Scenario, State, User
from mock_okta.graph import answers
from mock_okta.graph.circumstances import Circumstances, told_apart
from mock_okta.graph.pages import (
    AT_DEVICE,
    FRESH,
    SIGNED_IN,
    WITH_TOKEN,
    Graph,
    Move,
    Page,
    Start,
    name_on_wire,
    on_offer,
    on_page,
    page_of,
)
from mock_okta.graph.visitor import FORM, SERVER, Position, sent, ways
from mock_okta.keys import development_keys

MOST_MOVES = 2000
"""That are tried for one graph."""
BEGINNING = 1_800_000_000.0
CODE_CHALLENGE = "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4"
TOKENS = {"activation": "activation_token", "recovery": "recovery_token", "forgot": "recovery_token"}
"""The kinds of tokens with which a flow begins, and the parameters that take them."""
INTERACTION_CODE = "interaction_code"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def explored(scenario: Scenario) -> Graph:
    """The graph of a scenario, without what its script does: that is no page of a flow."""
    return _Explorer(replace(scenario, script=())).graph()


class _Explorer:
    """What was seen so far.

    given: the ids of the users whom the scenario names
    waiting: where to go on, with how often somebody was there who had come as far
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.devices_matter = answers.devices_matter(scenario)
        self.waiting: list[tuple[int, int, int, Position]] = []
        self.given: frozenset[str] = frozenset()
        self.seen: set[object] = set()
        self.visits: Counter[object] = Counter()
        self.starts: dict[Start, None] = {}
        self.offers: dict[Page, dict[str, None]] = {}
        self.moves: dict[Move, None] = {}
        self.signed_in: set[object] = set()
        self.made = 0

    def graph(self) -> Graph:
        """All pages and moves that are found within the bounds."""
        state = bootstrap_tenant(self.scenario, tenant=SERVER, seed=SERVER, keys=development_keys())
        self.given = frozenset(state.users)
        for how, position in self._beginnings(state):
            self._begin(how, position)
        while self.waiting and self.made < MOST_MOVES:
            self._go_on(heappop(self.waiting)[-1])
        return Graph(
            scenario=self.scenario.name,
            starts=tuple(self.starts),
            offers={page: tuple(names) for page, names in self.offers.items()},
            moves=tuple(self.moves),
            complete=all(visits > 0 for visits, *_ in self.waiting),
        )

    # -- looking ------------------------------------------------------------------------------------------------------

    def _begin(self, how: str, position: Position) -> None:
        if position.handle in position.state.transactions:
            self.starts.setdefault(Start(how, self._look(position)))

    def _go_on(self, position: Position) -> None:
        source = page_of(position.turn, position.transaction)
        for row in on_page(position.turn, position.transaction):
            self.moves.setdefault(Move(source, name_on_wire(row), source))
        for name, reached in ways(position):
            self.made += 1
            if reached.handle in reached.state.transactions:
                self.moves.setdefault(Move(source, name, self._look(reached)))
            if position.handle in reached.state.transactions and reached.handle != position.handle:
                self._look(replace(reached, handle=position.handle))

    def _look(self, position: Position) -> Page:
        """Notes the page, and comes back to it unless somebody like that was there before."""
        turn, transaction = position.turn, position.transaction
        page = page_of(turn, transaction)
        rows = on_page(turn, transaction)
        self.offers.setdefault(page, {}).update(dict.fromkeys(on_offer(turn, transaction)))
        visits = self._visits(position, page, tuple(row.name for row in rows))
        if visits is not None and page.ends:
            self._sign_in_again(position)
        elif visits is not None:
            heappush(self.waiting, (visits, self.visits[page], len(self.seen), position))
        return page

    def _visits(self, position: Position, page: Page, rows: tuple[str, ...]) -> int | None:
        """How often somebody was here who had proved and acquired as many things; None if it was somebody like that."""
        transaction, challenge = position.transaction, position.transaction.challenge
        user = position.state.users.get(transaction.user_id or "")
        proofs = frozenset(proof.authenticator for proof in transaction.proofs)
        held = frozenset(held_by(user)) if user else self._people(position)
        known = (
            page,
            rows,
            self._known(user),
            transaction.done,
            (challenge.method, challenge.decision) if challenge else (),
            len(transaction.extra),
            (bool(transaction.session), transaction.idp, transaction.device),
            repr(position.circumstances),
            min(len(position.state.links), 2),
            (transaction.remember_me, len(position.state.consents)),
            _known_here(position) if self.devices_matter else (),
        )
        if (known, proofs, held) in self.seen:
            return None
        self.seen.add((known, proofs, held))
        as_far = (known, len(proofs), len(held))
        self.visits.update((as_far, page))
        return self.visits[as_far] - 1

    def _known(self, user: User | None) -> object:
        """What a flow can tell of a user; all those who are new are alike."""
        if user is None:
            return None
        login = user.login if user.id in self.given else ""
        return login, user.status, user.assigned, len(user.profile)

    def _people(self, position: Position) -> frozenset[object]:
        """Whom somebody can say that they are."""
        users = position.state.users.values()
        return frozenset((self._known(user), frozenset(map(repr, held_by(user)))) for user in users)

    # -- beginning ----------------------------------------------------------------------------------------------------

    def _beginnings(self, state: State) -> Iterator[tuple[str, Position]]:
        apps = state.client_ids if self.scenario.apps else state.client_ids[:1]
        signing_in = [client_id for client_id in apps if _signs_in(state.apps[client_id])]
        for circumstances in told_apart(self.scenario):
            fresh = Position(scenario=self.scenario, state=state, handle="", at=BEGINNING, circumstances=circumstances)
            for client_id in signing_in:
                yield FRESH, _interact(fresh, client_id)
        ordinary = replace(fresh, circumstances=Circumstances())
        for client_id in apps:
            if DEVICE_GRANT in state.apps[client_id].grant_types:
                yield from ((AT_DEVICE, position) for position in _at_a_device(ordinary, client_id))
        for user in state.users.values():
            for client_id in signing_in[:1]:
                yield from ((WITH_TOKEN, position) for position in _with_tokens(ordinary, client_id, user))

    def _sign_in_again(self, position: Position) -> None:
        """In the same browser, signed in as it is; in another; and asked to prove everything anew."""
        transaction = position.transaction
        client_id = transaction.asked.client_id
        if transaction.user_id is None or not client_id:
            return
        self._begin(FRESH, _interact(position, client_id))
        if self.devices_matter:
            cookie = f"{DEVICE_COOKIE}={transaction.browser.device}"
            self._begin(FRESH, _interact(position, client_id, cookie=cookie))
        user = self._known(position.state.users.get(transaction.user_id))
        if transaction.session and user not in self.signed_in:
            self.signed_in.add(user)
            cookie = f"{SESSION_COOKIE}={transaction.session}"
            self._begin(SIGNED_IN, _interact(position, client_id, cookie=cookie))
            self._begin(SIGNED_IN, _interact(position, client_id, cookie=cookie, prompt="login"))


def _known_here(position: Position) -> tuple[frozenset[str], ...]:
    """The users who have signed in on this device and from this address before, and those whom the device remembers."""
    browser, past = position.transaction.browser, position.state.past_sign_ins
    kept = frozenset(key for key in position.state.remembered_devices if key.endswith(f" {browser.device}"))
    devices = frozenset(id for id in past if browser.device in dict(past[id].devices))
    return devices, frozenset(id for id in past if browser.address in dict(past[id].addresses)), kept


def _signs_in(app: App) -> bool:
    """Whether people sign in to it: a service asks for tokens of its own."""
    return INTERACTION_CODE in app.grant_types


def held_by(user: User) -> tuple[object, ...]:
    """What a user can prove, as far as it can be told apart."""
    return tuple((each.authenticator, each.methods, bool(each.secret.get("used"))) for each in user.enrolled)


def _interact(position: Position, client_id: str, cookie: str = "", **more: str) -> Position:
    circumstances, app = position.circumstances, position.state.apps[client_id]
    asked = {
        "client_id": client_id,
        "client_secret": app.client_secret if app.type is AppType.WEB else None,
        "scope": " ".join(circumstances.scope),
        "acr_values": " ".join(circumstances.acr_values) or None,
        "redirect_uri": app.redirect_uris[0],
        "state": SERVER,
        "code_challenge": CODE_CHALLENGE,
        "code_challenge_method": "S256",
    }
    body = urlencode({name: value for name, value in {**asked, **more}.items() if value is not None}).encode()
    return sent(position, "interact", body, FORM, cookie=cookie)


def _with_tokens(position: Position, client_id: str, user: User) -> Iterator[Position]:
    """From a link that an administrator, or the user, has asked for: in time, and too late."""
    for kind, name in TOKENS.items():
        for lifetime_s in (None, 0.0):
            state, token = issue_token(
                position.state, user.login, kind, at=position.at, chance=f"{kind} {lifetime_s}", lifetime_s=lifetime_s
            )
            yield _interact(replace(position, state=state), client_id, **{name: token})


def _at_a_device(position: Position, client_id: str) -> Iterator[Position]:
    """Where the user of a device goes, to type what it shows."""
    app = position.state.apps[client_id]
    scope = " ".join(position.circumstances.scope)
    asked = {"client_id": client_id, "client_secret": app.client_secret, "scope": scope}
    body = urlencode({name: value for name, value in asked.items() if value is not None}).encode()
    waiting = sent(position, "device-authorization", body, FORM)
    for request in waiting.state.device_requests.values():
        for query in ((), (("user_code", request.user_code),)):
            yield sent(waiting, "activate", query=query)
