"""What goes out to people, by mail or by telephone, and how often: every code and every link is sent here.

Limits are of whoever gets it, over all sign-ins, and one rule for whatever is sent: a row for each. Mails are counted
by what they are about. An identifier that no user has is counted as if something had gone out, so that nobody learns
which users exist.

Source: "Additional rate limits" of Okta's documentation (per recipient no more than 30 mails a minute for some types of
mail; one challenge by text, and one by call, to a number every 30 seconds); idx-protocol notes 5.2 (E0000109, E0000133,
E0000150, E0000151), 6.2 (tooManyRequests).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mock_okta.engine.base import ids, limits
from mock_okta.engine.base.limits import Limit
from mock_okta.engine.base.turn import Turn
from mock_okta.engine.idx.messages import MESSAGES
from mock_okta.engine.idx.refused import Refused
from mock_okta.engine.idx.settings import WHOLE, Setting
from mock_okta.engine.model import Challenge, Mail, Transaction, logins

HOUR_S = 3600
MINUTE_S = 60

# fmt: off
MAILS_A_MINUTE = Setting(name="max_per_minute", kind=WHOLE, least=1, most=1000, default=30,
                         about="How many mails of one kind go to one address in a minute.")
RESEND_AFTER = Setting(name="resend_after_s", kind=WHOLE, least=0, most=HOUR_S, default=30,
                       about="Seconds that must pass between two codes to one number by the same method.")
# Okta does not publish the number; 20 is inferred.
MAX_PER_HOUR = Setting(name="max_per_hour", kind=WHOLE, least=1, most=1000, default=20,
                       about="How many codes go to one number by the same method in an hour.")
# fmt: on


class SendingLimit(Struct, frozen=True, kw_only=True):
    """How often something may go out to one recipient by one channel.

    of: the authenticator whose settings hold; settings stand for their values
    message: what the client hears beyond that
    """

    channel: str
    of: str
    most: int | Setting[int]
    within_s: int | Setting[int]
    message: str


# fmt: off
SENDING_LIMITS = (
    SendingLimit(channel="email", of="okta_email", most=MAILS_A_MINUTE, within_s=MINUTE_S, message="tooManyRequests"),
    SendingLimit(channel="sms", of="phone_number", most=1, within_s=RESEND_AFTER, message="errors.E0000109"),
    SendingLimit(channel="sms", of="phone_number", most=MAX_PER_HOUR, within_s=HOUR_S, message="errors.E0000150"),
    SendingLimit(channel="voice", of="phone_number", most=1, within_s=RESEND_AFTER, message="errors.E0000133"),
    SendingLimit(channel="voice", of="phone_number", most=MAX_PER_HOUR, within_s=HOUR_S, message="errors.E0000151"),
)
"""Of one channel, that which looks back furthest comes last."""
# fmt: on


def send(turn: Turn, transaction: Transaction, mail: Mail | None) -> None:
    """Sends what a challenge has begun with.

    mail: None where nobody has the identifier, and nothing goes out
    Raises: Refused for one too soon after the last, or too many
    """
    challenge = transaction.challenge
    channel = mail.channel if mail else _channel_of(challenge)
    whose = _whose(mail) if mail else ids.digest_of("nobody", logins.folded(transaction.identifier or ""))
    reached = _reached(turn, channel, whose)
    if reached is not None:
        raise Refused(MESSAGES[reached.message])
    _count(turn, channel, whose)
    if mail is not None:
        turn.send(mail)


def tell(turn: Turn, mail: Mail) -> None:
    """Sends what no answer to a client depends on; beyond its limit it does not go out, and no client hears of it."""
    if _reached(turn, mail.channel, _whose(mail)) is None:
        _count(turn, mail.channel, _whose(mail))
        turn.send(mail)


def _channel_of(challenge: Challenge | None) -> str:
    """By what it would go out: the channel to a phone that is set up, or else the method."""
    return str(challenge.data.get("channel", challenge.method)) if challenge else ""


def _whose(mail: Mail) -> str:
    return ids.digest_of(logins.folded(mail.to), mail.subject)


def _reached(turn: Turn, channel: str, whose: str) -> SendingLimit | None:
    return next((row for row, limit in _limits(turn, channel) if limits.is_reached(turn, limit, whose)), None)


def _count(turn: Turn, channel: str, whose: str) -> None:
    for _, longest in tuple(_limits(turn, channel))[-1:]:
        limits.count(turn, longest, whose)


def _limits(turn: Turn, channel: str) -> Iterator[tuple[SendingLimit, Limit]]:
    for row in SENDING_LIMITS:
        if row.channel == channel:
            most, within_s = _value(turn, row, row.most), _value(turn, row, row.within_s)
            yield row, Limit(name=channel, most=most, within_s=within_s)


def _value(turn: Turn, row: SendingLimit, given: int | Setting[int]) -> int:
    return given.of(turn, row.of) if isinstance(given, Setting) else given
