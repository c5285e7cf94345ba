"""The security question: one of Okta's, or one of the user's own.

Source: idx-protocol notes 4.3 (forms), 4.4 (catalogue, contextual data), 5.2 (messages and their places).
"""

from __future__ import annotations

import hmac
import re
from typing import Any

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.authenticators.row import (
    CURRENT,
    Attempt,
    Authenticator,
    Ceremony,
    enrollment_in_play,
)
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.messages import MESSAGES, Message, Param
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import TEXT, Setting
from mock_okta.engine.idx.text_validation import has_tags
from mock_okta.engine.model import Enrollment, JsonObject, Transaction, User, logins

KEY = "security_question"
MIN_ANSWER = 4
ANSWER_PATH = ("credentials", "answer")
QUESTION_PATH = ("credentials", "question")

CUSTOM = "custom"
# fmt: off
QUESTIONS: dict[str, str] = {
    "disliked_food": "What is the food you least liked as a child?",
    "name_of_first_plush_toy": "What is the name of your first stuffed animal?",
    "first_award": "What did you earn your first medal or award for?",
    "favorite_security_question": "What is your favorite security question?",
    "favorite_toy": "What is the toy/stuffed animal you liked the most as a kid?",
    "first_computer_game": "What was the first computer game you played?",
    "favorite_movie_quote": "What is your favorite movie quote?",
    "first_sports_team_mascot": "What was the mascot of the first sports team you played on?",
    "first_music_purchase": "What music album or song did you first purchase?",
    "favorite_art_piece": "What is your favorite piece of art?",
    "grandmother_favorite_desert": "What was your grandmother's favorite dessert?",
    "first_thing_cooked": "What was the first thing you learned to cook?",
    "childhood_dream_job": "What was your dream job as a child?",
    "place_where_significant_other_was_met": "Where did you meet your spouse/significant other?",
    "favorite_vacation_location": "Where did you go for your favorite vacation?",
    "new_years_two_thousand": "Where were you on New Year's Eve in the year 2000?",
    "favorite_speaker_actor": "Who is your favorite speaker/orator?",
    "favorite_book_movie_character": "Who is your favorite book/movie character?",
    "favorite_sports_player": "Who is your favorite sports player?",
}
# fmt: on
"""Okta's questions by key, in the order in which forms list them."""

QUESTION = Setting(
    name="question",
    kind=TEXT,
    needed=True,
    about="Key of one of Okta's questions, or the text of the person's own.",
    example="disliked_food",
)
ANSWER = Setting(name="answer", kind=TEXT, needed=True, about="The answer, four characters or more.")


def question_of(enrollment: Enrollment | None) -> dict[str, str]:
    """`{questionKey, question}` of an enrolment; somebody who has none is asked the first question of all."""
    given = (QUESTION.find(enrollment.secret) if enrollment else None) or "disliked_food"
    return {"questionKey": given if given in QUESTIONS else CUSTOM, "question": QUESTIONS.get(given, given)}


# ---------------------------------------------------------------------------------------------------------------------
# Proving
# ---------------------------------------------------------------------------------------------------------------------


