"""What is said in other words: those of the language that a client asks for, or the org's own."""

import pytest

from tests.engine.engine_client import IDENTIFY, PASSWORD, EngineClient, scenario

GERMAN = {"idx.unknown.user": "Es gibt kein Konto {0}.", "Username": "Benutzername"}
TEXTS = {"de": GERMAN, "pt-br": {"Username": "Usuário"}, "en": {"Username": "Who are you?"}}


def asking_for(languages: str | None, **texts: dict) -> EngineClient:
    client = EngineClient(scenario(IDENTIFY, PASSWORD, texts=texts or TEXTS))
    if languages is not None:
        client.headers["accept-language"] = languages
    client.begin()
    return client


def label(client: EngineClient) -> str:
    return client.last.body["remediation"]["value"][0]["value"][0]["label"]


@pytest.mark.parametrize(
    ("languages", "shown"),
    [
        ("de", "Benutzername"),
        ("de-AT", "Benutzername"),
        ("DE-at", "Benutzername"),
        ("fi, de;q=0.5, en;q=0.2", "Benutzername"),
        ("en;q=0.2, de;q=0.5", "Benutzername"),
        ("pt-BR", "Usuário"),
        ("pt", "Who are you?"),
        ("fi", "Who are you?"),
        ("de;q=0", "Who are you?"),
        ("de;q=x", "Who are you?"),
        (";;,=", "Who are you?"),
        ("", "Who are you?"),
        (None, "Who are you?"),
    ],
)
def test_the_language_that_is_liked_best_is_spoken(languages, shown):
    assert label(asking_for(languages)) == shown


def test_a_message_is_translated_with_its_parameters_and_keeps_its_key():
    client = asking_for("de")
    client.post("identify", identifier="nobody")
    (message,) = client.last.body["messages"]["value"]
    assert message["message"] == "Es gibt kein Konto nobody."
    assert message["i18n"] == {"key": "idx.unknown.user", "params": ["nobody"]}


def test_what_has_no_other_words_stays_as_okta_has_it():
    client = asking_for("de")
    client.post("identify", identifier="mary@example.com")
    client.answer("wrong")
    said = [message["message"] for message in client.last.body["messages"]["value"]]
    assert said == ["Password is incorrect"]


def test_replies_without_a_transaction_are_translated_too():
    client = asking_for("de", de={"idx.session.expired": "Abgelaufen."})
    client.post("identify", stateHandle="x")
    assert client.last.body["messages"]["value"][0]["message"] == "Abgelaufen."


def test_without_other_words_nothing_changes():
    client = EngineClient(scenario(IDENTIFY, PASSWORD))
    client.headers["accept-language"] = "de"
    client.begin()
    assert label(client) == "Username"
