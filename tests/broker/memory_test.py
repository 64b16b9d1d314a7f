"""What the broker says of its own memory."""
import json

from client import Client, Shadow
from harness import Stack

HEAP, UPTIME = "$SYS/broker/heap/current", "$SYS/broker/uptime"
MANY_BYTES = 32 << 20  # far more than such a broker needs, and far less than below nothing


def test_the_brokers_count_of_its_memory_stays_true():
    """It counts what it allocates and frees; what the plugin publishes is freed by it, too."""
    with Stack(broker_lines=["sys_interval 1"], log_types=("error",)) as stack:
        with Client(stack.port) as device, Client(stack.port) as watch:
            shadow = Shadow(device, "counted")
            for number in range(200):
                shadow.exchange("update", json.dumps({"state": {"reported": {"n": number,
                                                                             "x": "x" * 4000}}}))
            watch.subscribe(UPTIME)
            for _ in range(3):  # the last two are of rounds after all that
                watch.take_until(lambda one: one.topic == UPTIME)
            watch.subscribe(HEAP)
            heap = watch.take_until(lambda one: one.topic == HEAP)[-1].payload
            assert int(heap) < MANY_BYTES
