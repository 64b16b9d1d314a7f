"""A device: a lamp that does what its shadow desires, and reports it. SHADOW_ENDPOINT and
SHADOW_MQTT_PORT say where it lives."""
import json
import os

import paho.mqtt.client as mqtt

SHADOW = "$aws/things/lamp/shadow"


def on_message(client, _, message):
    document = json.loads(message.payload)
    delta = document["state"] if message.topic.endswith("delta") else document["state"].get("delta")
    if delta:
        client.publish(f"{SHADOW}/update", json.dumps({"state": {"reported": delta}}), 1)


def on_connect(client, *_):
    client.subscribe([(f"{SHADOW}/update/delta", 1), (f"{SHADOW}/get/accepted", 1)])
    client.publish(f"{SHADOW}/get", "", 1)


lamp = mqtt.Client(client_id="lamp")
lamp.on_connect, lamp.on_message = on_connect, on_message
lamp.connect(os.environ["SHADOW_ENDPOINT"], int(os.environ["SHADOW_MQTT_PORT"]))
lamp.loop_forever()
