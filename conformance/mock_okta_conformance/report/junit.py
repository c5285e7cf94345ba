"""The report for CI systems: JUnit XML, one test case for each requirement."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from mock_okta_conformance.report.text import failure_text
from mock_okta_conformance.results import Report, Row
from mock_okta_conformance.verdicts import Outcome

SKIPPED = (Outcome.NOT_APPLICABLE, Outcome.NOT_OBSERVED, Outcome.KNOWN, Outcome.FLAKY)
FAILURE = (Outcome.FAIL, Outcome.FIXED, Outcome.BLOCKED)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything that XML 1.0 does not allow in a document (section 2.2)."""


def junit_text(report: Report, *, strict: bool = False) -> str:
    """The whole document. With `strict`, warnings are failures; otherwise they are noted on a test case that passes."""
    failing = (*FAILURE, Outcome.WARN) if strict else FAILURE
    counts = report.counts()
    suite = ET.Element(
        "testsuite",
        name=f"conformance {report.kind}: {_clean(report.subject)}",
        tests=str(len(report.rows)),
        failures=str(sum(counts[outcome] for outcome in failing)),
        errors=str(counts[Outcome.ERROR]),
        skipped=str(sum(counts[outcome] for outcome in SKIPPED)),
        time=f"{report.duration_s:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("suite", report.suite), ("seed", str(report.seed)), ("stale", "; ".join(report.stale))):
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    for row in report.rows:
        _case(suite, row, report, failing)
    root = ET.Element("testsuites", name="mock-okta conformance")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, row: Row, report: Report, failing: tuple[Outcome, ...]) -> None:
    requirement, shown = row.requirement, row.worst
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"conformance.{report.kind}.{requirement.area}",
        name=_clean(f"{requirement.id} {requirement.level}: {requirement.text}"),
        time="0",
    )
    summary = _clean(shown.finding.observed or shown.note)
    if row.outcome in SKIPPED:
        ET.SubElement(case, "skipped", message=_clean(f"{row.outcome.value}: {shown.note or summary}"))
    elif row.outcome is not Outcome.PASS:
        text = _clean(failure_text(row.outcome.value, requirement, shown, report))
        if row.outcome is Outcome.ERROR:
            ET.SubElement(case, "error", type="error", message=summary).text = text
        elif row.outcome in failing:
            ET.SubElement(case, "failure", type=row.outcome.value, message=summary).text = text
        else:
            ET.SubElement(case, "system-out").text = text


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
