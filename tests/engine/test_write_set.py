"""A draft of a state: what is written to it, taken back, and handed on."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mock_okta.engine import decided
from mock_okta.engine.base.retention import committed, make_room
from mock_okta.engine.base.write_set import GONE, SETUP, Draft
from mock_okta.engine.model import Bounds, Session, SigningKey, State
from tests.engine.engine_client import NOON, VERIFIER, EngineClient, scenario

EMPTY = State(tenant="test", tag="testAA", seed="test")


def session(id: str, user: str) -> Session:
    return Session(id=id, user_id=user, proofs=(), started_at=NOON, used_at=NOON, expires_at=NOON + 9)


def by_user(state: State, user: str) -> list[str]:
    return [each.id for each in state.sessions.by("user", user)]


# -- the draft --------------------------------------------------------------------------------------------------------

KEYS, USERS = st.sampled_from("abcd"), st.sampled_from(["ann", "bob", ""])
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, USERS),
        st.tuples(st.just("drop"), KEYS, st.none()),
        st.tuples(st.just("touch"), KEYS, st.none()),
        st.tuples(st.just("mark"), st.none(), st.none()),
        st.tuples(st.just("undo"), st.none(), st.none()),
    )
)


@given(MOVES)
def test_a_draft_is_what_its_moves_make_of_it_and_undo_leads_back_to_the_mark(moves):
    start = committed(EMPTY, {("sessions", "a"): session("a", "ann")}, NOON)
    draft, marks, expected = Draft(start), [], {"a": "ann"}
    for kind, key, user in moves:
        match kind:
            case "put":
                draft.put("sessions", key, session(key, user))
                expected = {**expected, key: user}
            case "drop":
                draft.drop("sessions", key)
                expected = {name: each for name, each in expected.items() if name != key}
            case "touch":
                draft.touch("sessions", key)
            case "mark":
                marks.append((draft.mark(), expected))
            case "undo" if marks:
                mark, expected = marks.pop()
                draft.undo(mark)
    state = draft.state
    assert {key: each.user_id for key, each in state.sessions.items()} == expected
    for user in ("ann", "bob", ""):
        assert by_user(state, user) == sorted(key for key, each in expected.items() if each == user)
        assert state.sessions.has("user", user) is (user in expected.values())
    assert start.sessions == EMPTY.sessions.set("a", session("a", "ann"))
    after = committed(start, draft.writes(), NOON)
    assert (after.sessions, set(after.use["sessions"].uses)) == (state.sessions, set(expected))


def test_a_draft_that_nothing_was_written_to_is_the_very_state():
    draft = Draft(EMPTY)
    draft.drop("sessions", "nobody's")
    draft.touch("sessions", "nobody's")
    assert (draft.state, draft.writes()) == (EMPTY, {})
    assert draft.state is EMPTY


def test_a_write_set_has_values_what_is_gone_and_what_was_of_use():
    start = committed(EMPTY, {("sessions", id): session(id, "ann") for id in "abc"}, NOON)
    draft = Draft(start)
    draft.put("sessions", "d", session("d", "bob"))
    draft.drop("sessions", "a")
    draft.touch("sessions", "b")
    draft.put("sessions", "e", session("e", "bob"))
    draft.drop("sessions", "e")
    assert draft.writes() == {
        ("sessions", "d"): session("d", "bob"),
        ("sessions", "a"): GONE,
        ("sessions", "b"): start.sessions["b"],
    }


def test_what_an_administrator_sets_up_is_an_entry_too():
    key = SigningKey(kid="k", pem="p")
    state = committed(EMPTY, {(SETUP, "keys"): (key,)}, None)
    assert (state.keys, EMPTY.keys) == ((key,), ())


def test_what_gives_way_is_in_the_write_set():
    bounded = replace(EMPTY, bounds=Bounds(records=2))
    draft = Draft(committed(bounded, {("sessions", id): session(id, "ann") for id in "ab"}, NOON))
    draft.put("sessions", "c", session("c", "ann"))
    make_room(draft, NOON + 1)
    assert draft.writes() == {("sessions", "c"): session("c", "ann"), ("sessions", "a"): GONE}


# -- sign-ins ---------------------------------------------------------------------------------------------------------


def written_by_a_sign_in(client: EngineClient) -> set[tuple[str, str]]:
    """The entries that Mary's sign-in with a password writes, and the tokens after it."""
    written: set[tuple[str, str]] = set()
    before, made = client.state, len(client.replies)

    def noting(scenario, state, request):
        writes, reply = decided(scenario, state, request)
        written.update(writes)
        return committed(state, writes, request.at), reply

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.engine.engine_client.advance", noting)
        client.begin()
        client.post("identify", identifier="mary@example.com")
        client.answer("Abcd1234!")
        (code,) = client.state.grants.keys() - before.grants.keys()
        client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    assert [reply.status for reply in client.replies[made:]] == [200] * 5
    return written


def test_two_sign_ins_of_one_user_have_no_entry_in_common():
    client = EngineClient(scenario())
    first, second = written_by_a_sign_in(client), written_by_a_sign_in(client)
    assert first & second == set()
    assert {collection for collection, _ in first} == {collection for collection, _ in second}
    assert {"transactions", "interactions", "grants", "tokens"} == {collection for collection, _ in first}


# -- what it costs ----------------------------------------------------------------------------------------------------


def calls(action) -> int:
    """How many functions of the engine are called while it runs."""
    counted = 0

    def counting(frame, event, argument):
        nonlocal counted
        counted += event == "call" and "mock_okta" in frame.f_code.co_filename

    sys.setprofile(counting)
    try:
        action()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("bounds", [{"records": 1}, {"size": 1}])
def test_making_room_costs_the_same_however_many_records_there_are(bounds):
    def cost(number: int) -> int:
        state = committed(
            EMPTY, {("sessions", f"{each:03}"): session(f"{each:03}", "ann") for each in range(number)}, NOON
        )
        full = {"records": number} if "records" in bounds else {"size": state.use["sessions"].size}
        state = replace(state, bounds=Bounds(**full))
        after = committed(state, {}, NOON)
        assert after is state

        def write() -> None:
            assert len(committed(state, {("sessions", "xxx"): session("xxx", "ann")}, NOON).sessions) == number

        return calls(write)

    assert cost(100) == cost(900)
