"""A device without a keyboard waits while its user types what it shows, and signs in, in a browser (RFC 8628)."""

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from mock_okta.engine.idx.device_requests import LIFETIME_S, MOST_REQUESTS, WRONG_CODES
from mock_okta.engine.model import App, AppType, Step, UserStatus
from mock_okta.engine.oauth.grants.device_code import DEVICE_CODE
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, mary, scenario
from tests.engine.flows.visitor import Visitor
from tests.oauth.oauth_client import claims_in

TELEVISION = App(type=AppType.NATIVE, client_id="television", label="Television", grant_types=(DEVICE_CODE,))
PORTAL = App(client_id="portal")
CONSENT = Step(verb="consent")


@dataclass
class Living(Visitor):
    """A living room: a television, and somebody with a browser."""

    def ask(self, **fields: str) -> dict:
        """Lets the television ask for a code; returns what it is told."""
        reply = self.form("device-authorization", **{"client_id": "television", "scope": "openid email"} | fields)
        self.told = reply.body
        return self.told

    def poll(self, **fields: str) -> dict:
        """Lets the television ask for its tokens; returns the reply."""
        code = self.told["device_code"]
        return self.form(
            "token", **{"client_id": "television", "grant_type": DEVICE_CODE, "device_code": code} | fields
        )

    @property
    def error(self) -> str | None:
        """The OAuth error of the last reply."""
        return self.last.body.get("error")

    def open(self, address: str | None = None) -> None:
        """Opens the page in a browser, and has a widget show it."""
        page = self.visit(address or self.told["verification_uri"])
        self.post("introspect", stateToken=page.transaction)

    def activate(self, code: str | None = None) -> None:
        self.post("device/activate", userCode=self.told["user_code"] if code is None else code)

    def sign_in(self) -> None:
        self.post("identify", identifier="mary@example.com")
        self.answer("Abcd1234!")


@pytest.fixture
def room() -> Living:
    return Living(scenario(IDENTIFY, PASSWORD, apps=(PORTAL, TELEVISION)))


@pytest.fixture
def asking(room: Living) -> Living:
    """The television has asked, and the page is open."""
    room.ask()
    room.open()
    return room


# -- asking -----------------------------------------------------------------------------------------------------------


def test_a_device_is_told_what_to_show_and_what_to_poll_with(room):
    told = room.ask()
    assert list(told) == ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in",
                          "interval"]  # fmt: skip
    assert told["verification_uri"] == f"{ORIGIN}/activate/test"
    assert told["verification_uri_complete"] == f"{ORIGIN}/activate/test?user_code={told['user_code']}"
    assert (told["expires_in"], told["interval"]) == (600, 5)


def test_what_it_shows_is_eight_letters_that_make_no_words(room):
    shown = room.ask()["user_code"]
    assert len(shown) == 8
    assert set(shown) <= set("BCDFGHJKLMNPQRSTVWXZ")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"client_id": "portal"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(room, fields, error):
    room.ask(**fields)
    assert room.error == error
    assert not room.state.device_requests


def test_an_app_that_is_no_device_may_not_ask(room):
    room.ask(client_id="portal", client_secret=room.state.apps["portal"].client_secret)
    assert room.error == "unauthorized_client"


def test_only_so_many_can_wait_at_once(room):
    for _ in range(MOST_REQUESTS):
        room.ask()
    room.ask()
    assert (room.last.status, room.error) == (429, "too_many_user_codes")
    room.at += LIFETIME_S + 3600
    assert "user_code" in room.ask()


# -- polling ----------------------------------------------------------------------------------------------------------


def test_until_the_user_is_done_it_is_to_ask_again(room):
    room.ask()
    assert room.poll().status == 400
    assert room.error == "authorization_pending"


def test_not_before_the_interval_is_over(room):
    room.ask()
    room.poll()
    room.at += 4.9
    room.poll()
    assert room.error == "slow_down"


def test_whoever_asks_too_soon_has_to_wait_five_seconds_longer_each_time(room):
    room.ask()
    answers = []
    for waited in (0, 1, 9.9, 14.9, 20, 19.9, 25, 25):
        room.at += waited
        room.poll()
        answers.append(room.error)
    assert answers == [
        "authorization_pending",  # 5 s are to pass
        "slow_down",  # 10 s
        "slow_down",  # 15 s
        "slow_down",  # 20 s
        "authorization_pending",
        "slow_down",  # 25 s
        "authorization_pending",
        "authorization_pending",
    ]


def test_the_tokens_come_once(asking):
    asking.activate()
    asking.sign_in()
    tokens = asking.poll().body
    assert tokens["scope"] == "openid email"
    assert claims_in(tokens["id_token"])["amr"] == ["pwd"]
    asking.poll()
    assert asking.error == "invalid_grant"


