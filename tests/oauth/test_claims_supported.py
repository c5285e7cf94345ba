"""What discovery says tokens and userinfo may tell, and what they tell: of two people who have nothing in common."""

from msgspec.structs import replace

from mock_okta.engine.model import Person, User
from tests.oauth.oauth_client import MARY, NOON, SPA, OAuthClient, asking, claims_in, grant

EVERY_SCOPE = ("openid", "profile", "email", "address", "phone")
OF_A_CODE = "c_hash"
"""It stands in an ID token that comes beside a code, and those come from the token endpoint alone here."""
OF_ALL = {"iss", "ver"}
"""What a server says of everybody."""

ADA = User(
    id=MARY,
    login="ada@example.com",
    profile={
        "firstName": "Ada",
        "middleName": "Byron",
        "lastName": "King",
        "nickName": "Countess",
        "email": "ada@acme.example",
        "locale": "fr_FR",
        "timezone": "Europe/Paris",
        "profileUrl": "https://acme.example/ada",
        "picture": "https://acme.example/ada.png",
        "website": "https://ada.example",
        "gender": "female",
        "birthdate": "1815-12-10",
        "primaryPhone": "+33155512345",
        "city": "Paris",
        "countryCode": "FR",
    },
    verified_email="ada@acme.example",
    updated_at=NOON - 86_400.5,
)
BOB = User(
    id="00uBob00000000000000",
    login="bob@example.com",
    profile={
        "displayName": "B. Babbage",
        "firstName": "Bob",
        "middleName": "C.",
        "lastName": "Babbage",
        "nickName": "Engine",
        "email": "bob@acme.example",
        "locale": "en_GB",
        "timeZone": "Europe/London",
        "profileUrl": "https://acme.example/bob",
        "picture": "https://acme.example/bob.png",
        "website": "https://bob.example",
        "gender": "male",
        "birthdate": "1791-12-26",
        "primaryPhone": "+442079460000",
        "city": "London",
        "countryCode": "GB",
    },
    updated_at=NOON - 7,
)
OTHER_SPA = "0oaOtherSpa000000000"


def told_of(user: User, *, client_id: str = SPA, at: float = NOON, nonce: str, person: Person) -> dict:
    """The claims of the ID token and of userinfo together, after a sign-in."""
    client = OAuthClient(at=at)
    client.state = replace(client.state, users=client.state.users.set(user.id, user))
    asked = asking(scope=EVERY_SCOPE, client_id=client_id, nonce=nonce)
    client.with_grant(grant(asked=asked, subject=person, expires_at=at + 30))
    tokens = client.redeem(client_id=client_id).body
    userinfo = client.get("userinfo", authorization=f"Bearer {tokens['access_token']}").body
    return userinfo | claims_in(tokens["id_token"])


def told_of_ada() -> dict:
    person = Person(user_id=ADA.id, auth_time=NOON - 60, amr=("pwd",))
    return told_of(ADA, nonce="n-1", person=person)


def told_of_bob() -> dict:
    person = Person(user_id=BOB.id, auth_time=NOON - 5, amr=("pwd", "mfa", "sms"), idp="0oaGoogle00000000000")
    return told_of(BOB, client_id=OTHER_SPA, at=NOON + 10, nonce="n-2", person=person)


def supported() -> list[str]:
    return OAuthClient().get("openid-configuration").body["claims_supported"]


def test_every_claim_that_is_announced_is_sent():
    assert set(supported()) - {OF_A_CODE} - set(told_of_ada()) == set()
    assert set(supported()) - {OF_A_CODE} - set(told_of_bob()) == set()


def test_what_people_do_not_share_is_told_of_each_differently():
    ada, bob = told_of_ada(), told_of_bob()
    assert {claim for claim in supported() if ada.get(claim) == bob.get(claim)} == OF_ALL | {OF_A_CODE}


def test_nothing_is_sent_that_is_not_announced():
    assert set(told_of_ada()) | set(told_of_bob()) == set(supported()) - {OF_A_CODE}


def test_what_a_profile_does_not_have_is_not_told():
    bare = User(id=MARY, login="ada@example.com")
    told = told_of(bare, nonce="n-1", person=Person(user_id=MARY, auth_time=NOON, amr=("pwd",)))
    absent = {"name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender"}
    absent |= {"birthdate", "address", "phone_number"}
    assert absent.isdisjoint(told)
    assert (told["email"], told["email_verified"], told["updated_at"]) == ("ada@example.com", False, 0)


def test_the_moment_of_the_last_change_is_a_whole_number_of_seconds():
    assert (told_of_ada()["updated_at"], type(told_of_ada()["updated_at"])) == (1_799_913_599, int)
