"""What a tenant forgets when it has no more room: first what is over, then what was used longest ago."""

from __future__ import annotations

from collections.abc import Mapping
from sys import getsizeof

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from mock_okta.engine.base.retention import ENDED, KINDS, committed, size_of, taken
from mock_okta.engine.idx.stages import STAGES
from mock_okta.engine.model import (
    AuthorizationRequest,
    Bounds,
    Challenge,
    Consent,
    Counted,
    DeviceRequest,
    Grant,
    IssuedToken,
    Link,
    Mail,
    PastSignIns,
    Person,
    Prompt,
    Records,
    Remark,
    RememberedDevice,
    Session,
    StartToken,
    State,
    Step,
    Transaction,
    UseOrder,
)
from tests.engine.engine_client import IDENTIFY, NOON, PASSWORD, EngineClient, flow_scenario, scenario
from tests.recorded import recorded

ASKED = AuthorizationRequest(client_id="app", server="", scope=())
MARY = Person(user_id="u", auth_time=0.0, amr=())
SAMPLES = {
    "transactions": Transaction(
        handle="h", interaction_handle="", authorization_request=ASKED, redirection=None, stage="identify",
        started_at=0.0, expires_at=NOON + 9,
    ),
    "grants": Grant(
        id="oar", key="c", expires_at=NOON + 9, asked=ASKED, subject=MARY
    ),
    "tokens": IssuedToken(
        id="AT", kind="access_token", grant_id="c", scope=(), issued_at=NOON, expires_at=NOON + 9
    ),
    "sessions": Session(id="s", user_id="u", proofs=(), started_at=NOON, used_at=NOON, expires_at=NOON + 9),
    "links": Link(transaction="h", asked=ASKED, redirection=None, code="1", expires_at=NOON + 9),
    "start_tokens": StartToken(kind="forgot", user_id="u", expires_at=NOON + 9),
    "device_requests": DeviceRequest(asked=ASKED, user_code="BCDF", expires_at=NOON + 9),
    "counted": Counted(limit="wrong_answers", times=(NOON,), ends_at=NOON + 9),
    "attempts": 1,
    "consents": Consent(granted=("openid",)),
    "prompts": Prompt(first=NOON),
    "remembered_devices": RememberedDevice(user_id="u", at=NOON, multifactor=True),
    "past_sign_ins": PastSignIns(count=1),
}  # fmt: skip
GONE = {
    "transactions": {"stage": "success"},
    "grants": {"revoked": True},
    "tokens": {"revoked": True},
    "start_tokens": {"used": True},
    "device_requests": {"denied": True},
}
"""What ends the sample of that kind before its time; sessions and links end in the order of their use."""


def key(number: int) -> str:
    return "\0".join(("entry", f"02.id.{number}"))


def tenant(**bounds: int) -> State:
    return State(tenant="test", tag="testAA", seed="test", bounds=Bounds(**bounds))


def put(state: State, collection: str, key: str, record: object, at: float) -> State:
    return committed(state, {(collection, key): record}, at)


def filled(state: State, collection: str, numbers: range, record: object, at: float = NOON) -> State:
    for number in numbers:
        state = put(state, collection, key(number), record, at)
    return state


def engine(*steps: Step, **bounds: int) -> EngineClient:
    made = EngineClient(scenario(*steps))
    made.state = replace(made.state, bounds=replace(made.state.bounds, **bounds))
    return made


# -- sign-ins ---------------------------------------------------------------------------------------------------------


def test_of_11_000_sign_ins_that_are_left_open_none_is_lost_and_a_live_one_goes_on():
    client = engine()
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.state = filled(client.state, "transactions", range(11_000), SAMPLES["transactions"], NOON + 1)
    assert len(client.state.transactions) == 11_001
    client.answer("Abcd1234!")
    assert "successWithInteractionCode" in client.last.body


