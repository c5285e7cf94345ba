"""Says plainly when Python is too old, before anything is installed with it. Must itself run on any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where older ones are met
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"mock-okta needs Python 3.11 or newer; this is {found}. Name another: make PYTHON=python3.11")
