"""The half that judges servers.

A check drives an `Org`: it sends plain requests to an issuer, keeps every answer, and with `steps` and `outbox` signs a
user in. `profile` says what may be used of the org. `runner` runs the rows of `requirements/` that are allowed.
"""
