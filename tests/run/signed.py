"""Clients as people have them, with keys: MQTT over WebSocket by paho, its URL signed by botocore."""
import threading

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from paho.mqtt import client as paho

WAIT_SECONDS = 60
REGION = 'us-east-1'


def signed_path(port, key, secret):
    """Path and query of a URL that lets in at wss://localhost:PORT."""
    request = AWSRequest('GET', f'https://localhost:{port}/mqtt')
    signer = SigV4QueryAuth(Credentials(key, secret), 'iotdevicegateway', REGION, expires=300)
    signer.add_auth(request)
    return request.url.partition(f':{port}')[2]


def shadow_over_websocket(port, ca, key, secret, thing):
    """Reports a state of the thing; gives the answer's topic and payload."""
    came, answers = threading.Event(), []
    shadow = f'$aws/things/{thing}/shadow/update'

    def on_message(_, __, message):
        answers.append((message.topic, message.payload.decode()))
        came.set()
    client = paho.Client(thing, transport='websockets')
    client.tls_set(ca_certs=ca)
    client.ws_set_options(path=signed_path(port, key, secret))
    client.on_connect = lambda *_: client.subscribe([(f'{shadow}/accepted', 1), (f'{shadow}/rejected', 1)])
    client.on_subscribe = lambda *_: client.publish(
        shadow, '{"state":{"reported":{"by":"websocket"}}}', qos=1)
    client.on_message = on_message
    client.connect('localhost', port)
    client.loop_start()
    try:
        assert came.wait(WAIT_SECONDS), 'no answer over WebSocket'
    finally:
        client.disconnect()
        client.loop_stop()
    return answers[0]
