"""The graph of a scenario: the pages that a sign-in can come to, and the moves between them."""