def test_a_sign_in_that_is_used_outlives_those_that_are_left_open_however_many():
    client = engine(records=50)
    client.begin()
    mine = client.handle
    for _ in range(120):
        client.begin()
        client.post("introspect", stateHandle=mine)
        assert client.last.status == 200
    client.post("identify", identifier="mary@example.com", stateHandle=mine)
    for _ in range(45):
        client.begin()
    client.post("challenge/answer", credentials={"passcode": "Abcd1234!"}, stateHandle=mine)
    assert "successWithInteractionCode" in client.last.body
    assert len(client.state.transactions) == len(client.state.interactions) == 50


def test_a_refused_answer_is_use_too():
    client = engine(records=50)
    client.begin()
    client.post("identify", identifier="mary@example.com")
    mine = client.handle
    for _ in range(3):
        for _ in range(45):
            client.begin()
        client.post("challenge/answer", credentials={"passcode": "wrong"}, stateHandle=mine)
        assert client.said == ["incorrectPassword"] or client.last.status in (400, 401)
        assert mine in client.state.transactions


def test_finished_sign_ins_go_before_those_that_are_left_open():
    client = engine(records=10)
    for _ in range(5):
        client.begin()
        client.post("identify", identifier="mary@example.com")
    waiting = set(client.state.transactions)
    for _ in range(30):
        client.begin()
        client.post("identify", identifier="mary@example.com")
        client.answer("Abcd1234!")
    assert waiting <= set(client.state.transactions)


# -- every kind -------------------------------------------------------------------------------------------------------


def test_every_map_of_the_state_is_bounded():
    """By a row of `KINDS`, by the scenario (apps, its providers), or by what leads to a sign-in."""
    otherwise = {"apps", "authenticator_ids", "idp_answers", "interactions"}
    collections = {each.name for each in fields(State) if isinstance(each.default, Records)}
    assert collections - otherwise == set(KINDS)


def test_the_stages_at_which_a_sign_in_is_over_are_those_that_end():
    assert {name for name, stage in STAGES.items() if stage.ends} == ENDED


@pytest.mark.parametrize("collection", [name for name in SAMPLES if not KINDS[name].keeps_place])
def test_there_are_never_more_than_there_may_be_and_the_last_used_stay(collection):
    state = filled(tenant(records=10), collection, range(10), SAMPLES[collection])
    state = put(state, collection, key(0), SAMPLES[collection], NOON)
    for number in range(10, 19):
        before = len(getattr(state, collection))
        state = filled(state, collection, range(number, number + 1), SAMPLES[collection])
        assert len(getattr(state, collection)) == before == 10
    assert set(getattr(state, collection)) == {key(0), *(key(number) for number in range(10, 19))}


@pytest.mark.parametrize("collection", GONE)
def test_what_is_over_goes_first(collection):
    record = SAMPLES[collection]
    state = filled(tenant(records=10), collection, range(9), record)
    state = put(state, collection, "over", replace(record, **GONE[collection]), NOON + 1)
    state = put(state, collection, "new", record, NOON + 1)
    assert "over" not in getattr(state, collection)
    assert len(getattr(state, collection)) == 10


def test_an_identified_user_whose_time_is_over_goes_before_a_visitor_who_was_there_earlier():
    txn = SAMPLES["transactions"]
    state = filled(tenant(records=10), "transactions", range(9), replace(txn, expires_at=NOON + 7200))
    state = put(state, "transactions", "named", replace(txn, user_id="u", expires_at=NOON + 300), NOON + 60)
    state = put(state, "transactions", "new", replace(txn, expires_at=NOON + 9000), NOON + 360)
    assert "named" not in state.transactions


def test_an_intervention_that_acts_once_stays_spent():
    state = put(tenant(records=5), "attempts", "file0\0spent", 1, NOON)
    state = filled(state, "attempts", range(50), 1)
    assert state.attempts["file0\0spent"] == 1
    assert len(state.attempts) == 5


# -- bytes ------------------------------------------------------------------------------------------------------------


