"""Servers that get one thing wrong."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlsplit

import httpx

from conformance import ion
from tests.conformance.breaking import Outgoing
from tests.conformance.misbehaving import OTHER_ORIGIN, Reply, ServerMutant, id_token, replies

HANDLE = {"interaction_handle": "HandleHandleHandleHandleHandleHandleHandle1"}


def body(**members):
    """Sets members of the body; None removes one."""

    def change(reply: Reply) -> None:
        for name, value in members.items():
            if value is None:
                reply.body.pop(name, None)
            else:
                reply.body[name] = value

    return change


def header(name, value=None):
    """Sets a header, or removes it."""

    def change(reply: Reply) -> None:
        reply.headers.pop(name, None)
        if value is not None:
            reply.headers[name] = value

    return change


def instead(when, status, content):
    """Answers this where `when(reply)` holds."""

    def change(reply: Reply) -> None:
        if when(reply):
            reply.answer(status, content)

    return change


def asked(**parameters):
    """Whether the request had these values; None for a parameter that is absent."""

    def holds(reply: Reply) -> bool:
        form = reply.asked.form or {}
        return all(form.get(name) == value for name, value in parameters.items())

    return holds


def said(text, **parameters):
    """Whether the reply holds the text, and the request these values."""
    return lambda reply: text in json.dumps(reply.body) and asked(**parameters)(reply)


# -- interact ---------------------------------------------------------------------------------------------------------


def padded_handles():
    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint == "idx/introspect" and isinstance(out.body, dict) and "interactionHandle" in out.body:
            out.body["interactionHandle"] = str(out.body["interactionHandle"]).rstrip("=")
            return send(out.request())
        reply = Reply(out, send(request))
        if out.endpoint == "interact" and reply.status == 200:
            reply.body["interaction_handle"] += "=="
        return reply.response()

    return exchange


def has_evil_redirect(reply: Reply) -> bool:
    return "evil.example" in (reply.asked.form or {}).get("redirect_uri", "")


def reworded(reply: Reply) -> None:
    if "error_description" in reply.body:
        reply.body["error_description"] = "Something is wrong with this request"


def reworded_tokens(reply: Reply) -> None:
    if "token is invalid" in str(reply.body.get("error_description")):
        reworded(reply)


def reworded_challenge(reply: Reply) -> None:
    if "illegal characters" in str(reply.body.get("error_description")):
        reworded(reply)


# -- flow -------------------------------------------------------------------------------------------------------------


def moving_on():
    seen = set()

    def change(reply: Reply) -> None:
        handle = json.dumps(reply.asked.body)
        if handle in seen and ion.remediations(reply.body):
            reply.body["remediation"]["value"].reverse()
            reply.body["remediation"]["value"].append(dict(reply.body["remediation"]["value"][0], name="another"))
        seen.add(handle)

    return replies(change, "idx/introspect")()


def has_state_token(reply: Reply) -> bool:
    return "stateToken" in (reply.asked.body or {})


def is_refusal(reply: Reply) -> bool:
    return reply.status >= 400


def is_out_of_turn(reply: Reply) -> bool:
    return (reply.asked.body or {}).get("credentials") == {"passcode": "x"}


def silent(reply: Reply) -> None:
    if "identifier" not in reply.asked.body:
        reply.body.pop("messages", None)
        for form in ion.remediations(reply.body):
            for row in ion.members(form):
                row.pop("messages", None)


def pedantic(reply: Reply) -> None:
    if "favouriteColour" in reply.asked.body:
        wrong = {"message": "favouriteColour is unknown", "i18n": {"key": "unknown.field"}, "class": "ERROR"}
        reply.body["messages"] = {"type": "array", "value": [wrong]}


def is_broken_request(reply: Reply) -> bool:
    return reply.asked.body is None and reply.status == 400


def unforgetting(reply: Reply) -> None:
    reply.body["stateHandle"] = reply.asked.body["stateHandle"]


def generous_with_codes():
    first = {}

    def exchange(request, send):
        out = Outgoing(request)
        code = (out.form or {}).get("interaction_code")
        if out.endpoint == "token" and code in first:
            return httpx.Response(200, json=first[code], headers={"cache-control": "no-store"})
        response = send(request)
        if out.endpoint == "token" and code and response.status_code == 200:
            first[code] = response.json()
        return response

    return exchange


def newest_code_only():
    newest = {}

    def exchange(request, send):
        out = Outgoing(request)
        code = (out.form or {}).get("interaction_code")
        stale = code in newest.get("all", ()) and code != newest["code"]
        if out.endpoint == "token" and stale and code not in newest["redeemed"]:
            return httpx.Response(400, json={"error": "invalid_grant"}, headers={"cache-control": "no-store"})
        response = send(request)
        found = ion.interaction_code(response.json()) if out.endpoint.startswith("idx/") and response.content else None
        if found:
            newest["code"] = found
            newest.setdefault("all", set()).add(found)
            newest.setdefault("redeemed", set())
        if out.endpoint == "token" and code and response.status_code == 200:
            newest["redeemed"].add(code)
        return response

    return exchange


# -- authenticators ---------------------------------------------------------------------------------------------------


def other_key(reply: Reply) -> None:
    for message in ion.messages(reply.body):
        if message["i18n"]["key"] in ("errors.E0000004", "incorrectPassword"):
            message["i18n"]["key"] = "something.else"


def unknown_is_error(reply: Reply) -> None:
    for message in ion.messages(reply.body):
        if message["i18n"]["key"] == "idx.unknown.user":
            message["class"] = "ERROR"


def messages_on_top(reply: Reply) -> None:
    form = ion.remediation(reply.body, "challenge-authenticator")
    row = ion.field(form, "credentials", "passcode")
    if reply.status >= 400 and row and "messages" in row:
        reply.body["messages"] = row.pop("messages")


# -- tokens -----------------------------------------------------------------------------------------------------------


def quick_to_refuse():
    used = set()

    def exchange(request, send):
        out = Outgoing(request)
        code = (out.form or {}).get("interaction_code")
        if out.endpoint == "token" and code in used:
            text = "The interaction code is invalid or has expired."
            refusal = {"error": "invalid_grant", "error_description": text}
            return httpx.Response(400, json=refusal, headers={"cache-control": "no-store"})
        response = send(request)
        if out.endpoint == "token" and code and response.status_code == 200:
            used.add(code)
        return response

    return exchange


def codes_for_ever():
    used = set()

    def exchange(request, send):
        out = Outgoing(request)
        response = send(request)
        code = (out.form or {}).get("interaction_code")
        if out.endpoint == "token" and code:
            if response.status_code == 200:
                used.add(code)
            elif "invalid or has expired" in response.text and code not in used:
                return httpx.Response(200, json={}, headers={"cache-control": "no-store"})
        return response

    return exchange


def unauthorized_is_bad_request(reply: Reply) -> None:
    if reply.status == 401 and reply.body.get("error") == "invalid_client":
        reply.status = 400


def accented(reply: Reply) -> None:
    if "error_description" in reply.body and (reply.asked.form or {}).get("grant_type") == "nonsense":
        reply.body["error_description"] += " é"


def literal_minded(reply: Reply) -> None:
    if b"scope=openid%20profile" in reply.asked.content:
        reply.answer(400, {"error": "invalid_scope", "error_description": "openid%20profile"})


def all_scopes(reply: Reply) -> None:
    if "scope" in reply.body:
        reply.body["scope"] = "openid profile email offline_access"


def repeated_key(reply: Reply) -> None:
    reply.body["keys"].append(reply.body["keys"][0])


def with_scopes_as_text():
    shown = {}

    def exchange(request, send):
        out = Outgoing(request)
        if out.form and out.form.get("token") in shown:
            out.form["token"] = shown[out.form["token"]]
            return send(out.request())
        bearer = out.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer in shown:
            out.headers["authorization"] = f"Bearer {shown[bearer]}"
            return send(out.request())
        reply = Reply(out, send(request))
        if out.endpoint == "token" and reply.status == 200:
            real = reply.body["access_token"]
            reply.body["access_token"] = rewritten(real, scp=lambda scp: " ".join(scp))
            shown[reply.body["access_token"]] = real
        return reply.response()

    return exchange


def rewritten(token, **changes):
    """The token with other claims and the old signature."""
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    for name, change in changes.items():
        claims[name] = change(claims.get(name))
    encoded = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{encoded}.{signature}"


def fresh_auth_time(reply: Reply) -> None:
    if asked(grant_type="refresh_token")(reply) and "id_token" in reply.body:
        reply.body["id_token"] = rewritten(reply.body["id_token"], auth_time=lambda at: at + 100)


def forgetful_revocation():
    def exchange(request, send):
        out = Outgoing(request)
        if out.endpoint == "revoke" and "." not in out.form["token"]:
            return httpx.Response(200)
        return send(request)

    return exchange


def is_unknown_token(reply: Reply) -> bool:
    return (reply.asked.form or {}).get("token") == "not.a.token"


def open_logout(reply: Reply) -> None:
    reply.status = 302
    reply.headers["location"] = f"{OTHER_ORIGIN}/"


# -- transport and shape ----------------------------------------------------------------------------------------------


def open_cors(reply: Reply) -> None:
    if reply.asked.headers.get("origin") == OTHER_ORIGIN:
        reply.headers["access-control-allow-origin"] = OTHER_ORIGIN


def german_keys(reply: Reply) -> None:
    if reply.asked.headers.get("accept-language") == "de":
        for message in ion.messages(reply.body):
            message["i18n"]["key"] += ".de"


def each_form(change):
    """Changes every remediation of a document."""

    def changed(reply: Reply) -> None:
        for form in ion.remediations(reply.body):
            change(form)

    return changed


def seconds_only(reply: Reply) -> None:
    if "expiresAt" in reply.body:
        reply.body["expiresAt"] = reply.body["expiresAt"].replace(".000Z", "Z")


def unwrapped(reply: Reply) -> None:
    if "app" in reply.body:
        reply.body["app"] = reply.body["app"]["value"]


def redirect_as_form(reply: Reply) -> None:
    if ion.remediations(reply.body):
        link = {"name": "redirect-idp", "rel": ["create-form"], "href": OTHER_ORIGIN, "method": "POST", "value": []}
        reply.body["remediation"]["value"].append(link)


def visible_handle(form):
    for row in ion.members(form):
        if row["name"] == "stateHandle":
            row.pop("visible")


def null_member(reply: Reply) -> None:
    if ion.remediations(reply.body):
        reply.body["app"]["value"]["label"] = None


def without_class(reply: Reply) -> None:
    for message in ion.messages(reply.body) if reply.status >= 400 else ():
        message.pop("class")


def echoing(reply: Reply) -> None:
    credentials = (reply.asked.body or {}).get("credentials")
    if isinstance(reply.body, dict) and isinstance(credentials, dict):
        reply.body["echo"] = credentials.get("passcode")


def without_app(reply: Reply) -> None:
    reply.body.pop("app", None)


def is_nobodys_server(reply: Reply) -> bool:
    return "ausNOSUCHSERVER" in urlsplit(reply.asked.url).path


METADATA = "openid-configuration"
BAD_CODE = "The interaction code is invalid or has expired."

START = (
    ServerMutant(
        breaks="S-META-01",
        how="labels its metadata as text",
        between=replies(header("content-type", "text/plain"), METADATA),
    ),
    ServerMutant(
        breaks="S-META-02", how="tells no subject types", between=replies(body(subject_types_supported=None), METADATA)
    ),
    ServerMutant(
        breaks="S-META-03",
        how="has two names",
        between=replies(body(issuer=OTHER_ORIGIN), "oauth-authorization-server"),
    ),
    ServerMutant(
        breaks="S-META-04",
        how="lists plain only",
        between=replies(body(code_challenge_methods_supported=["plain"]), METADATA),
    ),
    ServerMutant(
        breaks="S-META-05", how="revokes elsewhere", between=replies(body(revocation_endpoint=OTHER_ORIGIN), METADATA)
    ),
    ServerMutant(breaks="S-META-06", how="knows every server", between=replies(instead(is_nobodys_server, 200, {}))),
    ServerMutant(breaks="S-META-07", how="lets nobody cache keys", between=replies(header("cache-control"), "keys")),
    ServerMutant(breaks="S-META-08", how="is a classic org", between=replies(body(pipeline="v1"), "okta-organization")),
    ServerMutant(
        breaks="S-META-09",
        how="lists the grant",
        between=replies(body(grant_types_supported=["interaction_code"]), METADATA),
    ),
    ServerMutant(
        breaks="S-INTR-01", how="lets handles be stored", between=replies(header("cache-control"), "interact")
    ),
    ServerMutant(breaks="S-INTR-02", how="pads its handles", between=padded_handles),
    ServerMutant(
        breaks="S-INTR-03",
        how="does without a challenge",
        between=replies(
            instead(
                asked(code_challenge=None, code_challenge_method=None, scope="openid profile email offline_access"),
                200,
                HANDLE,
            ),
            "interact",
        ),
    ),
    ServerMutant(
        breaks="S-INTR-04",
        how="takes plain",
        between=replies(instead(asked(code_challenge_method="plain"), 200, HANDLE), "interact"),
    ),
    ServerMutant(breaks="S-INTR-05", how="words it differently", between=replies(reworded_challenge, "interact")),
    ServerMutant(
        breaks="S-INTR-06",
        how="redirects anywhere",
        between=replies(instead(has_evil_redirect, 200, HANDLE), "interact"),
    ),
    ServerMutant(
        breaks="S-INTR-07",
        how="knows every client",
        between=replies(instead(asked(client_id="0oaNOSUCHCLIENT00001"), 200, HANDLE), "interact"),
    ),
    ServerMutant(
        breaks="S-INTR-08",
        how="grants what is not granted",
        between=replies(instead(said("unauthorized_client"), 200, HANDLE), "interact"),
    ),
    ServerMutant(
        breaks="S-INTR-10",
        how="knows every scope",
        between=replies(instead(asked(scope="openid no_such_scope"), 200, HANDLE), "interact"),
    ),
    ServerMutant(
        breaks="S-INTR-11",
        how="takes any secret",
        between=replies(instead(asked(client_secret="not-the-secret"), 200, HANDLE), "interact"),
    ),
    ServerMutant(breaks="S-INTR-12", how="words it differently", between=replies(reworded_tokens, "interact")),
    ServerMutant(
        breaks="S-INTR-14",
        how="takes any max_age",
        between=replies(instead(asked(max_age="soon"), 200, HANDLE), "interact"),
    ),
)
SIGN_IN = (
    ServerMutant(
        breaks="S-FLOW-01",
        how="moves on when it is looked at",
        between=moving_on,
        also=frozenset({"S-FLOW-06", "S-FLOW-07"}),
    ),
    ServerMutant(
        breaks="S-FLOW-02",
        how="knows no stateToken",
        between=replies(instead(has_state_token, 401, {"errorCode": "E0000011"}), "idx/introspect"),
    ),
    ServerMutant(
        breaks="S-FLOW-03",
        how="breaks over unknown handles",
        between=replies(instead(is_refusal, 500, {"errorCode": "E0000009"}), "idx/introspect"),
    ),
    ServerMutant(
        breaks="S-FLOW-06",
        how="takes steps out of turn",
        between=replies(instead(is_out_of_turn, 200, {"version": "1.0.0"}), "idx/challenge/answer"),
    ),
    ServerMutant(breaks="S-FLOW-07", how="does not say what is missing", between=replies(silent, "idx/identify")),
    ServerMutant(breaks="S-FLOW-08", how="minds extra fields", between=replies(pedantic, "idx/identify")),
    ServerMutant(
        breaks="S-FLOW-09",
        how="breaks over broken bodies",
        between=replies(instead(is_broken_request, 500, {}), "idx/identify"),
    ),
    ServerMutant(
        breaks="S-FLOW-10",
        how="answers GET",
        between=replies(instead(lambda reply: reply.asked.method == "GET", 200, {}), "idx"),
    ),
    ServerMutant(
        breaks="S-FLOW-11",
        how="goes on after cancel",
        between=replies(unforgetting, "idx/cancel"),
        also=frozenset({"S-IDX-06"}),
    ),
    ServerMutant(
        breaks="S-FLOW-14",
        how="redeems a code again",
        between=generous_with_codes,
        also=frozenset({"S-TOK-03", "S-TOK-04"}),
    ),
    ServerMutant(breaks="S-FLOW-15", how="forgets a code when there is another", between=newest_code_only),
    ServerMutant(breaks="S-AUTHN-01", how="has another key for a wrong password", between=replies(other_key, "idx")),
    ServerMutant(breaks="S-AUTHN-02", how="calls an unknown user an error", between=replies(unknown_is_error, "idx")),
    ServerMutant(breaks="S-AUTHN-04", how="puts a field's message on top", between=replies(messages_on_top, "idx")),
    ServerMutant(
        breaks="S-AUTHN-15", how="names another second factor", script=id_token(claims={"amr": ["pwd", "sms", "mfa"]})
    ),
)
TOKENS = (
    ServerMutant(
        breaks="S-TOK-01",
        how="tells the lifetime as text",
        between=replies(lambda reply: "expires_in" in reply.body and body(expires_in="3600")(reply), "token"),
    ),
    ServerMutant(breaks="S-TOK-02", how="lets tokens be stored", between=replies(header("cache-control"), "token")),
    ServerMutant(
        breaks="S-TOK-03",
        how="words it differently",
        between=replies(lambda reply: BAD_CODE in str(reply.body) and reworded(reply), "token"),
        also=frozenset({"S-TOK-05"}),
    ),
    ServerMutant(breaks="S-TOK-04", how="only refuses when a code is used again", between=quick_to_refuse),
    ServerMutant(breaks="S-TOK-05", how="has codes that live for ever", between=codes_for_ever),
    ServerMutant(
        breaks="S-TOK-06",
        how="takes any verifier",
        between=replies(instead(said("PKCE verification failed"), 200, {}), "token"),
    ),
    ServerMutant(
        breaks="S-TOK-07",
        how="redeems for anybody",
        between=replies(instead(said("issued to another client", grant_type="interaction_code"), 200, {}), "token"),
    ),
    ServerMutant(
        breaks="S-TOK-09", how="answers 400 to a wrong secret", between=replies(unauthorized_is_bad_request, "token")
    ),
    ServerMutant(
        breaks="S-TOK-11",
        how="has one error for all",
        between=replies(
            lambda reply: said("unsupported_grant_type")(reply) and body(error="invalid_request")(reply), "token"
        ),
    ),
    ServerMutant(breaks="S-TOK-12", how="writes accents", between=replies(accented, "token")),
    ServerMutant(
        breaks="S-TOK-13",
        how="answers GET",
        between=replies(instead(lambda reply: reply.asked.method == "GET", 200, {}), "token"),
    ),
    ServerMutant(breaks="S-TOK-14", how="reports scopes that were not granted", between=replies(all_scopes, "token")),
    ServerMutant(breaks="S-TOK-15", how="does not decode %20", between=replies(literal_minded, "interact")),
    ServerMutant(breaks="S-IDT-01", how="signs with a key of its own", script=id_token(signature="other_key")),
    ServerMutant(
        breaks="S-IDT-02", how="issues for another audience", script=id_token(claims={"aud": "0oaANOTHERCLIENT0001"})
    ),
    ServerMutant(breaks="S-IDT-03", how="drops the nonce", script=id_token(drop=["nonce"])),
    ServerMutant(
        breaks="S-IDT-04", how="hashes something else", script=id_token(claims={"at_hash": "c2l4dGVlbi1ieXRlcyE"})
    ),
    ServerMutant(
        breaks="S-IDT-05",
        how="names one factor of two",
        script=id_token(claims={"amr": ["email"]}),
        also=frozenset({"S-AUTHN-15"}),
    ),
    ServerMutant(breaks="S-IDT-06", how="does not tell when the user signed in", script=id_token(drop=["auth_time"])),
    ServerMutant(breaks="S-IDT-08", how="does not tell the identity provider", script=id_token(drop=["idp"])),
    ServerMutant(
        breaks="S-IDT-09", how="always tells the address", script=id_token(claims={"email": "mary@acme.example"})
    ),
    ServerMutant(breaks="S-IDT-10", how="publishes a key twice", between=replies(repeated_key, "keys")),
    ServerMutant(
        breaks="S-AT-01", how="writes scopes as text", between=with_scopes_as_text, also=frozenset({"S-IDT-04"})
    ),
    ServerMutant(
        breaks="S-AT-02",
        how="does not say why a token is refused",
        between=replies(header("www-authenticate"), "userinfo"),
    ),
    ServerMutant(
        breaks="S-AT-03",
        how="tells more of unknown tokens",
        between=replies(lambda reply: is_unknown_token(reply) and body(reason="unknown")(reply), "introspect"),
    ),
    ServerMutant(
        breaks="S-AT-04",
        how="refuses to revoke unknown tokens",
        between=replies(instead(is_unknown_token, 400, {"error": "invalid_request"}), "revoke"),
    ),
    ServerMutant(breaks="S-AT-05", how="forgets to revoke refresh tokens", between=forgetful_revocation),
    ServerMutant(
        breaks="S-AT-06",
        how="widens scopes",
        between=replies(instead(said("access_denied", grant_type="refresh_token"), 200, {}), "token"),
    ),
    ServerMutant(
        breaks="S-AT-07",
        how="takes old refresh tokens",
        between=replies(
            instead(said("The refresh token is invalid or expired.", grant_type="refresh_token"), 200, {}), "token"
        ),
    ),
    ServerMutant(breaks="S-AT-08", how="takes a refresh for a sign-in", between=replies(fresh_auth_time, "token")),
    ServerMutant(breaks="S-AT-09", how="signs out to anywhere", between=replies(open_logout, "logout")),
)
SHAPE = (
    ServerMutant(
        breaks="S-HTTP-01",
        how="does not tell when the limit ends",
        between=replies(header("x-rate-limit-reset"), "interact"),
    ),
    ServerMutant(breaks="S-HTTP-03", how="trusts every origin", between=replies(open_cors)),
    ServerMutant(
        breaks="S-HTTP-04",
        how="has one id for all requests",
        between=replies(header("x-okta-request-id", "always-the-same")),
    ),
    ServerMutant(breaks="S-HTTP-07", how="translates keys", between=replies(german_keys, "idx")),
    ServerMutant(breaks="S-IDX-01", how="writes times without milliseconds", between=replies(seconds_only, "idx")),
    ServerMutant(
        breaks="S-IDX-02", how="labels Ion as JSON", between=replies(header("content-type", "application/json"), "idx")
    ),
    ServerMutant(breaks="S-IDX-03", how="does not wrap app", between=replies(unwrapped, "idx")),
    ServerMutant(
        breaks="S-IDX-04",
        how="has forms without rel",
        between=replies(each_form(lambda form: form.pop("rel", None)), "idx"),
    ),
    ServerMutant(breaks="S-IDX-05", how="makes a form of a link", between=replies(redirect_as_form, "idx")),
    ServerMutant(breaks="S-IDX-06", how="shows the handle", between=replies(each_form(visible_handle), "idx")),
    ServerMutant(
        breaks="S-IDX-07",
        how="relates to nothing",
        between=replies(each_form(lambda form: form.update(relatesTo=["$.nothing"])), "idx"),
    ),
    ServerMutant(breaks="S-IDX-08", how="writes null", between=replies(null_member, "idx")),
    ServerMutant(breaks="S-IDX-09", how="has messages without class", between=replies(without_class, "idx")),
    ServerMutant(breaks="S-IDX-10", how="does not tell the app", between=replies(without_app, "idx")),
    ServerMutant(breaks="S-IDX-11", how="repeats the passcode", between=replies(echoing, "idx")),
)

SERVER_MUTANTS: tuple[ServerMutant, ...] = (*START, *SIGN_IN, *TOKENS, *SHAPE)
