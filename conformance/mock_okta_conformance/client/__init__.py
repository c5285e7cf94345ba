"""The half that judges clients.

A `probe` is what is played to a client. `player` plays it through its adapter, with `hints` for each intent,
and gathers the `evidence`: what the server saw, and what the client says it saw. `runner` plays the probes that the
rows of `requirements/` name, and has the rows judge the evidence. `common_probes` are those of more than one area;
`scenarios` are the orgs that they are played in.
"""
