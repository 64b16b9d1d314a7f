"""What the kernel knows of a process: its memory, and what it has the disk write."""

from pathlib import Path


def _line(path: str, name: str) -> str:
    return next(line.split(":", 1)[1] for line in Path(path).read_text().splitlines()
                if line.startswith(f"{name}:"))


def resident_bytes(pid: int) -> int:
    return int(_line(f"/proc/{pid}/status", "VmRSS").split()[0]) * 1024


def written_bytes(pid: int) -> int:
    """Counted when a page becomes dirty: the log, tables that are flushed and those of merges."""
    return int(_line(f"/proc/{pid}/io", "write_bytes"))
