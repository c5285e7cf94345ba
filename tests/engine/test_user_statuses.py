"""Every cell of the table of statuses, played: each use of it with a user of each status.

What is seen is put together as a cell and compared with the table; that the table says what Okta does is said by its
sources, by the scenarios, and by the few rows that are written out below.
"""

import re
from collections.abc import Callable

import pytest

from mock_okta.engine.control.devices import decide_device
from mock_okta.engine.control.phones import open_decisions
from mock_okta.engine.idx.notices import NOTICES
from mock_okta.engine.idx.start_tokens import issue_token
from mock_okta.engine.idx.user_statuses import USES, Cell
from mock_okta.engine.model import App, AppType, Enrollment, IdentityProvider, Step, UserStatus
from mock_okta.user_changes import change_user
from tests.engine.engine_client import EMAIL, IDENTIFY, NOON, ORIGIN, PASSWORD, VERIFIER, flow_scenario, mary
from tests.engine.flows.visitor import Visitor

MARY = "mary@example.com"
GOOGLE = IdentityProvider(type="GOOGLE", name="Google IdP", users=({"login": MARY},))
UNLOCKED = Step(verb="message", settings={"messages": ("oie.selfservice.unlock_user.success.message",)})
FLOWS = {
    "sign_in": (IDENTIFY, PASSWORD),
    "recover": (IDENTIFY, EMAIL, Step(verb="reset")),
    "unlock": (IDENTIFY, EMAIL, Step(verb="unlock"), UNLOCKED),
    "register": (Step(verb="profile"), Step(verb="enroll", authenticators=("okta_password",))),
    "activate": (Step(verb="enroll", authenticators=("security_question",)),),
}
DENIED = ["errors.E0000004"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
DEVICE = App(type=AppType.NATIVE, client_id="0oadevice", grant_types=(DEVICE_CODE,))
ANSWER = {"questionKey": "disliked_food", "answer": "mud pie"}


def visitor(status=UserStatus.ACTIVE, **changes) -> Visitor:
    flows = FLOWS | changes.pop("flows", {})
    client = Visitor(flow_scenario(flows, users=(mary(status=status),), identity_providers=(GOOGLE,), **changes))
    client.begin()
    return client


def status_of(client: Visitor, login=MARY) -> UserStatus:
    return next(user.status for user in client.state.users.values() if user.login == login)


def make(client: Visitor, status: UserStatus, login=MARY) -> None:
    """An administrator does it."""
    changes = {"status": str(status)}
    chance = f"made {len(client.replies)} {status}"
    client.state, _ = change_user(client.scenario, client.state, login, changes, at=client.at, chance=chance)


def is_over(client: Visitor) -> bool:
    return "successWithInteractionCode" in client.last.body


def got_in(client: Visitor) -> bool:
    """Whether the password was enough, but for a new one where it has expired."""
    return is_over(client) or client.offered == ["reenroll-authenticator"]


def mailed(client: Visitor) -> tuple[bool, str]:
    """Whether a code was mailed, and the name of the notice that was mailed instead."""
    assert len(client.state.outbox) <= 1
    for mail in client.state.outbox:
        if mail.code:
            return True, ""
        return False, next(row.name for row in NOTICES.values() if row.subject == mail.subject)
    return False, ""


def guessed(client: Visitor) -> None:
    """A code that was not mailed is wrong."""
    assert client.answer("a guess").status in (400, 401)
    assert not is_over(client)


# ---------------------------------------------------------------------------------------------------------------------
# Flows that ask who it is
# ---------------------------------------------------------------------------------------------------------------------


def signing_in(status: UserStatus) -> Cell:
    client = visitor(status)
    client.post("identify", identifier=MARY)
    assert (client.last.status, client.offered) == (200, ["challenge-authenticator"])
    client.answer("Abcd1234!")
    heard = got_in(client)
    if not heard:
        assert (client.last.status, client.said) == (400, DENIED)
        assert status_of(client) is status
    by_mail = visitor(status, flows={"sign_in": (IDENTIFY, EMAIL)})
    by_mail.post("identify", identifier=MARY)
    by_mail.select("Email")
    reached, mails = mailed(by_mail)
    if not reached:
        guessed(by_mail)
    return Cell(heard=heard, reached=reached, mails=mails)


def recovering(status: UserStatus) -> Cell:
    client = visitor(status)
    client.post("identify", identifier=MARY)
    client.post("recover")
    client.select("Email")
    reached, mails = mailed(client)
    if not reached:
        guessed(client)
        assert client.offered == ["challenge-authenticator", "select-authenticator-authenticate"]
        assert status_of(client) is status
        return Cell(heard=False, mails=mails)
    client.answer(client.mail.code)
    client.answer("Efgh5678!")
    assert is_over(client)
    assert status_of(client) is UserStatus.ACTIVE
    return Cell(heard=True, reached=True)


def unlocking(status: UserStatus) -> Cell:
    """Who needs nothing unlocked may prove it all the same, by what is not sent: here by a question."""
    client = visitor(status)
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier=MARY, authenticator=email)
    assert client.offered == ["challenge-authenticator", "select-authenticator-authenticate"]
    reached, mails = mailed(client)
    if reached:
        client.answer(client.mail.code)
        assert client.said[0] == "oie.selfservice.unlock_user.success.message"
        assert status_of(client) is UserStatus.ACTIVE
        return Cell(heard=True, reached=True)
    guessed(client)
    return Cell(heard=asked_a_question(status), mails=mails)


