"""What came for a case: the only thing that it is judged by, so that a record can be judged again."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Optional

from . import payload


class Arrival(NamedTuple):
    """A message; `topic` is what stands behind the shadow's prefix."""
    topic: str
    payload: bytes
    qos: int
    retain: bool
    at: float  # seconds since 1970, by the clock here

    def to_record(self) -> dict:
        return {"topic": self.topic, **payload.to_record(self.payload), "qos": self.qos,
                "retain": self.retain, "at": round(self.at, 3)}

    @classmethod
    def from_record(cls, record: dict) -> Arrival:
        return cls(record["topic"], payload.from_record(record), record["qos"], record["retain"],
                   record["at"])


class HttpAnswer(NamedTuple):
    status: int
    headers: dict  # names in lower case
    body: bytes

    def to_record(self) -> dict:
        return {"status": self.status, "headers": self.headers, **payload.to_record(self.body)}

    @classmethod
    def from_record(cls, record: dict) -> HttpAnswer:
        return cls(record["status"], record["headers"], payload.from_record(record))


@dataclass
class Exchange:
    """A request and what it caused."""
    request: str            # "update", or "POST /things/..."
    payload: bytes = b""
    sent: float = 0
    messages: list = field(default_factory=list)
    http: Optional[HttpAnswer] = None

    def to_record(self) -> dict:
        return {"request": self.request, **payload.to_record(self.payload),
                "sent": round(self.sent, 3), "messages": [one.to_record() for one in self.messages],
                "http": self.http.to_record() if self.http else None}

    @classmethod
    def from_record(cls, record: dict) -> Exchange:
        return cls(record["request"], payload.from_record(record), record["sent"],
                   [Arrival.from_record(one) for one in record["messages"]],
                   HttpAnswer.from_record(record["http"]) if record["http"] else None)


@dataclass
class Observation:
    """`given`, `now`: the endpoint's seconds, first and last. `after` is the get behind the request,
    `born` the update behind that, where a tombstone is to be seen. `failed`: why the request was never
    made; `not_offered`: why it could not be."""
    thing: str
    given: Optional[list] = None
    now: Optional[list] = None
    steps: list = field(default_factory=list)
    after: Optional[Exchange] = None
    born: Optional[Exchange] = None
    watched: bool = True  # MQTT messages would have been seen
    failed: str = ""
    not_offered: str = ""



    def to_record(self) -> dict:
        record = {name: getattr(self, name) for name in
                  ("thing", "given", "now", "watched", "failed", "not_offered")}
        record["steps"] = [one.to_record() for one in self.steps]
        for name in ("after", "born"):
            one = getattr(self, name)
            record[name] = one.to_record() if one else None
        return record

    @classmethod
    def from_record(cls, record: dict) -> Observation:
        members = dict(record)
        members["steps"] = [Exchange.from_record(one) for one in record["steps"]]
        for name in ("after", "born"):
            members[name] = Exchange.from_record(record[name]) if record[name] else None
        return cls(**members)
