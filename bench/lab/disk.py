"""What a sync of the disk costs: the least that an accepted which means stored can take."""

import os
import statistics
import time
from pathlib import Path

_WRITES = 300
_BYTES = b"x" * 600  # about what one small update adds to a log


def fdatasync_p50_us(folder: Path) -> float:
    """The median time of fdatasync after a small append to a file in `folder`."""
    path = folder / "fdatasync-probe"
    times = []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(_WRITES):
            os.write(descriptor, _BYTES)
            start = time.perf_counter_ns()
            os.fdatasync(descriptor)
            times.append(time.perf_counter_ns() - start)
    finally:
        os.close(descriptor)
        path.unlink()
    return statistics.median(times) / 1000