def asked_a_question(status: UserStatus) -> bool:
    """Whether the right answer to a question is heard in the flow that unlocks accounts."""
    question = Step(verb="verify", authenticators=("security_question",))
    held = Enrollment(authenticator="security_question", secret={"question": "disliked_food", "answer": "mud pie"})
    flows = FLOWS | {"unlock": (IDENTIFY, question, Step(verb="unlock"), UNLOCKED)}
    client = Visitor(flow_scenario(flows, users=(mary(status=status, enrolled=(held,)),)))
    client.begin()
    client.post("unlock-account")
    picked = {"id": client.state.authenticator_ids["security_question"]}
    client.post("challenge", identifier=MARY, authenticator=picked)
    client.post("challenge/answer", credentials=ANSWER)
    assert status_of(client) is status
    return client.said[:1] == ["oie.selfservice.unlock_user.success.message"]


# ---------------------------------------------------------------------------------------------------------------------
# Flows that make, activate or restore a user, in which the status changes on the way
# ---------------------------------------------------------------------------------------------------------------------


def registering(status: UserStatus) -> Cell:
    client = visitor()
    ada = "ada@example.com"
    client.post("enroll")
    client.post("enroll/new", userProfile={"firstName": "Ada", "lastName": "Acme", "email": ada})
    client.select("Password")
    assert status_of(client, ada) is UserStatus.PROVISIONED
    make(client, status, ada)
    return went_on(client, lambda: client.answer("Efgh5678!"), ada, status)


def went_on(client: Visitor, answer: Callable[[], object], login: str, status: UserStatus) -> Cell:
    answer()
    if is_over(client):
        return Cell(heard=True, reached=True)
    assert (client.last.status, client.said) == (400, DENIED)
    assert status_of(client, login) is status
    return Cell(heard=False)


def with_token(kind: str, status: UserStatus) -> Visitor:
    client = Visitor(flow_scenario(FLOWS, users=(mary(status=status),)))
    client.state, token = issue_token(client.state, MARY, kind, at=NOON, chance="1")
    named = {"activation_token" if kind == "activation" else "recovery_token": token}
    app = client.state.apps[client.web_client]
    client.begin(client_id=app.client_id, client_secret=app.client_secret, **named)
    return client


def beginning_with(kind: str) -> Callable[[UserStatus], Cell]:
    def begin(status: UserStatus) -> Cell:
        client = with_token(kind, status)
        assert status_of(client) is status
        if client.offered:
            return Cell(heard=True, reached=True)
        return Cell(heard=False, says=str(client.said[0]))

    return begin


def activating(status: UserStatus) -> Cell:
    client = with_token("activation", UserStatus.STAGED)
    client.select("Security Question")
    make(client, status)
    return went_on(client, lambda: client.post("challenge/answer", credentials=ANSWER), MARY, status)


def resetting(status: UserStatus) -> Cell:
    client = with_token("recovery", UserStatus.ACTIVE)
    make(client, status)
    return went_on(client, lambda: client.answer("Efgh5678!"), MARY, status)


# ---------------------------------------------------------------------------------------------------------------------
# From elsewhere, and what was given before
# ---------------------------------------------------------------------------------------------------------------------


