"""The SDK's two shadow clients behind one face, so that one list of tests drives both.

Both give get(), update() and delete(), which return the SDK's response object
or raise Refused, and two inboxes, `deltas` and `documents`, which hold the SDK's
events. `name` is a named shadow's name, None for the classic shadow.
"""

import uuid
from concurrent.futures import Future

from awscrt import mqtt, mqtt_request_response
from awsiot import ServiceStreamOptions, V2ServiceException, iotshadow

from inbox import WAIT_SECONDS, Inbox

AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE


class Refused(Exception):
    """The service's rejected message."""

    def __init__(self, error):
        super().__init__(f"{error.code} {error.message}")
        self.code, self.message, self.token = error.code, error.message, error.client_token


class _Shadow:
    """What both clients share: the SDK's names for the classic and for named shadows."""

    def __init__(self, thing, name):
        self._target = {"thing_name": thing, **({"shadow_name": name} if name else {})}
        self._infix = "named_shadow" if name else "shadow"
        self.deltas, self.documents = Inbox(), Inbox()

    def get(self):
        return self.begin("get").result(WAIT_SECONDS)

    def update(self, version=None, **sections):
        return self.begin_update(version, **sections).result(WAIT_SECONDS)

    def delete(self):
        return self.begin("delete").result(WAIT_SECONDS)

    def begin_update(self, version=None, **sections):
        return self.begin("update", version=version, state=iotshadow.ShadowState(**sections))

    def _model(self, before, after):
        """The SDK's class of that name, e.g. GetNamedShadowRequest."""
        infix = "".join(word.capitalize() for word in self._infix.split("_"))
        return getattr(iotshadow, before + infix + after)

    def _request(self, verb, **members):
        return self._model(verb.capitalize(), "Request")(**self._target, **members)


class ClassicClientShadow(_Shadow):
    """IotShadowClient: the caller subscribes, publishes and matches the answers itself."""

    def __init__(self, protocol, thing, name=None):
        super().__init__(thing, name)
        self._client = iotshadow.IotShadowClient(protocol)
        self._waiting = {}
        for verb in ("get", "update", "delete"):
            request = self._model(verb.capitalize(), "SubscriptionRequest")(**self._target)
            self._subscribe(f"{verb}_{self._infix}_accepted", request, self._on_accepted)
            self._subscribe(f"{verb}_{self._infix}_rejected", request, self._on_rejected)
        for event, before, inbox in (("delta_updated", "DeltaUpdated", self.deltas),
                                     ("updated", "Updated", self.documents)):
            request = self._model("", before + "SubscriptionRequest")(**self._target)
            self._subscribe(f"{self._infix}_{event}_events", request, inbox.put)

    def close(self):
        pass  # The subscriptions end with the connection.

    def begin(self, verb, **members):
        token = str(uuid.uuid4())
        answer = self._waiting[token] = Future()
        request = self._request(verb, client_token=token, **members)
        publish = getattr(self._client, f"publish_{verb}_{self._infix}")
        publish(request, AT_LEAST_ONCE).result(WAIT_SECONDS)
        return answer

    def _subscribe(self, what, request, callback):
        subscribe = getattr(self._client, f"subscribe_to_{what}")
        subscribe(request, AT_LEAST_ONCE, callback)[0].result(WAIT_SECONDS)

    # Answers go to everybody who subscribes (rule F14): foreign tokens are not ours.
    def _on_accepted(self, response):
        if response.client_token in self._waiting:
            self._waiting.pop(response.client_token).set_result(response)

    def _on_rejected(self, error):
        if error.client_token in self._waiting:
            self._waiting.pop(error.client_token).set_exception(Refused(error))


class V2ClientShadow(_Shadow):
    """IotShadowClientV2: the SDK subscribes and matches; events come in two streams."""

    def __init__(self, protocol, thing, name=None):
        super().__init__(thing, name)
        self._client = iotshadow.IotShadowClientV2(
            protocol, mqtt_request_response.ClientOptions(
                max_request_response_subscriptions=6, max_streaming_subscriptions=2,
                operation_timeout_in_seconds=WAIT_SECONDS))
        self._streams = [self._open("delta_updated", "DeltaUpdated", self.deltas),
                         self._open("updated", "Updated", self.documents)]

    def close(self):
        """Ends the streams; the SDK has no other way than to let go of them."""
        self._streams.clear()
        self._client = None

    def begin(self, verb, **members):
        answer = Future()
        done = getattr(self._client, f"{verb}_{self._infix}")(self._request(verb, **members))
        done.add_done_callback(lambda future: _settle(answer, future))
        # The SDK gives up an operation whose future nobody holds.
        answer.held = done
        return answer

    def _open(self, event, infix, inbox):
        subscribed = Inbox()
        create = getattr(self._client, f"create_{self._infix}_{event}_stream")
        stream = create(self._model("", infix + "SubscriptionRequest")(**self._target),
                        ServiceStreamOptions(
                            incoming_event_listener=inbox.put,
                            subscription_status_listener=subscribed.put,
                            deserialization_failure_listener=inbox.put))
        stream.open()
        established = mqtt_request_response.SubscriptionStatusEventType.SUBSCRIPTION_ESTABLISHED
        subscribed.take(lambda status: status.type == established, "a subscribed stream")
        return stream


def _settle(answer, future):
    error = future.exception()
    if error is None:
        answer.set_result(future.result())
    elif isinstance(error, V2ServiceException) and error.modeled_error:
        answer.set_exception(Refused(error.modeled_error))
    else:
        answer.set_exception(getattr(error, "inner_error", None) or error)
