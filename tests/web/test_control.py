"""The control API: what tests of other people build on."""

from __future__ import annotations

import json

import pytest

from mock_okta import __version__
from mock_okta.engine.gaps import GAPS
from mock_okta.loader import bundled
from mock_okta.org import bundled_library
from tests.web.served_org import CALLBACK, NOON, problems, scenario, serve

YAML = """
about: One person.
users: [{login: ada@example.com, password: Abcd1234!}]
"""


# -- the server -------------------------------------------------------------------------------------------------------


def test_health_tells_version_scenarios_and_store():
    health = serve(scenario("one"), scenario("two")).control("GET", "health")
    assert health.status_code == 200
    assert health.json == {"ready": True, "version": __version__, "scenarios": ["one", "two"], "store": "memory"}


def test_health_of_the_bundled_library_puts_the_default_first():
    names = serve(library=bundled_library()).control("GET", "health").json["scenarios"]
    assert names[0] == "password"
    assert sorted(names) == sorted(bundled())


def test_every_gap_is_listed_with_what_it_is_and_how_often_it_was_met():
    at = serve()
    at.get("/api/v1/users")
    at.get("/api/v1/authn/recovery")
    at.get("/oauth2/default/v1/authorize?response_type=code")
    at.get("/api/v1/groups")
    listed = at.control("GET", "gaps").json
    assert [gap["name"] for gap in listed] == list(GAPS)
    assert {gap["name"]: gap["hits"] for gap in listed if gap["hits"]} == {
        "authorize": 1,
        "authn": 1,
        "management-api": 2,
    }
    [authorize] = [gap for gap in listed if gap["name"] == "authorize"]
    assert (authorize["within"], authorize["status"], authorize["paths"]) == (["authorize"], 501, [])
    assert authorize["about"].startswith("signs in by redirect")


# -- tenants ----------------------------------------------------------------------------------------------------------


def test_a_tenant_comes_with_all_that_a_client_needs():
    at = serve()
    made = at.make_tenant(scenario="two-factors")
    assert made["id"].startswith("two-factors-")
    assert made["issuer"] == f"http://localhost/oauth2/{made['id']}"
    assert made["client_id"].startswith("0oa")
    assert made["spa_client_id"].startswith("0oa")
    assert made["client_id"] != made["spa_client_id"]
    assert len(made["client_secret"]) == 64
    assert made["redirect_uri"] == CALLBACK
    [user] = made["users"]
    assert (user["login"], user["password"]) == ("mary@example.com", "Abcd1234!")
    assert user["enrolled"] == ["okta_password", "okta_email"]
    assert at.control("GET", f"tenants/{made['id']}").json == made


def test_a_tenant_can_have_an_id_and_a_seed():
    one = serve().make_tenant(scenario="two-factors", id="mine", seed="1")
    other = serve().make_tenant(scenario="two-factors", id="mine", seed="1")
    assert one["issuer"] == "http://localhost/oauth2/mine"
    assert one["client_secret"] == other["client_secret"]


def test_the_id_follows_from_the_seed_where_none_is_named():
    at = serve()
    made = at.make_tenant(scenario="two-factors", seed="1")
    assert made == serve().make_tenant(scenario="two-factors", seed="1")
    assert made["id"] != at.make_tenant(scenario="two-factors", seed="2")["id"]
    refused = at.control("POST", "tenants", {"scenario": "two-factors", "seed": "1"})
    assert (refused.status_code, problems(refused)) == (409, [("id", f"there is a tenant {made['id']!r} already")])
    assert refused.json["errors"][0]["hint"] == ("it follows from the seed: take another seed, or name an id beside it")
    assert at.control("DELETE", f"tenants/{made['id']}").status_code == 204
    assert at.make_tenant(scenario="two-factors", seed="1") == made


@pytest.mark.parametrize("seed", ["\ud800", "a\0b", "x" * 100_000, " "])
def test_any_text_can_be_a_seed(seed):
    one, other = (serve().make_tenant(scenario="two-factors", seed=seed) for _ in range(2))
    assert one == other


def test_a_seed_that_is_empty_is_refused():
    refused = serve().control("POST", "tenants", {"scenario": "two-factors", "seed": ""})
    assert (refused.status_code, problems(refused)) == (400, [("seed", "seed is empty")])


def test_two_tenants_whose_handles_would_begin_alike_get_along():
    at = serve()
    pages = [at.begin(at.make_tenant(scenario="two-factors", id=id, seed="s")) for id in ("zz61078", "zz185698")]
    assert [at.answer(at.identify(page), "Abcd1234!").status_code for page in pages] == [200, 200]


