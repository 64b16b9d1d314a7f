"""The SDK's two clients of IoT Jobs behind one face, so that one list of tests drives both.

Each request returns the SDK's response object or raises Refused; `changes` and `nexts` hold what
the service tells by itself.
"""
import uuid
from concurrent.futures import Future

from awscrt import mqtt, mqtt_request_response
from awsiot import ServiceStreamOptions, V2ServiceException, iotjobs

from inbox import WAIT_SECONDS, Inbox

AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE
NEXT = "$next"


class Refused(Exception):
    """The service's rejected message."""

    def __init__(self, error):
        super().__init__(f"{error.code} {error.message}")
        self.code, self.message, self.state = error.code, error.message, error.execution_state


class _Jobs:
    """What both clients share: the requests and their members."""

    def __init__(self, thing):
        self._thing = thing
        self.changes, self.nexts = Inbox(), Inbox()

    def pending(self):
        return self._ask("get_pending_job_executions", iotjobs.GetPendingJobExecutionsRequest)

    def start_next(self, **members):
        return self._ask("start_next_pending_job_execution",
                         iotjobs.StartNextPendingJobExecutionRequest, **members)

    def describe(self, job=NEXT, **members):
        return self._ask("describe_job_execution", iotjobs.DescribeJobExecutionRequest,
                         job_id=job, **members)

    def update(self, job, **members):
        return self._ask("update_job_execution", iotjobs.UpdateJobExecutionRequest,
                         job_id=job, **members)


class ClassicClientJobs(_Jobs):
    """IotJobsClient: the caller subscribes, publishes and matches the answers itself."""

    def __init__(self, protocol, thing, job):
        super().__init__(thing)
        self._client = iotjobs.IotJobsClient(protocol)
        self._waiting = {}
        for verb, name, more in (
                ("get_pending_job_executions", "GetPendingJobExecutions", {}),
                ("start_next_pending_job_execution", "StartNextPendingJobExecution", {}),
                ("describe_job_execution", "DescribeJobExecution", {"job_id": job}),
                ("describe_job_execution", "DescribeJobExecution", {"job_id": NEXT}),
                ("update_job_execution", "UpdateJobExecution", {"job_id": job})):
            request = getattr(iotjobs, f"{name}SubscriptionRequest")(thing_name=thing, **more)
            self._subscribe(f"{verb}_accepted", request, self._on_accepted)
            self._subscribe(f"{verb}_rejected", request, self._on_rejected)
        for event, name, inbox in (
                ("job_executions_changed", "JobExecutionsChanged", self.changes),
                ("next_job_execution_changed", "NextJobExecutionChanged", self.nexts)):
            request = getattr(iotjobs, f"{name}SubscriptionRequest")(thing_name=thing)
            self._subscribe(f"{event}_events", request, inbox.put)

    def close(self):
        pass  # The subscriptions end with the connection.

    def _ask(self, verb, model, **members):
        token = str(uuid.uuid4())
        answer = self._waiting[token] = Future()
        request = model(thing_name=self._thing, client_token=token, **members)
        getattr(self._client, f"publish_{verb}")(request, AT_LEAST_ONCE).result(WAIT_SECONDS)
        return answer.result(WAIT_SECONDS)

    def _subscribe(self, what, request, callback):
        subscribe = getattr(self._client, f"subscribe_to_{what}")
        subscribe(request, AT_LEAST_ONCE, callback)[0].result(WAIT_SECONDS)

    # A filter of one job's answers matches those of "$next" of another subscription's as well.
    def _on_accepted(self, response):
        if response.client_token in self._waiting:
            self._waiting.pop(response.client_token).set_result(response)

    def _on_rejected(self, error):
        if error.client_token in self._waiting:
            self._waiting.pop(error.client_token).set_exception(Refused(error))


class V2ClientJobs(_Jobs):
    """IotJobsClientV2: the SDK subscribes and matches; what is told comes in two streams."""

    def __init__(self, protocol, thing, job):
        super().__init__(thing)
        self._client = iotjobs.IotJobsClientV2(
            protocol, mqtt_request_response.ClientOptions(
                max_request_response_subscriptions=8, max_streaming_subscriptions=2,
                operation_timeout_in_seconds=WAIT_SECONDS))
        self._streams = [self._open("job_executions_changed", "JobExecutionsChanged", self.changes),
                         self._open("next_job_execution_changed", "NextJobExecutionChanged",
                                    self.nexts)]

    def close(self):
        """Ends the streams; the SDK has no other way than to let go of them."""
        self._streams.clear()
        self._client = None

    def _ask(self, verb, model, **members):
        done = getattr(self._client, verb)(model(thing_name=self._thing, **members))
        try:
            return done.result(WAIT_SECONDS)
        except V2ServiceException as error:
            raise Refused(error.modeled_error) if error.modeled_error else error

    def _open(self, event, name, inbox):
        subscribed = Inbox()
        create = getattr(self._client, f"create_{event}_stream")
        stream = create(getattr(iotjobs, f"{name}SubscriptionRequest")(thing_name=self._thing),
                        ServiceStreamOptions(
                            incoming_event_listener=inbox.put,
                            subscription_status_listener=subscribed.put,
                            deserialization_failure_listener=inbox.put))
        stream.open()
        established = mqtt_request_response.SubscriptionStatusEventType.SUBSCRIPTION_ESTABLISHED
        subscribed.take(lambda status: status.type == established, "a subscribed stream")
        return stream
