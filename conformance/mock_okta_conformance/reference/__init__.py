"""The reference client: a small, exact client of Okta's interaction code flow.

`client` is for programs, `adapter` puts it behind the adapter protocol. Below them: `session` (one sign-in), `verbs`
(what a user does, and which form does it), `identity_engine` and `oauth` (the two servers), `ion` and `forms` (replies
and bodies), `callbacks` (redirects), `issuer_metadata` (metadata and keys), `tokens` and `signatures` (what to
believe), `error_replies` (why a server said no), `wire` (the network).
"""
