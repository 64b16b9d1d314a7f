#!/usr/bin/env python3
"""Holds deploy/docker/Dockerfile.dockerignore to CMakeLists.txt: every folder that the Dockerfile's
own build needs comes into it. CI packs programs that were built outside, and would not notice."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main() -> int:
    # Unindented: those of tests, fuzzers and benchmarks stand in conditions that the image's build
    # does not meet.
    build = (ROOT / "CMakeLists.txt").read_text()
    needed = set(re.findall(r"^add_subdirectory\(([\w/]+)\)", build, re.M)) | {"cmake", "deploy"}
    ignored = (ROOT / "deploy/docker/Dockerfile.dockerignore").read_text()
    missing = needed - set(re.findall(r"^!(\S+)$", ignored, re.M))
    for folder in sorted(missing):
        print(f"Dockerfile.dockerignore keeps {folder}/ out, which CMakeLists.txt needs")
    return 1 if missing or len(needed) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
