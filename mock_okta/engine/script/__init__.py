"""Interventions: where a scenario departs from what Okta would do.

An entry of `script:` says at what (`at`) and what then (its other members). For each request the entries are tried from
top to bottom and the first that matches acts; added while running, they come before those of the file.

`occasions` says when an entry acts, `effect` what a row of the table of effects holds, `raw`, `patch` and `headers` are
the effects that need to know nothing but the reply. The table itself is `engine.effects`.
"""

from mock_okta.engine.script.interventions import add_interventions, clear_interventions, numbered, told
from mock_okta.engine.script.occasions import Occasion, pick

__all__ = ["Occasion", "add_interventions", "clear_interventions", "numbered", "pick", "told"]
