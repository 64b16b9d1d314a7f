"""Signature Version 4, as AWS's SDKs sign requests of the data plane (service iotdata)."""
from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import parse_qsl, quote

SERVICE = "iotdata"


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed(method: str, target: str, body: bytes, host: str, keys, region: str, now=None) -> dict:
    """The headers that a request needs. `keys`: access key, secret and, of temporary ones, token."""
    access, secret, *token = keys
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    path, _, query = target.partition("?")
    headers = {"host": host, "x-amz-date": stamp}
    if token and token[0]:
        headers["x-amz-security-token"] = token[0]
    names = ";".join(sorted(headers))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join([
        method, quote(path, safe="/~"),  # encoded twice, as it is for every service but S3
        "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs),
        *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
        hashlib.sha256(body).hexdigest()])
    scope = f"{stamp[:8]}/{region}/{SERVICE}/aws4_request"
    key = ("AWS4" + secret).encode()
    for part in (stamp[:8], region, SERVICE, "aws4_request"):
        key = _digest(key, part)
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, "
        f"Signature={_digest(key, text).hex()}")
    return headers
