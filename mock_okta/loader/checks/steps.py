"""Whether the steps of the flows can be taken, one after the other, by somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_okta.engine.idx.authenticators import AUTHENTICATORS
from mock_okta.engine.idx.policy import FLOWS
from mock_okta.engine.idx.step_kinds.row import StepKind
from mock_okta.engine.idx.step_kinds.table import STEP_KINDS
from mock_okta.loader.document import Document, Path
from mock_okta.loader.values import held, keys_of_step, mapping, rows, step_parts, steps_of, texts
from mock_okta.schema.words import AUTHENTICATOR_KEYS

BEGINNINGS = {flow: row.verb for row in STEP_KINDS.values() for flow in row.names}
"""The step that says who it is, by flow. An activation token says it by itself."""

OF_NEW_USERS = ("register", "activate")
"""Flows of users who have nothing yet but what they enrol on the way."""

Steps = list[tuple[Path, Any]]


def check_flows(document: Document, scenario: Mapping[str, Any]) -> None:
    """Notes every step that comes where it cannot be taken, and every one that nobody can take."""
    for name in FLOWS:
        listed = scenario.get(name)
        steps: Steps = [((name, index), step) for index, step in enumerate(listed if isinstance(listed, list) else [])]
        _check_order(document, name, steps)
        _check_reach(document, name, steps)
        for path, step in steps:
            _check_choice(document, path, step)
        _check_groups(document, name, steps)
        _check_unlocking(document, name, steps)
        _check_kinds(document, steps)
        if name in OF_NEW_USERS:
            _check_new_users_can(document, steps)
        if name == "sign_in" and any(True for _ in rows(scenario, "users")):
            _check_somebody_can(document, steps, held(scenario) | _acquired(scenario))


def _check_order(document: Document, flow: str, steps: Steps) -> None:
    beginning = BEGINNINGS.get(flow)
    named = beginning is None
    for path, step in steps:
        verb, _ = step_parts(step)
        row = _kind(step)
        if row is None:
            continue
        if row.leads_to == flow:
            document.report(path, "this is the sign-in already", "leave this step out")
        elif row.only_names and flow not in row.names:
            hint = f"begin with `- {beginning}`" if beginning else "leave this step out"
            document.report(path, f"nobody is asked for a username in `{flow}`", hint)
        elif row.only_names and named:
            document.report(path, "the user is identified already", "leave this step out")
        elif row.whom != "anybody" and verb != beginning and not named:
            message = "there is nobody yet who could prove anything" if row.proves else "nobody is known yet"
            document.report(path, message, f"begin with `- {beginning}`")
            named = True
        named = named or verb == beginning


def _kind(step: Any) -> StepKind | None:
    """The row of a step; None for what is no step."""
    verb, _ = step_parts(step)
    return STEP_KINDS.get(verb) if isinstance(verb, str) else None


def _check_reach(document: Document, flow: str, steps: Steps) -> None:
    """What comes after a step that ends the flow for everybody is never reached."""
    for index, (_, step) in enumerate(steps[:-1]):
        if not mapping(step).get("when") and _ends(step):
            verb, _ = step_parts(step)
            message = f"`{verb}` in {flow}[{index}] ends the flow for everybody, so this step is never reached"
            document.report(steps[index + 1][0], message, "put it before that step, or give that one a `when:`")
            return


def _ends(step: Any) -> bool:
    row, (_, how) = _kind(step), step_parts(step)
    return row is not None and row.ends and row.lasts_until not in mapping(how)


def _check_choice(document: Document, path: Path, step: Any) -> None:
    """What a step names has to be such that the step can ask for it."""
    verb, how = step_parts(step)
    row = _kind(step)
    if row is not None and row.requires:
        required = {key for _, key in texts(mapping(how), "required")}
        for index, key in texts(mapping(how), "optional"):
            if key in required:
                here = (*path, str(verb), "optional", index)
                document.report(
                    here, f"{key} is required, so nobody is asked whether to have it", "leave one of them out"
                )
        for inner, key in keys_of_step(step):
            if not AUTHENTICATORS[key].enroll:
                message = f"nobody can set up {key}: an administrator hands it out"
                document.report((*path, *inner), message, "list it under `enrolled:` of a user")


def _check_groups(document: Document, flow: str, steps: Steps) -> None:
    """Only the step that makes a new user can put it into groups."""
    makes = flow in STEP_KINDS["profile"].names
    for path, step in steps:
        verb, how = step_parts(step)
        if verb == "profile" and "groups" in mapping(how) and not makes:
            message = "`groups` is for new users, and this step makes none"
            document.report((*path, "profile", "groups"), message, "put it below the first `profile` of `register`")
        makes = makes and (verb != "profile" or bool(mapping(step).get("when")))


def _check_unlocking(document: Document, flow: str, steps: Steps) -> None:
    """The page that unlocks an account lists what the first step of this kind names."""
    rows = [row for _, step in steps if (row := _kind(step))]
    if flow == "unlock" and steps and not any(row.proves or row.refuses for row in rows):
        document.report((flow,), "nothing has to be proved to unlock an account", "add a `verify` step")


def _check_kinds(document: Document, steps: Steps) -> None:
    """Two kinds are proved by what is of two kinds, whatever was proved before counted in."""
    seen: set[str] = set()
    for path, step in steps:
        verb, how = step_parts(step)
        row = _kind(step)
        if row is None or not (row.proves or row.requires or row.password_page):
            continue
        seen |= {AUTHENTICATORS[key].kind for _, key in keys_of_step(step)}
        seen |= {"knowledge"} if mapping(how).get("with_password") is True else set()
        if row.proves and "two_kinds" in mapping(how) and len(seen) == 1:
            message = f"these are all of one kind, {next(iter(seen))}, and two kinds are needed"
            document.report((*path, str(verb), "two_kinds"), message, "add one of another kind, or make it `all_of`")


def _check_new_users_can(document: Document, steps: Steps) -> None:
    """A new user has to be able to enrol what a step cannot do without."""
    for path, step in steps:
        for inner, needed in (*_needs(step), *_enrolled_by(step)):
            if needed and not any(_can_be_enrolled(key) for key in needed):
                message = f"no new user can enrol {' or '.join(needed)}"
                document.report((*path, *inner), message, "ask for something else, or leave this step out")


def _enrolled_by(step: Any) -> Iterator[tuple[Path, list[str]]]:
    """What an "enroll" step cannot do without, with the path below it."""
    row, (verb, how) = _kind(step), step_parts(step)
    if row is None or not row.requires:
        return
    if isinstance(how, str) and how in AUTHENTICATOR_KEYS:
        yield (str(verb),), [how]
    whole = {"": how} if isinstance(how, list) else {"required": mapping(how).get("required")}
    for name, listed in whole.items():
        for index, key in texts({name: listed}, name):
            if key in AUTHENTICATOR_KEYS:
                yield (str(verb), *filter(None, (name,)), index), [key]


def _can_be_enrolled(key: str) -> bool:
    ceremony = AUTHENTICATORS[key].enroll
    return ceremony is not None and not ceremony.elsewhere


def _acquired(scenario: Mapping[str, Any]) -> set[str]:
    """What users may come to have on the way; anything, where new users come."""
    if "register" in scenario or "identity_providers" in scenario:
        return set(AUTHENTICATOR_KEYS)
    steps = [(step, row) for step in steps_of(scenario) if (row := _kind(step))]
    enrolled = {key for step, row in steps if row.requires for _, key in keys_of_step(step)}
    return enrolled | {key for _, row in steps for key in row.makes}


def _check_somebody_can(document: Document, steps: Steps, possible: set[str]) -> None:
    """Every authenticator that a step cannot do without is one that some user has or may come to have."""
    for path, step in steps:
        for inner, needed in _needs(step):
            if needed and not possible.intersection(needed):
                who = "nobody has " + " or ".join(needed)
                cure = "`password: …`" if "okta_password" in needed else f"`enrolled: [{needed[0]}]`"
                document.report((*path, *inner), who, f"give some user {cure}")


def _needs(step: Any) -> Iterator[tuple[Path, list[str]]]:
    """The sets of authenticators of which a step needs one each, with their paths below it."""
    row, (_, how) = _kind(step), step_parts(step)
    if row is None:
        return
    if row.only_names and mapping(how).get("with_password") is True:
        yield (row.verb,), ["okta_password"]
    if not row.proves:
        return
    if isinstance(how, str) and how in AUTHENTICATOR_KEYS:
        yield (row.verb,), [how]
    for index, key in texts(mapping(how), "all_of"):
        if key in AUTHENTICATOR_KEYS:
            yield (row.verb, "all_of", index), [key]
    for name in ("one_of", "two_kinds"):
        either = [key for _, key in texts(mapping(how), name)]
        if all(key in AUTHENTICATOR_KEYS for key in either):
            yield (row.verb, name), either
