"""An endpoint whose account can be administered over HTTPS, and boto3's client of it."""

import contextlib
import json
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from endpoint import Endpoint

DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]})


@contextlib.contextmanager
def account_endpoint():
    running = Endpoint(https=True)
    try:
        running.start()
        yield running
    finally:
        running.close()


def client_of(endpoint):
    """With a key that may do everything, and without retries that would hide an error."""
    key, secret = endpoint.new_access_key()
    return boto3.client("iot", region_name="us-east-1", verify=endpoint.ca,
                        endpoint_url=f"https://localhost:{endpoint.https_port}",
                        aws_access_key_id=key, aws_secret_access_key=secret,
                        config=Config(retries={"total_max_attempts": 1}))


def new_name() -> str:
    return f"n-{uuid.uuid4().hex[:12]}"


def error_of(call, **arguments) -> str:
    """The name of the exception that the call must end in."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError(f"{call.__name__} succeeded")
