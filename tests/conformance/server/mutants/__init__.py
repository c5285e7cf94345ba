"""Servers that get one thing wrong."""

from __future__ import annotations

from tests.conformance.server.mutant import OTHER_ORIGIN, Mutant, id_token, replies
from tests.conformance.server.mutants.faults import (
    HANDLE,
    accented,
    all_scopes,
    asked,
    body,
    codes_for_ever,
    each_form,
    echoing,
    forgetful_revocation,
    fresh_auth_time,
    generous_with_codes,
    german_keys,
    has_evil_redirect,
    has_state_token,
    header,
    instead,
    is_broken_request,
    is_nobodys_server,
    is_out_of_turn,
    is_refusal,
    is_unknown_token,
    literal_minded,
    messages_on_top,
    moving_on,
    newest_code_only,
    null_member,
    open_cors,
    open_logout,
    other_key,
    padded_handles,
    pedantic,
    quick_to_refuse,
    redirect_as_form,
    repeated_key,
    reworded,
    reworded_challenge,
    reworded_tokens,
    said,
    seconds_only,
    silent,
    unauthorized_is_bad_request,
    unforgetting,
    unknown_is_error,
    unwrapped,
    visible_handle,
    with_scopes_as_text,
    without_app,
    without_class,
)

METADATA = "openid-configuration"
BAD_CODE = "The interaction code is invalid or has expired."

