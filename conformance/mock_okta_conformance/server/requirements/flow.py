"""S-FLOW: the state machine."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import Check, api_error, has_status
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

FOREIGN_HANDLE = "02.id.NoSuchTenantNoSuchTransactionNoSuchHandle00"


def introspect_repeats(org: Org) -> Finding:
    """Introspect twice serves the same remediations and the same handle."""
    flow, first = org.begin()
    second = org.introspect(flow.handle)
    return _same_page(first, second)


def state_token_leads_there(org: Org) -> Finding:
    """Introspect takes the stateHandle as `stateToken` too."""
    _, first = org.begin()
    second = org.post_idx("introspect", {"stateToken": first.served.get("stateHandle")})
    return _same_page(first, second)


def bad_handles_are_refused(org: Org) -> Finding:
    """4xx with a message or an API error, and no stack trace."""
    for body in (
        {"interactionHandle": "nobody-has-this-handle"},
        {"interactionHandle": FOREIGN_HANDLE[6:]},
        {"stateToken": FOREIGN_HANDLE},
        {"interactionHandle": ["a", "b"]},
        {},
    ):
        answer = org.post_idx("introspect", body)
        if answer.status not in (400, 401):
            return missed("400 or 401", f"{answer.status}", answer)
        if not ion.messages(answer.served) and "errorCode" not in answer.served:
            return missed("a message or an API error", f"members {sorted(answer.served)}", answer)
        if "Traceback" in str(answer.body):
            return missed("no stack trace", "a stack trace", answer)
    return MET


def step_that_is_not_offered_changes_nothing(org: Org) -> Finding:
    """Such a step is answered 4xx, and the page is as before."""
    flow, first = org.begin()
    handle = first.served.get("stateHandle")
    answer = org.post_idx("challenge/answer", {"credentials": {"passcode": "x"}, "stateHandle": handle})
    if not 400 <= answer.status < 500:
        return missed("4xx", f"{answer.status}", answer)
    return _same_page(first, org.introspect(flow.handle))


def missing_field_is_named(org: Org) -> Finding:
    """A form without a required field is answered 400, with the same step and a message."""
    flow, first = org.begin()
    answer = org.submit(first, "identify", {})
    if answer.status != 400 or not ion.messages(answer.served):
        return missed("400 with a message", f"{answer.status}, messages {ion.message_keys(answer.served)}", answer)
    return _same_page(first, org.introspect(flow.handle))


def extra_fields_are_ignored(org: Org) -> Finding:
    """A field that the form does not name is no reason to refuse the step."""
    _, first = org.begin()
    answer = org.submit(first, "identify", {"identifier": "nobody@acme.example", "favouriteColour": "green"})
    refused = any("favouriteColour" in str(message) for message in ion.messages(answer.served))
    return expect(answer.status < 500 and not refused, "the extra field is ignored", f"{answer.status}", answer)


def broken_body_is_refused(org: Org) -> Finding:
    """A body that is no JSON is answered 400 in the envelope of Okta's APIs."""
    for body in (b"{not json", b"[1, 2", b"\xff\xfe"):
        finding = _is_bad_request(org.post_idx("identify", body))
        if finding is not MET:
            return finding
    return MET


def get_is_refused(org: Org) -> Finding:
    """GET is answered 405."""
    return has_status(org.get(f"{org.origin}/idp/idx/identify"), 405)


def cancel_ends_it(org: Org) -> Finding:
    """A first page with another handle, or a terminal one; the old handle is of no use."""
    _, first = org.begin()
    handle = first.served.get("stateHandle")
    answer = org.submit(first, "cancel", {})
    if answer.status != 200 or answer.served.get("stateHandle") == handle:
        return missed("200 with a new handle, or none", f"{answer.status} with the old one", answer)
    again = org.post_idx("identify", {"identifier": "nobody@acme.example", "stateHandle": handle})
    return expect(400 <= again.status < 500, "the old handle is refused", f"{again.status}", again)