def test_nobody_else_gets_them(asking):
    asking.activate()
    asking.sign_in()
    secret = asking.state.apps["portal"].client_secret
    asking.poll(client_id="portal", client_secret=secret)
    assert asking.error == "unauthorized_client"
    assert asking.poll().status == 200


def test_a_code_that_nobody_was_given_gets_nothing(asking):
    asking.poll(device_code="x")
    assert asking.error == "invalid_grant"


def test_the_code_lasts_ten_minutes(asking):
    asking.at += LIFETIME_S
    asking.poll()
    assert asking.error == "expired_token"


def test_a_user_who_was_suspended_meanwhile_gets_nothing(asking):
    asking.activate()
    asking.sign_in()
    (user,) = asking.state.users.values()
    stopped = asking.state.users.set(user.id, replace(user, status=UserStatus.SUSPENDED))
    asking.state = replace(asking.state, users=stopped)
    asking.poll()
    assert asking.error == "invalid_grant"


# -- the page, with a widget ------------------------------------------------------------------------------------------


def test_the_page_asks_for_the_code_and_for_nothing_else(asking):
    assert asking.offered == ["user-code"]
    assert list(asking.last.body) == ["version", "stateHandle", "expiresAt", "intent", "remediation"]
    (form,) = asking.last.body["remediation"]["value"]
    assert form["href"] == f"{ORIGIN}/idp/idx/device/activate"
    assert form["value"][0] == {"name": "userCode", "label": "Activation Code"}


def test_an_address_that_has_the_code_fills_it_in(room):
    told = room.ask()
    room.open(told["verification_uri_complete"])
    assert room.last.body["remediation"]["value"][0]["value"][0]["value"] == told["user_code"]
    assert room.offered == ["user-code"]


def test_an_address_that_has_a_wrong_code_says_so_until_the_right_one_is_typed(room):
    room.ask()
    address = f"{room.told['verification_uri']}?user_code=BBBBBBBB"
    room.visit(address)
    assert "Invalid code. Try again." in room.text
    room.open(address)
    assert (room.last.status, room.said, room.offered) == (200, ["idx.invalid.device.code"], ["user-code"])
    room.activate()
    assert (room.said, room.offered) == ([], ["identify"])


def test_a_wrong_code_is_said_to_be_wrong(asking):
    asking.activate("BBBBBBBB")
    assert (asking.last.status, asking.said, asking.offered) == (403, ["idx.invalid.device.code"], ["user-code"])


def guess_in_widget(room: Living) -> None:
    room.open()
    room.activate("BBBBBBBB")


def guess_on_page(room: Living) -> None:
    room.visit(room.told["verification_uri"])
    room.press("Don't allow", user_code="BBBBBBBB")


def guess_in_address(room: Living) -> None:
    room.visit(f"{room.told['verification_uri']}?user_code=BBBBBBBB")


@pytest.mark.parametrize("guess", [guess_in_widget, guess_on_page, guess_in_address])
def test_codes_cannot_be_tried_one_after_the_other(room, guess):
    room.ask()
    for _ in range(WRONG_CODES.most):
        guess(room)
    room.open()
    room.activate()
    assert (room.last.status, room.said, room.offered) == (429, ["tooManyRequests"], ["user-code"])
    room.visit(room.told["verification_uri_complete"])
    room.press("Don't allow", user_code=room.told["user_code"])
    assert (room.last.status, room.last.body["errorCode"]) == (429, "E0000047")
    room.at += 60
    room.open()
    room.activate()
    assert room.offered[0] == "identify"


def test_it_does_not_matter_how_the_code_is_typed(asking):
    code = asking.told["user_code"].lower()
    asking.activate(f"{code[:4]}-{code[4:]} ")
    assert asking.offered[0] == "identify"


def test_the_sign_in_is_one_to_the_app_of_the_device(asking):
    asking.activate()
    assert asking.last.body["app"]["value"]["label"] == "Television"


def test_it_ends_with_a_word_and_without_a_code(asking):
    asking.activate()
    asking.sign_in()
    assert asking.said == ["idx.device.activated"]
    assert asking.offered == []
    assert "successWithInteractionCode" not in asking.last.body


def test_a_cancelled_sign_in_begins_at_the_code_again(asking):
    asking.activate()
    asking.post("identify", identifier="mary@example.com")
    asking.post("cancel")
    assert asking.offered == ["user-code"]
    asking.activate()
    asking.sign_in()
    assert asking.said == ["idx.device.activated"]


