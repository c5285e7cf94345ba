"""The web layer: the only place, with `serving`, that knows Flask.

It finds out which tenant a request is for, hands it to the engine as a value, and sends what comes back.
"""
