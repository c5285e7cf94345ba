"""Says plainly when Python is too old, before anything is installed with it."""

import sys

if sys.version_info < (3, 11):
    sys.exit("mock-okta needs Python 3.11 or newer; this is %d.%d. Name another one: make PYTHON=python3.11" % sys.version_info[:2])