def test_without_a_seed_no_two_tenants_are_alike():
    at = serve()
    one, other = at.make_tenant(scenario="two-factors"), at.make_tenant(scenario="two-factors")
    assert one["client_id"] != other["client_id"]
    assert one["client_secret"] != other["client_secret"]


def test_a_tenant_can_bring_its_scenario():
    made = serve().make_tenant(yaml=YAML)
    assert [user["login"] for user in made["users"]] == ["ada@example.com"]


def test_every_problem_of_a_scenario_is_told():
    refused = serve().control("POST", "tenants", {"yaml": "abuot: x\nusers: [{password: 1}]\n"})
    assert refused.status_code == 400
    assert len(refused.json["errors"]) >= 3
    assert all(each["line"] >= 1 for each in refused.json["errors"])
    assert "did you mean 'about'?" in {each["hint"] for each in refused.json["errors"]}


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({"scenario": "two-factor"}, 404, "scenario"),
        ({"scenario": "../../etc/passwd"}, 404, "scenario"),
        ({"scenario": 1}, 400, "scenario"),
        ({"scenaro": "two-factors"}, 400, "scenaro"),
        ({"scenario": "two-factors", "yaml": YAML}, 400, "yaml"),
        ({"scenario": "two-factors", "id": "a/b"}, 400, "id"),
        ({"scenario": "two-factors", "id": "default"}, 400, "id"),
        ({"scenario": "two-factors", "id": "two-factors"}, 409, "id"),
        ([], 400, ""),
        (b"{", 400, ""),
        (b"\xff\xfe", 400, ""),
        (b"[" * 100_000, 400, ""),
    ],
)
def test_a_tenant_that_cannot_be_made_names_the_field(wish, status, field):
    refused = serve().control("POST", "tenants", wish)
    assert refused.status_code == status
    assert [name for name, _ in problems(refused)] == [field]


