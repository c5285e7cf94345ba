"""The reference client: a small, exact client of Okta's interaction code flow.

`client` is for programs, `adapter` puts it behind the adapter protocol. Below them: `session` (one sign-in), `verbs`
(what a user does, and which form does it), `engine` and `oauth` (the two servers), `ion` and `forms` (replies and
bodies), `callbacks` (redirects), `tokens`, `signatures` and `directory` (what to believe), `wire` (the network).
"""
