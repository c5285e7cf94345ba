"""okta-auth-js 8 under Node, unmodified: each test runs a program that a user of the SDK could have written."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.interop.programs import Programs, said, steps, told
from tests.interop.running import NewTenant, Tenant, serving, tenant_of

pytestmark = pytest.mark.interop

TWO_FACTORS = "password-then-email"


def secret_of(tenant: Tenant) -> dict[str, str]:
    """The changes that make the program the tenant's web app, which has a secret."""
    return {"clientId": tenant.about["client_id"], "clientSecret": tenant.about["client_secret"]}


# -- password ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", ["password", "password_generic"])
def test_a_password_signs_in_identifier_first(programs: Programs, new_tenant: NewTenant, program: str) -> None:
    org = new_tenant("password")

    *asked, done = programs.run(program, **told(org))

    assert steps(asked) == [("PENDING", ["identify"]), ("PENDING", ["challenge-authenticator"])]
    assert (done["status"], done["kinds"]) == ("SUCCESS", ["accessToken", "idToken", "refreshToken"])
    assert (done["claims"]["iss"], done["claims"]["amr"]) == (org.issuer, ["pwd"])


def test_one_call_signs_in_but_only_in_legacy_mode(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("password_legacy", **told(new_tenant("password")))

    assert outcome["refused"]["message"] == "No `step` or `action` provided"
    done = outcome["done"]
    assert (done["status"], done["claims"]["name"]) == ("SUCCESS", "Mary Acme")


def test_a_password_signs_in_on_a_single_form(programs: Programs, new_tenant: NewTenant) -> None:
    asked, done = programs.run("password_single_form", **told(new_tenant("password-single-form")))

    assert steps([asked]) == [("PENDING", ["identify"])]
    assert done["status"] == "SUCCESS"


def test_after_a_wrong_password_the_right_one_signs_in(programs: Programs, new_tenant: NewTenant) -> None:
    asked, refused, done = programs.run("wrong_password", **told(new_tenant("password")))

    assert said(refused) == [("ERROR", "incorrectPassword")]
    assert steps([refused]) == steps([asked])
    assert refused["stateHandle"] == asked["stateHandle"]
    assert done["status"] == "SUCCESS"


def test_an_unknown_user_reads_why_and_can_try_another_name(programs: Programs, new_tenant: NewTenant) -> None:
    first, refused, asked = programs.run("unknown_user", **told(new_tenant("password")))

    assert said(refused) == [("INFO", "idx.unknown.user")]
    assert refused["messages"][0]["message"] == "There is no account with the Username nobody@example.com."
    assert steps([refused]) == steps([first])
    assert steps([asked]) == [("PENDING", ["challenge-authenticator"])]


# -- email ------------------------------------------------------------------------------------------------------------


def test_the_mailed_code_is_the_second_factor(programs: Programs, new_tenant: NewTenant) -> None:
    *_, mailed, done = programs.run("email_code", **told(new_tenant(TWO_FACTORS)))

    assert mailed["offered"][0] == "challenge-authenticator"
    assert mailed["canResend"]
    assert done["status"] == "SUCCESS"
    assert sorted(done["claims"]["amr"]) == ["email", "mfa", "pwd"]


def test_after_a_wrong_code_the_right_one_signs_in(programs: Programs, new_tenant: NewTenant) -> None:
    refused, done = programs.run("wrong_code", **told(new_tenant(TWO_FACTORS)))

    assert said(refused) == [("ERROR", "api.authn.error.PASSCODE_INVALID")]
    assert done["status"] == "SUCCESS"


def test_a_resent_code_replaces_the_first(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("resend", **told(new_tenant(TWO_FACTORS)))
    mailed, again, refused, done = outcome["pages"]

    assert len(set(outcome["codes"])) == 2
    assert steps([again]) == steps([mailed])
    assert said(refused) == [("ERROR", "api.authn.error.PASSCODE_INVALID")]
    assert done["status"] == "SUCCESS"


def test_polling_leaves_the_page_as_it_is(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("poll", **told(new_tenant(TWO_FACTORS)))
    mailed, polled, done = outcome["pages"]

    assert outcome["action"] == "currentAuthenticatorEnrollment-poll"
    assert polled == mailed
    assert done["status"] == "SUCCESS"


# -- transactions -----------------------------------------------------------------------------------------------------


def test_cancelling_forgets_the_transaction(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("cancel", **told(new_tenant("password")))
    first, canceled, anew = outcome["pages"]

    assert canceled["status"] == "CANCELED"
    assert outcome["left"] is None
    assert steps([anew]) == steps([first])
    assert len({page["stateHandle"] for page in (first, canceled, anew)}) == 3


def test_starting_again_is_another_transaction(programs: Programs, new_tenant: NewTenant) -> None:
    first, asked, anew = programs.run("start_again", **told(new_tenant("password")))

    assert "step" not in first
    assert asked["stateHandle"] == first["stateHandle"]
    assert anew["stateHandle"] != first["stateHandle"]


def test_another_process_resumes_the_transaction(programs: Programs, new_tenant: NewTenant, tmp_path: Path) -> None:
    org = new_tenant("password")
    settings = told(org, session=str(tmp_path / "session.json"))

    _, asked = programs.run("resume_begin", **settings)
    outcome = programs.run("resume_finish", **settings)
    resumed, done = outcome["pages"]

    assert resumed["stateHandle"] == asked["stateHandle"]
    assert steps([resumed]) == [("PENDING", ["challenge-authenticator"])]
    assert done["status"] == "SUCCESS"
    handles = [each["request"]["body"]["interactionHandle"] for each in org.journal("idx/introspect")]
    assert len(handles) > 1
    assert len(set(handles)) == 1


def test_an_expired_transaction_ends_with_a_message(programs: Programs, new_tenant: NewTenant) -> None:
    page = programs.run("expired", **told(new_tenant("password")))

    assert (page["status"], said(page)) == ("TERMINAL", [("ERROR", "idx.session.expired")])


def test_the_sdk_throws_when_it_resumes_an_expired_transaction(
    programs: Programs, new_tenant: NewTenant, tmp_path: Path
) -> None:
    """It reads error bodies of introspect only as application/json, and Okta sends application/ion+json."""
    org = new_tenant("password")
    settings = told(org, session=str(tmp_path / "session.json"))

    programs.run("resume_begin", **settings)
    org.advance(7201)
    outcome = programs.run("resume_finish", **settings)

    assert outcome["pages"] == []
    assert (outcome["refused"]["name"], outcome["refused"]["status"]) == ("AuthApiError", 401)
    assert org.journal("idx/introspect")[-1]["response"]["body"]["messages"]["value"][0]["i18n"]["key"] == (
        "idx.session.expired"
    )


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_the_sdk_verifies_the_tokens(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("verify", **told(new_tenant("password")))

    assert outcome["genuine"] is None
    assert outcome["forged"]["message"] == "The token signature is not valid"
    assert "does not match" in outcome["otherClient"]["message"]
    assert outcome["header"]["alg"] == "RS256"


def test_refreshing_replaces_all_tokens(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("refresh", **told(new_tenant("password")))

    assert outcome["refused"] is None
    assert len(set(outcome["accessTokens"])) == 3
    assert len(set(outcome["refreshTokens"])) == 3
    assert len(set(outcome["subjects"])) == 1


def test_the_sdk_refreshes_without_the_secret_and_is_refused(programs: Programs, new_tenant: NewTenant) -> None:
    """It never sends a client secret with a refresh token, so a web app can't refresh with it, at Okta either."""
    org = new_tenant("password")

    outcome = programs.run("refresh", **told(org, **secret_of(org)))

    assert outcome["refused"]["errorCode"] == "invalid_client"
    assert "client_secret" not in org.journal("token")[-1]["request"]["body"]


@pytest.mark.parametrize("kind", ["public", "confidential"])
def test_revoked_tokens_are_dead(programs: Programs, new_tenant: NewTenant, kind: str) -> None:
    org = new_tenant("password")

    outcome = programs.run("revoke", **told(org, **(secret_of(org) if kind == "confidential" else {})))

    assert outcome["before"]["active"]
    assert (outcome["access"]["active"], outcome["refresh"]["active"]) == (False, False)
    assert outcome["userinfo"]["errorCode"] == "invalid_token"
    client = (
        org.about["spa_client_id"] if kind == "public" else f"{org.about['client_id']}:{org.about['client_secret']}"
    )
    sent = {each["request"]["headers"]["authorization"] for each in org.journal("revoke")}
    assert sent == {f"Basic {b64encode(client.encode()).decode()}"}


def test_introspection_tells_about_each_kind_of_token(programs: Programs, new_tenant: NewTenant) -> None:
    org = new_tenant("password")

    outcome = programs.run("introspect", **told(org))

    access, id_token, refresh = outcome["access"], outcome["id"], outcome["refresh"]
    assert [access["active"], id_token["active"], refresh["active"]] == [True, True, True]
    assert (access["username"], access["client_id"]) == (org.login, org.about["spa_client_id"])
    assert id_token["jti"] == outcome["claims"]["jti"]


def test_userinfo_says_who_signed_in(programs: Programs, new_tenant: NewTenant) -> None:
    outcome = programs.run("userinfo", **told(new_tenant("password")))

    userinfo = outcome["userinfo"]
    assert userinfo["sub"] == outcome["claims"]["sub"]
    assert (userinfo["given_name"], userinfo["email"]) == ("Mary", "mary@example.com")
    assert "headers" in userinfo, "the SDK used to add the headers of the reply"


# -- clients and servers ----------------------------------------------------------------------------------------------


def test_a_confidential_client_signs_in_with_its_secret(programs: Programs, new_tenant: NewTenant) -> None:
    org = new_tenant("password")

    *_, done = programs.run("password", **told(org, **secret_of(org)))

    assert done["claims"]["aud"] == org.about["client_id"]
    for endpoint in ("interact", "token"):
        (exchange,) = org.journal(endpoint)
        assert exchange["request"]["body"]["client_secret"] == org.about["client_secret"]


@pytest.mark.parametrize("path", ["", "/oauth2/default"])
def test_the_issuer_can_be_the_org_or_the_default_server(programs: Programs, default_tenant: Tenant, path: str) -> None:
    issuer = default_tenant.base + path

    *_, done = programs.run("email_code", **told(default_tenant, issuer=issuer))

    assert (done["status"], done["claims"]["iss"]) == ("SUCCESS", issuer)
    asked = [urlsplit(each["request"]["url"]).path for each in default_tenant.journal("interact")]
    assert asked == [f"/oauth2{path.removeprefix('/oauth2')}/v1/interact"]


def test_the_sdk_trusts_the_test_ca_over_https(programs: Programs, tmp_path: Path) -> None:
    ca = tmp_path / "mock-okta-ca.pem"
    with (
        serving("password", "--https", "--ca-dir", str(tmp_path)) as base,
        tenant_of(base, {"scenario": "password"}, trusting=ca) as org,
    ):
        *_, done = replace(programs, trusting=ca).run("password", **told(org))

    assert org.issuer.startswith("https://")
    assert (done["status"], done["claims"]["iss"]) == ("SUCCESS", org.issuer)
