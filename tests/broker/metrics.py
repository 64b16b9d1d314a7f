"""Reads what shadowd answers Prometheus."""
import re
from dataclasses import dataclass, field

from health import ask

_SERIES = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


@dataclass
class Page:
    text: str
    types: dict = field(default_factory=dict)   # metric name: type
    series: dict = field(default_factory=dict)  # (name, frozenset of labels): value

    def value(self, name: str, **labels) -> float:
        """The sum of all series of that name that have these labels."""
        found = [value for (named, has), value in self.series.items()
                 if named == name and has >= set(labels.items())]
        assert found, f"there is no {name} with {labels}"
        return sum(found)

    def labels(self, metric: str) -> dict:
        """Label: its values, over all series of a metric."""
        names = {metric, f"{metric}_bucket", f"{metric}_count", f"{metric}_sum"}
        values: dict = {}
        for (name, labels) in self.series:
            if name in names:
                for label, value in labels:
                    values.setdefault(label, set()).add(value)
        return values


def scrape(port: int) -> Page:
    status, text = ask(port, "/metrics")
    assert status == 200
    page = Page(text)
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            page.types[name] = kind
        elif line and not line.startswith("#"):
            name, labels, value = _SERIES.match(line).groups()
            page.series[name, frozenset(_LABEL.findall(labels or ""))] = float(value)
    return page
