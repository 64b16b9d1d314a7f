"""The AWS IoT Device SDK v2 for Python, MQTT 3.1.1 or 5 over WebSocket with its own signing.

sdk_v2.py 3|5 HOST PORT CA THING, with the credentials in the environment.
"""
import sys
import threading

from awscrt import auth, mqtt, mqtt5
from awsiot import mqtt5_client_builder, mqtt_connection_builder

WAIT_SECONDS = 60

level, host, port, ca, thing = sys.argv[1:]
topic = f"$aws/things/{thing}/shadow/update/delta"
options = dict(endpoint=host, port=int(port), ca_filepath=ca, client_id=thing,
               region="eu-central-1",
               credentials_provider=auth.AwsCredentialsProvider.new_default_chain())
came = threading.Event()
deltas = []


def keep(payload):
    deltas.append(payload.decode())
    came.set()


if level == "3":
    connection = mqtt_connection_builder.websockets_with_default_aws_signing(
        clean_session=True, **options)
    connection.connect().result(WAIT_SECONDS)
    connection.subscribe(topic, mqtt.QoS.AT_LEAST_ONCE,
                         lambda topic, payload, **_: keep(payload))[0].result(WAIT_SECONDS)
else:
    connected = threading.Event()
    client = mqtt5_client_builder.websockets_with_default_aws_signing(
        on_publish_received=lambda data: keep(data.publish_packet.payload),
        on_lifecycle_connection_success=lambda _: connected.set(),
        on_lifecycle_connection_failure=lambda data: print("failed", data.exception, flush=True),
        **options)
    client.start()
    assert connected.wait(WAIT_SECONDS)
    client.subscribe(mqtt5.SubscribePacket([mqtt5.Subscription(
        topic, mqtt5.QoS.AT_LEAST_ONCE)])).result(WAIT_SECONDS)
print("subscribed", flush=True)
assert came.wait(WAIT_SECONDS)
print("delta", deltas[0], flush=True)
if level == "3":
    connection.disconnect().result(WAIT_SECONDS)
else:
    client.stop()
