#!/usr/bin/env python3
"""bench/worlds measures all that it says it does, with worlds of this build. Nothing is timed."""

import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| (.+?) \| [\d.]+ ms \| [\d.]+ ms \| (?:\d+ ms)? \|")


class Worlds(unittest.TestCase):
    def test_each_figure_is_told(self):
        done = subprocess.run([ROOT / "bench/worlds", "--rounds=2", "--shadows=20", "--at-once=2"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([ROW.fullmatch(line)[1] for line in done.stdout.splitlines()[2:]], [
            "from nothing to the first answer", "the same with TLS", "its end",
            "2 at once with TLS: the last one's first answer",
            "`shadow_world`, in tests of 300 ms", "reset of 2 shadows", "snapshot of 20",
            "its restore, all removed", "its restore, 20 changed"])


if __name__ == "__main__":
    unittest.main()
