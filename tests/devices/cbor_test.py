"""What these tests take for CBOR, by examples of RFC 8949's appendix A."""
import pytest

import cbor

EXAMPLES = [(0, "00"), (23, "17"), (24, "1818"), (1000, "1903e8"), (1000000, "1a000f4240"),
            (1000000000000, "1b000000e8d4a51000"), (-1, "20"), (-1000, "3903e7"), (False, "f4"),
            (True, "f5"), (None, "f6"), (b"\1\2\3\4", "4401020304"), ("IETF", "6449455446"),
            ("ü", "62c3bc"), ([], "80"), ([1, [2, 3]], "8201820203"), ({}, "a0"),
            ({"a": 1, "b": [2, 3]}, "a26161016162820203"), ("x" * 30, "781e" + "78" * 30)]


@pytest.mark.parametrize("value, written", EXAMPLES)
def test_it_is_written_and_read(value, written):
    assert cbor.dumps(value).hex() == written
    assert cbor.loads(bytes.fromhex(written)) == value
