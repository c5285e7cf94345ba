"""What a grant is: a row with its facts, a function that reads a request, and one that uses up what was shown."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.model import App
from mock_okta.engine.oauth.client_auth import Client
from mock_okta.engine.oauth.forms import Form
from mock_okta.engine.oauth.tokens import Granted


class TokenRequest(Struct, frozen=True):
    """A request to the token endpoint, once the client is known.

    proof: the DPoP proof that came with it (RFC 9449, section 4.1), as it came; None without one
    """

    turn: Turn
    form: Form
    client: Client
    proof: str | None = None

    @property
    def app(self) -> App:
        """The app that is asking."""
        return self.client.app


class Published(Enum):
    """Which discovery documents name a grant type, as recorded (okta-oauth notes 1.2, 1.3).

    `EVERYWHERE`: all; `OAUTH`: `oauth-authorization-server`; `ORG`: that of the org server; `NOWHERE`: none.
    """

    EVERYWHERE = "everywhere"
    OAUTH = "oauth"
    ORG = "org"
    NOWHERE = "nowhere"


Read = Callable[[TokenRequest], Granted]
Redeem = Callable[[TokenRequest, Granted], None]


def use_up(request: TokenRequest, granted: Granted) -> None:
    """Remembers that the grant was redeemed, for good: its code won't do a second time."""
    request.turn.put("grants", granted.grant.key, replace(granted.grant, redeemed=True))


class GrantType(Struct, frozen=True, kw_only=True):
    """One `grant_type`.

    name: as on the wire
    about: what tokens are issued for, as the end of "Okta issues tokens for …"
    read: what the request is worth, or an OAuthError that says why nothing; it changes nothing. None where this server
        does not do it: a gap
    redeem: uses up what was shown
    confidential: only clients that keep a secret may use it
    published: which discovery documents name it
    assignable: an administrator can give it to an app
    endpoint: where it is asked for
    """

    name: str
    about: str
    read: Read | None = None
    redeem: Redeem = use_up
    confidential: bool = False
    published: Published = Published.NOWHERE
    assignable: bool = False
    endpoint: str = "token"
