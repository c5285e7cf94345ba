"""Who may use the control API: this machine, or whoever has the token."""

from __future__ import annotations

from tests.web.house import PAGE, house


def test_other_machines_are_turned_away():
    at = house()
    for address in ("10.0.0.7", "::ffff:10.0.0.7", "fe80::1", ""):
        refused = at.client.get("/__mock__/health", environ_overrides={"REMOTE_ADDR": address})
        assert refused.status_code == 403, address
    for address in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"):
        assert at.client.get("/__mock__/health", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


def test_a_control_token_opens_the_door_to_other_machines_and_shuts_it_to_those_without():
    at = house(control_token="opens it")
    far = {"REMOTE_ADDR": "10.0.0.7"}
    allowed = at.client.get("/__mock__/health", headers={"Authorization": "Bearer opens it"}, environ_overrides=far)
    assert allowed.status_code == 200
    for sent in ({}, {"Authorization": "Bearer opens"}, {"Authorization": "Basic opens it"}, {"Authorization": "ü"}):
        refused = at.client.get("/__mock__/health", headers=sent)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_whom_a_trusted_proxy_speaks_for_counts_as_the_caller():
    at = house(trust_proxy=True)
    assert at.control("GET", "health", X_Forwarded_For="127.0.0.1, 10.0.0.7").status_code == 403
    assert at.control("GET", "health", X_Forwarded_For="10.0.0.7, 127.0.0.1").status_code == 200
    assert house().control("GET", "health", X_Forwarded_For="10.0.0.7").status_code == 200


def test_pages_of_other_hosts_cannot_make_this_machine_call():
    at = house()
    assert at.control("POST", "tenants", {"scenario": "two-factors"}, Origin="https://evil.example").status_code == 403
    assert len(at.org.tenants()) == 1


def test_a_page_whose_host_name_leads_here_is_still_of_another_host():
    at = house()
    rebound = {"Host": "evil.example:6582", "Sec-Fetch-Site": "same-origin"}
    assert at.client.get("/__mock__/tenants/default", headers=rebound).status_code == 403
    own = {"Host": "localhost:6582", "Sec-Fetch-Site": "same-origin"}
    assert at.client.get("/__mock__/tenants/default", headers=own).status_code == 200


def test_pages_of_this_machine_may_read_the_outbox():
    at = house()
    read = at.control("GET", "tenants/default/outbox", Origin=PAGE)
    assert read.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in read.headers
    asked = at.client.options("/__mock__/tenants/default/users/x", headers={"Origin": PAGE})
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]


def test_a_call_that_there_is_not_says_so():
    at = house()
    for method, path, status in (("GET", "helth", 404), ("PUT", "health", 405)):
        refused = at.control(method, path)
        assert refused.status_code == status
        assert path in refused.json["message"]
