"""The endpoint's clock: its seconds, and how far they are from those here."""
from __future__ import annotations

import math
import time

# Further off than this it is no clock that is wrong, but no clock: milliseconds, or nothing.
SKEW_SECONDS_MAX = 86400


class EndpointClock:
    """Made of one accepted message: its timestamp, and when that was asked for and came."""

    def __init__(self, stamp: int, sent: float, came: float):
        self.skew = stamp + 0.5 - (sent + came) / 2
        if abs(self.skew) > SKEW_SECONDS_MAX:
            self.skew = 0.0

    @property
    def skew_seconds(self) -> int:
        """0 where it cannot be told from none."""
        return 0 if abs(self.skew) < 1.5 else round(self.skew)

    def span(self, begin: float, end: float) -> list:
        """The seconds that the endpoint may show for what happened here between these two."""
        return [math.floor(begin + self.skew - 0.75), math.floor(end + self.skew + 0.75)]

    def wait_beyond(self, last: int, sleep=time.sleep) -> None:
        """Until no message can bear this second, or the one before, any more: leaves may be a second
        older than their message (D10)."""
        while (left := last + 2.5 - (time.time() + self.skew)) > 0:
            sleep(left)
