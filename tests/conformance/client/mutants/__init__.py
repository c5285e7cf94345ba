"""Every broken client."""

from __future__ import annotations

from tests.conformance.client.mutant import Mutant
from tests.conformance.client.mutants import finishing, pages, starting

CLIENT_MUTANTS: tuple[Mutant, ...] = (*starting.TABLE, *pages.TABLE, *finishing.TABLE)
