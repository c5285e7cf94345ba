"""The security question: Okta's or one's own, and answers that are too short, wrong or full of tags."""

import pytest

from mock_okta.engine.idx.authenticators.question import QUESTIONS
from mock_okta.engine.model import Enrollment, Step
from tests.engine.engine_client import IDENTIFY, ORIGIN, PASSWORD, EngineClient, flow_scenario, mary, scenario
from tests.engine.invariants import problems

QUESTION = Step(verb="verify", authenticators=("security_question",))
ENROLL = Step(verb="enroll", authenticators=("security_question",))
PET = {"question": "disliked_food", "answer": "Okra, boiled"}


def at_the_question(secret=PET, **changes):
    enrollment = Enrollment(authenticator="security_question", secret=secret)
    client = EngineClient(scenario(IDENTIFY, QUESTION, users=(mary(enrolled=(enrollment,)),), **changes))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    return client


def enrolling():
    client = EngineClient(flow_scenario({"sign_in": (IDENTIFY, PASSWORD, ENROLL)}))
    client.begin()
    client.post("identify", identifier="mary@example.com")
    client.answer("Abcd1234!")
    client.select("Security Question")
    return client


def credentials(client):
    return client.last.body["remediation"]["value"][0]["value"][0]


def messages_on(fields):
    """The keys of the messages on each field of a form."""
    return {
        field["name"]: [message["i18n"]["key"] for message in field["messages"]["value"]]
        for field in fields
        if "messages" in field
    }


def test_the_question_is_asked_at_once_and_named_in_three_places():
    client = at_the_question()
    text = QUESTIONS["disliked_food"]
    key, answer = credentials(client)["form"]["value"]
    assert (key["label"], key["value"], key["visible"], key["mutable"]) == (text, "disliked_food", False, False)
    assert (answer["name"], answer["secret"]) == ("answer", True)
    current = client.last.body["currentAuthenticatorEnrollment"]["value"]
    asked = {"questionKey": "disliked_food", "question": text}
    assert (current["profile"], current["contextualData"]) == (asked, {"enrolledQuestion": asked})


def test_ones_own_question_goes_by_the_key_custom():
    client = at_the_question({"question": "Who?", "answer": "Me myself"})
    key = credentials(client)["form"]["value"][0]
    assert (key["label"], key["value"]) == ("Who?", "custom")


@pytest.mark.parametrize("answer", ["Okra, boiled", "okra, BOILED", "  Okra, boiled "])
def test_the_answer_counts_however_it_is_typed(answer):
    client = at_the_question()
    reply = client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": answer})
    assert "successWithInteractionCode" in reply.body
    assert next(iter(client.state.grants.values())).subject.amr == ("kba",)


@pytest.mark.parametrize("key", [{}, {"questionKey": "first_award"}])
def test_the_key_may_neither_be_left_out_nor_be_another(key):
    client = at_the_question()
    assert client.post("challenge/answer", credentials=key | {"answer": "Okra, boiled"}).status == 400
    right = client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Okra, boiled"})
    assert "successWithInteractionCode" in right.body


def test_a_wrong_answer_is_named_on_the_answer():
    client = at_the_question()
    reply = client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Peas"})
    said = messages_on(credentials(client)["form"]["value"])
    assert (reply.status, said) == (401, {"answer": ["authfactor.challenge.question_factor.answer_invalid"]})


def test_five_wrong_answers_are_too_many():
    client = at_the_question()
    for _ in range(5):
        client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Peas"})
    reply = client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Okra, boiled"})
    assert (reply.status, client.said) == (429, ["tooManyRequests"])


def test_nobody_is_asked_a_question_too():
    client = EngineClient(scenario(IDENTIFY, QUESTION, org={"user_enumeration_prevention": True}))
    client.begin()
    client.post("identify", identifier="nobody@example.com")
    assert credentials(client)["form"]["value"][0]["value"] == "disliked_food"
    assert client.post("challenge/answer", credentials={"questionKey": "disliked_food", "answer": "Okra"}).status == 401


def test_a_question_of_okta_s_takes_no_text_of_one_s_own():
    client = enrolling()
    given = {"questionKey": "disliked_food", "question": "Who?", "answer": "Okra, boiled"}
    reply = client.post("challenge/answer", credentials=given)
    said = [each["message"] for each in reply.body["messages"]["value"]]
    assert (reply.status, said) == (400, ["'[credentials.question]' cannot be modified."])
    again = client.post("challenge/answer", credentials=given | {"question": ""})
    assert "successWithInteractionCode" in again.body


