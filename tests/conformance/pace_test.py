"""The pace, by a clock that the test moves."""
import threading

import conftest  # noqa: F401
from shadow_conformance.pace import Pace


class FakeTime:
    def __init__(self):
        self.now = 100.0
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_requests_leave_a_tenth_of_a_second_apart():
    time = FakeTime()
    pace = Pace(10, time.clock, time.sleep)
    begin = time.now
    for _ in range(21):
        pace.step()
    assert abs(time.now - begin - 2.0) < 1e-9
    assert pace.passed == 21


def test_time_that_passed_without_requests_is_not_made_up_for():
    time = FakeTime()
    pace = Pace(10, time.clock, time.sleep)
    pace.step()
    time.now += 60
    for _ in range(3):
        pace.step()
    assert [round(one, 6) for one in time.slept] == [0.1, 0.1]


def test_without_a_rate_nobody_waits():
    time = FakeTime()
    pace = Pace(0, time.clock, time.sleep)
    for _ in range(1000):
        pace.step()
    assert time.slept == []


def test_threads_share_one_pace():
    slept = []
    pace = Pace(10, lambda: 0.0, slept.append)
    threads = [threading.Thread(target=pace.step) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(round(one, 6) for one in slept) == [round(n / 10, 6) for n in range(1, 20)]
