"""C-REM: filling in and sending the forms that the server offers."""

from __future__ import annotations

from typing import Any

from mock_okta_conformance.client.common_probes import IDENTIFY, WRONG_PASSWORD, at
from mock_okta_conformance.client.probe import SIGN_IN, Probe
from mock_okta_conformance.client.requirement import ClientRequirement
from mock_okta_conformance.client.requirements.forms import (
    content_type_is_accepted,
    defaults_are_sent,
    href_after_failure_is_used,
    href_is_used,
    immutable_fields_come_back,
    method_is_used,
    nested_forms_are_objects,
    only_offered_fields,
    only_when_offered,
    options_are_offered_ones,
    required_is_never_null,
    state_handle_is_unchanged,
    strings_are_exact,
    types_are_kept,
)
from mock_okta_conformance.client.scenarios import PADDED
from mock_okta_conformance.requirement import Level, Requirement

DEFAULTED = {"name": "keepMe", "label": "Keep me", "type": "boolean", "value": True}
CSRF = {"name": "csrfToken", "required": True, "value": "c5-rf~._-T0ken", "visible": False, "mutable": False}
FIRST_FIELD = "/remediation/value/0/value/0"


def _moved(endpoint: str, path: str, query: str, **more: Any) -> dict[str, Any]:
    patch = [{"op": "replace", "path": "/remediation/value/0/href", "value": f"$origin/idp/idx/{path}?{query}"}]
    return at(endpoint, patch=patch, **more)


MOVING = Probe(
    id="T.rem.moving",
    stimulus="every page has other addresses, with a query of their own",
    script=(
        _moved("idx/introspect", "identify", "page=1&x=%20y"),
        _moved("idx/identify", "challenge/answer", "page=2&x=%2Fz"),
    ),
)

