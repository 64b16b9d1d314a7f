"""Limit and product side by side: what the rounds of a scenario say together."""

import statistics
from dataclasses import dataclass, field

from .scenario import Scenario


_SIDES = ("limit", "product", "before")


def _spread(ratios: list[float]) -> dict | None:
    if not ratios:
        return None
    return {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


@dataclass
class Comparison:
    scenario: Scenario
    rounds: list[dict] = field(default_factory=list)  # of "limit", "product", "before", "fsync_p50_us"

    def add(self, round_: dict) -> None:
        self.rounds.append(round_)

    def adds_up(self) -> bool:
        return all(round_[side]["adds_up"] for round_ in self.rounds
                   for side in _SIDES if side in round_)

    def _median(self, side: str, *path: str) -> float | None:
        values = []
        for round_ in self.rounds:
            value = round_.get(side)
            for name in path:
                value = value.get(name) if value is not None else None
            if value is not None:
                values.append(value)
        return statistics.median(values) if values else None

    def ratios(self, to: str = "limit", *path: str) -> list[float]:
        """The product's figure to another side's, round by round; without a path the rate."""
        def figure(side: dict) -> float:
            for name in path or ("requests_per_second",):
                side = side[name]
            return side

        return [figure(round_["product"]) / figure(round_[to])
                for round_ in self.rounds if to in round_ and "product" in round_]

    def summary(self) -> dict:
        sides = {
            side: {
                "requests_per_second": self._median(side, "requests_per_second"),
                "p50_us": self._median(side, "latency_us", "p50"),
                "p99_us": self._median(side, "latency_us", "p99"),
                "broker_us": self._median(side, "broker", "cpu_us_per_request"),
                "generator_us": self._median(side, "generator", "cpu_us_per_request"),
            } for side in _SIDES
        }
        for side in ("product", "before"):
            sides[side]["service_us"] = self._median(side, "service", "cpu_us_per_request")
            sides[side]["service_resident_bytes"] = self._median(side, "service", "resident_bytes")
        return {
            "name": self.scenario.name,
            "adds_up": self.adds_up(),
            "ratio": _spread(self.ratios()),
            "to_before": {
                "rate": _spread(self.ratios("before")),
                "service": _spread(self.ratios("before", "service", "cpu_us_per_request")),
                "broker": _spread(self.ratios("before", "broker", "cpu_us_per_request")),
                "p50": _spread(self.ratios("before", "latency_us", "p50")),
            },
            **sides,
            "fsync_p50_us": self._median("fsync_p50_us"),
        }

    def as_json(self) -> dict:
        return {**self.summary(), "rounds": self.rounds}


_HEADINGS = ["scenario", "limit/s", "product/s", "ratio (min..max)", "p50 us", "p99 us",
             "broker us", "service us", "fsync us", ""]


def _number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _pair(summary: dict, name: str, digits: int = 0) -> str:
    return " / ".join(_number(summary[side][name], digits) for side in ("limit", "product"))


def _ratio(spread: dict | None) -> str:
    if spread is None:
        return "-"
    return f"{spread['median']:.2f} ({spread['min']:.2f}..{spread['max']:.2f})"


def _row(summary: dict) -> list[str]:
    return [
        summary["name"],
        _number(summary["limit"]["requests_per_second"]),
        _number(summary["product"]["requests_per_second"]),
        _ratio(summary["ratio"]),
        _pair(summary, "p50_us"),
        _pair(summary, "p99_us"),
        _pair(summary, "broker_us", 1),
        _number(summary["product"]["service_us"], 1),
        _number(summary["fsync_p50_us"]),
        "" if summary["adds_up"] else "DOES NOT ADD UP",
    ]


def _row_with_before(summary: dict) -> list[str]:
    before, product, to_before = summary["before"], summary["product"], summary["to_before"]
    return [
        summary["name"],
        *(f"{_number(before[name], digits)} / {_number(product[name], digits)}"
          for name, digits in (("requests_per_second", 0), ("service_us", 1), ("broker_us", 1))),
        *(_ratio(to_before[name]) for name in ("rate", "service", "broker", "p50")),
    ]


def _markdown(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def table(comparisons: list[Comparison]) -> str:
    """Medians over the rounds, limit / product; CPU in microseconds per request. Markdown."""
    return _markdown([_HEADINGS] + [_row(comparison.summary()) for comparison in comparisons])


def table_with_before(comparisons: list[Comparison]) -> str:
    """What has changed since the other build: rates and CPU times, and their ratios. Markdown."""
    headings = ["scenario", "requests/s", "service us", "broker us", "rate", "service", "broker",
                "p50"]
    return _markdown([headings] + [_row_with_before(one.summary()) for one in comparisons])
