"""The Flask application: a view for the paths of every endpoint and one for `/idp/idx/`; other paths may be a gap."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import flask
from msgspec.structs import replace
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule, RuleFactory

from mock_okta.config import Config
from mock_okta.engine import advance_without_tenant
from mock_okta.engine.base import gaps
from mock_okta.engine.base.api_errors import API_ERRORS, envelope_body
from mock_okta.engine.base.endpoint import CorsPolicy, Endpoint
from mock_okta.engine.endpoints import ENDPOINTS, IDX
from mock_okta.engine.gaps import GAPS, met
from mock_okta.engine.headers import SECURITY
from mock_okta.engine.model import Reply, Request
from mock_okta.journal import Failure
from mock_okta.org import Org, Tenant, is_loopback_origin
from mock_okta.tenant import Dress, error_id, exchange_of, internal_error
from mock_okta.web import codec, control, cors

ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
JSON = ("Content-Type", "application/json")
log = logging.getLogger("mock_okta")


class InboundRule(Rule):
    """A rule that is only ever matched. Nothing here asks for the address of a view, and to prepare for that takes
    werkzeug a third of a millisecond a rule; a release that prepares otherwise just takes it.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def no_address(*_: Any) -> tuple[str, str]:
            raise NotImplementedError(self.rule)

        return no_address


class Unbound(Map):
    """The rules that an application adds, to be bound all at once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rules: list[Rule] = []

    def add(self, rulefactory: RuleFactory) -> None:
        self.rules += rulefactory.get_rules(self)


class Application(flask.Flask):
    """Flask, with rules that are only ever matched."""

    url_rule_class = InboundRule


_BOUND: dict[Any, Map] = {}
"""By what the rules are made of."""


def bound(rules: Sequence[Rule]) -> Map:
    """The map of these rules. They are the same for every org, and to bind them takes most of the time in which an
    application is made, so it is done once a process.
    """
    key = tuple((rule.rule, rule.endpoint, *sorted(rule.methods or ())) for rule in rules)
    if key not in _BOUND:
        _BOUND[key] = Map(rules, merge_slashes=False)
    return _BOUND[key]


@cache
def gap_paths() -> Map:
    """The paths of the gaps, which are more than all others; they are bound once a path is none of those."""
    rules = (Rule(path, endpoint=gap.name, methods=ANY_METHOD) for gap in GAPS.values() for path in gap.paths)
    return Map(rules, merge_slashes=False)


def create_app(org: Org, config: Config) -> flask.Flask:
    """A WSGI application that serves the tenants of this org."""
    app = Application("mock_okta", static_folder=None)
    app.url_map = added = Unbound()
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    front = Front(org, config)

    def serve(rule: str, name: str, view: Callable[..., flask.Response]) -> None:
        app.add_url_rule(rule, f"{name} {rule}", view, methods=ANY_METHOD, provide_automatic_options=False)

    for endpoint in ENDPOINTS.values():
        view = front.idx if endpoint is IDX else partial(front.oauth, endpoint)
        for rule in endpoint.paths:
            serve(rule, endpoint.name, view)
    app.register_blueprint(control.blueprint(org, config))
    app.register_error_handler(NotFound, front.no_such_path)
    app.register_error_handler(HTTPException, front.no_such_request)
    app.register_error_handler(codec.Unreadable, front.unreadable)
    app.register_error_handler(Exception, front.broken)
    app.url_map = bound(added.rules)
    return app


def refusal(code: str, *params: str, status: int | None = None, because: str = "") -> Reply:
    """An error in Okta's envelope for a request that reaches no tenant.

    code: a key of API_ERRORS, whose status holds unless another is given
    because: a sentence for `errorCauses`
    """
    row = API_ERRORS[code]
    body = envelope_body(row, error_id(), *params)
    if because:
        body["errorCauses"] = [{"errorSummary": because}]
    return Reply(status=status or row.status, body=body, headers=(JSON,))


def protected(reply: Reply) -> Reply:
    """A reply of this layer's own with the headers that the engine gives its replies; 405 and preflights have no id."""
    named = {name.lower() for name, _ in reply.headers}
    own = SECURITY if reply.status in (204, 405) else (*SECURITY, ("X-Okta-Request-Id", secrets.token_hex(16)))
    return replace(reply, headers=(*reply.headers, *(pair for pair in own if pair[0].lower() not in named)))