START = (
    Mutant(
        breaks="S-META-01",
        how="labels its metadata as text",
        between=replies(header("content-type", "text/plain"), METADATA),
    ),
    Mutant(
        breaks="S-META-02", how="tells no subject types", between=replies(body(subject_types_supported=None), METADATA)
    ),
    Mutant(
        breaks="S-META-03",
        how="has two names",
        between=replies(body(issuer=OTHER_ORIGIN), "oauth-authorization-server"),
    ),
    Mutant(
        breaks="S-META-04",
        how="lists plain only",
        between=replies(body(code_challenge_methods_supported=["plain"]), METADATA),
    ),
    Mutant(
        breaks="S-META-05", how="revokes elsewhere", between=replies(body(revocation_endpoint=OTHER_ORIGIN), METADATA)
    ),
    Mutant(breaks="S-META-06", how="knows every server", between=replies(instead(is_nobodys_server, 200, {}))),
    Mutant(breaks="S-META-07", how="lets nobody cache keys", between=replies(header("cache-control"), "keys")),
    Mutant(breaks="S-META-08", how="is a classic org", between=replies(body(pipeline="v1"), "okta-organization")),
    Mutant(
        breaks="S-META-09",
        how="lists the grant",
        between=replies(body(grant_types_supported=["interaction_code"]), METADATA),
    ),
    Mutant(breaks="S-INTR-01", how="lets handles be stored", between=replies(header("cache-control"), "interact")),
    Mutant(breaks="S-INTR-02", how="pads its handles", between=padded_handles),
    Mutant(
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
    Mutant(
        breaks="S-INTR-04",
        how="takes plain",
        between=replies(instead(asked(code_challenge_method="plain"), 200, HANDLE), "interact"),
    ),
    Mutant(breaks="S-INTR-05", how="words it differently", between=replies(reworded_challenge, "interact")),
    Mutant(
        breaks="S-INTR-06",
        how="redirects anywhere",
        between=replies(instead(has_evil_redirect, 200, HANDLE), "interact"),
    ),
    Mutant(
        breaks="S-INTR-07",
        how="knows every client",
        between=replies(instead(asked(client_id="0oaNOSUCHCLIENT00001"), 200, HANDLE), "interact"),
    ),
    Mutant(
        breaks="S-INTR-08",
        how="grants what is not granted",
        between=replies(instead(said("unauthorized_client"), 200, HANDLE), "interact"),
    ),
    Mutant(
        breaks="S-INTR-10",
        how="knows every scope",
        between=replies(instead(asked(scope="openid no_such_scope"), 200, HANDLE), "interact"),
    ),
    Mutant(
        breaks="S-INTR-11",
        how="takes any secret",
        between=replies(instead(asked(client_secret="not-the-secret"), 200, HANDLE), "interact"),
    ),
    Mutant(breaks="S-INTR-12", how="words it differently", between=replies(reworded_tokens, "interact")),
    Mutant(
        breaks="S-INTR-14",
        how="takes any max_age",
        between=replies(instead(asked(max_age="soon"), 200, HANDLE), "interact"),
    ),
)
SIGN_IN = (
    Mutant(
        breaks="S-FLOW-01",
        how="moves on when it is looked at",
        between=moving_on,
        also=frozenset({"S-FLOW-06", "S-FLOW-07"}),
    ),
    Mutant(
        breaks="S-FLOW-02",
        how="knows no stateToken",
        between=replies(instead(has_state_token, 401, {"errorCode": "E0000011"}), "idx/introspect"),
    ),
    Mutant(
        breaks="S-FLOW-03",
        how="breaks over unknown handles",
        between=replies(instead(is_refusal, 500, {"errorCode": "E0000009"}), "idx/introspect"),
    ),
    Mutant(
        breaks="S-FLOW-06",
        how="takes steps out of turn",
        between=replies(instead(is_out_of_turn, 200, {"version": "1.0.0"}), "idx/challenge/answer"),
    ),
    Mutant(breaks="S-FLOW-07", how="does not say what is missing", between=replies(silent, "idx/identify")),
    Mutant(breaks="S-FLOW-08", how="minds extra fields", between=replies(pedantic, "idx/identify")),
    Mutant(
        breaks="S-FLOW-09",
        how="breaks over broken bodies",
        between=replies(instead(is_broken_request, 500, {}), "idx/identify"),
    ),
    Mutant(
        breaks="S-FLOW-10",
        how="answers GET",
        between=replies(instead(lambda reply: reply.asked.method == "GET", 200, {}), "idx"),
    ),
    Mutant(
        breaks="S-FLOW-11",
        how="goes on after cancel",
        between=replies(unforgetting, "idx/cancel"),
        also=frozenset({"S-IDX-06"}),
    ),
    Mutant(
        breaks="S-FLOW-14",
        how="redeems a code again",
        between=generous_with_codes,
        also=frozenset({"S-TOK-03", "S-TOK-04"}),
    ),
    Mutant(breaks="S-FLOW-15", how="forgets a code when there is another", between=newest_code_only),
    Mutant(breaks="S-AUTHN-01", how="has another key for a wrong password", between=replies(other_key, "idx")),
    Mutant(breaks="S-AUTHN-02", how="calls an unknown user an error", between=replies(unknown_is_error, "idx")),
    Mutant(breaks="S-AUTHN-04", how="puts a field's message on top", between=replies(messages_on_top, "idx")),
    Mutant(
        breaks="S-AUTHN-15", how="names another second factor", script=id_token(claims={"amr": ["pwd", "sms", "mfa"]})
    ),
)
TOKENS = (
    Mutant(
        breaks="S-TOK-01",
        how="tells the lifetime as text",
        between=replies(lambda reply: "expires_in" in reply.body and body(expires_in="3600")(reply), "token"),
    ),
    Mutant(breaks="S-TOK-02", how="lets tokens be stored", between=replies(header("cache-control"), "token")),
    Mutant(
        breaks="S-TOK-03",
        how="words it differently",
        between=replies(lambda reply: BAD_CODE in str(reply.body) and reworded(reply), "token"),
        also=frozenset({"S-TOK-05"}),
    ),
    Mutant(breaks="S-TOK-04", how="only refuses when a code is used again", between=quick_to_refuse),
    Mutant(breaks="S-TOK-05", how="has codes that live for ever", between=codes_for_ever),
    Mutant(
        breaks="S-TOK-06",
        how="takes any verifier",
        between=replies(instead(said("PKCE verification failed"), 200, {}), "token"),
    ),
    Mutant(
        breaks="S-TOK-07",
        how="redeems for anybody",
        between=replies(instead(said("issued to another client", grant_type="interaction_code"), 200, {}), "token"),
    ),
    Mutant(
        breaks="S-TOK-09", how="answers 400 to a wrong secret", between=replies(unauthorized_is_bad_request, "token")
    ),
    Mutant(
        breaks="S-TOK-11",
        how="has one error for all",
        between=replies(
            lambda reply: said("unsupported_grant_type")(reply) and body(error="invalid_request")(reply), "token"
        ),
    ),
    Mutant(breaks="S-TOK-12", how="writes accents", between=replies(accented, "token")),
    Mutant(
        breaks="S-TOK-13",
        how="answers GET",
        between=replies(instead(lambda reply: reply.asked.method == "GET", 200, {}), "token"),
    ),
    Mutant(breaks="S-TOK-14", how="reports scopes that were not granted", between=replies(all_scopes, "token")),
    Mutant(breaks="S-TOK-15", how="does not decode %20", between=replies(literal_minded, "interact")),
    Mutant(breaks="S-IDT-01", how="signs with a key of its own", script=id_token(signature="other_key")),
    Mutant(
        breaks="S-IDT-02", how="issues for another audience", script=id_token(claims={"aud": "0oaANOTHERCLIENT0001"})
    ),
    Mutant(breaks="S-IDT-03", how="drops the nonce", script=id_token(drop=["nonce"])),
    Mutant(breaks="S-IDT-04", how="hashes something else", script=id_token(claims={"at_hash": "c2l4dGVlbi1ieXRlcyE"})),
    Mutant(
        breaks="S-IDT-05",
        how="names one factor of two",
        script=id_token(claims={"amr": ["email"]}),
        also=frozenset({"S-AUTHN-15"}),
    ),
    Mutant(breaks="S-IDT-06", how="does not tell when the user signed in", script=id_token(drop=["auth_time"])),
    Mutant(breaks="S-IDT-08", how="does not tell the identity provider", script=id_token(drop=["idp"])),
    Mutant(breaks="S-IDT-09", how="always tells the address", script=id_token(claims={"email": "mary@acme.example"})),
    Mutant(breaks="S-IDT-10", how="publishes a key twice", between=replies(repeated_key, "keys")),
    Mutant(breaks="S-AT-01", how="writes scopes as text", between=with_scopes_as_text, also=frozenset({"S-IDT-04"})),
    Mutant(
        breaks="S-AT-02",
        how="does not say why a token is refused",
        between=replies(header("www-authenticate"), "userinfo"),
    ),
    Mutant(
        breaks="S-AT-03",
        how="tells more of unknown tokens",
        between=replies(lambda reply: is_unknown_token(reply) and body(reason="unknown")(reply), "introspect"),
    ),
    Mutant(
        breaks="S-AT-04",
        how="refuses to revoke unknown tokens",
        between=replies(instead(is_unknown_token, 400, {"error": "invalid_request"}), "revoke"),
    ),
    Mutant(breaks="S-AT-05", how="forgets to revoke refresh tokens", between=forgetful_revocation),
    Mutant(
        breaks="S-AT-06",
        how="widens scopes",
        between=replies(instead(said("access_denied", grant_type="refresh_token"), 200, {}), "token"),
    ),
    Mutant(
        breaks="S-AT-07",
        how="takes old refresh tokens",
        between=replies(
            instead(said("The refresh token is invalid or expired.", grant_type="refresh_token"), 200, {}), "token"
        ),
    ),
    Mutant(breaks="S-AT-08", how="takes a refresh for a sign-in", between=replies(fresh_auth_time, "token")),
    Mutant(breaks="S-AT-09", how="signs out to anywhere", between=replies(open_logout, "logout")),
)
SHAPE = (
    Mutant(
        breaks="S-HTTP-01",
        how="does not tell when the limit ends",
        between=replies(header("x-rate-limit-reset"), "interact"),
    ),
    Mutant(breaks="S-HTTP-03", how="trusts every origin", between=replies(open_cors)),
    Mutant(
        breaks="S-HTTP-04",
        how="has one id for all requests",
        between=replies(header("x-okta-request-id", "always-the-same")),
    ),
    Mutant(breaks="S-HTTP-07", how="translates keys", between=replies(german_keys, "idx")),
    Mutant(breaks="S-IDX-01", how="writes times without milliseconds", between=replies(seconds_only, "idx")),
    Mutant(
        breaks="S-IDX-02", how="labels Ion as JSON", between=replies(header("content-type", "application/json"), "idx")
    ),
    Mutant(breaks="S-IDX-03", how="does not wrap app", between=replies(unwrapped, "idx")),
    Mutant(
        breaks="S-IDX-04",
        how="has forms without rel",
        between=replies(each_form(lambda form: form.pop("rel", None)), "idx"),
    ),
    Mutant(breaks="S-IDX-05", how="makes a form of a link", between=replies(redirect_as_form, "idx")),
    Mutant(breaks="S-IDX-06", how="shows the handle", between=replies(each_form(visible_handle), "idx")),
    Mutant(
        breaks="S-IDX-07",
        how="relates to nothing",
        between=replies(each_form(lambda form: form.update(relatesTo=["$.nothing"])), "idx"),
    ),
    Mutant(breaks="S-IDX-08", how="writes null", between=replies(null_member, "idx")),
    Mutant(breaks="S-IDX-09", how="has messages without class", between=replies(without_class, "idx")),
    Mutant(breaks="S-IDX-10", how="does not tell the app", between=replies(without_app, "idx")),
    Mutant(breaks="S-IDX-11", how="repeats the passcode", between=replies(echoing, "idx")),
)

SERVER_MUTANTS: tuple[Mutant, ...] = (*START, *SIGN_IN, *TOKENS, *SHAPE)
