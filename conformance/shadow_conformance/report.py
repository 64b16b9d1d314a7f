"""Verdicts as scores, as a table, and as JSON."""
from __future__ import annotations

from collections import Counter

from .cases import HTTPS, MQTT, SECTIONS
from .verdict import FAILURES, Verdict

TRANSPORTS = (MQTT, HTTPS)
_COLUMNS = (Verdict.EXACT, Verdict.FORM, Verdict.TEXT, Verdict.WRONG, Verdict.SILENT,
            Verdict.NOT_OFFERED)
_HEADS = ("exact", "form", "text", "wrong", "silent", "n.o.")


_LINE = 240


def _cut(line: str) -> str:
    return line if len(line) <= _LINE else line[:_LINE - 3] + "..."


def _place(rule: str):
    """E9 stands before E10."""
    return rule[0], int(rule[1:])


class Score:
    """Of the cases of a section over one transport. Disputed ones are counted apart: `disputed` of
    them, of which `differ` are not as the contract recommends."""

    def __init__(self, judged: list):
        settled = [one for one in judged if not one.case.disputed]
        self.counts = Counter(one.verdict for one in settled)
        self.total = len(settled)
        self.disputed = len(judged) - len(settled)
        self.differ = sum(one.case.disputed and one.verdict in (*FAILURES, Verdict.TEXT)
                          for one in judged)

    @property
    def asked(self) -> int:
        return self.total - self.counts[Verdict.NOT_OFFERED]

    def as_json(self) -> dict:
        return {**{one.value: self.counts[one] for one in Verdict}, "total": self.total,
                "disputed": self.disputed, "disputed_differ": self.differ}


class Report:
    """`about`: profile, label, run, date, versions, skew, and of each transport what kept it from
    being tested ("": nothing)."""

    def __init__(self, about: dict, judged: list):
        self.about = about
        self.judged = judged

    @property
    def failures(self) -> list:
        return [one for one in self.judged if one.fails]

    @property
    def asides(self) -> dict:
        """Rule to how often messages of cases about other rules were against it."""
        return dict(sorted(Counter(rule for one in self.judged if not one.case.disputed
                                   for rule in {rule for rule, _ in one.aside}).items()))

    @property
    def is_right(self) -> bool:
        return not self.failures and not self.asides

    def score(self, transport: str, section=None) -> Score:
        return Score([one for one in self.judged if one.case.transport == transport
                      and section in (None, one.case.section)])

    def transports(self) -> list:
        return [one for one in TRANSPORTS if not self.about["untested"].get(one)]

    def as_json(self) -> dict:
        return {
            **self.about,
            "scores": {transport: {"all": self.score(transport).as_json(), **{
                section: self.score(transport, section).as_json() for section in SECTIONS
                if self.score(transport, section).total or self.score(transport, section).disputed}}
                for transport in self.transports()},
            "asides": self.asides,
            "cases": [{"id": one.case.id, "transport": one.case.transport, "kind": one.case.kind,
                       "section": one.case.section, "rules": one.case.rules,
                       "title": one.case.title, "confidence": one.case.confidence or None,
                       "disputed": one.case.disputed, "verdict": one.verdict.value,
                       "why": one.why, "notes": one.notes, "aside": one.aside} for one in self.judged]}

    def table(self) -> str:
        lines = []
        for transport in TRANSPORTS:
            untested = self.about["untested"].get(transport)
            lines.append("")
            if untested:
                lines.append(f"{transport.upper()}: not tested: {untested}")
                continue
            lines += self._sections(transport)
        lines += self._findings()
        if self.asides:
            lines += ["", "Against these rules, in cases that are about others: " + ", ".join(
                f"{rule} ({count})" for rule, count in self.asides.items())]
        return "\n".join(lines)

    def _sections(self, transport: str):
        yield (f"{transport.upper():<28}" + "".join(f"{head:>8}" for head in _HEADS)
               + f"{'disputed':>16}")
        for section, what in (*SECTIONS.items(), (None, "all")):
            score = self.score(transport, section)
            if not score.total and not score.disputed:
                continue
            disputed = (f"{score.disputed}, {score.differ} differ" if score.differ else
                        f"{score.disputed or '-'}")
            yield (f"{(section or '') + ' ' + what:<28}" + "".join(
                f"{score.counts[one] or '-':>8}" for one in _COLUMNS) + f"{disputed:>16}")

    def _findings(self):
        """A line for each rule that is not kept: how many cases, and what the first of them says."""
        by_rule = {}
        for one in self.judged:
            if one.verdict not in (Verdict.EXACT, Verdict.NOT_OFFERED):
                key = (TRANSPORTS.index(one.case.transport), _place(one.case.rules[0]),
                       one.case.disputed)
                by_rule.setdefault(key, []).append(one)
        if by_rule:
            yield "\nNot as the contract has it, rule by rule; --json FILE has every case:"
        for key in sorted(by_rule):
            found = by_rule[key]
            transport, rule = found[0].case.transport, found[0].case.rules[0]
            counts = Counter(one.verdict.value for one in found)
            kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            disputed = " (disputed)" if found[0].case.disputed else ""
            yield _cut(f"  {transport:<5} {rule:<4} {kinds}{disputed}: {found[0].case.id}, "
                       f"{found[0].case.title}: {found[0].why[0] if found[0].why else ''}")

    def sentence(self) -> str:
        cases = len(self.judged)
        counts = Counter(one.verdict for one in self.judged if not one.case.disputed)
        disputed = sum(one.case.disputed for one in self.judged)
        said = ", ".join(f"{counts[one]} {one.value}" for one in Verdict if counts[one])
        tail = f"; {disputed} more are disputed" if disputed else ""
        return f"{self.about['label']}: {cases} cases: {said or 'none settled'}{tail}"
