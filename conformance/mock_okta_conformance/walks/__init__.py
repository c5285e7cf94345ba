"""Walks: the named ways through a scenario, which are its test and its documentation.

`walker` plays one through any driver; `world` is what surrounds it (time, mailbox, journal), over the control API of a
running mock; `engine_transport` is the same without a server. `masks` takes the secrets out of a journal.
"""
