"""How the end of a sign-in stands on the wire: as the interaction code, or as where the browser is sent for it.

An org whose sign-in page is Okta's own sends the browser on, and newer ones say so in a remediation (idx-protocol
notes 2.2 `success` and `failure`, 3.5). Where it is sent, `/login/token/redirect` sends it back to the app.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.base.wire import setting
from mock_okta.engine.idx import messages, terminal_pages
from mock_okta.engine.model import AppType, Remark, Transaction

CODE, REDIRECT, REMEDIATION = "interaction_code", "redirect", "remediation"
"""Values of the switch `ending`."""


def ended(turn: Turn, transaction: Transaction, *remarks: Remark) -> Transaction:
    """The transaction at its end, with these messages; where the browser is only sent on, nobody reads them."""
    failed = terminal_pages.end(transaction, *remarks)
    if is_remediation(turn, failed) and _is_failure(failed):
        return replace(failed, stage="failure", notices=())
    return failed


def shown(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`successWithInteractionCode`, `success` or `failure`, where the transaction has come to that."""
    ending = setting(turn.scenario, "ending")
    if transaction.code is not None and ending == CODE:
        return {"successWithInteractionCode": _code_form(turn, transaction)}
    if ending == REDIRECT and transaction.code is not None:
        return {"success": {"name": "success-redirect", "href": _address(turn, transaction)}}
    if ending == REDIRECT and _is_failure(transaction):
        return {"failure": {"name": "failure-redirect", "href": _address(turn, transaction)}}
    return {}


def is_remediation(turn: Turn, transaction: Transaction) -> bool:
    """Whether a sign-in ends with a remediation that redirects."""
    return bool(setting(turn.scenario, "ending") == REMEDIATION)


def success_redirect(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """The remediation that sends the browser on with a code."""
    yield {"name": "success-redirect", "href": _address(turn, transaction), "method": "GET"}


def failure_redirect(turn: Turn, transaction: Transaction) -> Iterator[Mapping[str, Any]]:
    """The remediation that sends the browser on without one."""
    yield {"name": "failure-redirect", "href": _address(turn, transaction), "method": "GET"}


def _is_failure(transaction: Transaction) -> bool:
    said = [messages.message_of(remark).kind for remark in transaction.notices]
    return transaction.stage == "terminal" and "ERROR" in said


def _address(turn: Turn, transaction: Transaction) -> str:
    return f"{turn.request.origin}/login/token/redirect?{urlencode({'stateToken': transaction.handle})}"


def _code_form(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The form that redeems the code. A confidential client is asked for its secret (idx-protocol notes 2.5)."""
    asked = transaction.asked
    values: list[dict[str, Any]] = [
        {"name": "grant_type", "required": True, "value": "interaction_code"},
        {"name": "interaction_code", "required": True, "value": transaction.code},
        {"name": "client_id", "required": True, "value": asked.client_id},
    ]
    if turn.app(asked.client_id).type is AppType.WEB:
        values.append({"name": "client_secret", "required": True})
    values.append({"name": "code_verifier", "required": True})
    return {
        "rel": ["create-form"],
        "name": "issue",
        "href": turn.endpoint_of(asked.server, "token"),
        "method": "POST",
        "value": values,
        "accepts": "application/x-www-form-urlencoded",
    }


# ---------------------------------------------------------------------------------------------------------------------
# What was asked for
# ---------------------------------------------------------------------------------------------------------------------


def authentication(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """`authentication`: by what protocol, for which issuer and with what request the sign-in was asked for.

    Recorded in full on pages of hosted sign-ins, with the issuer's address alone on consent pages, and with nothing
    more than that it was an address on pages before the dashboard.
    """
    asked, back = transaction.asked, transaction.redirection
    issuer = {"uri": turn.issuer_of(asked.server)}
    told = setting(turn.scenario, "authentication")
    if told == "address":
        return {"protocol": "URL", "request": {}}
    if told == "consent":
        return {"protocol": "OAUTH2.0", "issuer": issuer}
    request = {
        "max_age": -1 if asked.max_age is None else asked.max_age,
        "scope": " ".join(asked.scope),
        "display": asked.display or ("page" if setting(turn.scenario, "display") == "page" else None),
        "response_type": back and "code",
        "redirect_uri": back and back.redirect_uri,
        "state": back and back.state,
        "code_challenge_method": back and "S256",
        "nonce": asked.nonce,
        "code_challenge": back and back.code_challenge,
        "response_mode": back and back.response_mode,
    }
    said = {name: value for name, value in request.items() if value is not None}
    identity = {"id": asked.server} if asked.server and setting(turn.scenario, "issuer") == "identified" else {}
    return {"protocol": "OAUTH2.0", "issuer": {**identity, "name": turn.scenario.name, **issuer}, "request": said}
