"""Where a device finds its cloud: the environment that `shadowctl world` makes."""
import os
import ssl
from pathlib import Path
from typing import NamedTuple, Optional


class Place(NamedTuple):
    host: str
    port: int
    tls: Optional[ssl.SSLContext]

    @staticmethod
    def from_environment(certificates=None):
        """`certificates`: the folder that `shadowctl thing create` has made of the thing; without it
        the port for anybody."""
        host = os.environ["SHADOW_ENDPOINT"]
        if certificates is None:
            return Place(host, int(os.environ["SHADOW_MQTT_PORT"]), None)
        context = ssl.create_default_context(cafile=os.environ["SHADOW_CA"])
        folder = Path(certificates)
        context.load_cert_chain(folder / "certificate.pem", folder / "private.key")
        return Place(host, int(os.environ["SHADOW_MQTTS_PORT"]), context)
