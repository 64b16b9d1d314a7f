"""Limit and product side by side: what the rounds of a scenario say together."""

import statistics
from dataclasses import dataclass, field

from .scenario import Scenario


@dataclass
class Comparison:
    scenario: Scenario
    rounds: list[dict] = field(default_factory=list)  # of "limit", "product" and "fsync_p50_us"

    def add(self, round_: dict) -> None:
        self.rounds.append(round_)

    def adds_up(self) -> bool:
        return all(round_[side]["adds_up"] for round_ in self.rounds
                   for side in ("limit", "product") if side in round_)

    def _median(self, side: str, *path: str) -> float | None:
        values = []
        for round_ in self.rounds:
            value = round_.get(side)
            for name in path:
                value = value.get(name) if value is not None else None
            if value is not None:
                values.append(value)
        return statistics.median(values) if values else None

    def ratios(self) -> list[float]:
        return [round_["product"]["requests_per_second"] / round_["limit"]["requests_per_second"]
                for round_ in self.rounds if "limit" in round_ and "product" in round_]

    def summary(self) -> dict:
        sides = {
            side: {
                "requests_per_second": self._median(side, "requests_per_second"),
                "p50_us": self._median(side, "latency_us", "p50"),
                "p99_us": self._median(side, "latency_us", "p99"),
                "broker_us": self._median(side, "broker", "cpu_us_per_request"),
                "generator_us": self._median(side, "generator", "cpu_us_per_request"),
            } for side in ("limit", "product")
        }
        sides["product"]["service_us"] = self._median("product", "service", "cpu_us_per_request")
        sides["product"]["service_resident_bytes"] = self._median("product", "service",
                                                                  "resident_bytes")
        ratios = self.ratios()
        return {
            "name": self.scenario.name,
            "adds_up": self.adds_up(),
            "ratio": {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}
                     if ratios else None,
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


def _row(summary: dict) -> list[str]:
    ratio = summary["ratio"]
    return [
        summary["name"],
        _number(summary["limit"]["requests_per_second"]),
        _number(summary["product"]["requests_per_second"]),
        f"{ratio['median']:.2f} ({ratio['min']:.2f}..{ratio['max']:.2f})" if ratio else "-",
        _pair(summary, "p50_us"),
        _pair(summary, "p99_us"),
        _pair(summary, "broker_us", 1),
        _number(summary["product"]["service_us"], 1),
        _number(summary["fsync_p50_us"]),
        "" if summary["adds_up"] else "DOES NOT ADD UP",
    ]


def table(comparisons: list[Comparison]) -> str:
    """Medians over the rounds, limit / product; CPU in microseconds per request. Markdown."""
    rows = [_HEADINGS] + [_row(comparison.summary()) for comparison in comparisons]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
