"""The AWS IoT Device SDK v1 for Python (AWSIoTPythonSDK): a shadow over WebSocket, with its own
signing, or by mutual TLS.

sdk_v1.py websocket|certificate HOST PORT CA THING [CERTIFICATE KEY], with the credentials in the
environment. Connects to this machine, whatever HOST is: that name is for TLS and the signature.
"""
import queue
import socket
import sys

from AWSIoTPythonSDK.MQTTLib import AWSIoTMQTTShadowClient

WAIT_SECONDS = 60

way, host, port, ca, thing, *files = sys.argv[1:]
answers, deltas = queue.Queue(), queue.Queue()


def answered(payload, status, _token):
    answers.put(f"{status} {payload}")


def print_answer(operation):
    print(operation, answers.get(timeout=WAIT_SECONDS), flush=True)


client = AWSIoTMQTTShadowClient(thing, useWebsocket=way == "websocket")
client.configureEndpoint(host, int(port))
if way == "websocket":
    client.configureCredentials(ca)
else:
    certificate, key = files
    client.configureCredentials(ca, key, certificate)
client.configureSocketFactory(lambda: socket.create_connection(("127.0.0.1", int(port))))
client.configureConnectDisconnectTimeout(WAIT_SECONDS)
client.configureMQTTOperationTimeout(WAIT_SECONDS)
assert client.connect()
shadow = client.createShadowHandlerWithName(thing, True)
shadow.shadowGet(answered, WAIT_SECONDS)
print_answer("get")
shadow.shadowUpdate('{"state": {"reported": {"colour": "green"}}}', answered, WAIT_SECONDS)
print_answer("update")
shadow.shadowGet(answered, WAIT_SECONDS)
print_answer("get")
shadow.shadowRegisterDeltaCallback(lambda payload, _status, _token: deltas.put(payload))
print("subscribed", flush=True)
print("delta", deltas.get(timeout=WAIT_SECONDS), flush=True)
shadow.shadowDelete(answered, WAIT_SECONDS)
print_answer("delete")
client.disconnect()
