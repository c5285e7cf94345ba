"""Clients that get tokens, sign-out, failures or secrets wrong, each in one way."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from mock_okta_conformance.reference import issuer_metadata, oauth, tokens
from mock_okta_conformance.reference.errors import ClientError, RefusedError, ServerError, TokenRejected
from mock_okta_conformance.reference.issuer_metadata import IssuerMetadata
from mock_okta_conformance.reference.oauth import AuthorizationServer
from mock_okta_conformance.reference.session import Session
from mock_okta_conformance.reference.tokens import Check
from tests.conformance.client.mutant import (
    Mutant,
    again,
    checking,
    configured,
    exchanges,
    messages,
    patched,
    requests,
    views,
    without,
)
from tests.conformance.tampering import Outgoing, Tampering

# -- token requests ---------------------------------------------------------------------------------------------------


def _client_id_in_url(out: Outgoing) -> None:
    out.url += f"?client_id={out.form['client_id']}"


def _capitals(out: Outgoing) -> None:
    if out.form["grant_type"] == "interaction_code":
        out.form["grant_type"] = "Interaction_Code"


def _dawdling(mock):
    def exchange(request, send):
        if Outgoing(request).endpoint == "token":
            mock.control.advance_clock(str(request.url).split("/oauth2/")[1].split("/")[0], 61)
        return send(request)

    return mock.reference(Tampering(mock.transport, exchange))


def _other_name(out: Outgoing) -> None:
    out.url = out.url.replace("//127.0.0.1:", "//localhost:")
    out.headers.pop("host", None)


def _is_failure(out: Outgoing, response: httpx.Response) -> bool:
    return out.endpoint == "token" and response.status_code >= 500 and out.form["grant_type"] == "interaction_code"


def _is_bad_code(out: Outgoing, response: httpx.Response) -> bool:
    return "invalid_grant" in response.text and out.form["grant_type"] == "interaction_code"


def _is_bad_refresh(out: Outgoing, response: httpx.Response) -> bool:
    return "invalid_grant" in response.text and out.form["grant_type"] == "refresh_token"


def _raw_secret(mock):
    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint != "token" or "client_secret" not in out.form:
            return send(request)
        out.content = "&".join(f"{name}={value}" for name, value in out.form.items()).encode()
        return send(out.raw_request())

    return mock.reference(Tampering(mock.transport, exchange))


def _following(request, send):
    response = send(request)
    if response.status_code in (307, 308):
        out = Outgoing(request)
        out.url = response.headers["location"]
        out.headers.pop("host", None)
        return send(out.raw_request())
    return response


def _bearer_for_all(request, send):
    response = send(request)
    if Outgoing(request).endpoint != "token" or response.status_code != 200:
        return response
    return httpx.Response(200, json={**response.json(), "token_type": "Bearer"})


def _strict_reply(original):
    def read_reply(answer, requested, now):
        if "expires_in" not in answer.object():
            raise ServerError("the token reply has no expires_in")
        return original(answer, requested, now)

    return read_reply


def _wishful(original):
    return lambda answer, requested, now: replace(original(answer, requested, now), scopes=requested)


def _without_id_token(original):
    def exchange(self, url, form, transaction):
        reply = tokens.read_reply(self._post(url, form), self._settings.scopes, self._clock())
        if reply.id_token is None:
            return reply
        wanted = {"max_age": transaction.max_age, "acr_values": tuple((transaction.acr_values or "").split())}
        return self._verified(reply, nonce=transaction.nonce, **wanted)

    return exchange


def _keeping(message, view):
    if view.get("error", {}).get("type") == "token_rejected":
        view["stored"] = ["accessToken"]


# -- ID tokens --------------------------------------------------------------------------------------------------------


def _parts(token):
    header, payload, signature = token.split(".")
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, payload)], signature


def _signed_by_rs256(token, keys):
    signed, _, signature = token.rpartition(".")
    for key in keys:
        try:
            key.key.public_key.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            continue
        return True
    return False


def _believing(when):
    """Takes the claims of a token as they are if `when(header, token, keys_for)` holds."""

    def make(original):
        def verified_claims(token, keys_for):
            try:
                (header, claims), _ = _parts(token)
            except ValueError:
                return original(token, keys_for)
            return claims if when(header, token, keys_for) else original(token, keys_for)

        return verified_claims

    return patched(tokens, "verified_claims", make)


def _is_rs256_whatever_it_says(header, token, keys_for):
    return header.get("alg") == "HS256" and _signed_by_rs256(token, keys_for(header.get("kid")))


def _is_good_but_critical(header, token, keys_for):
    return "crit" in header and _signed_by_rs256(token, keys_for(header.get("kid")))


def _takes_no_list(checks):
    def holds(claims, expected):
        return claims.get("aud") == expected.client_id

    return tuple(Check("aud", "is for another client", holds) if c.name == "aud" else c for c in checks)


def _asking_on(original):
    def keys_for(self, kid):
        try:
            return original(self, kid)
        except TokenRejected:
            self._published(anew=True)
            self._published(anew=True)
            raise

    return keys_for


def _any_of_several(original):
    def keys_for(self, kid):
        return self._published() if kid is None else original(self, kid)

    return keys_for


def _wordless(message, view):
    if view.get("error", {}).get("code") == "malformed":
        view["error"] = {}


def _narrow_minded(original):
    def read_keys(document):
        for jwk in document["keys"]:
            if jwk["kty"] not in ("RSA", "EC", "oct"):
                raise ServerError("the key set has an unknown key")
        return original(document)

    return read_keys


# -- after signing in -------------------------------------------------------------------------------------------------


def _odd_scheme(out: Outgoing) -> None:
    out.headers["authorization"] = out.headers["authorization"].replace("Bearer", "Token")


def _looking_inside(original):
    def read_reply(answer, requested, now):
        if answer.object().get("access_token", "").count(".") != 2:
            raise ServerError("the access token cannot be read")
        return original(answer, requested, now)

    return read_reply


def _incurious(original):
    return lambda self: self._server.userinfo(self._require_tokens().access_token)


def _stubborn(original):
    def userinfo(self):
        for _ in range(5):
            try:
                return original(self)
            except RefusedError as error:
                refused = error
        raise refused

    return userinfo


def _anonymous(out: Outgoing) -> None:
    if out.form["grant_type"] == "refresh_token":
        out.form.pop("client_secret", None)


def _first_token_again(mock):
    first = {}

    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint != "token" or out.form["grant_type"] != "refresh_token":
            return send(request)
        out.form["refresh_token"] = first.setdefault(out.url, out.form["refresh_token"])
        return send(out.request())

    return mock.reference(Tampering(mock.transport, exchange))


def _dropping_the_old(original):
    def refresh(self, before):
        fresh = original(self, before)
        return replace(fresh, refresh_token=None) if fresh.refresh_token == before.refresh_token else fresh

    return refresh


def _easily_discouraged(original):
    def refresh(self):
        try:
            original(self)
        except ClientError:
            self._drop_tokens()
            raise

    return refresh


def _refresh_token_only(original):
    def revoke(self, token, hint):
        if hint == "refresh_token":
            original(self, token, hint)

    return revoke


def _no_client_id(out: Outgoing) -> None:
    out.form.pop("client_id")


def _staying(message, view):
    if message.get("do") == "signOut" and "error" in view:
        view["state"] = "error"


def _stateless(original):
    def address(self, id_token, state):
        found = original(self, id_token, state)
        return found and found.replace(f"&state={state}", "")

    return address


# -- transactions, failures, secrets ----------------------------------------------------------------------------------


def _usual_cancel(out: Outgoing) -> None:
    out.url = out.url.partition("?")[0]


def _hoarding(message, view):
    if view["state"] == "success":
        view["stored"] = ["code_verifier"]


def _one_for_all():
    newest = {}

    def change(asked):
        if asked["op"] == "start":
            newest["session"] = asked["session"]
        elif asked["op"] == "act":
            asked["session"] = newest["session"]

    return messages(change)


def _is_limited(out: Outgoing, response: httpx.Response) -> bool:
    return response.status_code == 429


def _is_busy(out: Outgoing, response: httpx.Response) -> bool:
    return out.endpoint.startswith("idx/") and response.status_code == 503


def _vague(message, view):
    if "502" in view.get("error", {}).get("text", ""):
        view["error"] = {"type": "SyntaxError", "text": "Unexpected token '<'"}


def _hopeful(message, view):
    if "RemoteProtocolError" in view.get("error", {}).get("text", ""):
        view["state"] = "input"


def _indiscreet(message, view):
    if "error" in view:
        view["error"]["text"] += f" (sent: {message.get('values')})"


def _tracing(mock):
    seen = {}

    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint == "keys" and seen:
            out.url += f"?trace={seen['handle']}"
            return send(out.request())
        if out.body and "stateHandle" in out.body:
            seen["handle"] = out.body["stateHandle"]
        return send(request)

    return mock.reference(Tampering(mock.transport, exchange))


TABLE = (
    Mutant(breaks="C-TOK-01", how="puts the client id into the URL", apply=requests(_client_id_in_url, "token")),
    Mutant(breaks="C-TOK-02", how="writes the grant type in capitals", apply=requests(_capitals, "token")),
    Mutant(breaks="C-TOK-03", how="redeems again after a 500", apply=again(_is_failure)),
    Mutant(breaks="C-TOK-04", how="waits a minute before it redeems", apply=_dawdling),
    Mutant(breaks="C-TOK-05", how="redeems at another name of the host", apply=requests(_other_name, "token")),
    Mutant(breaks="C-TOK-06", how="redeems a refused code again", apply=again(_is_bad_code)),
    Mutant(breaks="C-TOK-07", how="writes the secret without encoding it", apply=_raw_secret),
    Mutant(breaks="C-TOK-08", how="follows redirects anywhere", apply=exchanges(_following)),
    Mutant(breaks="C-TOK-09", how="takes any token for a bearer token", apply=exchanges(_bearer_for_all)),
    Mutant(breaks="C-TOK-10", how="wants expires_in", apply=patched(oauth, "read_reply", _strict_reply)),
    Mutant(breaks="C-TOK-11", how="believes it got what it asked for", apply=patched(oauth, "read_reply", _wishful)),
    Mutant(
        breaks="C-TOK-12",
        how="does without an ID token",
        apply=patched(AuthorizationServer, "_exchange", _without_id_token),
    ),
    Mutant(breaks="C-TOK-13", how="keeps tokens that do not verify", apply=views(_keeping)),
    Mutant(
        breaks="C-IDT-01",
        how="does not look at iss",
        apply=without("iss"),
        also=frozenset({"C-IDT-15", "C-REF-06", "C-TOK-13"}),
    ),
    Mutant(breaks="C-IDT-02", how="takes no list of audiences", apply=checking(_takes_no_list)),
    Mutant(breaks="C-IDT-03", how="does not mind other audiences", apply=without("aud_extra", "azp")),
    Mutant(
        breaks="C-IDT-04",
        how="does not look at exp",
        apply=without("exp"),
        also=frozenset({"C-IDT-05", "C-IDT-15", "C-TOK-13"}),
    ),
    Mutant(breaks="C-IDT-05", how="allows clocks no difference", apply=configured(expiry_leeway_s=0.0)),
    Mutant(
        breaks="C-IDT-06",
        how="does not look at iat",
        apply=without("iat"),
        also=frozenset({"C-IDT-15", "C-TOK-13"}),
    ),
    Mutant(breaks="C-IDT-07", how="does not look at the nonce", apply=without("nonce")),
    Mutant(
        breaks="C-IDT-08",
        how="does not verify signatures",
        apply=_believing(lambda header, token, keys_for: header.get("alg") == "RS256" and keys_for(header.get("kid"))),
        also=frozenset({"C-TOK-13", "C-IDT-14"}),
    ),
    Mutant(
        breaks="C-IDT-09",
        how="takes unsigned tokens",
        apply=_believing(lambda header, token, keys_for: header.get("alg") == "none"),
        also=frozenset({"C-TOK-13"}),
    ),
    Mutant(breaks="C-IDT-10", how="does not look at alg", apply=_believing(_is_rs256_whatever_it_says)),
    Mutant(
        breaks="C-IDT-11",
        how="takes ES256",
        apply=_believing(lambda header, token, keys_for: header.get("alg") == "ES256"),
    ),
    Mutant(
        breaks="C-IDT-12",
        how="asks for the keys again and again",
        apply=patched(IssuerMetadata, "keys_for", _asking_on),
        also=frozenset({"C-CFG-05"}),
    ),
    Mutant(breaks="C-IDT-13", how="tries every key", apply=patched(IssuerMetadata, "keys_for", _any_of_several)),
    Mutant(breaks="C-IDT-14", how="does not look at crit", apply=_believing(_is_good_but_critical)),
    Mutant(breaks="C-IDT-15", how="does not need a sub", apply=without("sub")),
    Mutant(breaks="C-IDT-16", how="does not look at at_hash", apply=without("at_hash")),
    Mutant(breaks="C-IDT-17", how="does not look at auth_time", apply=without("auth_time")),
    Mutant(breaks="C-IDT-18", how="does not look at acr", apply=without("acr")),
    Mutant(breaks="C-IDT-19", how="has no words for a malformed token", apply=views(_wordless)),
    Mutant(
        breaks="C-JWK-01",
        how="never looks at the keys again",
        apply=patched(IssuerMetadata, "_may_refetch", lambda original: lambda self: False),
    ),
    Mutant(
        breaks="C-JWK-02", how="chokes on unknown keys", apply=patched(issuer_metadata, "read_keys", _narrow_minded)
    ),
    Mutant(breaks="C-AT-01", how="presents the token under another scheme", apply=requests(_odd_scheme, "userinfo")),
    Mutant(breaks="C-AT-02", how="looks into access tokens", apply=patched(oauth, "read_reply", _looking_inside)),
    Mutant(breaks="C-AT-03", how="shows anybody's userinfo", apply=patched(Session, "userinfo", _incurious)),
    Mutant(breaks="C-AT-04", how="asks userinfo again and again", apply=patched(Session, "userinfo", _stubborn)),
    Mutant(breaks="C-REF-01", how="refreshes without its secret", apply=requests(_anonymous, "token")),
    Mutant(breaks="C-REF-02", how="goes on with its first refresh token", apply=_first_token_again),
    Mutant(
        breaks="C-REF-03",
        how="drops the refresh token if it gets no other",
        apply=patched(AuthorizationServer, "refresh", _dropping_the_old),
    ),
    Mutant(breaks="C-REF-05", how="asks again after invalid_grant", apply=again(_is_bad_refresh)),
    Mutant(breaks="C-REF-06", how="does not mind who was refreshed", apply=without("refreshed_sub")),
    Mutant(
        breaks="C-REF-07",
        how="signs out when the server is busy",
        apply=patched(Session, "refresh", _easily_discouraged),
    ),
    Mutant(
        breaks="C-OUT-01",
        how="revokes the refresh token only",
        apply=patched(AuthorizationServer, "revoke", _refresh_token_only),
    ),
    Mutant(breaks="C-OUT-02", how="revokes without its client id", apply=requests(_no_client_id, "revoke")),
    Mutant(breaks="C-OUT-03", how="stays signed in if the server does not answer", apply=views(_staying)),
    Mutant(
        breaks="C-OUT-04",
        how="signs out without a state",
        apply=patched(AuthorizationServer, "logout_address", _stateless),
    ),
    Mutant(breaks="C-TX-01", how="knows where to cancel", apply=requests(_usual_cancel, "idx/cancel")),
    Mutant(breaks="C-TX-02", how="keeps the verifier", apply=views(_hoarding)),
    Mutant(breaks="C-TX-03", how="has one transaction for all", apply=_one_for_all()),
    Mutant(breaks="C-ERR-01", how="asks again at once when it is limited", apply=again(_is_limited, 5)),
    Mutant(breaks="C-ERR-02", how="sends a form again when the server is busy", apply=again(_is_busy)),
    Mutant(breaks="C-ERR-03", how="complains about the parser", apply=views(_vague)),
    Mutant(breaks="C-ERR-04", how="does not notice a broken connection", apply=views(_hopeful)),
    Mutant(breaks="C-ERR-05", how="takes its own clock for the truth", apply=configured(issue_leeway_s=0.0)),
    Mutant(breaks="C-SEC-01", how="tells in errors what was typed", apply=views(_indiscreet)),
    Mutant(breaks="C-SEC-02", how="asks for keys with the handle in the URL", apply=_tracing),
)