ROWS: tuple[ClientRequirement, ...] = (
    Requirement(
        id="C-REM-01",
        level=Level.MUST,
        text="A client sends a form to its href as given, query and all.",
        sources=("Ion: Links", "Ion: href"),
        check=href_is_used,
        probes=(MOVING,),
    ),
    Requirement(
        id="C-REM-02",
        level=Level.MUST,
        text="A client sends a form with its method.",
        sources=("Ion: method",),
        check=method_is_used,
        probes=(
            Probe(
                id="T.rem.put",
                stimulus="the identify form wants PUT",
                script=(
                    at(
                        "idx/introspect",
                        patch=[{"op": "replace", "path": "/remediation/value/0/method", "value": "PUT"}],
                    ),
                ),
                moves=(IDENTIFY,),
            ),
        ),
    ),
    Requirement(
        id="C-REM-03",
        level=Level.SHOULD,
        text="A client sends a body in the media type that the form accepts.",
        sources=("Ion: accepts", "Ion: Form Submission"),
        check=content_type_is_accepted,
    ),
    Requirement(
        id="C-REM-04",
        level=Level.MUST,
        text="A client sends the stateHandle back unchanged.",
        sources=("Ion: mutable",),
        check=state_handle_is_unchanged,
    ),
    Requirement(
        id="C-REM-05",
        level=Level.MUST,
        text="A client sends every field that is not mutable back with its value.",
        sources=("Ion: mutable", "okta-auth-js lib/idx/idxState/v1/actionParser.ts"),
        check=immutable_fields_come_back,
        probes=(
            Probe(
                id="T.rem.immutable",
                stimulus="the identify form has an extra field that is not mutable",
                script=(at("idx/introspect", patch=[{"op": "add", "path": FIRST_FIELD, "value": CSRF}]),),
            ),
        ),
    ),
    Requirement(
        id="C-REM-06",
        level=Level.MUST,
        text="A client goes on from the latest page that it was served.",
        sources=("Ion: Links",),
        check=href_is_used,
        probes=(
            Probe(
                id="T.rem.latest",
                stimulus="the address of the answer changes when the page is fetched again",
                script=(_moved("idx/identify", "challenge/answer", "latest=yes"),),
            ),
        ),
    ),
    Requirement(
        id="C-REM-07",
        level=Level.SHOULD,
        text="A client goes on from the page of a refusal, too.",
        sources=("okta-idx-golang and okta-idx-java read it again",),
        check=href_after_failure_is_used,
        probes=(
            Probe(
                id="T.rem.after-failure",
                stimulus="the page of a refusal has another address",
                script=(_moved("idx/challenge/answer", "challenge/answer", "after=failure", attempt=1),),
                moves=(WRONG_PASSWORD, *SIGN_IN),
                based_on="1.1.3",
            ),
        ),
    ),
    Requirement(
        id="C-REM-08",
        level=Level.PROFILE,
        text="A client sends no field that the form does not offer.",
        sources=("okta-auth-js lib/idx/util.ts filterValuesForRemediation",),
        check=only_offered_fields,
        probes=(
            Probe(
                id="T.rem.extra-value",
                stimulus="the app passes a value that no form asks for",
                moves=(("identify", {**SIGN_IN[0][1], "extra": {"favouriteColour": "green"}}),),
            ),
        ),
    ),
    Requirement(
        id="C-REM-09",
        level=Level.MUST,
        text="A client sends no null for a required field.",
        sources=("Ion: required",),
        check=required_is_never_null,
        probes=(
            Probe(
                id="T.rem.missing-value",
                stimulus="the app passes no password",
                moves=(IDENTIFY, ("answer password", {})),
            ),
        ),
    ),
    Requirement(
        id="C-REM-10",
        level=Level.PROFILE,
        text="A client sends the values that a form proposes and the user left alone.",
        sources=("okta-auth-js lib/idx/idxState/v1/actionParser.ts",),
        check=defaults_are_sent,
        probes=(
            Probe(
                id="T.rem.default",
                stimulus="the identify form proposes keepMe: true",
                script=(at("idx/introspect", patch=[{"op": "add", "path": FIRST_FIELD, "value": DEFAULTED}]),),
            ),
        ),
    ),
    Requirement(
        id="C-REM-11",
        level=Level.MUST,
        text="A client sends a nested form as a nested object.",
        sources=("Ion: form", "okta-mobile-swift IDXExtractFormValueTests"),
        check=nested_forms_are_objects,
    ),
    Requirement(
        id="C-REM-12",
        level=Level.MUST,
        text="A client chooses among the options that are offered, with their values.",
        sources=("Ion: options",),
        check=options_are_offered_ones,
    ),
    Requirement(
        id="C-REM-13",
        level=Level.MUST,
        text="A client keeps the JSON type of a value.",
        sources=("Ion: type",),
        check=types_are_kept,
        probes=(
            Probe(
                id="T.rem.boolean",
                stimulus="the user ticks rememberMe",
                moves=(("identify", {**SIGN_IN[0][1], "rememberMe": True}),),
            ),
        ),
    ),
    Requirement(
        id="C-REM-14",
        level=Level.PROFILE,
        text="A client sends text as it was typed, spaces around it included.",
        sources=("counter-example: okta-idx-golang strings.TrimSpace",),
        check=strings_are_exact,
        probes=(Probe(id="T.rem.spaces", stimulus="the password begins and ends with a space", scenario=PADDED),),
    ),
    Requirement(
        id="C-REM-16",
        level=Level.PROFILE,
        text="A client takes no step that is not offered.",
        sources=("okta-idx-java isSkipAuthenticatorPresent", "okta-auth-js lib/idx/idxState/v1/makeIdxState.ts"),
        check=only_when_offered,
        probes=(
            Probe(
                id="T.rem.not-offered",
                stimulus="the app asks to skip, and for a step that no server has",
                moves=(("skip", {}), ("future-step", {}), *SIGN_IN),
            ),
        ),
    ),
)
