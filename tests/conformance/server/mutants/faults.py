"""What broken servers do to their replies."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlsplit

import httpx

from mock_okta_conformance import ion
from tests.conformance.server.mutant import OTHER_ORIGIN, Reply, replies
from tests.conformance.tampering import Outgoing

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
