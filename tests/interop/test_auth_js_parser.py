"""okta-auth-js 8 reads every page that any walk of the library is served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.coverage.walked import ORIGIN, pages
from tests.interop.programs import Programs

pytestmark = pytest.mark.interop


def test_its_own_parser_reads_every_page_of_every_walk(programs: Programs, tmp_path: Path) -> None:
    lines = [json.dumps({"name": str(page), "body": page.body}) for page in pages()]
    file = tmp_path / "pages.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = programs.run(
        "parse_pages",
        issuer=f"{ORIGIN}/oauth2/default",
        clientId="0oa1client",
        redirectUri="http://localhost:8080/login/callback",
        pages=str(file),
    )
    assert found["wrong"] == []
    assert found["read"] == len(lines) > 1000
