"""Products that differ in one thing, under the same loads, alternately and in several rounds."""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from .disk import fdatasync_p50_us
from .load import run_load
from .machine import machine
from .process import resident_bytes, written_bytes
from .rig import Build, Product
from .scenario import Scenario, scenario_named

FLEET = scenario_named("fleet-50-10")
DEVICE = scenario_named("device-1-1")


@dataclass
class Side:
    """One product, and what its rounds gave."""

    target: Product
    build: Build
    fleet: list[dict] = field(default_factory=list)
    device: list[dict] = field(default_factory=list)
    at_rest: int = 0
    written: int = 0  # by shadowd to the disk, in all rounds of the fleet
    updates: int = 0  # accepted meanwhile

    def __post_init__(self):
        self.at_rest = resident_bytes(self.target.service.child.pid)

    def run(self, arguments: argparse.Namespace) -> None:
        pid = self.target.service.child.pid
        before = written_bytes(pid)
        self.fleet.append(self._load(FLEET, arguments))
        self.written += written_bytes(pid) - before
        self.updates += self.fleet[-1]["counts"]["update"]["accepted"]
        self.device.append(self._load(DEVICE, arguments))

    def _load(self, scenario: Scenario, arguments: argparse.Namespace) -> dict:
        return run_load(self.build, self.target, scenario, arguments.seconds,
                        arguments.warmup_seconds)

    def adds_up(self) -> bool:
        return all(result["adds_up"] for result in self.fleet + self.device)

    def figures(self) -> dict[str, list[float]]:
        """By name, of each round or once."""
        return {
            "fleet-50-10: updates a second": [one["requests_per_second"] for one in self.fleet],
            "the broker's us an update": [one["broker"]["cpu_us_per_request"] for one in self.fleet],
            "shadowd's us an update": [one["service"]["cpu_us_per_request"] for one in self.fleet],
            "bytes written an update": [self.written / self.updates],
            "device-1-1: p50 in us": [one["latency_us"]["p50"] for one in self.device],
        }

    def megabytes(self) -> dict[str, float]:
        under_load = max(one["service"]["resident_bytes"] for one in self.fleet)
        return {"shadowd at rest, MB": self.at_rest / 1e6, "under load, MB": under_load / 1e6}


def parse_arguments(about: str, work_dir: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement")
    parser.add_argument("--warmup-seconds", type=float, default=1)
    parser.add_argument("--durability", choices=("sync", "relaxed"), default="sync")
    parser.add_argument("--before", type=Path, metavar="BUILD_DIR")
    parser.add_argument("--work-dir", type=Path, default=work_dir,
                        help="on the disk that is to be measured")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    return parser.parse_args()


def _ratio_cell(of: list[float], to: list[float]) -> str:
    ratios = [a / b for a, b in zip(of, to)]
    spread = f" ({min(ratios):.2f}..{max(ratios):.2f})" if len(ratios) > 1 else ""
    return f"{statistics.median(ratios):.2f}{spread}"


def _table(sides: dict[str, Side]) -> str:
    """Medians over the rounds, and the median of the rounds' ratios. Markdown."""
    pairs = list(zip(list(sides), list(sides)[1:]))
    lines = ["| | " + " | ".join([*sides, *(" / ".join(pair) for pair in pairs)]) + " |",
             "|---" * (1 + len(sides) + len(pairs)) + "|"]
    figures = {name: side.figures() for name, side in sides.items()}
    for figure in next(iter(figures.values())):
        cells = [f"{statistics.median(figures[name][figure]):,.1f}" for name in sides]
        cells += [_ratio_cell(figures[a][figure], figures[b][figure]) for a, b in pairs]
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    megabytes = {name: side.megabytes() for name, side in sides.items()}
    for figure in next(iter(megabytes.values())):
        cells = [f"{megabytes[name][figure]:.1f}" for name in sides]
        cells += [f"{megabytes[a][figure] - megabytes[b][figure]:+.1f}" for a, b in pairs]
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def compare(arguments: argparse.Namespace, build: Build,
            products: dict[str, Callable[[Build, Path], Product]]) -> int:
    """Makes each product in a folder of its own, measures, and prints each beside the next one; the
    last is --before's, with the defaults. Gives the exit code."""
    arguments.work_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="sides-", dir=arguments.work_dir.resolve()))
    fsyncs = []
    try:
        with ExitStack() as stack:
            sides = {name: Side(stack.enter_context(make(build, folder / name)), build)
                     for name, make in products.items()}
            if arguments.before is not None:
                before = Product(Build(arguments.before.resolve()), folder / "before",
                                 arguments.durability)
                sides["before"] = Side(stack.enter_context(before), build)
            for number in range(arguments.rounds):
                fsyncs.append(fdatasync_p50_us(folder))
                # Each side is first in every other round.
                for name in list(sides)[::1 if number % 2 == 0 else -1]:
                    print(f"round {number + 1} of {arguments.rounds}, {name}", file=sys.stderr)
                    sides[name].run(arguments)
    finally:
        shutil.rmtree(folder)

    facts = {**machine(), "durability": arguments.durability, "rounds": arguments.rounds,
             "seconds": arguments.seconds, "fsync_p50_us": round(statistics.median(fsyncs))}
    if arguments.json:
        print(json.dumps({**facts, "sides": {
            name: {"figures": side.figures(), "megabytes": side.megabytes(),
                   "fleet": side.fleet, "device": side.device}
            for name, side in sides.items()}}))
    else:
        print(", ".join(f"{name} {value}" for name, value in facts.items()) + "\n")
        print(_table(sides))
    return 0 if all(side.adds_up() for side in sides.values()) else 1
