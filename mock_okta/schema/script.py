"""Where the org departs from what Okta would do."""

from __future__ import annotations

from mock_okta.schema.blocks import (
    AUTHENTICATOR,
    REMEDIATION,
    Schema,
    either,
    flag,
    formed,
    fraction,
    free,
    many,
    record,
    status,
    text,
    whole,
    word,
)
from mock_okta.schema.words import ERROR_NAMES, IDX_ENDPOINTS, MESSAGE_KEYS, OAUTH_ENDPOINTS, PATCH_OPERATIONS

CENTURY_S = 100 * 365 * 86_400


def intervention() -> Schema:
    """An entry of `script:`."""
    effects = {
        "reply": _reply(),
        "raw": _raw(),
        "patch": _patch(),
        "headers": _headers("Headers to set on the reply."),
        "delay_ms": whole("Wait this long before the reply.", 1, 600_000),
        "cut": word(
            "way to cut", ["drop", "truncate"], "Close the connection before the reply, or half-way through it."
        ),
        "expire": word("thing to expire", ["transaction", "code"], "End it before the request is answered."),
        "id_token": _id_token(),
    }
    return record(
        "A departure from what Okta would do; the first that matches a request acts.",
        {"at": _conditions(), "once": flag("Spent after its first use.", False), **effects},
        required=["at"],
        anyOf=[{"required": [name]} for name in effects],
    )


def _conditions() -> Schema:
    return record(
        "What a request must be about; `{}` is every request.",
        {
            "endpoint": word("endpoint", (*OAUTH_ENDPOINTS, *IDX_ENDPOINTS), "Where the request goes."),
            "remediation": {**REMEDIATION, "description": "What the request submits."},
            "authenticator": {**AUTHENTICATOR, "description": "What the request picks or answers."},
            "user": text("Login of the user, once it is known."),
            "attempt": whole("Only the n-th such request of a sign-in; counts from 1.", 1, 1_000_000),
            "probability": fraction("How often it acts; chance follows from the tenant's seed."),
        },
        title="condition",
    )


def _reply() -> Schema:
    field = "The field that the message is about, e.g. credentials.passcode; the top of the page if left out."
    return record(
        "An error or a message that Okta has, instead of the normal reply.",
        {
            "error": word("error", ERROR_NAMES, "Name of an OAuth error, or code of an API error."),
            "message": word("message", MESSAGE_KEYS, "The i18n key of a message, on the page as it stands."),
            "params": many(text("A value."), "What stands in for {0}, {1} in the text."),
            "field": text(field),
            "status": status("HTTP status, instead of the usual one."),
            "retry_after_s": whole("Seconds until the rate limit ends, as the headers say.", 0, 86_400),
        },
        oneOf=[{"required": ["error"]}, {"required": ["message"]}],
    )


def _headers(about: str) -> Schema:
    name = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
    value = "^[\\t -~\\u00a0-\\u00ff]*$"
    return free(
        about,
        propertyNames=formed("Name.", name, "the name of a header", "Retry-After"),
        additionalProperties=either(
            "Value; null sends no such header.",
            formed("Value.", value, "one line of Latin-1", "no-store", minLength=0),
            {"type": "null", "description": "No such header."},
        ),
    )


def _raw() -> Schema:
    return record(
        "The whole reply, word for word.",
        {
            "status": status("HTTP status; 200 if left out."),
            "headers": _headers("All headers of the reply; a Content-Type that fits the body, if left out."),
            "body": {"description": "A text goes out as it is, anything else as JSON."},
        },
    )


def _patch() -> Schema:
    target = formed("JSON Pointer.", "^(/.*)?$", "a JSON Pointer", "/remediation/value/0", minLength=0)
    source = formed("JSON Pointer, for `copy` and `move`.", "^/", "a JSON Pointer", "/app")
    operation = record(
        "One operation.",
        {
            "op": word("operation", PATCH_OPERATIONS, "What to do."),
            "path": target,
            "from": source,
            "value": {"description": "For `add`, `replace` and `test`."},
        },
        required=["op", "path"],
    )
    return either(
        "Changes to the body of the normal reply.",
        free("A JSON merge patch (RFC 7396): null removes a member."),
        many(operation, "A JSON patch (RFC 6902).", minItems=1),
    )


def _id_token() -> Schema:
    whose = "Whose signature it has: that of the key it names, of another key, or none that fits."
    return record(
        "What is wrong with the ID token.",
        {
            "claims": free("Claims to set."),
            "shift": free("Seconds to move times by.", additionalProperties=whole("Seconds.", -CENTURY_S, CENTURY_S)),
            "drop": many(text("Name of a claim."), "Claims to leave out."),
            "header": free("Members of the JOSE header to set."),
            "alg": word("algorithm", ["none", "HS256", "RS256"], "What it is signed with."),
            "signature": word("signature", ["valid", "other_key", "broken"], whose, default="valid"),
            "omit": flag("Send no ID token at all.", False),
        },
        minProperties=1,
    )