def test_bounds_hold_in_bytes_as_well():
    client = engine(size=4_000_000)
    client.begin()
    mine = client.handle
    for _ in range(20):
        client.begin(state="x" * 900_000)
        client.post("introspect", stateHandle=mine)
        assert taken(client.state.use) <= 4_000_000
    assert mine in client.state.transactions
    assert 3 <= len(client.state.transactions) <= 5


@pytest.mark.parametrize("collection", ["transactions", "grants", "links", "device_requests"])
def test_large_records_of_one_kind_push_out_what_was_used_longest_ago_of_any(collection):
    asked = "authorization_request" if collection == "transactions" else "asked"
    large = replace(SAMPLES[collection], **{asked: replace(ASKED, nonce="x" * 100_000)})
    state = filled(tenant(size=1_000_000), "tokens", range(5), SAMPLES["tokens"])
    state = filled(state, collection, range(5, 30), large, NOON + 1)
    assert taken(state.use) <= 1_000_000
    assert not state.tokens
    assert key(29) in getattr(state, collection)


def mailed(state: State, name: str, mail: Mail) -> State:
    return put(state, "mails", name, mail, NOON)


def test_the_outbox_is_bounded_in_mails_and_in_bytes():
    state = tenant(size=8_000_000)
    for number in range(1200):
        state = mailed(state, str(number), Mail(to=str(number), channel="email", subject="", body="", at=NOON))
    assert [state.outbox[0].to, state.outbox[-1].to, len(state.outbox)] == ["200", "1199", 1000]
    long = Mail(to="long", channel="email", subject="", body="x" * 100_000, at=NOON)
    for number in range(30):
        state = mailed(state, f"long {number}", long)
    assert taken(state.use) == sum(map(size_of, state.outbox)) <= 1_000_000


def test_mails_and_the_records_of_clients_do_not_push_each_other_out():
    state = filled(tenant(size=1_000_000), "tokens", range(100), SAMPLES["tokens"])
    for number in range(30):
        mail = Mail(to="a", channel="sms", subject="", body="x" * 9_900, at=NOON)
        state = mailed(state, str(number), mail)
    assert (len(state.tokens), len(state.outbox)) == (100, 12)
    large = replace(SAMPLES["links"], asked=replace(ASKED, nonce="x" * 100_000))
    state = filled(state, "links", range(30), large, NOON + 1)
    assert (len(state.tokens), len(state.outbox)) == (0, 12)


# -- several at once --------------------------------------------------------------------------------------------------


def test_what_a_request_writes_does_not_give_way_to_what_else_it_writes():
    state = filled(tenant(records=3), "tokens", range(3), SAMPLES["tokens"])
    state = committed(state, {("tokens", f"new {number}"): SAMPLES["tokens"] for number in range(3)}, NOON)
    assert sorted(state.tokens) == ["new 0", "new 1", "new 2"]


def test_a_change_by_an_administrator_is_no_use_of_the_record():
    state = filled(tenant(records=3), "sessions", range(3), SAMPLES["sessions"])
    changed = replace(SAMPLES["sessions"], idp="another")
    state = committed(state, {("sessions", key(0)): changed}, None)
    state = put(state, "sessions", "new", SAMPLES["sessions"], NOON + 1)
    assert key(0) not in state.sessions


def test_a_device_is_forgotten_in_the_order_of_its_end_however_often_it_asks():
    state = filled(tenant(records=3), "device_requests", range(3), SAMPLES["device_requests"])
    asking = replace(SAMPLES["device_requests"], asked_at=NOON + 1)
    state = put(state, "device_requests", key(0), asking, NOON + 1)
    state = put(state, "device_requests", "new", SAMPLES["device_requests"], NOON + 2)
    assert key(0) not in state.device_requests


# -- users ------------------------------------------------------------------------------------------------------------

PROFILE = Step(verb="profile", settings={"fields": ({"name": "email"}, {"name": "about"})})


