"""What an authenticator is: facts about it, and up to three ceremonies.

A *ceremony* is how one proves an authenticator (`verify`), acquires it (`enroll`) or renews what proves it (`reset`).
All go the same way: the user picks it, something begins (a code is sent, a secret is drawn), a form asks for an answer,
the answer is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx import enumeration
from mock_okta.engine.idx.forms import Field, Option
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import ALLOWED_FOR, METHODS, Setting
from mock_okta.engine.model import NOTHING, Challenge, Enrollment, JsonObject, Mail, Transaction, User

Values = Mapping[str, Any]

CURRENT = "currentAuthenticator"
CURRENT_ENROLLMENT = "currentAuthenticatorEnrollment"


Purpose = Literal["verify", "enroll", "reset"]
Limit = Literal["authenticator", "user", "none"]
Use = Literal["sign_on", "initiate", "additional"]
"""What something is proved for: to sign in, to begin a recovery or unlock, or as the second proof of one."""

SIGNS_ON = ("any", "sso")
INITIATES = ("any", "recovery")
"""What an authenticator has to be used for (`ALLOWED_FOR`), to sign users in and to begin a recovery."""


class Attempt(Struct, frozen=True, kw_only=True):
    """An answer to a challenge, which is to be judged.

    user: None for an identifier that no user has
    enrollment: what the answer is to prove; where one is acquired, what it will be; None where the user has none
    answer: the values of `credentials`, as the form of the ceremony asks for them
    """

    user: User | None
    enrollment: Enrollment | None
    challenge: Challenge
    answer: Values

    @property
    def owner(self) -> User:
        """The user. Only for what follows a right answer: nobody's is ever right."""
        assert self.user is not None, "nobody's answer is never right"
        return self.user

    @property
    def held(self) -> Enrollment:
        """The enrolment. Only for what follows a right answer: what nobody has proves nothing."""
        assert self.enrollment is not None, "what nobody has proves nothing"
        return self.enrollment


def nothing_begins(turn: Turn, user: User | None, challenge: Challenge, values: Values) -> Challenge:
    """Begins a ceremony that needs nothing sent and nothing drawn."""
    return challenge


def no_fields(turn: Turn, transaction: Transaction) -> tuple[Field, ...]:
    """The form of what is answered elsewhere, e.g. on a phone: it has no fields."""
    return ()


def no_context(turn: Turn, transaction: Transaction) -> dict[str, Any]:
    """The members of an authenticator in play that has no `contextualData`: none."""
    return {}


def enrollment_in_play(turn: Turn, transaction: Transaction) -> Enrollment | None:
    """The enrolment that the open challenge is about; None for a new one, and for a user who is unknown or hidden."""
    user = enumeration.user_shown(turn, transaction)
    wanted = transaction.challenge.enrollment_id if transaction.challenge else ""
    return next((each for each in user.enrolled if each.id == wanted), None) if user else None


def nothing_kept(turn: Turn, attempt: Attempt) -> JsonObject:
    """The secret of an enrolment that needs none: nothing."""
    return NOTHING


def allowed_methods(turn: Turn, row: Authenticator) -> tuple[str, ...]:
    """The methods that the org allows."""
    return tuple(METHODS.find_of(turn, row.key) or row.methods)


def serves(turn: Turn, row: Authenticator, use: Use) -> bool:
    """Whether the org uses this authenticator for that, as its setting "Used for" says."""
    allowed = ALLOWED_FOR.find_of(turn, row.key)
    return allowed is None or allowed in {"sign_on": SIGNS_ON, "initiate": INITIATES, "additional": row.additional}[use]


