#!/usr/bin/env python3
"""What the rounds of bench/run say together: ratios are taken within a round, and told by median."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from lab.comparison import Comparison, table, table_with_before  # noqa: E402
from lab.scenario import SCENARIOS, scenario_named  # noqa: E402


def side(rate: float, service_us: float = 10) -> dict:
    return {"adds_up": True, "requests_per_second": rate,
            "latency_us": {"p50": 1e6 / rate, "p99": 2e6 / rate},
            "broker": {"cpu_us_per_request": 20.0},
            "generator": {"cpu_us_per_request": 5.0},
            "service": {"cpu_us_per_request": service_us, "resident_bytes": 1}}


def cells(lines: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.split("\n")]


class Rounds(unittest.TestCase):
    def setUp(self):
        self.comparison = Comparison(scenario_named("doc-8k"))

    def add(self, limit: float, product: float, **more: dict) -> None:
        self.comparison.add({"limit": side(limit), "product": side(product, 12), **more,
                             "fsync_p50_us": 100})

    def test_ratios_are_of_rounds_and_not_of_medians(self):
        self.add(100, 50)
        self.add(1000, 900)
        self.add(200, 140)
        self.assertEqual(self.comparison.summary()["ratio"],
                         {"median": 0.7, "min": 0.5, "max": 0.9})
        self.assertIn("0.70 (0.50..0.90)", table([self.comparison]))

    def test_another_build_is_told_of_beside_the_limit(self):
        self.add(100, 90, before=side(60, 24))
        row = cells(table_with_before([self.comparison]))[2]
        self.assertEqual(row, ["doc-8k", "60 / 90", "24.0 / 12.0", "20.0 / 20.0",
                               "1.50 (1.50..1.50)", "0.50 (0.50..0.50)", "1.00 (1.00..1.00)",
                               "0.67 (0.67..0.67)"])

    def test_without_one_there_are_no_ratios_to_it(self):
        self.add(100, 90)
        self.assertIsNone(self.comparison.summary()["to_before"]["rate"])

    def test_a_side_that_does_not_add_up_is_seen(self):
        self.add(100, 90, before={**side(60), "adds_up": False})
        self.assertFalse(self.comparison.adds_up())
        self.assertIn("DOES NOT ADD UP", table([self.comparison]))


class Scenarios(unittest.TestCase):
    def test_named_shadows_have_a_name_and_many_things_one(self):
        self.assertIn("--shadow_name=s-", scenario_named("named-50-10").flags())
        for scenario in SCENARIOS:
            if scenario.shadows == 1:
                self.assertNotIn("--shadow_name=s-", scenario.flags())


if __name__ == "__main__":
    unittest.main()
