"""The control API below `/__mock__/`, by which tests make tenants, read the outbox, move the clock.

It speaks JSON of its own, not Okta's. Whom it answers is said in `access`.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask
from msgspec.structs import asdict

from mock_okta.config import Config
from mock_okta.description import describe, describe_clock, describe_user
from mock_okta.engine import add_interventions, clear_interventions
from mock_okta.engine.base.retention import OutOfRoom, size_of
from mock_okta.engine.gaps import GAPS
from mock_okta.engine.model import Intervention, Scenario, State, User
from mock_okta.engine.model.logins import UnknownUser, user_with
from mock_okta.errors import ConfigError, Problem, ScenarioError
from mock_okta.har import as_entry, as_har
from mock_okta.journal import Journal, as_line
from mock_okta.loader import parse, parse_intervention
from mock_okta.org import DEFAULT_ID, Org, Tenant, TenantRefused, is_loopback_origin
from mock_okta.user_changes import change_user
from mock_okta.version import __version__
from mock_okta.web import access, codec
from mock_okta.web.control_input import (
    ControlError,
    answer,
    answer_list,
    body_object,
    json_body,
    selected_exchanges,
    selected_mails,
)
from mock_okta.web.control_vendors import Vendors

PREFIX = "/__mock__"
HEALTH = "/health"
MOST_INTERVENTIONS = 1000


def blueprint(org: Org, config: Config) -> flask.Blueprint:
    """The control API of that org."""
    control = Control(org, config)
    vendors = Vendors(control.tenant, config)
    made = flask.Blueprint("control", __name__, url_prefix=PREFIX)
    tenant = "/tenants/<id>"
    views: tuple[tuple[str, str, Callable[..., flask.Response]], ...] = (
        (HEALTH, "GET", control.health),
        ("/gaps", "GET", control.gaps),
        ("/journal", "GET", control.lost),
        ("/journal", "DELETE", control.clear_lost),
        ("/tenants", "GET", control.tenants),
        ("/tenants", "POST", control.create),
        (tenant, "GET", control.show),
        (tenant, "DELETE", control.delete),
        (f"{tenant}/reset", "POST", control.reset),
        (f"{tenant}/outbox", "GET", control.outbox),
        (f"{tenant}/journal", "GET", control.journal),
        (f"{tenant}/journal", "DELETE", control.clear_journal),
        (f"{tenant}/clock", "GET", control.clock),
        (f"{tenant}/clock", "POST", control.advance_clock),
        (f"{tenant}/script", "POST", control.add_script),
        (f"{tenant}/script", "DELETE", control.clear_script),
        (f"{tenant}/users/<path:login>", "GET", control.user),
        (f"{tenant}/users/<path:login>", "PATCH", control.change_user),
        (f"{tenant}/push", "POST", vendors.push),
        (f"{tenant}/device", "POST", vendors.device),
        (f"{tenant}/duo", "POST", vendors.duo),
        (f"{tenant}/idp", "POST", vendors.idp),
        (f"{tenant}/link", "POST", vendors.link),
        (f"{tenant}/tokens", "POST", vendors.token),
    )
    for rule, method, view in views:
        made.add_url_rule(rule, f"{method} {rule}".replace(".", "_"), view, methods=(method,))
    made.before_request(control.guard)
    made.after_request(finished)
    made.register_error_handler(ControlError, control.refuse)
    made.register_error_handler(TenantRefused, control.refuse_tenant)
    made.register_error_handler(ScenarioError, control.refuse_scenario)
    made.register_error_handler(OutOfRoom, control.refuse_more)
    return made


def errors(status: int, *problems: Problem) -> flask.Response:
    """What is wrong with a call, each point with its field and a hint."""
    listed = [
        {"field": each.field, "message": each.message, "hint": each.hint} | ({"line": each.line} if each.line else {})
        for each in problems
    ]
    return answer({"message": "; ".join(each.message for each in problems), "errors": listed}, status)


def no_such_call(status: int) -> flask.Response:
    """For a path or a method that the control API does not have, or a body that is too long."""
    asked = f"{flask.request.method} {flask.request.path}"
    return finished(errors(status, Problem("", 0, "", f"{asked}: {HTTPStatus(status).phrase}", "see docs/control.md")))


def finished(response: flask.Response) -> flask.Response:
    """What every reply has: its body is what it is labelled as, and pages of this machine may read it."""
    origin = flask.request.headers.get("Origin")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.add("Vary", "Origin")
    if origin is not None and is_loopback_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        if flask.request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
    return response


class Control:
    """The views of the control API."""

    def __init__(self, org: Org, config: Config) -> None:
        self._org = org
        self._config = config

    # -- who may call -------------------------------------------------------------------------------------------------

    def guard(self) -> None:
        """Turns away whom the control API is not for; whether the server is there, everybody may ask.

        Raises: ControlError
        """
        rule = flask.request.url_rule
        if flask.request.method != "OPTIONS" and (rule is None or rule.rule != PREFIX + HEALTH):
            access.check_caller(self._config)

    # -- errors -------------------------------------------------------------------------------------------------------

    def refuse(self, error: ControlError) -> flask.Response:
        """A call that can't be understood, or is not for this caller."""
        refused = errors(error.status, Problem("", 0, error.field, error.message, error.hint))
        if error.status == HTTPStatus.UNAUTHORIZED:
            refused.headers["WWW-Authenticate"] = "Bearer"
        return refused

    def refuse_tenant(self, error: TenantRefused) -> flask.Response:
        """A tenant that can't be made or deleted."""
        return errors(error.status, Problem("", 0, error.field, error.message, error.hint))

    def refuse_scenario(self, error: ScenarioError) -> flask.Response:
        """A scenario, or part of one, with everything that is wrong with it."""
        return errors(400, *error.problems)

    def refuse_more(self, error: OutOfRoom) -> flask.Response:
        """A change that the tenant has no room for."""
        return errors(400, Problem("", 0, "", str(error), "reset or delete the tenant, or start with a higher bound"))

    # -- the server ---------------------------------------------------------------------------------------------------

    def health(self) -> flask.Response:
        """That the server is ready; to those who may use the control API, also what it serves."""
        if not access.is_admitted(self._config):
            return answer({"ready": True})
        scenarios = self._org.scenario_names
        return answer({"ready": True, "version": __version__, "scenarios": scenarios, "store": self._config.store})

    def gaps(self) -> flask.Response:
        """What Okta serves and this server does not, and how often each was asked for since the start."""
        hits = self._org.gap_hits()
        return answer([{**asdict(gap), "hits": hits.get(gap.name, 0)} for gap in GAPS.values()])

    def lost(self) -> flask.Response:
        """The journal of requests that led to no tenant: unknown paths, servers and handles."""
        return self._journal(self._org.lost)

    def clear_lost(self) -> flask.Response:
        """Empties the journal of requests that led to no tenant."""
        self._org.lost.clear()
        return flask.Response(status=204)

    # -- tenants ------------------------------------------------------------------------------------------------------

    def tenants(self) -> flask.Response:
        """All tenants that have been touched."""
        return answer([describe(tenant, codec.origin(self._config)) for tenant in self._org.tenants()])

    def create(self) -> flask.Response:
        """A fresh, isolated tenant from a scenario that is served, one of the library, or one in the call itself."""
        wish = body_object({"scenario": str, "yaml": str, "id": str, "seed": str})
        if "yaml" in wish and "scenario" in wish:
            raise ControlError(400, "yaml", "there is a scenario and a yaml", "send one of them")
        tenant = self._org.create(self._scenario(wish), id=wish.get("id"), seed=wish.get("seed"))
        return answer(describe(tenant, codec.origin(self._config)), 201)

    def _scenario(self, wish: dict[str, Any]) -> Scenario:
        if "yaml" in wish:
            return parse(wish["yaml"])
        try:
            return self._org.scenario(wish.get("scenario", self._org.scenario_names[0]))
        except ConfigError as error:
            message, _, hint = str(error).partition("; ")
            raise ControlError(404, "scenario", message, hint) from None

    def show(self, id: str) -> flask.Response:
        """One tenant."""
        return answer(describe(self.tenant(id), codec.origin(self._config)))

    def delete(self, id: str) -> flask.Response:
        """Forgets a tenant."""
        self._org.delete(id)
        return flask.Response(status=204)

    def reset(self, id: str) -> flask.Response:
        """Puts a tenant back to its beginning."""
        tenant = self.tenant(id)
        tenant.reset()
        return answer(describe(tenant, codec.origin(self._config)))

    def outbox(self, id: str) -> flask.Response:
        """What was mailed and texted, newest last; with `latest` the newest alone."""
        latest, mails = selected_mails(self.tenant(id).state.outbox)
        if not latest:
            return answer([asdict(mail) for mail in mails])
        if not mails:
            raise ControlError(404, "latest", "nothing has been sent", "is `to` the address in the user's profile?")
        return answer(asdict(mails[-1]))

    def journal(self, id: str) -> flask.Response:
        """The exchanges of a tenant, newest last."""
        return self._journal(self.tenant(id).journal)

    def clear_journal(self, id: str) -> flask.Response:
        """Empties the journal of a tenant and leaves all else as it is."""
        self.tenant(id).journal.clear()
        return flask.Response(status=204)

    def _journal(self, journal: Journal) -> flask.Response:
        form, numbered = selected_exchanges(journal)
        if form == "har":
            entries = (as_entry(exchange) for _, exchange in numbered)
            return answer_list(entries, lambda entries: as_har(entries, __version__))
        return answer_list(as_line(number, exchange) for number, exchange in numbered)

    def clock(self, id: str) -> flask.Response:
        """The time on a tenant's clock."""
        return answer(describe_clock(self.tenant(id)))

    def advance_clock(self, id: str) -> flask.Response:
        """Moves a tenant's clock, backwards too."""
        tenant = self.tenant(id)
        wish = body_object({"advance_s": (int, float)}, needs="advance_s")
        try:
            tenant.advance_clock(wish["advance_s"])
        except (ValueError, OverflowError) as error:
            raise ControlError(400, "advance_s", str(error), "seconds, e.g. 60") from None
        return answer(describe_clock(tenant))

    def add_script(self, id: str) -> flask.Response:
        """Adds one intervention or a list of them, which then come before all others."""
        tenant = self.tenant(id)
        value = json_body()
        entries = value if isinstance(value, list) else [value]
        added = _interventions(entries, tenant)

        def add(state: State) -> tuple[State, int]:
            if len(state.script) + len(added) > MOST_INTERVENTIONS:
                raise ControlError(400, "", f"a script has {MOST_INTERVENTIONS} entries at most", "DELETE clears it")
            state = add_interventions(state, added)
            if size_of(state.script) > state.bounds.size // 8:
                raise ControlError(400, "", "a script takes an eighth of --tenant-mib at most", "DELETE clears it")
            return state, len(state.script)

        return answer({"added": len(added), "entries": tenant.change(add)}, 201)

    def clear_script(self, id: str) -> flask.Response:
        """Goes back to the script of the scenario file."""
        tenant = self.tenant(id)
        tenant.change(lambda state: (clear_interventions(tenant.scenario, state), None))
        return flask.Response(status=204)

    def user(self, id: str, login: str) -> flask.Response:
        """A user as it now is."""
        state = self.tenant(id).state
        user = user_with(state, login)
        if user is None:
            raise _no_such_user(state, login)
        return answer(describe_user(user))

    def change_user(self, id: str, login: str) -> flask.Response:
        """Changes a user's status, groups, enrolments, profile, assignment or password."""
        tenant = self.tenant(id)
        changes = json_body()
        if not isinstance(changes, dict):
            raise ControlError(400, "", "the body is no object", 'e.g. {"status": "LOCKED_OUT"}')

        def change(state: State) -> tuple[State, User]:
            return change_user(tenant.scenario, state, login, changes, at=tenant.now(), chance=tenant.chance())

        try:
            changed = tenant.change(change)
        except UnknownUser:
            raise _no_such_user(tenant.state, login) from None
        return answer(describe_user(changed))

    def tenant(self, id: str) -> Tenant:
        """The tenant of that id. Raises: ControlError"""
        tenant = self._org.find(id)
        if tenant is None:
            hint = f"there are {', '.join((DEFAULT_ID, *(tenant.id for tenant in self._org.tenants())))}"
            raise ControlError(404, "id", f"there is no tenant {id!r}", hint[:500])
        return tenant


def _interventions(entries: list[Any], tenant: Tenant) -> list[Intervention]:
    scenario = tenant.scenario
    others = "register" in scenario.flows or any(idp.creates for idp in scenario.identity_providers)
    logins = None if others else [user.login for user in tenant.state.users.values()]
    parsed, problems = [], []
    for index, entry in enumerate(entries):
        try:
            parsed.append(parse_intervention(entry, logins=logins))
        except ScenarioError as error:
            prefix = f"[{index}]." if len(entries) > 1 else ""
            problems += [Problem("", 0, prefix + each.field, each.message, each.hint) for each in error.problems]
    if problems:
        raise ScenarioError(problems)
    return parsed


def _no_such_user(state: State, login: str) -> ControlError:
    hint = f"there are {', '.join(user.login for user in state.users.values()) or 'none'}"
    return ControlError(404, "login", f"there is no user {login!r}", hint[:500])
