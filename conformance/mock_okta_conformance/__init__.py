"""The conformance suite for clients and servers of the interaction code flow.

Requirements are rows in tables (`client/`, `server/`); each has a check, a small function over evidence. `player` plays
a probe to a client through its adapter and gathers the evidence; `org` is what server checks drive an issuer with;
`runner` turns checks into verdicts; `report` prints them. What the server saw counts before what the client says.
"""
