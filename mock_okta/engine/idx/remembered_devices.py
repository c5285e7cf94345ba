"""Keep me signed in: a device on which a second factor was proved once, and is spared from then on.

The wish is made on the sign-in page or after the proofs, and holds from the next sign-in on. It spares no password, and
the session ends when it would have ended. Source: developer.okta.com, "Configure Keep Me Signed In"; help.okta.com,
"Keep me signed in" (until the MFA lifetime of the global session policy ends, or cookies are cleared).
"""

from __future__ import annotations

from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import prompts
from mock_okta.engine.idx.authenticators.row import Values
from mock_okta.engine.idx.forms import Field
from mock_okta.engine.idx.settings import WHOLE, Setting
from mock_okta.engine.model import Proof, RememberedDevice, Step, Transaction

PROMPT = "keep_me_signed_in"
FREQUENCY_S = Setting(
    name="prompt_frequency_s",
    kind=WHOLE,
    least=0,
    most=366 * prompts.DAY_S,
    default=prompts.DAY_S,
    about="Seconds until it is asked again; 0 at every sign-in.",
)
FIRST_FACTOR = "okta_password"


def has_box(turn: Turn) -> bool:
    """Whether the sign-in page has the option to stay signed in."""
    return bool(turn.scenario.org.get("show_keep_me_signed_in", True))


def spares_second_factor(turn: Turn, transaction: Transaction) -> bool:
    """Whether the user need not prove a second factor on this device; an app can ask for everything all the same."""
    device = _of(turn, transaction)
    return device is not None and device.multifactor and "login" not in transaction.prompt and _lasts(turn, device)


def is_settled(turn: Turn, transaction: Transaction, step: Step, position: int) -> bool:
    """The user wishes to stay signed in on this device, or was asked not long ago."""
    if position in transaction.done or transaction.remember_me:
        return True
    device = _of(turn, transaction)
    if device is not None and _lasts(turn, device):
        return True
    return prompts.rests(turn, transaction, PROMPT, FREQUENCY_S.read(step.settings))


def note(turn: Turn, transaction: Transaction) -> None:
    """Remembers the device of a finished sign-in, if that is the user's wish and it can be known again.

    A recovery is none: what it rests on need not be what signs users in.
    """
    wished = transaction.remember_me and transaction.flow == "sign_in"
    if not wished or not transaction.browser.device or transaction.user_id is None:
        return
    at = _second_factor_at(transaction.proofs)
    if at is not None or _of(turn, transaction) is None:
        seen = RememberedDevice(
            user_id=transaction.user_id, at=turn.now if at is None else at, multifactor=at is not None
        )
        turn.put("remembered_devices", _slot(transaction), seen)


def forget_all(turn: Turn, user_id: str) -> None:
    """Forgets all devices of a user, who is asked again for a second factor, and whether to stay signed in."""
    for key in turn.state.remembered_devices.keys_by("user", user_id):
        turn.drop("remembered_devices", key)
    prompts.forget(turn, user_id, PROMPT)


def form(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """Asks for `keepMeSignedIn`, yes or no."""
    return (
        Field(
            name="keepMeSignedIn",
            type="boolean",
            label="Stay signed in",
            required=True,
            value=False,
            mutable=True,
        ),
    )


def keep(turn: Turn, transaction: Transaction, values: Values) -> Transaction:
    """Takes the user's answer, which holds from the next sign-in on."""
    prompts.answer(turn, transaction, PROMPT)
    return replace(transaction, remember_me=values["keepMeSignedIn"])


def _of(turn: Turn, transaction: Transaction) -> RememberedDevice | None:
    if not transaction.browser.device:
        return None
    return turn.state.remembered_devices.get(_slot(transaction))


def _lasts(turn: Turn, device: RememberedDevice) -> bool:
    lifetime_s: int | None = turn.scenario.org.get("mfa_lifetime_s")
    return lifetime_s is None or turn.now < device.at + lifetime_s


def _second_factor_at(proofs: tuple[Proof, ...]) -> float | None:
    """When a second factor was last proved; None where all was one factor."""
    if len({proof.authenticator for proof in proofs}) < 2:
        return None
    return max(proof.at for proof in proofs if proof.authenticator != FIRST_FACTOR)


def _slot(transaction: Transaction) -> str:
    return f"{transaction.user_id} {transaction.browser.device}"