def test_a_file_is_not_a_scenario_that_clients_may_ask_for(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(YAML)
    assert serve(library=bundled_library()).control("POST", "tenants", {"scenario": str(file)}).status_code == 404


def test_a_deleted_tenant_is_gone():
    at = serve()
    made = at.make_tenant(scenario="two-factors")
    assert at.control("DELETE", f"tenants/{made['id']}").status_code == 204
    assert at.control("GET", f"tenants/{made['id']}").status_code == 404
    assert at.get(f"/oauth2/{made['id']}/v1/keys").status_code == 404
    assert at.control("DELETE", f"tenants/{made['id']}").status_code == 404


def test_a_tenant_that_was_there_from_the_start_stays():
    at = serve()
    for id in ("default", "two-factors"):
        assert at.control("DELETE", f"tenants/{id}").status_code == 409
    assert at.control("GET", "tenants/two-factors").status_code == 200


def test_a_reset_keeps_the_ids_and_forgets_the_rest():
    at = serve()
    made = at.make_tenant(scenario="two-factors")
    at.answer(at.identify(at.begin(made)), "Abcd1234!")
    at.control("POST", f"tenants/{made['id']}/clock", {"advance_s": 60})
    at.control("PATCH", f"tenants/{made['id']}/users/mary@example.com", {"status": "SUSPENDED"})
    assert at.control("POST", f"tenants/{made['id']}/reset").json == made
    assert at.control("GET", f"tenants/{made['id']}/journal").json == []
    assert at.control("GET", f"tenants/{made['id']}/outbox").json == []
    assert at.org.find(made["id"]).offset_s == 0


def test_an_unknown_tenant_is_named_with_those_there_are():
    refused = serve().control("GET", "tenants/nobody/outbox")
    assert refused.status_code == 404
    assert "two-factors" in refused.json["errors"][0]["hint"]


def test_as_many_tenants_as_there_may_be():
    at = serve(max_tenants=2)
    first = at.make_tenant(scenario="two-factors")
    at.make_tenant(scenario="two-factors")
    refused = at.control("POST", "tenants", {"scenario": "two-factors"})
    assert refused.status_code == 429
    assert "--max-tenants" in refused.json["errors"][0]["hint"]
    at.control("DELETE", f"tenants/{first['id']}")
    at.make_tenant(scenario="two-factors")


# -- outbox -----------------------------------------------------------------------------------------------------------


def mailed(at, tenant):
    page = at.answer(at.identify(at.begin(tenant)), "Abcd1234!")
    by_name = {each["name"]: each for each in page.json["remediation"]["value"]}
    chosen = by_name["authenticator-verification-data"]["value"][0]["form"]["value"]
    picked = {each["name"]: each["value"] if "value" in each else each["options"][0]["value"] for each in chosen}
    return at.post("/idp/idx/challenge", {"authenticator": picked, "stateHandle": page.json["stateHandle"]})


def test_the_outbox_has_the_code_that_lets_the_user_in():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    page = mailed(at, tenant)
    mail = at.control("GET", f"tenants/{tenant['id']}/outbox?to=MARY@example.com&latest").json
    assert list(mail) == ["to", "channel", "subject", "body", "at", "code", "link"]
    assert (mail["to"], mail["channel"], mail["at"]) == ("mary@example.com", "email", NOON)
    assert "successWithInteractionCode" in at.answer(page, mail["code"]).json


def test_the_outbox_is_a_list_and_can_be_filtered():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    mailed(at, tenant)
    mailed(at, tenant)
    assert len(at.control("GET", f"tenants/{tenant['id']}/outbox").json) == 2
    assert len(at.control("GET", f"tenants/{tenant['id']}/outbox?channel=email").json) == 2
    assert at.control("GET", f"tenants/{tenant['id']}/outbox?to=ada@example.com").json == []
    assert at.control("GET", f"tenants/{tenant['id']}/outbox?channel=sms").json == []


def test_an_empty_outbox_has_no_latest_mail():
    assert serve().control("GET", "tenants/default/outbox?latest").status_code == 404


def test_a_filter_that_there_is_not_is_named():
    refused = serve().control("GET", "tenants/default/outbox?form=x")
    assert refused.status_code == 400
    assert problems(refused) == [("form", "there is no filter 'form'")]


# -- journal ----------------------------------------------------------------------------------------------------------


def test_the_journal_has_every_exchange_with_its_bodies_parsed():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    page = at.begin(tenant)
    interact, introspect = at.control("GET", f"tenants/{tenant['id']}/journal").json
    assert interact["request"]["method"] == "POST"
    assert interact["request"]["url"] == f"http://localhost/oauth2/{tenant['id']}/v1/interact"
    assert interact["request"]["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert interact["request"]["body"]["redirect_uri"] == CALLBACK
    assert list(interact["response"]["body"]) == ["interaction_handle"]
    assert introspect["response"]["status"] == 200
    assert introspect["response"]["headers"]["vary"] == "Origin"
    assert introspect["response"]["body"] == page.json
    assert (introspect["at"], introspect["tenant"], introspect["endpoint"], introspect["transaction"]) == (
        NOON, tenant["id"], "idx/introspect", page.json["stateHandle"],
    )  # fmt: skip


def test_a_form_member_that_comes_twice_is_a_list():
    at = serve()
    at.client.post("/oauth2/v1/token", data="a=1&a=2&b=3&a=4", content_type="application/x-www-form-urlencoded")
    [line] = at.control("GET", "tenants/default/journal").json
    assert line["request"]["body"] == {"a": ["1", "2", "4"], "b": "3"}


@pytest.mark.parametrize(
    ("query", "endpoints"),
    [
        ("endpoint=idx", ["idx/introspect", "idx/identify"]),
        ("endpoint=idx/identify", ["idx/identify"]),
        ("method=get", ["keys"]),
        ("status=400", ["idx/identify"]),
        ("status=2xx", ["interact", "idx/introspect", "keys"]),
        ("latest=2", ["idx/identify", "keys"]),
        ("since=1800000060", ["keys"]),
    ],
)
def test_the_journal_can_be_filtered(query, endpoints):
    at = serve()
    page = at.begin(at.control("GET", "tenants/default").json)
    at.post("/idp/idx/identify", {"stateHandle": page.json["stateHandle"]})
    at.hands[0] += 60
    at.get("/oauth2/default/v1/keys")
    assert [line["endpoint"] for line in at.control("GET", f"tenants/default/journal?{query}").json] == endpoints


@pytest.mark.parametrize("query", ["status=high", "since=noon", "since=nan", "latest=-", "format=xml", "page=1"])
def test_a_filter_that_makes_no_sense_is_refused(query):
    refused = serve().control("GET", f"tenants/default/journal?{query}")
    assert refused.status_code == 400
    assert refused.json["errors"][0]["field"] == query.partition("=")[0]


def test_the_journal_is_also_an_http_archive():
    at = serve()
    at.client.post("/oauth2/v1/token?x=1", data=b"\xff", content_type="text/plain")
    archive = at.control("GET", "tenants/default/journal?format=har").json["log"]
    [entry] = archive["entries"]
    assert (archive["version"], archive["creator"]["name"]) == ("1.2", "mock-okta")
    assert entry["startedDateTime"] == "2027-01-15T08:00:00.000+00:00"
    assert entry["request"]["queryString"] == [{"name": "x", "value": "1"}]
    assert entry["request"]["postData"] == {"mimeType": "text/plain", "text": "�"}
    assert json.loads(entry["response"]["content"]["text"])


def test_the_journal_can_be_emptied():
    at = serve()
    at.get("/oauth2/default/v1/keys")
    assert at.control("DELETE", "tenants/default/journal").status_code == 204
    assert at.control("GET", "tenants/default/journal").json == []


def test_the_journal_of_lost_requests_is_emptied_too():
    at = serve()
    at.get("/nowhere")
    assert len(at.control("GET", "journal").json) == 1
    assert at.control("DELETE", "journal").status_code == 204
    assert at.control("GET", "journal").json == []


# -- clock ------------------------------------------------------------------------------------------------------------


def test_the_clock_moves_and_what_has_a_lifetime_ends():
    at = serve()
    tenant = at.make_tenant(scenario="two-factors")
    page = at.identify(at.begin(tenant))
    moved = at.control("POST", f"tenants/{tenant['id']}/clock", {"advance_s": 100_000})
    assert moved.json == {"now": NOON + 100_000, "offset_s": 100_000}
    assert at.control("GET", f"tenants/{tenant['id']}/clock").json == moved.json
    late = at.answer(page, "Abcd1234!")
    assert late.status_code == 401
    assert late.headers["Date"] == "Sat, 16 Jan 2027 11:46:40 GMT"


@pytest.mark.parametrize(
    "body",
    [{}, {"advance_s": "60"}, {"advance_s": True}, {"advance_s": 1e300}, {"advance": 1}, b'{"advance_s": NaN}',
     b'{"advance_s": 1e999}', {"advance_s": 10**400}],
)  # fmt: skip
def test_a_clock_cannot_be_moved_by_anything_else(body):
    at = serve()
    assert at.control("POST", "tenants/default/clock", body).status_code == 400
    assert at.control("GET", "tenants/default/clock").json["offset_s"] == 0


# -- script -----------------------------------------------------------------------------------------------------------


def test_an_intervention_acts_from_now_on_and_can_be_cleared():
    at = serve()
    entry = {"at": {"endpoint": "keys"}, "raw": {"status": 503, "body": "down"}}
    added = at.control("POST", "tenants/default/script", entry)
    assert (added.status_code, added.json) == (201, {"added": 1, "entries": 1})
    assert at.get("/oauth2/default/v1/keys").status_code == 503
    assert at.control("DELETE", "tenants/default/script").status_code == 204
    assert at.get("/oauth2/default/v1/keys").status_code == 200


def test_what_was_scripted_and_did_not_fit_is_in_the_journal_the_archive_and_the_log(caplog):
    at = serve()
    at.control(
        "POST", "tenants/default/script", {"at": {"endpoint": "keys"}, "patch": [{"op": "remove", "path": "/x"}]}
    )
    at.get("/oauth2/default/v1/keys")
    told = "script, as added while running: patch[0]: cannot remove /x in this reply, so nothing was patched"
    assert at.control("GET", "tenants/default/journal?latest=1").json[0]["unapplied"] == [told]
    entry = at.control("GET", "tenants/default/journal?latest=1&format=har").json["log"]["entries"][0]
    assert entry["comment"].endswith(f"; {told}")
    assert [each.message for each in caplog.records] == [f"GET keys at tenant two-factors: {told}"]


def test_a_reply_that_is_as_scripted_has_nothing_to_tell():
    at = serve()
    at.get("/oauth2/default/v1/keys")
    assert at.control("GET", "tenants/default/journal?latest=1").json[0]["unapplied"] == []


def test_several_interventions_can_be_added_at_once():
    at = serve()
    entries = [{"at": {"endpoint": name}, "raw": {"status": 503}} for name in ("keys", "token")]
    assert at.control("POST", "tenants/default/script", entries).json["added"] == 2
    assert at.post("/oauth2/default/v1/token", {}).status_code == 503


def test_every_problem_of_interventions_is_told_with_its_place():
    at = serve()
    refused = at.control("POST", "tenants/default/script", [{"at": {"endpoint": "kyes"}, "raw": {}}, {"at": 1}])
    assert refused.status_code == 400
    assert {field.partition(".")[0] for field, _ in problems(refused)} == {"[0]", "[1]"}
    assert at.org.default.state.script == ()


def test_a_script_is_bounded():
    at = serve()
    entry = {"at": {"endpoint": "keys"}, "delay_ms": 1}
    assert at.control("POST", "tenants/default/script", [entry] * 1000).status_code == 201
    assert at.control("POST", "tenants/default/script", entry).status_code == 400


def test_a_tenant_lists_its_users_as_the_scenario_does():
    users = "".join(
        f"  - {{login: {name}@example.com, password: Abcd1234!}}\n" for name in ("mary", "joe", "ann", "zoe")
    )
    tenant = serve().make_tenant(yaml=f"about: Four people.\nusers:\n{users}")
    assert [user["login"].partition("@")[0] for user in tenant["users"]] == ["mary", "joe", "ann", "zoe"]
