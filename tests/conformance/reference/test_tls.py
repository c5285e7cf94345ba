"""The one thing that no canned reply can show: whom the client lets in at all."""

from __future__ import annotations

import pytest

from mock_okta import MockOkta
from mock_okta_conformance.reference.adapter import Adapter


def begun(okta: MockOkta, **config: object) -> dict:
    adapter = Adapter()
    given = {"issuer": okta.issuer, "clientId": okta.spa_client_id, "redirectUri": okta.redirect_uri, **config}
    message = {
        "id": 1,
        "op": "start",
        "session": "s1",
        "test": "T",
        "flow": "authenticate",
        "config": given,
        "params": {},
    }
    try:
        return adapter.handle(message)["view"]
    finally:
        adapter.close()


@pytest.fixture(scope="module")
def okta():
    with MockOkta("password", https=True) as served:
        yield served


def test_a_server_that_a_trusted_ca_vouches_for_is_talked_to(okta):
    assert begun(okta, caFile=str(okta.ca_file))["state"] == "input"


def test_a_server_that_nobody_vouches_for_hears_nothing(okta):
    before = len(okta.journal())
    error = begun(okta)["error"]
    assert (error["type"], "the certificate is not valid" in error["text"]) == ("transport", True)
    assert len(okta.journal()) == before


def test_a_ca_file_that_is_none_is_told(okta, tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        assert begun(okta, caFile=str(path))["error"]["type"] == "configuration"
