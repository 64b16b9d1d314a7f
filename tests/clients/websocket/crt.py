"""Debian's AWS Common Runtime for Python: MQTT over WebSocket, signed in a transform of its own.

crt.py HOST PORT CA THING, with the credentials in the environment.
"""
import os
import sys
import threading

from awscrt import auth, io, mqtt

WAIT_SECONDS = 60

host, port, ca, thing = sys.argv[1:]
came = threading.Event()
deltas = []
group = io.EventLoopGroup(1)
bootstrap = io.ClientBootstrap(group, io.DefaultHostResolver(group))
tls = io.TlsContextOptions()
tls.override_default_trust_store_from_path(None, ca)
provider = auth.AwsCredentialsProvider.new_static(
    os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def sign(transform_args, **_):
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
        credentials_provider=provider, region="eu-central-1", service="iotdevicegateway",
        omit_session_token=True)
    signing = auth.aws_sign_request(transform_args.http_request, config)
    signing.add_done_callback(lambda done: transform_args.set_done(done.exception()))


def on_message(topic, payload, **_):
    deltas.append(payload.decode())
    came.set()


connection = mqtt.Connection(
    client=mqtt.Client(bootstrap, io.ClientTlsContext(tls)), host_name=host, port=int(port),
    client_id=thing, use_websockets=True, websocket_handshake_transform=sign)
connection.connect().result(WAIT_SECONDS)
connection.subscribe(f"$aws/things/{thing}/shadow/update/delta", mqtt.QoS.AT_LEAST_ONCE,
                     on_message)[0].result(WAIT_SECONDS)
print("subscribed", flush=True)
assert came.wait(WAIT_SECONDS)
print("delta", deltas[0], flush=True)
connection.disconnect().result(WAIT_SECONDS)
