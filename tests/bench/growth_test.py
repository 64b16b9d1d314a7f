#!/usr/bin/env python3
"""What bench/scale measured is printed and drawn: every row, and to scale."""

import json
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from lab.chart import Chart, Series  # noqa: E402
from lab.growth import growth_table  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def line_points(line: ET.Element) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


class Growth(unittest.TestCase):
    def test_a_table_has_what_any_row_tells(self):
        lines = growth_table([{"n": 0, "a": {"x": 0.5}}, {"n": 1_000_000, "b": "yes"}]).split("\n")
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        self.assertEqual(cells[0], ["n", "a.x", "b"])
        self.assertEqual(cells[2:], [["0", "0.50", "-"], ["1,000,000", "-", "yes"]])

    def test_proportional_growth_is_a_straight_line(self):
        points = [(1, 7), (10, 70), (100, 700)]
        drawn = ET.fromstring(Chart("T & t", "x", "y", "s", [Series("one", points)]).svg())
        (x0, y0), (x1, y1), (x2, y2) = line_points(drawn.find(f"{SVG}polyline"))
        self.assertAlmostEqual(x1 - x0, x2 - x1, delta=0.2)
        self.assertAlmostEqual(y0 - y1, y1 - y2, delta=0.2)
        self.assertGreater(y0, y2)

    def test_names_do_not_overlap(self):
        series = [Series(name, [(1, 1), (2, 2)]) for name in ("one", "two", "three")]
        drawn = ET.fromstring(Chart("t", "x", "y", "s", series).svg())
        places = sorted(float(text.get("y")) for text in drawn.findall(f"{SVG}text")
                        if text.text in ("one", "two", "three"))
        self.assertTrue(all(b - a >= 15 for a, b in zip(places, places[1:])), places)

    def test_each_kind_is_drawn(self):
        updates = {"requests_per_second": 5, "service_mb": 3}
        row = {"service_us": 2.0, "fleet": updates, "at_random": updates}
        with tempfile.TemporaryDirectory() as folder:
            results = []
            for kind, column in (("documents", "document_bytes"), ("devices", "devices"),
                                 ("store", "shadows")):
                results.append(Path(folder, f"{kind}.json"))
                rows = [{column: 0, **row}, {column: 100, **row}]
                results[-1].write_text(json.dumps({"kind": kind, "commit": "c", "cpu": "p",
                                                   "rows": rows}))
            subprocess.run([ROOT / "bench" / "plot", *results, folder], check=True,
                           stdout=subprocess.DEVNULL)
            for result in results:
                drawn = ET.parse(result.with_suffix(".svg")).getroot()
                self.assertEqual(len(drawn.findall(f"{SVG}circle")) % 2, 0)
                self.assertGreaterEqual(len(drawn.findall(f"{SVG}circle")), 2)


if __name__ == "__main__":
    unittest.main()
