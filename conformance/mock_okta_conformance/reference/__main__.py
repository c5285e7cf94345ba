"""The reference client as a program that speaks the adapter protocol over its standard streams."""

from __future__ import annotations

import json
import sys

from mock_okta_conformance.reference.adapter import handle


def main() -> None:
    """Answers one line after the other until the input ends; lines that are no JSON object are passed over."""
    for line in sys.stdin:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict):
            print(json.dumps(handle(message)), flush=True)


if __name__ == "__main__":
    main()
