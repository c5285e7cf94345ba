"""What a browser visits at Okta on its way through a sign-in: pages without script, and redirects.

None of these pages is Okta's: theirs are unrecorded or belong to others (an identity provider). They say the same in
plain HTML that a person, a test or a screen reader can go through.
"""

from __future__ import annotations

from collections.abc import Callable

from mock_okta.engine.base.turn import Turn
from mock_okta.engine.browser.activate import activate
from mock_okta.engine.browser.authorize import authorize
from mock_okta.engine.browser.email_link import email_link
from mock_okta.engine.browser.identity_provider import identity_provider
from mock_okta.engine.browser.identity_verification import identity_verification
from mock_okta.engine.browser.okta_verify_link import okta_verify_link
from mock_okta.engine.browser.own_session import own_session
from mock_okta.engine.browser.token_redirect import token_redirect
from mock_okta.engine.model import Reply

ENDPOINTS: dict[str, Callable[[Turn], Reply]] = {
    "activate": activate,
    "authorize": authorize,
    "identity-provider": identity_provider,
    "identity-verification": identity_verification,
    "email-link": email_link,
    "okta-verify-link": okta_verify_link,
    "own-session": own_session,
    "token-redirect": token_redirect,
}
"""One row for each page. A function takes the turn and returns the reply, or raises a Refusal."""
