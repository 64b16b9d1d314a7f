"""What is known of an endpoint before anything is asked: where it listens, how patient to be."""
from __future__ import annotations

from typing import NamedTuple


class Profile(NamedTuple):
    name: str
    title: str
    mqtt_port: int
    tls: bool                # MQTT over TLS, whether or not a certificate is named
    websockets: bool = False
    websocket_host: str = ""  # the name that the endpoint knows its MQTT by
    keys: tuple = ()         # sign HTTPS with these unless the environment has others
    rate: float = 0          # requests a second; 0: as fast as it goes
    patience: float = 5      # seconds without news, after which what has not come does not come
    quiet: float = 0.5       # seconds in which what must not come could
    group: int = 2000        # cases at a time on one connection
    asks: bool = False       # say what it costs, and ask
    no_route: str = ""       # what an answer of HTTPS has in it where there is no such route
    rate_max: float = 0      # what --rate cannot exceed; 0: anything


_EMULATOR = dict(tls=False, websockets=True, keys=("test", "test"),
                 websocket_host="iot.us-east-1.localhost")

PROFILES = {one.name: one for one in (
    # AWS: 50 subscriptions a connection, 20 requests/s a thing; no promise about a message's way.
    Profile("aws", "AWS IoT Core", 8883, tls=True, rate=10, patience=20, quiet=5, group=40, asks=True,
            rate_max=10),
    Profile("ours", "mosquitto-shadow", 1883, tls=False),
    Profile("ministack", "MiniStack", 4566, no_route="Unsupported iot-data path", **_EMULATOR),
    Profile("floci", "floci", 4566, **_EMULATOR),
    Profile("localstack", "LocalStack", 4566, **_EMULATOR),
)}
