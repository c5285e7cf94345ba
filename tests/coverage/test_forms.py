"""Every form of every walk, answered with exactly what it requires, with less, and with more.

What a form insists on is read off the page: the members that are marked `required`, at every level, and the few of
`UNMARKED`. Sources of the differences: idx-protocol notes 2.5, 3 and 8.4-25, and what is said beside each field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.remediations import ACTIONS, REMEDIATIONS
from mock_okta.engine.idx.stages import IN_PLAY, STAGES
from mock_okta.engine.model import Reply
from tests.coverage.walked import BELOW, Body, Position, messages, positions

Path = tuple[str, ...]

UNMARKED = {
    ("identifier",),  # recorded without `required` in 35 of 38 pages, and no sign-in goes on without it
    ("authenticator",),  # in all 160 pages
    ("userProfile",),  # in all 11 pages; what is in it is marked
    ("captchaVerify",),  # what is in it is marked
    ("userCode",),
    ("credentials", "passcode"),  # a password or a code that was sent; of tokens and apps it is marked
}
"""What a form insists on although it is not marked."""

LEFT_OUT = {
    ("authenticator", "enrollmentId"),  # SDKs pick authenticators by their id alone
    ("credentials", "transports"),  # of a passkey that is only proposed: generation 3 of the widget and auth-js 8.0
    ("credentials", "clientExtensions"),  # send neither
}
"""What may be left out although it is marked."""

SHARED = {
    ("authenticator-verification-data", "select-authenticator-authenticate"),
    ("authenticator-verification-data", "resend-push"),
    ("select-authenticator-authenticate", "resend-push"),
    ("resend", "select-authenticator-authenticate"),
    ("resend", "resend-push"),
    ("authenticator-enrollment-data", "select-authenticator-enroll"),
    ("select-enrollment-channel", "select-authenticator-enroll"),
    ("enrollment-channel-data", "send"),  # of Okta Verify being enrolled and being proved, which do not meet
    ("enroll-poll", "poll"),  # of Okta Verify and of e-mail, which do not meet
    ("launch-authenticator", "launch-authenticator-unknown"),  # one or the other is on offer
    ("launch-passkeys-authenticator", "challenge-webauthn-autofillui-authenticator"),  # the same form
    ("reenroll-authenticator", "reenroll-custom-password-expiry"),  # one or the other is on offer
    ("reenroll-authenticator-warning", "reenroll-custom-password-expiry-warning"),  # likewise
}
"""The remediations and actions that may stand on one page and are posted to one address."""


@dataclass(frozen=True)
class Case:
    """A form on a page, with one branch of its choices taken."""

    position: Position
    form: Body
    picks: Mapping[Path, int] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return str(self.form["href"].split(BELOW)[1])

    def inner(self, each: Body, path: Path) -> list[Body]:
        """The fields inside a field."""
        value = each.get("value")
        if "form" in each:
            return list(each["form"]["value"])
        if isinstance(value, Mapping) and "form" in value:
            return list(value["form"]["value"])
        if path in self.picks:
            return list(each["options"][self.picks[path]]["value"]["form"]["value"])
        return []

    def insisted_on(self) -> Iterator[tuple[Path, Body]]:
        """Every member, at each level, that the form does not go without."""
        return self._insisted_on(self.form["value"], ())

    def _insisted_on(self, fields: list[Body], above: Path) -> Iterator[tuple[Path, Body]]:
        for each in fields:
            path = (*above, each["name"])
            if path != ("stateHandle",) and _is_insisted_on(each, path):
                yield path, each
                yield from self._insisted_on(self.inner(each, path), path)

    def answer(self, without: Path = ()) -> dict[str, Any]:
        """Exactly what is insisted on, or that without one member."""
        said: dict[str, Any] = {}
        for path, each in self.insisted_on():
            if path[: len(without)] == without and without:
                continue
            node = said
            for name in path[:-1]:
                node = node[name]
            node[path[-1]] = {} if self.inner(each, path) else _value(each)
        return said

    def __str__(self) -> str:
        return f"{self.position}: {self.form['name']} {dict(self.picks)}"


def _is_insisted_on(each: Body, path: Path) -> bool:
    return path not in LEFT_OUT and (bool(each.get("required")) or path in UNMARKED)


def _value(each: Body) -> Any:
    """What is fixed as it is, the first of what can be chosen, and anything else for the rest."""
    if each.get("mutable") is False:
        return each["value"]
    if "options" in each:
        first = each["options"][0]["value"]
        return first["value"]["options"][0]["value"] if isinstance(first, Mapping) else first
    return True if each.get("type") == "boolean" else "x"


@cache
def cases() -> tuple[Case, ...]:
    """One of each form that differs in its fields or in what else is posted to its address, by every branch."""
    found: dict[Any, Case] = {}
    for position in positions():
        for form in position.forms:
            beside = tuple(each["name"] for each in position.forms if each["href"] == form["href"])
            for picks in _picks(form):
                case = Case(position, form, picks)
                fields = tuple((path, each.get("mutable")) for path, each in case.insisted_on())
                found.setdefault((form["name"], beside, fields), case)
    return tuple(found.values())


def _picks(form: Body) -> Iterator[Mapping[Path, int]]:
    """Each option that is a form of its own, or the one way there is."""
    for each in form["value"]:
        options = each.get("options", ())
        if options and isinstance(options[0]["value"], Mapping) and "form" in options[0]["value"]:
            for index in range(len(options)):
                yield {(each["name"],): index}
            return
    yield {}


def lacks(reply: Reply) -> list[str]:
    """The fields that a reply says are missing."""
    return [place for key, place in messages(reply.body) if key == "api.error.field_required"]


def is_taken_as_another(case: Case, answer: Body) -> bool:
    """Whether an answer has all that another form at the same address insists on."""
    for form in case.position.forms:
        if form["href"] == case.form["href"] and form is not case.form:
            for picks in _picks(form):
                if _has_all(Case(case.position, form, picks), answer):
                    return True
    return False


def _has_all(other: Case, answer: Body) -> bool:
    for path, each in other.insisted_on():
        node: Any = answer
        for name in path:
            node = node.get(name) if isinstance(node, Mapping) else None
        fixed = each.get("mutable") is False
        if node is None or (fixed and node != each["value"]):
            return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# What is required
# ---------------------------------------------------------------------------------------------------------------------


def test_a_form_that_is_answered_with_exactly_what_it_requires_is_taken():
    for case in cases():
        _, reply = case.position.post(case.path, case.answer())
        assert lacks(reply) == [], str(case)
        assert "errorCode" not in reply.body, (str(case), reply.body)
        assert "errors.E0000079" not in [key for key, _ in messages(reply.body)], str(case)


def test_a_form_that_is_answered_with_less_is_refused_and_nothing_is_sent_or_moved():
    for case in cases():
        for missing, each in case.insisted_on():
            answer = case.answer(without=missing)
            if is_taken_as_another(case, answer):
                continue
            before = case.position.state
            after, reply = case.position.post(case.path, answer)
            wanted = {_innermost(case, missing, each)} | set(_first_inside_others(case, missing))
            assert reply.status == 400, (str(case), missing)
            assert len({*lacks(reply)}) == 1, (str(case), missing)
            assert {*lacks(reply)} <= {".".join(path) for path in wanted}, (str(case), missing)
            assert after.outbox == before.outbox, (str(case), missing)
            assert (after.transactions, after.users) == (before.transactions, before.users), (str(case), missing)


def _innermost(case: Case, path: Path, each: Body) -> Path:
    """Where the message stands: on the first member inside that is insisted on; a choice between forms has none."""
    inner = [] if path in case.picks else case.inner(each, path)
    first = next((one for one in inner if _is_insisted_on(one, (*path, one["name"]))), None)
    return _innermost(case, (*path, first["name"]), first) if first else path


def _first_inside_others(case: Case, path: Path) -> Iterator[Path]:
    """The same where another form at the address speaks first."""
    for form in case.position.forms:
        other = Case(case.position, form)
        if form["href"] == case.form["href"]:
            yield from (_innermost(other, place, each) for place, each in other.insisted_on() if place == path)


def test_each_difference_between_what_is_marked_and_what_is_insisted_on_is_met():
    """So that the lists of them do not outlive their reasons."""
    met: set[Path] = set()
    for position in positions():
        for form in position.forms:
            for picks in _picks(form):
                met |= set(_differing(Case(position, form, picks), form["value"], ()))
    assert met >= UNMARKED | LEFT_OUT


def _differing(case: Case, fields: list[Body], above: Path) -> Iterator[Path]:
    for each in fields:
        path = (*above, each["name"])
        if bool(each.get("required")) != _is_insisted_on(each, path):
            yield path
        yield from _differing(case, case.inner(each, path), path)


# ---------------------------------------------------------------------------------------------------------------------
# What is more than that
# ---------------------------------------------------------------------------------------------------------------------


def test_members_that_no_form_has_change_nothing_but_in_a_profile():
    for case in cases():
        plain = case.position.post(case.path, case.answer())[1]
        for place in _objects(case.answer(), ()):
            answer = case.answer()
            node = answer
            for name in place:
                node = node[name]
            node["junk"] = "junk"
            _, reply = case.position.post(case.path, answer)
            if place == ("userProfile",):
                said = [each["message"] for each in reply.body["messages"]["value"]]
                assert (reply.status, said) == (400, ["'[userProfile.junk]' cannot be modified."]), str(case)
            else:
                assert (reply.status, reply.body) == (plain.status, plain.body), (str(case), place)


def _objects(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        yield path
        for name, each in value.items():
            yield from _objects(each, (*path, name))


# ---------------------------------------------------------------------------------------------------------------------
# Two forms at one address
# ---------------------------------------------------------------------------------------------------------------------


def test_the_forms_that_share_an_address_are_known():
    """Whatever a row or a stage adds to them has to be thought of, and is met in the tests above."""
    actions = {
        name
        for row in AUTHENTICATORS.values()
        for ceremony in (row.verify, row.enroll, row.reset)
        for name in (ceremony.actions if ceremony else ())
    }
    found = set()
    for stage in STAGES.values():
        in_play = sorted(actions) if IN_PLAY in stage.shows else ()
        rows = [REMEDIATIONS[name] for name in stage.offers] + [ACTIONS[name] for name in in_play]
        for index, row in enumerate(rows):
            found |= {(row.name, each.name) for each in rows[index + 1 :] if row.path and row.path == each.path}
    assert {pair for pair in found if pair[0] in REMEDIATIONS} == SHARED
