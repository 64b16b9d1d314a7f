"""A Markdown table with a row for each endpoint and version: a run adds its own or renews it."""
from __future__ import annotations

import re
from pathlib import Path

from .cases import SECTIONS
from .report import TRANSPORTS
from .trouble import CannotRun
from .verdict import Verdict

_SECTIONS = [section for section in SECTIONS if section not in "KL"]  # no case asks for those
_HEAD = ["endpoint", "over", "date", *_SECTIONS, "all", "disputed"]
BEGIN, END = "<!-- scoreboard -->", "<!-- /scoreboard -->"


def rows(report) -> list:
    """Lists of cells: one row for each transport."""
    found = []
    for transport in TRANSPORTS:
        untested = report.about["untested"].get(transport)
        row = [report.about["label"], transport.upper(), report.about["date"][:10]]
        if untested:
            found.append(row + ["not tested"] + [""] * (len(_HEAD) - 4))
            continue
        cells = [_cell(report.score(transport, section)) for section in (*_SECTIONS, None)]
        disputed = report.score(transport).disputed
        agree = disputed - report.score(transport).differ
        found.append(row + cells + [f"{agree} of {disputed}" if disputed else "–"])
    return found


def _cell(score) -> str:
    """exact/asked; then how many are equal but for their form, and how many have other words."""
    if not score.total:
        return "–"
    if not score.asked:
        return "not offered"
    cell = f"{score.counts[Verdict.EXACT]}/{score.asked}"
    more = [f"{score.counts[verdict]} {word}" for verdict, word in
            ((Verdict.FORM, "form"), (Verdict.TEXT, "text")) if score.counts[verdict]]
    return f"{cell} ({', '.join(more)})" if more else cell


def _line(cells: list) -> str:
    return "| " + " | ".join(cells) + " |"


def renewed(text: str, report) -> str:
    """`text` with this report's rows in its table: between the marks, or at its end."""
    new = rows(report)
    table = _table_of(text)
    kept = [row for row in table if row[:2] not in [one[:2] for one in new]]
    lines = [BEGIN, _line(_HEAD), "|" + "---|" * len(_HEAD), *map(_line, kept + new), END]
    block = "\n".join(lines)
    if BEGIN in text and END in text:
        before, rest = text.split(BEGIN, 1)
        return before + block + rest.split(END, 1)[1]
    return f"{text.rstrip()}\n\n{block}\n".lstrip("\n")


def _table_of(text: str) -> list:
    found = re.search(re.escape(BEGIN) + r"\n(.*?)\n" + re.escape(END), text, re.S)
    lines = found.group(1).splitlines()[2:] if found else []
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def renew(file: str, report) -> None:
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else "# Scoreboard\n"
        path.write_text(renewed(text, report), encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"--scoreboard {file}: {error.strerror}") from error
