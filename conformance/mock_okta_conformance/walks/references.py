"""What a walk may write for a value that it cannot know: a code that was mailed, a signature, a number on the page.

| reference            | stands for                                                                          |
|----------------------|-------------------------------------------------------------------------------------|
| `$outbox.code`       | the newest code that was mailed or texted; `$outbox.previous` is the one before     |
| `$totp`              | the code, now, of the shared secret that a page has shown last                      |
| `$totp SECRET …`     | the same of a secret in base 32, e.g. `$totp JBSWY3DPEHPK3PXP sha256`               |
| `$key`, `$key.NAME`  | what a security key in software says to the page                                    |
| `$duo`               | what Duo's frame posts when the person approves                                     |
| `$number`            | the number that the page shows for a number challenge                               |
| `$device.code`       | what a device shows; `$device.page` is where that is typed, `$device.link` both     |
| `$token KIND LOGIN`  | a token with which this person begins; KIND is activation, recovery or forgot       |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from mock_okta_conformance.reference.soft_key import NoKey, SoftKey
from mock_okta_conformance.walks.totp import code_at
from mock_okta_conformance.walks.world import World

JsonObject = Mapping[str, Any]
_CURRENT = ("currentAuthenticator", "currentAuthenticatorEnrollment")


class Unavailable(Exception):
    """There is nothing that the reference could stand for. The arguments: what is wanted, and what is there."""

    def __init__(self, wanted: str, found: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.found = found


class References:
    """Resolves the references of one walk. `page`: address of the page that a browser would show."""

    def __init__(self, world: World, page: str) -> None:
        parts = urlsplit(page)
        self._world = world
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._keys: dict[str, SoftKey] = {}

    def filled(self, value: Any) -> Any:
        """The value with what its references stand for. Raises: Unavailable"""
        if isinstance(value, Mapping):
            return {name: self.filled(each) for name, each in value.items()}
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        word, *arguments = value.split()
        name, _, detail = word.partition(".")
        resolve = _ROWS.get(name)
        return value if resolve is None else resolve(self, detail, arguments)

    # -- one method for each ------------------------------------------------------------------------------------------

    def _outbox(self, which: str, arguments: Sequence[str]) -> str:
        codes, back = self._world.codes(), 2 if which == "previous" else 1
        if len(codes) < back:
            raise Unavailable(f"a mail for $outbox.{which}", f"mails with a code so far: {len(codes)}")
        return codes[-back]

    def _totp(self, detail: str, arguments: Sequence[str]) -> str:
        secret, *algorithm = arguments or [self._shown_secret()]
        return code_at(secret, self._world.now(), algorithm=algorithm[0] if algorithm else "sha1")

    def _shown_secret(self) -> str:
        shown = (context.get("sharedSecret") for context in self._contexts())
        secret = next(filter(None, shown), None)
        if secret is None:
            raise Unavailable("a page that shows a shared secret, for $totp", "none so far")
        return str(secret)

    def _key(self, name: str, arguments: Sequence[str]) -> dict[str, str]:
        key = self._keys.setdefault(name, SoftKey(origin=self._origin, seed=name or "soft key"))
        body = self._served()
        try:
            return key.answer_to(body)
        except NoKey:
            return self._insisting(key, body)

    def _insisting(self, key: SoftKey, body: JsonObject) -> dict[str, str]:
        """A key that was registered before the walk, or one that has no business here, signs all the same."""
        shown = (*self._contexts_of(body), body.get("webauthnAutofillUIChallenge", {}).get("value", {}))
        asked = next((context["challengeData"] for context in shown if "challengeData" in context), None)
        if asked is None:
            raise Unavailable("a page that asks for a security key", "it asks for none")
        party = str(asked.get("rpId") or urlsplit(self._origin).hostname)
        key.credentials.append(key.credential(party, b"", number=0))
        return key.get(asked)

    def _duo(self, detail: str, arguments: Sequence[str]) -> str:
        return self._world.answer_of_duo(str(self._shown("signedToken", "$duo")))

    def _number(self, detail: str, arguments: Sequence[str]) -> str:
        return str(self._shown("correctAnswer", "$number"))

    def _device(self, which: str, arguments: Sequence[str]) -> str:
        member = _SHOWN_BY_DEVICE.get(which, which)
        bodies = (_body(exchange) for exchange in reversed(self._world.exchanges()))
        shown = next((body[member] for body in bodies if member in body), None)
        if shown is None:
            raise Unavailable(f"a device that shows a code, for $device.{which}", "none so far")
        return str(shown)

    def _token(self, detail: str, arguments: Sequence[str]) -> str:
        kind, login, *lifetime = arguments
        return self._world.token(kind, login, float(lifetime[0]) if lifetime else None)

    # -- what pages have shown ----------------------------------------------------------------------------------------

    def _shown(self, member: str, reference: str) -> Any:
        found = next((context[member] for context in self._contexts_of(self._served()) if member in context), None)
        if found is None:
            raise Unavailable(f"a page that shows {member}, for {reference}", "the last one does not")
        return found

    def _served(self) -> JsonObject:
        bodies = (_body(exchange) for exchange in reversed(self._world.exchanges()))
        return next((body for body in bodies if "version" in body), {})

    def _contexts(self) -> Sequence[JsonObject]:
        bodies = [_body(exchange) for exchange in reversed(self._world.exchanges())]
        return [context for body in bodies for context in self._contexts_of(body)]

    @staticmethod
    def _contexts_of(body: JsonObject) -> Iterator[JsonObject]:
        for member in _CURRENT:
            value = body.get(member, {}).get("value", {})
            if "contextualData" in value:
                yield value["contextualData"]


def _body(exchange: JsonObject) -> JsonObject:
    body = (exchange.get("response") or {}).get("body")
    return body if isinstance(body, Mapping) else {}


_SHOWN_BY_DEVICE = {"code": "user_code", "page": "verification_uri", "link": "verification_uri_complete"}

_ROWS: dict[str, Callable[[References, str, Sequence[str]], Any]] = {
    "$device": References._device,
    "$duo": References._duo,
    "$key": References._key,
    "$number": References._number,
    "$outbox": References._outbox,
    "$token": References._token,
    "$totp": References._totp,
}