def test_enrolling_offers_okta_s_questions_and_one_s_own():
    client = enrolling()
    options = credentials(client)["options"]
    assert [option["label"] for option in options] == ["Choose a security question", "Create my own security question"]
    chosen, own = ([field["name"] for field in option["value"]["form"]["value"]] for option in options)
    assert (chosen, own) == (["questionKey", "answer"], ["questionKey", "question", "answer"])
    context = client.last.body["currentAuthenticator"]["value"]["contextualData"]
    assert len(options[0]["value"]["form"]["value"][0]["options"]) == len(context["questions"]) == 19
    assert set(context["questionKeys"]) == {*QUESTIONS, "custom"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"questionKey": "first_award", "answer": "Swimming"}, {"question": "first_award", "answer": "Swimming"}),
        (
            {"questionKey": "custom", "question": "Who?", "answer": "Me myself"},
            {"question": "Who?", "answer": "Me myself"},
        ),
    ],
)
def test_a_question_and_its_answer_are_kept(given, kept):
    client = enrolling()
    assert "successWithInteractionCode" in client.post("challenge/answer", credentials=given).body
    assert next(iter(client.state.users.values())).enrollment("security_question").secret == kept


def test_a_short_answer_is_named_in_either_form_with_the_least_length():
    client = enrolling()
    reply = client.post("challenge/answer", credentials={"questionKey": "first_award", "answer": "abc"})
    forms = [option["value"]["form"]["value"] for option in credentials(client)["options"]]
    assert reply.status == 400
    assert [messages_on(form) for form in forms] == [{"answer": ["securityQuestion.answer.tooShort.arg"]}] * 2
    message = forms[0][1]["messages"]["value"][0]
    assert message["i18n"]["params"] == [4]
    assert message["message"] == "The security question answer must be at least 4 characters in length"


def test_tags_are_named_on_the_field_that_has_them():
    client = enrolling()
    client.post(
        "challenge/answer", credentials={"questionKey": "custom", "question": "<b>Who</b>?", "answer": "Me myself"}
    )
    assert messages_on(credentials(client)["options"][1]["value"]["form"]["value"]) == {"question": ["tagsNotAllowed"]}
    client.post("challenge/answer", credentials={"questionKey": "first_award", "answer": "<i>gold</i>"})
    assert messages_on(credentials(client)["options"][0]["value"]["form"]["value"]) == {"answer": ["tagsNotAllowed"]}


MOVIE = {"questionKey": "favorite_movie_quote"}  # What is your favorite movie quote?
OWN = {"questionKey": "custom", "question": "Straße der ersten Wohnung?"}


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (MOVIE, "movie"),
        (MOVIE, "MOVIE"),
        (MOVIE, " movie! "),
        (MOVIE, "favorite movie"),
        (MOVIE, "movie favorite"),
        (MOVIE, "your..favorite"),
        (MOVIE, "avorite mov"),
        (MOVIE, "What is your favorite movie quote"),
        (MOVIE, "What is your favorite movie quote? None"),
        (OWN, "Wohnung"),
        (OWN, "STRASSE"),
    ],
)
def test_an_answer_is_no_part_of_its_question_however_it_is_written(given, answer):
    client = enrolling()
    reply = client.post("challenge/answer", credentials={**given, "answer": answer})
    assert (reply.status, refused_answers(client)) == (400, [IN_QUESTION])
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]


@pytest.mark.parametrize(
    "answer", ["mary@example.com", "Mary@Example.com", "mary", "Abcd1234!", "ABCD1234!", " abcd1234! "]
)
def test_an_answer_is_neither_username_nor_password(answer):
    client = enrolling()
    reply = client.post("challenge/answer", credentials={**MOVIE, "answer": answer})
    assert (reply.status, refused_answers(client)) == (400, [IS_CREDENTIAL])


@pytest.mark.parametrize("answer", ["moviegoers", "quotes", "my favorite movie", "??!!", "Maryland"])
def test_an_answer_that_only_looks_like_them_is_kept(answer):
    client = enrolling()
    assert "successWithInteractionCode" in client.post("challenge/answer", credentials={**MOVIE, "answer": answer}).body


IN_QUESTION = "The security question answer must not be part of the question"
IS_CREDENTIAL = "The security question answer must not be your username or your password"


def refused_answers(client):
    """What the form says on the field `answer`."""
    fields = credentials(client)["options"][0]["value"]["form"]["value"]
    return [said["message"] for each in fields if "messages" in each for said in each["messages"]["value"]]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"questionKey": "nonsense", "answer": "Swimming"},
        {"questionKey": "custom", "answer": "Swimming"},
        {"answer": "x"},
    ],
)
def test_what_fits_neither_form_is_refused_and_keeps_the_page(given):
    client = enrolling()
    assert client.post("challenge/answer", credentials=given).status == 400
    assert client.offered == ["enroll-authenticator", "select-authenticator-enroll"]


def test_every_page_is_fit_for_every_client():
    for client in (at_the_question(), enrolling()):
        client.post("challenge/answer", credentials={"questionKey": "first_award", "answer": "abc"})
        client.post("challenge/answer", credentials={"answer": "abc"})
        assert [problem for reply in client.replies[1:] for problem in problems(reply, ORIGIN)] == []