def asked_question(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """The question's key, which is to be sent back, and the answer."""
    asked = question_of(enrollment_in_play(turn, transaction))
    key = Field(
        name="questionKey",
        label=asked["question"],
        required=True,
        value=asked["questionKey"],
        visible=False,
        mutable=False,
    )
    return (key, Field(name="answer", label="Answer", required=True, secret=True))


def enrolled_question(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`{"enrolledQuestion": {…}}`; auth-js takes a question without it for one to enrol."""
    return {"enrolledQuestion": question_of(enrollment_in_play(turn, transaction))}


def answer_matches(turn: Turn, attempt: Attempt) -> Refused | None:
    """Compares answers without regard to case and surrounding space, as Okta does."""
    expected = (ANSWER.find(attempt.enrollment.secret) or "") if attempt.enrollment else ""
    if expected and hmac.compare_digest(_canonical(expected), _canonical(attempt.answer["answer"])):
        return None
    return Refused(MESSAGES["authfactor.challenge.question_factor.answer_invalid"], path=ANSWER_PATH)


def _canonical(answer: str) -> bytes:
    return answer.strip().casefold().encode("utf-8", "surrogatepass")


# ---------------------------------------------------------------------------------------------------------------------
# Acquiring
# ---------------------------------------------------------------------------------------------------------------------


def new_question(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """A choice between two forms: one of Okta's questions, or one's own."""
    answer = Field(name="answer", label="Answer", required=True, secret=True)
    known = Field(
        name="questionKey",
        type="string",
        label="Choose a security question",
        required=True,
        options=tuple(Option(label=text, value=key) for key, text in QUESTIONS.items()),
    )
    custom = Field(name="questionKey", required=True, value=CUSTOM, mutable=False)
    own = Field(name="question", label="Create a security question", required=True)
    none = Field(name="question", unseen=True, refused=True)
    options = (
        Option(label="Choose a security question", form=(known, answer, none)),
        Option(label="Create my own security question", form=(custom, own, answer)),
    )
    return (Field(name="credentials", type="object", required=True, options=options),)


def all_questions(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`questionKeys`, which include "custom", and `questions`, which do not."""
    listed = [{"questionKey": key, "question": text} for key, text in QUESTIONS.items()]
    return {"questionKeys": [*QUESTIONS, CUSTOM], "questions": listed}


def answer_is_acceptable(turn: Turn, attempt: Attempt) -> Refused | None:
    """Wants answers of four characters that the question does not give away, and neither answer nor question with tags.

    The message stands on the field in either of the two forms (recorded). What an answer must not be: Okta help,
    "Security Question (MFA)", guidelines; the words of the refusal are inferred.
    """
    if len(attempt.answer["answer"].strip()) < MIN_ANSWER:
        return _unacceptable(MESSAGES["securityQuestion.answer.tooShort.arg"], ANSWER_PATH, MIN_ANSWER)
    for name, path in (("question", QUESTION_PATH), ("answer", ANSWER_PATH)):
        if has_tags(attempt.answer.get(name, "")):
            return _unacceptable(MESSAGES["tagsNotAllowed"], path)
    asked = attempt.answer.get("question") or QUESTIONS.get(attempt.answer["questionKey"], "")
    if _is_in_question(attempt.answer["answer"], asked):
        return _unacceptable(MESSAGES["answerInQuestion"], ANSWER_PATH)
    if attempt.user is not None and _is_credential(turn, attempt.user, attempt.answer["answer"]):
        return _unacceptable(MESSAGES["answerIsCredential"], ANSWER_PATH)
    return None


def _is_in_question(answer: str, question: str) -> bool:
    """Whether an answer is part of its question, or holds all of it, or has no word that is not in it."""
    said, asked = (_WORD.findall(each.casefold()) for each in (answer, question))
    one, other = " ".join(said), " ".join(asked)
    return bool(said) and (one in other or (bool(asked) and other in one) or set(said) <= set(asked))


def _is_credential(turn: Turn, user: User, answer: str) -> bool:
    """Whether an answer is a name or the password that the user signs in with, in letters of any case."""
    password = user.enrollment("okta_password")
    secret = str(password.secret.get("password", "")) if password else ""
    known = [each for each in (*logins.names_of(turn.scenario, user), secret) if each]
    # All of them are compared, so that the time it takes does not say which one it was.
    return sum(hmac.compare_digest(_canonical(each), _canonical(answer)) for each in known) > 0


def is_an_answer(user: User, text: str) -> bool:
    """Whether it is what the user answers to a security question."""
    answers = [ANSWER.find(each.secret) or "" for each in user.enrolled if each.authenticator == KEY]
    return sum(hmac.compare_digest(_canonical(each), _canonical(text)) for each in answers if each) > 0


_WORD = re.compile(r"\w+")


def _unacceptable(message: Message, path: tuple[str, ...], *params: Param) -> Refused:
    return Refused(message, *params, path=path)


def keep_answer(turn: Turn, attempt: Attempt) -> JsonObject:
    """The enrolment holds the question, by key or in the user's words, and the answer."""
    return {
        "question": attempt.answer.get("question") or attempt.answer["questionKey"],
        "answer": attempt.answer["answer"],
    }


ROWS = (
    Authenticator(
        key=KEY,
        type="security_question",
        name="Security Question",
        methods=("security_question",),
        kind="knowledge",
        enrollment_prefix="qae",
        amr={"security_question": ("kba",)},
        most=1,
        profile=question_of,
        additional=("any", "sso", "recovery"),
        of_enrollment=(QUESTION, ANSWER),
        verify=Ceremony(form=asked_question, check=answer_matches, context=enrolled_question),
        enroll=Ceremony(
            stage="enroll",
            place=CURRENT,
            form=new_question,
            context=all_questions,
            check=answer_is_acceptable,
            limit="none",
            keep=keep_answer,
        ),
    ),
)
