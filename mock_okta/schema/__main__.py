"""Prints the JSON Schema of scenario files."""

from mock_okta.schema import published

print(published(), end="")
