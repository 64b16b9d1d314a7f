"""Scores, the table, and the scoreboard, of verdicts that are made up."""
import conftest  # noqa: F401
from shadow_conformance import cases, scoreboard
from shadow_conformance.report import Report
from shadow_conformance.verdict import Judged, Verdict

CASES = {(one.transport, one.id): one for one in cases.load()}


def judged(id, verdict, transport="mqtt", why=(), aside=()):
    return Judged(CASES[transport, id], verdict, list(why), [], list(aside))


def report(*found, label="Other 1.0", untested=None):
    return Report({"label": label, "date": "2026-11-29T10:00:00Z", "profile": "ours", "run": "abcdef",
                   "untested": {"mqtt": "", "https": "no --https", **(untested or {})}}, list(found))


SOME = [judged("V001", Verdict.EXACT), judged("G2_1", Verdict.WRONG, why=["version is 1, not 2"]),
        judged("B9_1", Verdict.TEXT, why=["says 'x'"]), judged("F1_1", Verdict.FORM, why=["order"]),
        judged("V034", Verdict.WRONG, why=["other"]), judged("C4_1", Verdict.EXACT)]


def row(text, label):
    [line] = [line for line in text.splitlines() if line.startswith(f"| {label} | MQTT")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_section_has_its_score():
    some = report(*SOME)
    assert some.score("mqtt", "G").counts == {Verdict.EXACT: 1, Verdict.WRONG: 1}
    cells = row(scoreboard.renewed("", some), "Other 1.0")
    assert cells[:3] == ["Other 1.0", "MQTT", "2026-11-29"]
    assert cells[3:13] == ["–", "0/1 (1 text)", "1/1", "–", "–", "0/1 (1 form)", "1/2", "–", "–", "–"]
    assert cells[13:] == ["2/5 (1 form, 1 text)", "0 of 1"]


def test_a_disputed_case_fails_no_endpoint():
    assert report(judged("V034", Verdict.WRONG)).is_right
    assert report(judged("V034", Verdict.SILENT)).is_right
    assert not report(judged("G2_1", Verdict.SILENT)).is_right
    assert not report(judged("G2_1", Verdict.EXACT, aside=[("F3", "documents did not come")])).is_right
    assert report(judged("B9_1", Verdict.TEXT), judged("F1_1", Verdict.FORM),
                  judged("F10", Verdict.NOT_OFFERED)).is_right


def test_what_is_not_offered_is_no_part_of_a_score():
    text = scoreboard.renewed("", report(judged("F10", Verdict.NOT_OFFERED),
                                         judged("G2_1", Verdict.NOT_OFFERED),
                                         judged("V001", Verdict.EXACT)))
    assert row(text, "Other 1.0")[8:10] == ["not offered", "1/1"]


def test_what_is_not_tested_says_so():
    text = scoreboard.renewed("", report(*SOME))
    assert "| Other 1.0 | HTTPS | 2026-11-29 | not tested |" in text
    assert "HTTPS: not tested: no --https" in report(*SOME).table()


def test_a_row_is_added_or_renewed_and_the_text_around_it_stays():
    begun = "# Title\n\nbefore\n\n<!-- scoreboard -->\n<!-- /scoreboard -->\n\nafter\n"
    first = scoreboard.renewed(begun, report(*SOME))
    both = scoreboard.renewed(first, report(SOME[0], label="Another 2"))
    assert both.startswith("# Title\n\nbefore\n\n<!-- scoreboard -->\n| endpoint |")
    assert both.endswith("<!-- /scoreboard -->\n\nafter\n")
    assert row(both, "Other 1.0") == row(first, "Other 1.0")
    again = scoreboard.renewed(both, report(judged("V001", Verdict.WRONG)))
    assert row(again, "Other 1.0")[13] == "0/1" and row(again, "Another 2")[13] == "1/1"
    assert again.count("Other 1.0") == 2  # both transports, once


def test_the_table_has_a_line_for_each_rule_that_is_not_kept():
    text = report(*SOME, judged("V010", Verdict.EXACT, aside=[("F3", "documents did not come")])).table()
    assert "  mqtt  G2   1 wrong: G2_1, " in text
    assert "  mqtt  C7   1 wrong (disputed): V034, " in text
    assert "Against these rules, in cases that are about others: F3 (1)" in text
    assert "C4" not in text
