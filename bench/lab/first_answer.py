"""How long a service takes from its start to its first answer."""

import threading
import time

import paho.mqtt.client as mqtt

from .rig import Product

_WAIT_SECONDS = 60


def seconds_to_first_answer(product: Product, thing: str, shadow: str) -> float:
    """Kills the service, asks for a shadow, and starts it again: the plugin holds the request."""
    product.service.child.kill()
    product.service.stop()
    topic = f"$aws/things/{thing}/shadow/name/{shadow}/get"
    ready, answered = threading.Event(), threading.Event()
    client = mqtt.Client()
    client.on_connect = lambda *_: client.subscribe(topic + "/+", 1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda *_: answered.set()
    client.connect("127.0.0.1", product.port)
    client.loop_start()
    try:
        if not ready.wait(_WAIT_SECONDS):
            raise RuntimeError("the broker did not take the subscription")
        client.publish(topic, "", 1).wait_for_publish()
        started = time.perf_counter()
        product.start_service()
        if not answered.wait(_WAIT_SECONDS):
            raise RuntimeError("the service gave no answer")
        return time.perf_counter() - started
    finally:
        client.loop_stop()
        client.disconnect()