def usable_methods(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[str, ...]:
    """The methods with which this enrolment, or a new one, can be used: those of its own that the org allows."""
    allowed = allowed_methods(turn, row)
    return tuple(method for method in enrollment.methods or allowed if method in allowed)


def one_method(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The option names the one method there is."""
    return (Field(name="methodType", required=False, value=allowed_methods(turn, row)[0], mutable=False),)


def methods_as_choice(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The page before asks for the method.

    A choice even where there is but one: generation 3 of the widget reads the option, and has none to fall back on
    (recorded in okta-signin-widget, `authenticator-verification-data-email`).
    """
    options = tuple(Option(label=row.name, value=method) for method in row.methods)
    return (Field(name="methodType", type="string", required=True, options=options),)


def which_enrollment(turn: Turn, row: Authenticator, enrollment: Enrollment) -> tuple[Field, ...]:
    """The option names the enrolment; nothing where that would give the user away.

    Required as written. Whoever leaves it out means the first: inferred, since SDKs pick authenticators by id alone
    (okta-idx-dotnet, `SelectChallengeAuthenticatorAsync`).
    """
    if not enrollment.id:
        return ()
    return (Field(name="enrollmentId", required=True, value=enrollment.id, mutable=False, needed=False),)


class Ceremony(Struct, frozen=True, kw_only=True):
    """One way to prove or to acquire an authenticator.

    option: the fields of its option in a select list, besides `id`
    data: the fields of the page that comes before, if a choice or a datum is still missing; `asks` says whether it is
    begin: what starts; the values are those that came with the choice. May raise Refused
    announce: the mail or text that goes out once it has begun, as often as `sending` lets it; None for nobody's
    stage: where it rests while it is open
    place: the member of the reply that holds the authenticator meanwhile
    form: what the answer consists of, inside `credentials`
    check: judges the answer; None if it is right. Called by `wrong_answers.judge`, which counts
    limit: what too many wrong answers are held against (`wrong_answers`): the user's "authenticator", of which none is
        heard for a while; the "user", who is locked out; or nothing ("none"), where there is nothing to be guessed
    keep: the secret of the new enrolment, for `enroll` and `reset`
    after_check: what becomes of the enrolment once it was proved or made, e.g. a counter moves on
    context: `contextualData`
    actions: on the authenticator in play, by name
    whose: which of several enrolments the answer comes from; without it, the one that the challenge is about
    decisions: what may be decided elsewhere, on a phone or by a vendor's back end (`control.phones.decide`)
    goes_on: the challenge after such a decision, where that proves nothing yet but leads to the next page
    elsewhere: nobody gets through it here; whoever picks it is told where it is done
    variant: the ceremony that an open challenge follows instead, where its method or what was said makes a difference
    """

    option: Callable[[Turn, Authenticator, Enrollment], tuple[Field, ...]] = one_method
    asks: Callable[[Turn, Authenticator, Values], bool] = lambda turn, row, values: False
    data: Callable[[Turn, Authenticator, Enrollment], tuple[Field, ...]] = methods_as_choice
    begin: Callable[[Turn, User | None, Challenge, Values], Challenge] = nothing_begins
    announce: Callable[[Turn, Transaction], Mail | None] | None = None
    stage: str = "challenge"
    place: str = CURRENT_ENROLLMENT
    form: Callable[[Turn, Transaction], tuple[Field, ...]] = no_fields
    check: Callable[[Turn, Attempt], Refused | None]
    limit: Limit = "authenticator"
    keep: Callable[[Turn, Attempt], JsonObject] = nothing_kept
    after_check: Callable[[Turn, Attempt], Enrollment] | None = None
    context: Callable[[Turn, Transaction], dict[str, Any]] = no_context
    actions: tuple[str, ...] = ()
    whose: Callable[[Turn, Attempt], Enrollment | None] | None = None
    decisions: tuple[str, ...] = ()
    goes_on: Callable[[Challenge], Challenge] | None = None
    elsewhere: bool = False
    variant: Callable[[Challenge], Ceremony] | None = None


class Authenticator(Struct, frozen=True, kw_only=True):
    """One authenticator, as an org can have it: its facts, and its ceremonies.

    type, name, methods: identity on the wire; `name` is `displayName`, and a scenario may give another
    kind: "knowledge", "possession" or "inherence"; two different kinds make `mfa`
    enrollment_prefix: first three letters of enrolment ids
    amr: what a proof adds to the `amr` claim, by method
    lone: what happens when it is the only way on: "challenge" at once, or "ask" first because something would be sent
    at_once: the method that is begun with all the same where the user has named none; "" asks
    grouped: several enrolments are one option, which relates to the authenticator (idx-protocol notes 2.6)
    most: how many of it one person may have; None is as many as they like
    profile: what an enrolment shows of itself, masked
    settings: what replies say about it while it is enrolled or reset (password complexity)
    extra: further members of its object, e.g. `logoUri`
    extra_of: further members of an enrolment's object, e.g. `nickname`, `credentialId`
    usable: whether an enrolment can be proved now, e.g. has not expired
    names: members of the profile or the object that say what its owner calls a device; shown after a proof only
    given_out: an administrator makes a new one each time, and an earlier one is void
    additional: what it has to be used for, one of these, to be the second proof of a recovery
    initiates_with: the setting of the methods with which it can begin a recovery or unlock; None where all can
    of_org: what a scenario may say of it for the whole org
    of_enrollment: what a scenario may say of one person's, besides `OF_EVERY_ENROLLMENT`
    """

    key: str
    type: str
    name: str
    methods: tuple[str, ...]
    kind: str
    enrollment_prefix: str
    amr: Mapping[str, tuple[str, ...]]
    verify: Ceremony | None = None
    enroll: Ceremony | None = None
    reset: Ceremony | None = None
    lone: str = "challenge"
    at_once: Callable[[Turn, Enrollment], str] = lambda turn, enrollment: ""
    grouped: bool = False
    most: int | None = None
    profile: Callable[[Enrollment], dict[str, Any]] = lambda enrollment: {}
    settings: Callable[[Turn, Transaction], dict[str, Any]] | None = None
    extra: Callable[[Turn], dict[str, Any]] = lambda turn: {}
    extra_of: Callable[[Enrollment], dict[str, Any]] = lambda enrollment: {}
    usable: Callable[[Turn, Enrollment], bool] = lambda turn, enrollment: True
    names: tuple[str, ...] = ()
    given_out: bool = False
    additional: tuple[str, ...] = SIGNS_ON
    initiates_with: Setting[tuple[str, ...]] | None = None
    of_org: tuple[Setting[Any], ...] = ()
    of_enrollment: tuple[Setting[Any], ...] = ()

    def ceremony(self, purpose: str) -> Ceremony:
        """How this authenticator is verified, enrolled or reset. Raises KeyError where it cannot be."""
        ceremony = {"verify": self.verify, "enroll": self.enroll, "reset": self.reset}[purpose]
        if ceremony is None:
            raise KeyError(f"{self.key} has no way to {purpose}")
        return ceremony

    def ceremony_of(self, challenge: Challenge) -> Ceremony:
        """How an open challenge goes on. Raises KeyError as `ceremony` does"""
        ceremony = self.ceremony(challenge.purpose)
        return ceremony.variant(challenge) if ceremony.variant else ceremony
