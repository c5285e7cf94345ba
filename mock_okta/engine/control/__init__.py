"""What happens outside of the sign-in page: on phones, on devices, at identity providers, in mailboxes.

The control API calls these, and so do walks. Pure, like everything in the engine: a state and an act in, a state out.
"""
