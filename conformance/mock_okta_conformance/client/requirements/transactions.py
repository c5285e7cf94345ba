"""C-TX: transactions, one after another and side by side."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.adapters.protocol import ViewState
from mock_okta_conformance.client.common_probes import BASELINE, IDENTIFY, PASSWORD, at
from mock_okta_conformance.client.evidence import Evidence
from mock_okta_conformance.client.judging import described, last, signs_in, stopped
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.requirements.pkce import challenge_of, redemptions
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.verdicts import MET, Finding, expect, missed, unseen


def cancel_is_sent_and_final(evidence: Evidence) -> Finding:
    """One POST to the address of `cancel`, then a new interact; the old handle is not used again."""
    moments = evidence.doing("cancel")
    if not moments or not evidence.to("idx/identify"):
        return stopped(evidence)
    page = evidence.to("idx/identify")[0]
    offered = ion.actions(page.served).get("cancel", {}).get("href")
    sent = [exchange for exchange in moments[0].exchanges if exchange.endpoint == "idx/cancel"]
    if [exchange.url for exchange in sent] != [offered]:
        return missed(f"one POST to {offered}", f"{[exchange.url for exchange in sent] or 'none'}", *sent)
    later = evidence.after(sent[0])
    if not any(exchange.endpoint == "interact" for exchange in later):
        return missed("a new interact at the next start", "none", sent[0])
    handle = page.served.get("stateHandle")
    again = next((exchange for exchange in later if exchange.sent.get("stateHandle") == handle), None)
    if again is not None:
        return missed("the old stateHandle is not used again", "it is sent", again)
    return signs_in(evidence)


def success_forgets(evidence: Evidence) -> Finding:
    """Nothing of the transaction is kept."""
    view = next((view for view in evidence.views if view.state is ViewState.SUCCESS), None)
    if view is None:
        return stopped(evidence)
    if view.stored is None:
        return unseen("the driver does not tell what the client stores")
    return expect(not view.stored, "nothing stored", f"stored: {', '.join(view.stored)}")


def sessions_do_not_mix(evidence: Evidence) -> Finding:
    """Each session uses its own handle and its own verifier, and both succeed."""
    for session in {moment.session for moment in evidence.moments}:
        moments = [moment for moment in evidence.moments if moment.session == session]
        exchanges = [exchange for moment in moments for exchange in moment.exchanges]
        handles = {e.served.get("stateHandle") for e in exchanges if e.endpoint == "idx/introspect"}
        for exchange in exchanges:
            if "stateHandle" in exchange.sent and exchange.sent["stateHandle"] not in handles:
                return missed("the stateHandle of its own transaction", "another session's", exchange)
        challenges = {value for e in exchanges if e.endpoint == "interact" for value in e.values("code_challenge")}
        for exchange in redemptions(evidence):
            mine = exchange in exchanges
            if mine and challenge_of("".join(exchange.values("code_verifier"))) not in challenges:
                return missed("the verifier of its own transaction", "another session's", exchange)
        if moments[-1].view is None or moments[-1].view.state is not ViewState.SUCCESS:
            return missed('view "success" in both sessions', described(moments[-1].view), last(exchanges))
    return MET


ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-TX-01",
        level=Level.PROFILE,
        text="A client cancels at the address it was given, and starts anew after that.",
        sources=("okta-auth-js lib/idx/cancel.ts", "counter-example: okta-idx-java hard-codes /idp/idx/cancel"),
        check=cancel_is_sent_and_final,
        probes=(
            Probe(
                id="T.tx.cancel",
                stimulus="cancel has an address with a query of its own",
                script=(
                    at("idx/identify", patch={"cancel": {"href": "$origin/idp/idx/cancel?which=this"}}, attempt=1),
                ),
                moves=(IDENTIFY, ("cancel", {}), ("start", {}), *SIGN_IN),
            ),
        ),
    ),
    Requirement(
        id="C-TX-02",
        level=Level.PROFILE,
        text="A client that has signed in keeps neither handle nor verifier.",
        sources=("okta-auth-js lib/idx/run.ts",),
        check=success_forgets,
        probes=(BASELINE,),
    ),
    Requirement(
        id="C-TX-03",
        level=Level.MUST,
        text="A client keeps parallel transactions apart.",
        sources=("RFC 9700 §2.1.1", "counter-example: okta-idx-golang package-level state"),
        check=sessions_do_not_mix,
        probes=(
            Probe(
                id="T.tx.parallel",
                stimulus="two transactions take turns",
                moves=(
                    ("start", {"session": "-b"}),
                    IDENTIFY,
                    ("identify", {**IDENTIFY[1], "session": "-b"}),
                    PASSWORD,
                    ("answer password", {**PASSWORD[1], "session": "-b"}),
                ),
            ),
        ),
        needs=("sessions>1",),
    ),
)