def coming_from_elsewhere(status: UserStatus) -> Cell:
    client = visitor(status)
    client.visit(next(row["href"] for row in client.last.body["remediation"]["value"] if row["name"] == "redirect-idp"))
    client.follow()
    client.press(MARY)
    told = client.came_back_with
    if told.get("error_description") == "User status is invalid.":
        return Cell(heard=False, says="invalid_user_status_error")
    return Cell(heard=True, reached=True)


def signed_in() -> Visitor:
    client = visitor(org={"sessions": "all"})
    client.begin(scope="openid offline_access")
    client.post("identify", identifier=MARY)
    client.answer("Abcd1234!")
    assert is_over(client)
    cookie = next(value for name, value in client.last.headers if name == "Set-Cookie")
    client.keep(cookie)
    return client


def keeping_a_session(status: UserStatus) -> Cell:
    def works() -> bool:
        client.begin()
        return got_in(client)

    client = signed_in()
    return lasting(client, status, works)


def keeping_tokens(status: UserStatus) -> Cell:
    def works() -> bool:
        refreshed = client.form("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        shown = client.form("introspect", token=tokens["access_token"])
        assert shown.body["active"] is (refreshed.status == 200)
        return refreshed.status == 200

    client = signed_in()
    form = client.last.body["successWithInteractionCode"]["value"]
    code = next(field["value"] for field in form if field["name"] == "interaction_code")
    redeemed = {"grant_type": "interaction_code", "interaction_code": code, "code_verifier": VERIFIER}
    tokens = client.form("token", **redeemed).body
    return lasting(client, status, works)


def lasting(client: Visitor, status: UserStatus, works: Callable[[], bool]) -> Cell:
    """What becomes of what was given, now and once the user is ACTIVE again."""
    make(client, status)
    now = works()
    make(client, UserStatus.ACTIVE)
    return Cell(heard=now, reached=now, ends=not works())


PLAYED: dict[str, Callable[[UserStatus], Cell]] = {
    "sign_in": signing_in,
    "recover": recovering,
    "unlock": unlocking,
    "register": registering,
    "activation token": beginning_with("activation"),
    "activate": activating,
    "recovery token": beginning_with("recovery"),
    "forgot token": beginning_with("forgot"),
    "reset": resetting,
    "identity provider": coming_from_elsewhere,
    "session": keeping_a_session,
    "tokens": keeping_tokens,
}


def test_every_use_of_a_status_is_played():
    assert list(PLAYED) == list(USES)


@pytest.mark.parametrize("status", UserStatus)
@pytest.mark.parametrize("use", USES)
def test_users_of_each_status_are_treated_as_the_table_says(use, status):
    assert PLAYED[use](status) == USES[use].cells[status]


# ---------------------------------------------------------------------------------------------------------------------
# What can be seen of it
# ---------------------------------------------------------------------------------------------------------------------

HANDLES = re.compile(r'"(02\.id\.[\w~.-]+|20\d\d-[^"]+Z)"')


def pages(status: UserStatus, flow: str) -> list[str]:
    """The replies up to the first answer, without what is drawn."""
    client = Visitor(flow_scenario(FLOWS, users=(mary(status=status, id="00umary"),)))
    client.begin()
    if flow == "unlock":
        client.post("unlock-account")
        email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
        client.post("challenge", identifier=MARY, authenticator=email)
    else:
        client.post("identify", identifier=MARY)
    if flow == "recover":
        client.post("recover")
        client.select("Email")
    client.answer("a guess")
    seen = client.replies[1:-1] if flow == "sign_in" else client.replies[1:]
    return [HANDLES.sub('""', str(reply.status) + repr(reply.body).replace("'", '"')) for reply in seen]


@pytest.mark.parametrize("flow", ["sign_in", "recover", "unlock"])
@pytest.mark.parametrize("status", UserStatus)
def test_no_page_before_a_proof_tells_a_status(flow, status):
    assert pages(status, flow) == pages(UserStatus.ACTIVE, flow)


def test_a_user_who_may_not_sign_in_and_has_nothing_is_asked_for_it_all_the_same():
    client = Visitor(flow_scenario(FLOWS, users=(mary(status=UserStatus.PROVISIONED, enrolled=()),)))
    client.begin()
    client.post("identify", identifier=MARY)
    assert (client.last.status, client.offered) == (200, ["challenge-authenticator"])
    assert (client.answer("Abcd1234!").status, client.said) == (400, DENIED)


@pytest.mark.parametrize("steps", [(IDENTIFY, Step(verb="unlock"), UNLOCKED), (IDENTIFY, Step(verb="sign_in"))])
def test_where_nothing_is_asked_a_status_changes_as_little(steps):
    for status in (UserStatus.STAGED, UserStatus.SUSPENDED):
        client = visitor(status, flows={"unlock": steps, "sign_in": (IDENTIFY,)}, wire={"unlock": "identifier_first"})
        client.post("unlock-account")
        client.post("identify", identifier=MARY)
        assert (client.said, status_of(client)) == (DENIED, status)


def test_what_comes_after_the_unlocking_is_sent_as_well():
    """The account is not locked any more by then."""
    held = (*mary().enrolled, Enrollment(authenticator="phone_number", secret={"number": "+15551234567"}))
    text = Step(verb="verify", authenticators=("phone_number",))
    flows = FLOWS | {"unlock": (IDENTIFY, EMAIL, Step(verb="unlock"), text, UNLOCKED)}
    client = Visitor(flow_scenario(flows, users=(mary(status=UserStatus.LOCKED_OUT, enrolled=held),)))
    client.begin()
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier=MARY, authenticator=email)
    client.answer(client.mail.code)
    assert status_of(client) is UserStatus.ACTIVE
    client.select("Phone", methodType="sms")
    assert client.mail.channel == "sms"
    client.answer(client.mail.code)
    assert client.said[0] == "oie.selfservice.unlock_user.success.message"


