"""S-AUTHN: password and email."""

from __future__ import annotations

from mock_okta_conformance import ion
from mock_okta_conformance.requirement import Level, Requirement
from mock_okta_conformance.server.judging import first_missed
from mock_okta_conformance.server.jwt import claims_of
from mock_okta_conformance.server.org import Answer, Org
from mock_okta_conformance.server.requirement import ServerRequirement
from mock_okta_conformance.server.steps import NotHere, Stuck
from mock_okta_conformance.verdicts import MET, Finding, expect, missed

WRONG = ("errors.E0000004", "incorrectPassword")
REFUSALS = (400, 401, 403)


def wrong_password_is_refused(org: Org) -> Finding:
    """A wrong password is answered 4xx with a message and the form again."""
    page = _password_page(org)
    name, values = _password_values(page, org, "Not-the-password-1")
    answer = org.submit(page, name, values)
    keys = ion.message_keys(answer.served)
    if answer.status not in REFUSALS or not set(keys) & set(WRONG):
        return missed(f"4xx with {' or '.join(WRONG)}", f"{answer.status} {keys}", answer)
    offered = ion.names(answer.served)
    again = {"identify", "challenge-authenticator"} & set(offered)
    return first_missed(
        expect(again, "identify or challenge-authenticator again", f"{offered}", answer),
        expect(org.finish(answer), "the right password still works", "it does not", answer),
    )


def unknown_user_is_met(org: Org) -> Finding:
    """Either 200 with idx.unknown.user as INFO, or the very page that a known user gets."""
    _, first = org.begin()
    answer = org.submit(first, "identify", _identifier(first, "nobody-7f3a9c@acme.example"))
    keys = ion.message_keys(answer.served)
    if "idx.unknown.user" in keys:
        severity = ion.messages(answer.served)[0].get("class")
        good = answer.status == 200 and severity in ("INFO", "WARNING")
        return expect(good, "200 with class INFO", f"{answer.status} with class {severity}", answer)
    if not org.profile.users:
        return MET
    _, other = org.begin()
    known = org.submit(other, "identify", _identifier(other, org.person().login))
    same = (answer.status, ion.names(answer.served)) == (known.status, ion.names(known.served))
    refused = answer.status in REFUSALS and bool(set(keys) & {*WRONG, "security.access_denied"})
    return expect(same or refused, "nothing tells it from a known user", f"{answer.status} {keys}", known, answer)


def email_code_works_once(org: Org) -> Finding:
    """A wrong code is refused on its field; after a resend the newest code works."""
    page = _email_page(org)
    wrong = org.submit(page, "challenge-authenticator", {"credentials": {"passcode": "000000"}})
    form = ion.remediation(wrong.served, "challenge-authenticator")
    row = ion.field(form, "credentials", "passcode") or {}
    keys = [(message.get("i18n") or {}).get("key") for message in ion.members(row.get("messages"))]
    if wrong.status not in REFUSALS or "api.authn.error.PASSCODE_INVALID" not in keys:
        return missed("4xx, api.authn.error.PASSCODE_INVALID on the field", f"{wrong.status} {keys}", wrong)
    resend = next((name for name in ion.actions(page.served) if name.endswith("-resend")), None)
    if resend is None:
        return missed("the action resend", f"{sorted(ion.actions(page.served))}", page)
    before = org.code_for(org.person())
    again = org.submit(page, resend, {})
    code = org.code_for(org.person(), before=before)
    done = org.submit(again, "challenge-authenticator", {"credentials": {"passcode": code}})
    return expect(done.status == 200, "the newest code works", f"{done.status} {ion.message_keys(done.served)}", done)


def two_factors_are_needed(org: Org) -> Finding:
    """There is no interaction code before both factors; `amr` names both and mfa."""
    page = _email_page(org)
    if ion.interaction_code(page.served):
        return missed("no interaction code after the password alone", "there is one", page)
    _, answer = org.signed_in
    amr = set(claims_of(answer).get("amr") or ())
    return expect(amr >= {"pwd", "email", "mfa"}, "amr pwd, email, mfa", f"amr {sorted(amr)}", answer)


def _password_page(org: Org) -> Answer:
    """The page that takes the password. Raises Stuck if the org does not come to it."""
    _, page = org.begin()
    for _ in range(3):
        form = ion.remediation(page.served, "identify")
        if form is not None and ion.field(form, "credentials") is not None:
            return page
        if ion.current(page.served).get("key") == "okta_password" and "challenge-authenticator" in ion.names(
            page.served
        ):
            return page
        page = org.step(page)
    raise Stuck(f"no page takes a password ({page.title})")


def _password_values(page: Answer, org: Org, password: str) -> tuple[str, dict[str, object]]:
    if "identify" in ion.names(page.served):
        return "identify", {"identifier": org.person().login, "credentials": {"passcode": password}}
    return "challenge-authenticator", {"credentials": {"passcode": password}}


def _identifier(page: Answer, login: str) -> dict[str, object]:
    form = ion.remediation(page.served, "identify")
    credentials = {"credentials": {"passcode": "Any-password-1"}} if ion.field(form, "credentials") is not None else {}
    return {"identifier": login, **credentials}


def _email_page(org: Org) -> Answer:
    """The page that takes a mailed code. Raises NotHere if the org asks for none."""
    _, page = org.begin()
    for _ in range(6):
        if ion.current(page.served).get("key") == "okta_email" and "challenge-authenticator" in ion.names(page.served):
            return page
        if ion.interaction_code(page.served):
            raise NotHere("this org asks for no mailed code")
        page = org.step(page)
    raise Stuck(f"no page takes a mailed code ({page.title})")


ROWS: tuple[ServerRequirement, ...] = (
    Requirement(
        id="S-AUTHN-01",
        level=Level.OKTA,
        text="A wrong password is refused, and the form is offered again.",
        sources=("use case 1.1.3",),
        check=wrong_password_is_refused,
        needs=("client", "user"),
        run="U",
    ),
    Requirement(
        id="S-AUTHN-02",
        level=Level.OKTA,
        text="An unknown user is named as such on a 200, or not told from a known one.",
        sources=("use case 1.1.2",),
        check=unknown_user_is_met,
        needs=("client",),
    ),
    Requirement(
        id="S-AUTHN-04",
        level=Level.OKTA,
        text="A wrong mailed code is refused on its field, and the newest code works.",
        sources=("use cases 6.1.2 and 6.1.3", "Okta docs: email authenticator"),
        check=email_code_works_once,
        needs=("client", "user", "outbox"),
        run="U",
    ),
    Requirement(
        id="S-AUTHN-15",
        level=Level.OKTA,
        text="A policy of two factors needs two, and the ID token says so.",
        sources=("Okta docs: policies", "use case 6.1.2"),
        check=two_factors_are_needed,
        needs=("client", "user", "outbox"),
        run="U",
    ),
)
