"""What came, as files: one of the run, and one a case. Made to be kept, and judged again."""
from __future__ import annotations

import json
from pathlib import Path

from .observation import Observation
from .trouble import CannotRun

FORMAT = 1


class Recorder:
    """A folder that is new or empty, so that no record is half another run's."""

    def __init__(self, folder: str):
        self._folder = Path(folder)
        try:
            (self._folder / "cases").mkdir(parents=True, exist_ok=True)
            if any((self._folder / "cases").iterdir()):
                raise CannotRun(f"--record {folder}: there is a record already; name another folder")
        except OSError as error:
            raise CannotRun(f"--record {folder}: {error.strerror}") from error

    def keep(self, about: dict, cases: list, seen: dict) -> None:
        """`about`: what is known of the run. No host, account or key is written."""
        _write(self._folder / "run.json", {"format": FORMAT, **about})
        for case in cases:
            if case.key in seen:
                _write(self._folder / "cases" / f"{case.key}.json", {
                    "case": case.id, "kind": case.kind, "transport": case.transport,
                    "title": case.title, "shadow": case.shadow, **seen[case.key].to_record()})


_ABOUT_CASE = ("case", "kind", "transport", "title", "shadow")


def load(folder: str):
    """(about, observations by key) of a record."""
    root = Path(folder)
    try:
        about = json.loads((root / "run.json").read_text())
        if about.pop("format") != FORMAT:
            raise CannotRun(f"--replay {folder}: run.json has another format than {FORMAT}")
        seen = {}
        for file in sorted((root / "cases").glob("*.json")):
            record = json.loads(file.read_text())
            seen[file.stem] = Observation.from_record(
                {name: value for name, value in record.items() if name not in _ABOUT_CASE})
        return about, seen
    except OSError as error:
        raise CannotRun(f"--replay {folder}: {error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRun(f"--replay {folder}: this is no record of shadow-conformance: "
                        f"{error!r}") from error


def _write(file: Path, content: dict) -> None:
    try:
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{file}: {error.strerror}") from error