class Front:
    """The views: they find the tenant, let it answer, and add what browsers need."""

    def __init__(self, org: Org, config: Config) -> None:
        self._org = org
        self._config = config

    # -- views --------------------------------------------------------------------------------------------------------

    def oauth(self, endpoint: Endpoint, server: str = "", rest: str = "") -> flask.Response:
        """Answers at an endpoint of an authorization server, or where something in the request leads to one."""
        policy = endpoint.cors
        request = codec.read_request(self._config, endpoint.name, server) if endpoint.leads else None
        tenant = self._org.tenant_of(request or self._outline(endpoint.name, server))
        if tenant is None:
            return self._lose(refusal("E0000007", server, "AuthorizationServer"), policy, endpoint.name, server)
        if flask.request.method == "OPTIONS":
            return self._preflight(policy, endpoint.methods, trusted=self._is_trusted(tenant, policy))
        if not _takes(endpoint.methods):
            return self._refuse_method(endpoint.methods, policy, tenant)
        request = request or codec.read_request(self._config, endpoint.name, server)
        return self._ask(tenant, replace(request, rest=rest), policy)

    def idx(self, rest: str) -> flask.Response:
        """Answers at the Identity Engine, where a handle in the body leads to the tenant."""
        if flask.request.method == "OPTIONS":
            return self._preflight(IDX.cors, IDX.methods, trusted=self._is_trusted(None, IDX.cors))
        if not _takes(IDX.methods):
            return self._refuse_method(IDX.methods, IDX.cors, None)
        request = codec.read_request(self._config, f"{IDX.name}/{rest}")
        tenant = self._org.tenant_of(request)
        if tenant is None:
            request = replace(request, at=time.time(), chance=secrets.token_hex(16))
            return self._send_lost(advance_without_tenant(request), IDX.cors, request)
        return self._ask(tenant, request, IDX.cors)

    # -- error handlers -----------------------------------------------------------------------------------------------

    def no_such_path(self, error: NotFound) -> flask.Response:
        """Says whether Okta serves this path, which this server does not."""
        try:
            name, _ = gap_paths().bind_to_environ(flask.request.environ).match()
        except HTTPException as refused:
            return self.no_such_request(refused)
        if flask.request.method == "OPTIONS":
            return self._preflight(CorsPolicy.GAP, ANY_METHOD, trusted=True)
        return self._lose(gaps.missing(GAPS[name], error_id()), CorsPolicy.GAP, f"gap/{name}")

    def no_such_request(self, error: HTTPException) -> flask.Response:
        """Turns what Flask refuses (path, method, length) into Okta's envelope."""
        code = error.code or 400
        if flask.request.path.startswith(f"{control.PREFIX}/"):
            return control.no_such_call(code)
        match code:
            case 404:
                reply = refusal("E0000008")
            case 405:
                reply = refusal("E0000022")
            case 413:
                because = f"The body is longer than {self._config.max_body_bytes} bytes."
                reply = refusal("E0000003", status=413, because=because)
            case _:
                reply = refusal("E0000020", status=code if code >= 400 else 400)
        return self._lose(reply, _policy_of_path())

    def unreadable(self, error: codec.Unreadable) -> flask.Response:
        """Refuses a request that can't be handed to the engine."""
        return self._lose(refusal(error.code, because=error.because), _policy_of_path())

    def broken(self, error: Exception) -> flask.Response:
        """Answers 500 for a mistake of this server's own, and keeps the traceback to itself."""
        failure = Failure(error_id(), traceback.format_exc())
        log.error("%s %s failed: %s", flask.request.method, flask.request.path, failure.traceback)
        return self._lose(internal_error(failure.id), _policy_of_path(), failure=failure)

    # -- answering ----------------------------------------------------------------------------------------------------

    def _ask(self, tenant: Tenant, request: Request, policy: CorsPolicy) -> flask.Response:
        dress = self._dress(policy, trusted=self._is_trusted(tenant, policy, request))
        reply = tenant.handle(request, url=codec.asked_url(request.origin), dress=dress)
        self._note_gap(reply)
        return codec.response(reply, tenant.now())

    def _note_gap(self, reply: Reply) -> None:
        """Counts a gap that the request has met, and says so where whoever started the server looks first."""
        gap = met(reply.headers)
        if gap is not None:
            asked = f"{flask.request.method} {flask.request.path}"
            log.warning("%s: %d, gap %r: Okta %s; see %s", asked, reply.status, gap.name, gap.about, gaps.LIST)
            self._org.count_gap(gap.name)

    def _dress(self, policy: CorsPolicy, *, trusted: bool) -> Dress:
        origin = flask.request.headers.get("Origin")

        def dressed(reply: Reply) -> Reply:
            """The reply with its body as bytes, and with CORS headers."""
            is_missing = reply.status == gaps.NOT_IMPLEMENTED and met(reply.headers) is not None
            added = cors.headers(CorsPolicy.GAP if is_missing else policy, origin, trusted=trusted)
            return replace(reply, body=codec.rendered(reply.body), headers=cors.added_to(reply, added))

        return dressed

    def _preflight(self, policy: CorsPolicy, methods: tuple[str, ...], *, trusted: bool) -> flask.Response:
        headers = cors.preflight_headers(
            policy,
            flask.request.headers.get("Origin"),
            flask.request.headers.get("Access-Control-Request-Headers"),
            methods,
            trusted=trusted,
        )
        return codec.response(protected(Reply(status=204, headers=headers)), time.time())

    def _refuse_method(self, methods: tuple[str, ...], policy: CorsPolicy, tenant: Tenant | None) -> flask.Response:
        reply = refusal("E0000022")
        reply = replace(reply, headers=(*reply.headers, ("Allow", ", ".join(methods))))
        return self._lose(reply, policy, tenant=tenant)

    def _is_trusted(self, tenant: Tenant | None, policy: CorsPolicy, request: Request | None = None) -> bool:
        """Whether the page may read the reply; where no tenant is known, any may allow it."""
        origin = flask.request.headers.get("Origin", "")
        if tenant is not None:
            return cors.may_read(tenant, policy, origin, request)
        return is_loopback_origin(origin) or any(cors.may_read(each, policy, origin) for each in self._org.tenants())

    def _lose(
        self,
        reply: Reply,
        policy: CorsPolicy,
        endpoint: str = "",
        server: str = "",
        tenant: Tenant | None = None,
        failure: Failure | None = None,
    ) -> flask.Response:
        """Sends a reply to a request that no engine has seen."""
        request = self._outline(endpoint, server)
        return self._send_lost(reply, policy, request, tenant, failure)

    def _send_lost(
        self,
        reply: Reply,
        policy: CorsPolicy,
        request: Request,
        tenant: Tenant | None = None,
        failure: Failure | None = None,
    ) -> flask.Response:
        request = replace(request, at=time.time())
        reply = self._dress(policy, trusted=self._is_trusted(tenant, policy))(protected(reply))
        url = codec.asked_url(request.origin)
        self._org.lost.add(exchange_of(request, reply, url=url, failure=failure))
        self._note_gap(reply)
        return codec.response(reply, request.at)

    def _outline(self, endpoint: str, server: str) -> Request:
        """The request at hand without its body, which may be what is wrong with it."""
        request = flask.request
        try:
            origin = codec.origin(self._config)
        except codec.Unreadable:
            origin = ""
        return Request(
            method=request.method,
            endpoint=endpoint,
            origin=origin,
            at=0.0,
            chance="",
            server=server,
            headers={name.lower(): value for name, value in request.headers.items()},
            address=request.remote_addr or "",
        )


def _takes(methods: tuple[str, ...]) -> bool:
    asked = flask.request.method
    return asked in methods or (asked == "HEAD" and "GET" in methods)


def _policy_of_path() -> CorsPolicy:
    """The policy of what is served at the path of the request, where a request is refused before its view sees it."""
    rule = flask.request.url_rule
    if rule is None:
        return CorsPolicy.SESSION  # with cookies or without
    served = ENDPOINTS.get(rule.endpoint.partition(" ")[0])
    return served.cors if served else CorsPolicy.TRUSTED  # the control API
