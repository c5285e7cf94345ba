"""Clients that get configuration, interact or PKCE wrong, each in one way."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

import httpx

from mock_okta_conformance.reference import issuer_metadata, oauth, settings, wire
from mock_okta_conformance.reference.oauth import AuthorizationServer
from mock_okta_conformance.reference.settings import Settings
from tests.conformance.client.mutant import Mutant, patched, requests, trusting
from tests.conformance.tampering import Outgoing, Tampering


@contextmanager
def _plain_http(mock):
    with ExitStack() as stack:
        for module in (settings, wire):
            stack.enter_context(patch.object(module, "check_address", lambda url, *, http_on_loopback: None))
        yield stack.enter_context(mock.reference())


def _believing(original):
    def read_metadata(answer, issuer):
        return replace(original(answer, answer.object()["issuer"]))

    return read_metadata


def _draws(**changes):
    """Changes what is drawn at the start of a transaction; a value may be a function of what was drawn."""

    def make(original):
        def draw(self, start):
            drawn = original(self, start)
            return replace(drawn, **{n: v(getattr(drawn, n)) if callable(v) else v for n, v in changes.items()})

        return draw

    return patched(AuthorizationServer, "_draw", make)


def _headers_for_all(original):
    def headers(self):
        said = {"X-Device-Token": self._settings.device_token, "X-Forwarded-For": self._settings.forwarded_for}
        return {name: value for name, value in said.items() if value}

    return headers


def _longer_redirect_uri(out: Outgoing) -> None:
    if "?" not in out.form["redirect_uri"]:
        out.form["redirect_uri"] += "/"


def _not_encoded(mock):
    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint != "interact" or "client_secret" in out.form:
            return send(request)
        out.content = "&".join(f"{name}={value}" for name, value in out.form.items()).encode()
        return send(out.raw_request())

    return mock.reference(Tampering(mock.transport, exchange))


def _empty_secret(out: Outgoing) -> None:
    out.form.setdefault("client_secret", "")


def _without_secret(out: Outgoing) -> None:
    out.form.pop("client_secret", None)


def _same_state(out: Outgoing) -> None:
    out.form["state"] = "the-same-state-every-time"


def _changed_hint(out: Outgoing) -> None:
    if "login_hint" in out.form:
        out.form["login_hint"] = out.form["login_hint"].replace("+", " ")


def _hopeful(original):
    def interact(self, start):
        try:
            return original(self, start)
        except oauth.ServerError:
            return replace(self._draw(start), interaction_handle="undefined")

    return interact


def _plain_method(out: Outgoing) -> None:
    out.form["code_challenge_method"] = "plain"


def _other_challenge(out: Outgoing) -> None:
    out.form["code_challenge"] = out.form["code_challenge"][::-1]


def _downgrading(mock):
    def exchange(request: httpx.Request, send):
        response = send(request)
        out = Outgoing(request)
        if out.endpoint == "interact" and "challenge method" in response.text:
            out.form["code_challenge_method"] = "plain"
            return send(out.request())
        return response

    return mock.reference(Tampering(mock.transport, exchange))


def _telling_the_verifier(original):
    def form(self, start, transaction):
        return {**original(self, start, transaction), "code_verifier": transaction.code_verifier}

    return form


def _lost_in_endpoints(original):
    return lambda self, name: f"{self.issuer}/v1/{name}"


TABLE = (
    Mutant(breaks="C-CFG-01", how="speaks plain http to anybody", apply=_plain_http),
    Mutant(breaks="C-CFG-02", how="trusts any certificate", apply=trusting),
    Mutant(
        breaks="C-CFG-03",
        how="takes the issuer for the base of all endpoints, slash or not",
        apply=patched(Settings, "endpoint", _lost_in_endpoints),
    ),
    Mutant(
        breaks="C-CFG-04",
        how="believes whatever issuer the metadata names",
        apply=patched(issuer_metadata, "read_metadata", _believing),
    ),
    Mutant(
        breaks="C-CFG-05",
        how="caches nothing",
        apply=patched(issuer_metadata, "max_age_s", lambda original: lambda answer: 0.0),
    ),
    Mutant(
        breaks="C-CFG-06",
        how="sends the device token as a public client",
        apply=patched(AuthorizationServer, "_device_headers", _headers_for_all),
    ),
    Mutant(breaks="C-INT-01", how="adds a slash to the redirect URI", apply=requests(_longer_redirect_uri, "interact")),
    Mutant(
        breaks="C-INT-02",
        how="writes forms without encoding them",
        apply=_not_encoded,
        also=frozenset({"C-INT-01", "C-INT-07"}),
    ),
    Mutant(breaks="C-INT-03", how="sends an empty secret", apply=requests(_empty_secret, "interact")),
    Mutant(breaks="C-INT-04", how="shows no secret at interact", apply=requests(_without_secret, "interact")),
    Mutant(breaks="C-INT-05", how="always sends the same state", apply=requests(_same_state, "interact")),
    Mutant(breaks="C-INT-06", how="always sends the same nonce", apply=_draws(nonce="the-same-nonce-every-time")),
    Mutant(breaks="C-INT-07", how="decodes the login hint once more", apply=requests(_changed_hint, "interact")),
    Mutant(
        breaks="C-INT-08",
        how="goes on without a handle",
        apply=patched(AuthorizationServer, "interact", _hopeful),
    ),
    Mutant(
        breaks="C-PKCE-01",
        how="puts an exclamation mark into the verifier",
        apply=_draws(code_verifier=lambda drawn: f"{drawn[:42]}!{drawn[43:]}"),
    ),
    Mutant(
        breaks="C-PKCE-02",
        how="uses plain",
        apply=requests(_plain_method, "interact"),
        also=frozenset({"C-PKCE-06"}),
    ),
    Mutant(breaks="C-PKCE-03", how="sends a challenge of something else", apply=requests(_other_challenge, "interact")),
    Mutant(
        breaks="C-PKCE-04",
        how="draws a verifier once and for all",
        apply=_draws(code_verifier="VerifierVerifierVerifierVerifierVerifier-once"),
    ),
    Mutant(
        breaks="C-PKCE-05",
        how="draws verifiers of hexadecimal digits",
        apply=_draws(code_verifier=lambda drawn: drawn.encode().hex()[:43]),
    ),
    Mutant(
        breaks="C-PKCE-06",
        how="falls back to plain",
        apply=_downgrading,
        also=frozenset({"C-PKCE-02"}),
    ),
    Mutant(
        breaks="C-PKCE-07",
        how="sends the verifier to interact",
        apply=patched(AuthorizationServer, "_interact_form", _telling_the_verifier),
    ),
)
