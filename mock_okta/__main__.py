"""`python -m mock_okta`, the same as `mock-okta`."""

import sys

from mock_okta.cli import main

sys.exit(main())
