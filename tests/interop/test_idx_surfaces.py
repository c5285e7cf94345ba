"""What the SDKs for Go and Java have no call for: read off their public names, and said by their drivers."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from mock_okta_conformance.adapters.building import build_java, find_go
from mock_okta_conformance.adapters.bundled import DRIVERS
from tests.interop.conftest import needed
from tests.interop.orgs import REGISTER, password_then
from tests.interop.running import NewTenant
from tests.interop.sdk_apps import App
from tests.interop.toolchain import built

pytestmark = pytest.mark.interop

PACKAGE = "github.com/okta/okta-idx-golang"
WRAPPER = "com.okta.idx.sdk.api.client.IDXAuthenticationWrapper"
LONGEST_S = 60


@dataclass(frozen=True)
class Wish:
    """Something that a user wants, and the names by which an SDK would have it (regular expressions)."""

    what: str
    golang: str
    java: str
    op: str = "act"
    registering: bool = False


WISHES = (
    Wish("select email", r"LoginResponse\.VerifyEmail", "selectAuthenticator"),
    Wish("select phone", r"LoginResponse\.VerifyPhone", "selectFactor"),
    Wish("enroll phone", r"LoginResponse\.VerifyPhoneInitial", "submitPhoneAuthenticator"),
    Wish("enroll google_otp", r"LoginResponse\.GoogleAuthInitialVerify", "enrollAuthenticator"),
    Wish("answer google_otp", r"LoginResponse\.GoogleAuthConfirm", "verifyAuthenticator"),
    Wish("enroll security_question", r"LoginResponse\.SecurityQuestionSetup", ".*Question"),
    Wish("answer security_question", r"LoginResponse\.AnswerSecurityQuestion", ".*Question"),
    Wish("enroll webauthn", r"LoginResponse\.WebAuthNSetup", "verifyWebAuthn"),
    Wish("answer webauthn", r"LoginResponse\.WebAuthNVerify", "verifyWebAuthn"),
    Wish("select okta_verify", r"LoginResponse\.OktaVerify", ".*OktaVerify|.*[pP]oll"),
    Wish("answer okta_verify", r"LoginResponse\.OktaVerifyConfirm", ".*OktaVerify|.*[tT]otp"),
    Wish("reset password", r"LoginResponse\.SetNewPassword", "verifyAuthenticator"),
    Wish("skip", r"LoginResponse\.Skip", "skipAuthenticatorEnrollment"),
    Wish("resend", r"LoginResponse\..*Resend", "resend"),
    Wish("poll", r"LoginResponse\..*Poll", ".*[pP]oll"),
    Wish("consent", r"LoginResponse\..*Consent", ".*[cC]onsent"),
    Wish("unlock", r".*Unlock", ".*[uU]nlock"),
    Wish("cancel", r"LoginResponse\.Cancel", "cancel"),
    Wish("resume", r"LoginResponse\.WhereAmI", "introspect"),
    Wish("enroll google_otp", r"EnrollmentResponse\.GoogleAuthInit", "enrollAuthenticator", registering=True),
    Wish("enroll security_question", r"EnrollmentResponse\.SetupSecurityQuestion", ".*Question", registering=True),
    Wish("enroll webauthn", r"EnrollmentResponse\.WebAuthNSetup", "verifyWebAuthn", registering=True),
    Wish("enroll okta_verify", r"EnrollmentResponse\.OktaVerify(Init)?", ".*OktaVerify|.*[pP]oll", registering=True),
    Wish("callback", r"LoginResponse\.Context", "fetchTokenWithInteractionCode", op="callback"),
    Wish("revoke", r"Client\.RevokeToken", "revokeToken", op="token"),
    Wish("refresh", r".*Refresh", ".*[rR]efresh", op="token"),
    Wish("userinfo", r".*UserInfo", ".*[uU]serInfo", op="token"),
)

OF_ALL = {"consent", "unlock", "refresh", "userinfo", "answer security_question"}
OF_GO = OF_ALL | {"resend", "poll"}

LACKS: Mapping[str, set[str]] = {
    "golang": OF_GO,
    "golang_released": OF_GO
    | {
        "enroll google_otp", "answer google_otp", "enroll security_question", "enroll webauthn", "answer webauthn",
        "answer okta_verify", "reset password", "skip", "callback",
        "enroll google_otp while registering", "enroll webauthn while registering",
    },
    "java": OF_ALL
    | {
        "enroll security_question", "select okta_verify", "answer okta_verify", "poll",
        "enroll security_question while registering", "enroll okta_verify while registering",
    },
}  # fmt: skip
"""What has no call in each of them; the rest of WISHES has one."""


def names_in_go(modfile: str) -> set[str]:
    """The exported methods of the package, e.g. "LoginResponse.Skip"."""
    folder = DRIVERS / "okta-idx-golang"
    flags = {"GOFLAGS": f"-modfile={folder / modfile}"}
    listed = printed([needed(lambda: built(find_go)), "doc", "-all", PACKAGE], flags)
    return {".".join(found) for found in re.findall(r"^func \(\w+ \*?(\w+)\) (\w+)\(", listed, re.MULTILINE)}


def names_in_java() -> set[str]:
    """The public methods of the SDK's entry point."""
    class_path = needed(lambda: built(lambda: build_java(DRIVERS / "okta-idx-java")))
    folder = class_path.rpartition(os.pathsep)[2].removesuffix("*")
    listed = printed(["javap", "-public", "-cp", f"{folder}okta-idx-java-api-2.0.0.jar", WRAPPER], {})
    return set(re.findall(r"(\w+)\(", listed))


def printed(command: list[str], env: Mapping[str, str]) -> str:
    ended = subprocess.run(
        command, cwd=DRIVERS / "okta-idx-golang", env=os.environ | env,
        capture_output=True, text=True, timeout=LONGEST_S, check=True,
    )  # fmt: skip
    return ended.stdout


NAMES: Mapping[str, Callable[[], set[str]]] = {
    "golang": lambda: names_in_go("go.mod"),
    "golang_released": lambda: names_in_go("v0.2.2.mod"),
    "java": names_in_java,
}


def called(wish: Wish) -> str:
    return wish.what + (" while registering" if wish.registering else "")


@pytest.mark.parametrize("sdk", NAMES)
def test_what_has_no_call_is_listed(sdk: str) -> None:
    names = NAMES[sdk]()
    assert names

    def wanted(wish: Wish) -> str:
        return wish.java if sdk == "java" else wish.golang

    missing = {called(wish) for wish in WISHES if not any(re.fullmatch(wanted(wish), name) for name in names)}
    assert missing == LACKS[sdk]


@pytest.mark.parametrize("sdk", NAMES)
def test_the_driver_offers_what_has_a_call_and_nothing_else(
    sdk: str, request: pytest.FixtureRequest, new_secured_tenant: NewTenant
) -> None:
    app: App = request.getfixturevalue(sdk)
    tenant = new_secured_tenant(yaml=password_then(register=REGISTER))
    lacking = set()
    for registering in (False, True):
        app.start(tenant, "register" if registering else "authenticate")
        if registering:
            app.act("register", firstName="Ada", lastName="Acme", email="ada@example.com")
        wishes = [wish for wish in WISHES if wish.registering == registering]
        lacking |= {called(wish) for wish in wishes if app.lacks(wish.what, op=wish.op)}

    assert lacking == LACKS[sdk]