def test_nobody_goes_back_to_a_device():
    room = Living(scenario(IDENTIFY, PASSWORD, CONSENT, apps=(PORTAL, TELEVISION), wire={"authentication": "shown"}))
    room.ask()
    room.open()
    room.activate()
    room.sign_in()
    assert room.last.body["authentication"]["value"]["request"] == {
        "max_age": -1, "scope": "openid email", "display": "page",
    }  # fmt: skip


def test_who_does_not_consent_does_not_let_the_device_in():
    room = Living(scenario(IDENTIFY, PASSWORD, CONSENT, apps=(PORTAL, TELEVISION)))
    room.ask()
    room.open()
    room.activate()
    room.sign_in()
    room.post("consent", consent=False)
    assert (room.last.status, room.said) == (200, ["idx.device.not.activated.consent.denied"])
    room.poll()
    assert room.error == "access_denied"


def test_a_device_that_has_given_up_cannot_be_activated_any_more(asking):
    asking.activate()
    asking.at += LIFETIME_S - 1
    asking.post("identify", identifier="mary@example.com")
    asking.at += 1
    asking.answer("Abcd1234!")
    assert asking.said == ["idx.device.not.activated.internal.error"]


def test_a_code_that_was_used_is_wrong(asking):
    asking.activate()
    asking.sign_in()
    asking.open()
    asking.activate()
    assert asking.said == ["idx.invalid.device.code"]


def test_a_browser_that_is_signed_in_need_not_do_so_again(room):
    room.headers["user-agent"] = "Mozilla/5.0 Chrome/130.0 Safari/537.36"
    room.begin(client_id="portal")
    room.sign_in()
    room.keep(next(value for name, value in room.last.headers if name == "Set-Cookie"))
    room.ask()
    room.open()
    room.activate()
    assert room.said == ["idx.device.activated"]


def test_an_identity_provider_sends_the_browser_back_to_the_page(asking):
    asking.activate()
    page = asking.visit(f"{ORIGIN}/login/token/redirect?stateToken={asking.handle}")
    assert page.status == 200
    asking.sign_in()
    asking.visit(f"{ORIGIN}/login/token/redirect?stateToken={asking.handle}")
    asking.follow()
    assert "Follow the instructions on your device for next steps" in asking.text


# -- the page, without a widget ---------------------------------------------------------------------------------------


def test_a_visitor_says_who_it_is(room):
    room.visit(room.ask()["verification_uri"])
    room.press("Allow, as Mary Acme (mary@example.com)", user_code=room.told["user_code"])
    assert "Follow the instructions on your device" in room.text
    assert room.poll().status == 200


def test_a_visitor_does_not_let_it_in(room):
    room.visit(room.ask()["verification_uri"])
    room.press("Don't allow", user_code=room.told["user_code"])
    assert "you did not allow access" in room.text
    room.poll()
    assert room.error == "access_denied"


def test_a_visitor_who_mistypes_is_told_so(room):
    room.visit(room.ask()["verification_uri"])
    room.press("Don't allow", user_code="BBBBBBBB")
    assert room.last.status == 400
    assert "The user code is invalid or has expired." in room.text


@pytest.mark.parametrize("user", [mary(assigned=False), mary(status=UserStatus.SUSPENDED)])
def test_a_visitor_who_may_not_use_the_app_is_told_so(user):
    room = Living(scenario(IDENTIFY, PASSWORD, users=(user,), apps=(PORTAL, TELEVISION)))
    room.ask()
    page = room.visit(room.told["verification_uri"])
    fields = {"user_code": room.told["user_code"], "login": "mary@example.com", "stateToken": page.transaction or ""}
    room.visit(f"{ORIGIN}/activate/test", fields)
    assert room.last.status >= 400
    assert "access_denied" in room.text
    assert not any(request.grant for request in room.state.device_requests.values())


# -- what the device asks for -----------------------------------------------------------------------------------------


def test_a_device_that_asks_for_two_factors_waits_until_both_are_proved(room):
    room.ask(acr_values="urn:okta:loa:2fa:any")
    room.open()
    room.activate()
    room.sign_in()
    assert room.offered == ["authenticator-verification-data", "select-authenticator-authenticate"]
    room.select("Email")
    room.answer(room.mail.code)
    room.at += 5
    assert claims_in(room.poll().body["access_token"])["acr"] == "urn:okta:loa:2fa:any"


def test_a_visitor_lets_nothing_in_that_asks_for_more_than_a_password(room):
    room.ask(acr_values="urn:okta:loa:2fa:any")
    room.visit(room.told["verification_uri"])
    room.press("Allow, as Mary Acme (mary@example.com)", user_code=room.told["user_code"])
    assert "Unable to meet the authentication requirements" in room.text
    room.at += 5
    assert room.poll().body["error"] == "authorization_pending"
