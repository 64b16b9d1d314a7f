"""The messages of the command pattern: their topics and their JSON.

request   {"id": 7, "command": "light on", "expires": 1767225600.0, "after": 6}
response  {"id": 7, "status": "success", "last_id": 7, "state": {...}, "reason": "..."}

`id` is the transaction id, a number that grows. `after`, where given, is the id that the
device must have done last. `expires` is when the application gives up, in seconds since
1970. `reason` is missing where there is nothing to say.
"""

import json

SUCCESS = "success"          # done, once
FAILURE = "failure"          # begun, and it did not work
REFUSED = "refused"          # not begun: out of order, or not understood
MISSED = "missed"            # not begun: the device was away until it had expired
INTERRUPTED = "interrupted"  # begun, and the device stopped before its end

GROUP_REQUEST = "device_status/request"
GROUP_RESPONSE = "device_status/response"


def request_topic(device):
    return f"cmd/{device}/req"


def response_topic(device):
    return f"cmd/{device}/resp"


def to_json(message):
    return json.dumps(message, separators=(",", ":"))


def read(payload):
    """The message as a dict; ValueError when it is not a JSON object."""
    message = json.loads(payload)
    if not isinstance(message, dict):
        raise ValueError("the message is not a JSON object")
    return message


def read_request(payload):
    """A command request with members of the right types; ValueError names what is wrong."""
    request = read(payload)
    if not _is_whole(request.get("id")):
        raise ValueError("id is missing or is not a whole number")
    if not isinstance(request.get("command"), str):
        raise ValueError("command is missing or is not a string")
    if not _is_number(request.get("expires", 0)):
        raise ValueError("expires is not a number of seconds")
    if not (request.get("after") is None or _is_whole(request["after"])):
        raise ValueError("after is not a whole number")
    return request


def _is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value):
    return _is_whole(value) or isinstance(value, float)