def registered(client: EngineClient, number: int, **profile: str) -> int:
    client.begin()
    client.post("enroll")
    profile = {"email": f"user{number}@example.com", **profile}
    return client.post("enroll/new", userProfile=profile).status


def test_users_never_give_way_so_that_no_more_can_register_than_there_is_room_for():
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "register": (PROFILE,)}))
    client.state = replace(client.state, bounds=Bounds(records=3))
    assert [registered(client, number) for number in range(5)] == [200, 200, 200, 400, 400]
    assert client.last.body["errorSummary"] == "Api validation failed: users: there are 3 already, see --max-records"
    assert len(client.state.users) == 4


def test_users_take_half_of_the_room_at_most():
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD), "register": (PROFILE,)}))
    client.state = replace(client.state, bounds=Bounds(size=1_000_000))
    assert [registered(client, number, about="x" * 200_000) for number in range(4)] == [200, 200, 400, 400]
    assert "--tenant-mib" in client.last.body["errorSummary"]
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    assert "successWithInteractionCode" in client.last.body


# -- the order of use -------------------------------------------------------------------------------------------------

MOVES = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["one", "two", None]), st.integers(0, 9)))


def as_lists(order: UseOrder) -> dict[str, list[str]]:
    """Each queue from its first to its last, checked against the way back."""
    lists = {}
    for queue, (first, last) in order.ends.items():
        found, at = [], first
        while at:
            found.append(at)
            assert order.uses[at].before == (found[-2] if len(found) > 1 else "")
            at = order.uses[at].after
        assert found[-1] == last
        lists[queue] = found
    return lists


@given(MOVES)
def test_the_order_of_use_is_that_of_the_moves(moves):
    order, expected, sizes = UseOrder(), {}, {}
    for name, queue, size in moves:
        expected = {each: [key for key in keys if key != name] for each, keys in expected.items()}
        sizes.pop(name, None)
        order = order.without(name) if queue is None else order.with_last(name, queue=queue, at=0.0, size=size)
        if queue is not None:
            expected.setdefault(queue, []).append(name)
            sizes[name] = size
    assert as_lists(order) == {queue: keys for queue, keys in expected.items() if keys}
    assert (set(order.uses), order.size) == (set(sizes), sum(sizes.values()))


# -- measuring --------------------------------------------------------------------------------------------------------

CHANGES = st.lists(st.sampled_from([
    {"stage": "identify"}, {"notices": (Remark(name="x", params=("y" * 50,)),)}, {"user_id": "u"}, {"extra": ()},
    {"challenge": Challenge(authenticator="okta_email", method="email", data={"a": {"b": "c"}})}, {"challenge": None},
    {"authorization_request": replace(ASKED, nonce="s" * 100)}, {"code": "x" * 40}, {"proofs": ()},
]), min_size=1, max_size=8)  # fmt: skip


@given(CHANGES)
def test_what_a_record_takes_is_the_same_whether_it_is_measured_anew_or_as_it_changes(changes):
    record, state = SAMPLES["transactions"], tenant()
    for change in changes:
        record = replace(record, **change)
        state = put(state, "transactions", "key", record, NOON)
        assert taken(state.use) == size_of(record)


def bytes_of_parts(value: object) -> int:
    if isinstance(value, Mapping):
        parts = [*value, *value.values()]
    elif isinstance(value, Struct):
        parts = [getattr(value, each.name) for each in fields(value)]
    else:
        parts = list(value) if isinstance(value, (tuple, list)) else []
    return getsizeof(value) + sum(map(bytes_of_parts, parts))


def test_what_a_record_takes_is_about_what_its_parts_take():
    for walk in recorded():
        for kind in KINDS:
            for record in getattr(walk.end, kind).values():
                exact = bytes_of_parts(record)
                assert abs(size_of(record) - exact) <= exact * 0.4 + 64, f"{walk}: {record}"
