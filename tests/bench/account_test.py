#!/usr/bin/env python3
"""bench/account measures all that it says it does. Nothing is timed."""

import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| (.+?) \| [\d.]+ ms \| [\d.]+ ms \| [\d.]+ \|")


class Account(unittest.TestCase):
    def test_each_figure_is_told(self):
        done = subprocess.run([ROOT / "bench/account", "--calls=2", "--small=2", "--large=20"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([ROW.fullmatch(line)[1] for line in done.stdout.splitlines()[2:]], [
            "create-thing", "create-keys-and-certificate", "attach-policy",
            "attach-thing-principal", "describe-thing", "list-things"])


if __name__ == "__main__":
    unittest.main()