def test_a_code_that_was_not_redeemed_before_a_suspension_is_not_redeemed_after_it():
    client = signed_in()
    form = client.last.body["successWithInteractionCode"]["value"]
    code = next(field["value"] for field in form if field["name"] == "interaction_code")
    make(client, UserStatus.SUSPENDED)
    make(client, UserStatus.ACTIVE)
    client.form("token", grant_type="interaction_code", interaction_code=code, code_verifier=VERIFIER)
    assert (client.last.status, client.last.body["error"]) == (400, "invalid_grant")


def test_a_device_that_was_let_in_before_a_suspension_is_not_in_after_it():
    client = Visitor(flow_scenario(FLOWS, users=(mary(),), apps=(DEVICE,)))
    shown = client.form("device-authorization", client_id=DEVICE.client_id, scope="openid").body
    how = {"login": MARY, "allow": True, "at": client.at, "chance": "let in", "origin": ORIGIN}
    client.state = decide_device(client.scenario, client.state, shown["user_code"], **how)
    make(client, UserStatus.SUSPENDED)
    make(client, UserStatus.ACTIVE)
    grant = {"grant_type": DEVICE_CODE, "device_code": shown["device_code"]}
    client.form("token", client_id=DEVICE.client_id, **grant)
    assert (client.last.status, client.last.body["error"]) == (400, "invalid_grant")


def test_a_link_that_was_mailed_before_does_not_let_a_suspended_user_in():
    client = visitor(UserStatus.LOCKED_OUT, authenticators={"okta_email": {"other_browser": "verify"}})
    client.post("unlock-account")
    email = {"id": client.state.authenticator_ids["okta_email"], "methodType": "email"}
    client.post("challenge", identifier=MARY, authenticator=email)
    waiting = client.handle
    client.visit(client.mail.link)
    make(client, UserStatus.SUSPENDED)
    client.post("challenge/poll", stateHandle=waiting)
    assert (client.said, status_of(client)) == (DENIED, UserStatus.SUSPENDED)


def test_nothing_is_pushed_to_who_must_not_go_on():
    held = (*mary().enrolled, Enrollment(authenticator="okta_verify", secret={}))
    push = Step(verb="verify", authenticators=("okta_verify",))
    user = mary(status=UserStatus.LOCKED_OUT, enrolled=held)
    client = Visitor(flow_scenario(FLOWS | {"recover": (IDENTIFY, push, Step(verb="reset"))}, users=(user,)))
    client.begin()
    client.post("identify", identifier=MARY)
    client.post("recover")
    client.select("Okta Verify", methodType="push")
    assert client.offered[0] == "challenge-poll"
    assert open_decisions(client.state, MARY) == ()
