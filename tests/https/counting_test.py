"""What HTTPS answers is counted beside what MQTT answers (docs/metrics.md)."""
from collections import Counter

from endpoint import Endpoint
from harness import free_port
from metrics import scrape


def https_answers(port) -> Counter:
    return Counter({(labels["operation"], labels["code"]): value
                    for (name, pairs), value in scrape(port).series.items()
                    if name == "shadow_requests_total"
                    for labels in [dict(pairs)] if labels["protocol"] == "https" and value})


def test_each_answered_request_is_counted_once():
    port = free_port()
    with Endpoint([f"--metrics_port={port}"]) as endpoint:
        asked = [("GET", 404), ("POST", 200), ("GET", 200), ("GET", 200), ("DELETE", 200),
                 ("DELETE", 404)]
        for method, status in asked:
            body = '{"state":{}}' if method == "POST" else None
            assert endpoint.ask(method, "/things/counted/shadow", body).status == status
        for refused in (endpoint.ask("GET", "/things/counted/shadow", certificate=None),
                        endpoint.ask("DELETE", "/things/counted/shadow", certificate="reader"),
                        endpoint.ask("GET", "/nothing")):
            assert refused.status >= 400
        assert https_answers(port) == {("get", "404"): 1, ("get", "200"): 2, ("update", "200"): 1,
                                       ("delete", "200"): 1, ("delete", "404"): 1}
