"""The commands, one module each; see `mock_okta.cli`."""
