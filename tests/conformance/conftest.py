"""The endpoints that these tests ask: the real one, and a service that is the model of its rules."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tests/broker", "tests/security", "tests/https", "tests/shadowctl", "testing/python",
               "conformance"):
    sys.path.append(str(ROOT / folder))

import pytest  # noqa: E402

from mosquitto_shadow_testing import begin  # noqa: E402
from shadowctl import PROGRAM  # noqa: E402


@pytest.fixture(scope="module")
def world():
    """Broker and service as `shadowctl world --tls` starts them, where faults may be had."""
    with begin(str(PROGRAM)).world() as made:
        yield made
