"""The report as JUnit XML, in the form that Jenkins reads: a suite for each section and transport."""
from __future__ import annotations

import re
from xml.etree import ElementTree

from .cases import SECTIONS
from .verdict import Verdict

# XML has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def document(report) -> bytes:
    root = ElementTree.Element("testsuites", name=_text(f"shadow-conformance {report.about['label']}"))
    for transport in report.transports():
        for section, what in SECTIONS.items():
            judged = [one for one in report.judged
                      if (one.case.transport, one.case.section) == (transport, section)]
            if judged:
                _suite(root, f"{transport}.{section} {what}", judged, report.about)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _suite(root, name: str, judged: list, about: dict) -> None:
    skipped = sum(_is_skipped(one) for one in judged)
    suite = ElementTree.SubElement(
        root, "testsuite", name=name, tests=str(len(judged)), errors="0", skipped=str(skipped),
        failures=str(sum(one.fails for one in judged)), timestamp=about["date"][:19])
    for one in judged:
        case = ElementTree.SubElement(suite, "testcase", classname=name.replace(".", "_"), time="0",
                                      name=_text(f"{one.case.id} {one.case.title}"[:300]))
        why = _text("\n".join(one.why))
        if one.fails:
            failure = ElementTree.SubElement(case, "failure", type=one.verdict.value,
                                             message=why.split("\n")[0])
            failure.text = (f"rules {', '.join(one.case.rules)}\n{why}\nagain: shadow-conformance "
                            f"--profile {about['profile']} --only {one.case.id}\n")
        elif _is_skipped(one):
            reason = (why if one.verdict == Verdict.NOT_OFFERED else
                      f"disputed: AWS may do otherwise than the contract recommends: {why}")
            ElementTree.SubElement(case, "skipped", message=reason)
        elif why or one.notes:
            ElementTree.SubElement(case, "system-out").text = _text(
                f"{one.verdict.value}: {why or '; '.join(one.notes)}")


def _is_skipped(one) -> bool:
    """Neither passed nor failed."""
    return one.verdict == Verdict.NOT_OFFERED or (
        one.case.disputed and one.verdict in (Verdict.WRONG, Verdict.SILENT))
