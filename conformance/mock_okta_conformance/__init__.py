"""The conformance suite for clients and servers of the interaction code flow, in two halves that mirror each other.

`client/` judges a client by what it sends, `server/` a server by what it answers. In each, `requirements/` has a module
of rows for each area, `judging` what their checks share, and `runner` turns checks into results. A client is reached
through `adapters/`; a server is an `Org`. Both halves share what stands beside them: `requirement` (a row), `verdicts`
(what a check finds), `results` (what a run amounts to), `selection` and `known`; `report/` prints it.

`reference/` is a client of the suite's own; `walks/` plays the walks of scenarios with it. Neither needs the halves.
"""
