"""Every broken client."""

from __future__ import annotations

from tests.conformance.breaking import Mutant
from tests.conformance.mutants import finishing, pages, starting

CLIENT_MUTANTS: tuple[Mutant, ...] = (*starting.TABLE, *pages.TABLE, *finishing.TABLE)