def success_is_not_repeated_into_a_second_code(org: Org) -> Finding:
    """The success page again, or nothing; a redeemed code works no second time."""
    flow, success = org.sign_in()
    org.redeem(flow, success)
    again = org.introspect(flow.handle)
    code = ion.interaction_code(again.served)
    if code is None:
        return expect(again.status < 500, "success again, or an expired session", f"{again.status}", again)
    answer = org.redeem(flow, again)
    return expect(answer.status == 400, "no second token reply", f"{answer.status}", answer)


def transactions_do_not_mix(org: Org) -> Finding:
    """Two of one user, step by step in turn, both succeed."""
    flow_a, page_a = org.begin()
    flow_b, page_b = org.begin()
    page_a, page_b = org.step(page_a), org.step(page_b)
    success_a, success_b = org.finish(page_a), org.finish(page_b)
    for flow, success in ((flow_b, success_b), (flow_a, success_a)):
        answer = org.redeem(flow, success)
        if answer.status != 200:
            return missed("tokens for both", f"{answer.status} {answer.served.get('error')}", answer)
    return MET


def _same_page(before: Answer, after: Answer) -> Finding:
    same = after.status == 200 and after.served.get("stateHandle") == before.served.get("stateHandle")
    wanted, found = ion.names(before.served), ion.names(after.served)
    return expect(
        same and wanted == found, f"{wanted} again, same stateHandle", f"{after.status} {found}", before, after
    )


def _is_bad_request(answer: Answer) -> Finding:
    code = str(answer.served.get("errorCode", "E0000003"))
    return api_error(answer, 400, code if code in ("E0000003", "E0000020", "E0000021") else "E0000003")


def _row(
    number: int, level: Level, text: str, source: str, check: Check, *needs: str, run: str = "S"
) -> ServerRequirement:
    return Requirement(
        id=f"S-FLOW-{number:02}",
        level=level,
        text=text,
        sources=(source,),
        check=check,
        needs=("client", *needs),
        run=run,
    )


ROWS: tuple[ServerRequirement, ...] = (
    _row(
        1, Level.OKTA, "Introspect repeats the current page.", "okta-idx-golang and okta-idx-dotnet", introspect_repeats
    ),
    _row(
        2,
        Level.OKTA,
        "Introspect takes the stateHandle as stateToken.",
        "okta-auth-js lib/idx/introspect.ts",
        state_token_leads_there,
    ),
    _row(
        3,
        Level.OKTA,
        "An unknown, malformed or missing handle is refused.",
        "okta-mobile-swift introspect-error-response.json",
        bad_handles_are_refused,
    ),
    _row(
        6,
        Level.OKTA,
        "A step that is not offered is refused and changes nothing.",
        "observed; okta-signin-widget error fixtures",
        step_that_is_not_offered_changes_nothing,
    ),
    _row(
        7,
        Level.OKTA,
        "A missing field is refused with a message, and the step stays.",
        "okta-signin-widget error-400-*.json",
        missing_field_is_named,
    ),
    _row(8, Level.OKTA, "A field that the form does not have is ignored.", "observed", extra_fields_are_ignored),
    _row(
        9,
        Level.MUST,
        "A body that is no JSON is refused.",
        "Okta docs: error codes, E0000003 and E0000021",
        broken_body_is_refused,
    ),
    _row(10, Level.MUST, "GET is refused where POST is wanted.", "RFC 9110 §15.5.6", get_is_refused),
    _row(11, Level.OKTA, "Cancel ends the transaction.", "okta-auth-js lib/idx/cancel.ts", cancel_ends_it),
    _row(
        14,
        Level.OKTA,
        "A finished transaction gives no second code that works.",
        "RFC 6749 §4.1.2",
        success_is_not_repeated_into_a_second_code,
        "user",
        run="U",
    ),
    _row(
        15,
        Level.MUST,
        "Two transactions of one user do not disturb each other.",
        "RFC 9700 §2.1.1",
        transactions_do_not_mix,
        "user",
        run="U",
    ),
)
