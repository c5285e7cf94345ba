"""What a browser visits at Okta on its way through a sign-in: pages without script, and redirects.

None of these pages is Okta's: theirs are unrecorded or belong to others (an identity provider). They say the same in
plain HTML that a person, a test or a screen reader can go through. `endpoints` has a row for each.
"""
