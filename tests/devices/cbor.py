"""CBOR as devices speak it (RFC 8949), by hand: what our own reader is not asked to check itself."""
import struct


def _head(major: int, number: int) -> bytes:
    for limit, code, form in ((24, None, None), (1 << 8, 24, "B"), (1 << 16, 25, ">H"),
                              (1 << 32, 26, ">I"), (1 << 64, 27, ">Q")):
        if number < limit:
            if code is None:
                return bytes([major << 5 | number])
            return bytes([major << 5 | code]) + struct.pack(form, number)
    raise ValueError(number)


def dumps(value) -> bytes:
    if value is None or isinstance(value, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(dumps, value))
    return _head(5, len(value)) + b"".join(dumps(part) for pair in value.items() for part in pair)


def _read(data: bytes, at: int):
    major, number = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True, 22: None}[number], at
    if number >= 24:
        size = 1 << (number - 24)
        number = int.from_bytes(data[at:at + size], "big")
        at += size
    if major < 2:
        return (number if major == 0 else -1 - number), at
    if major < 4:
        part = data[at:at + number]
        return (part if major == 2 else part.decode()), at + number
    parts = []
    for _ in range(number * (major - 3)):
        part, at = _read(data, at)
        parts.append(part)
    return (parts if major == 4 else dict(zip(parts[::2], parts[1::2]))), at


def loads(data: bytes):
    value, end = _read(data, 0)
    if end != len(data):
        raise ValueError("something follows it")
    return value
