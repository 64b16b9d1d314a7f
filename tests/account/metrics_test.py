"""What Prometheus reads of the account's calls."""
import signal

from account import Account
from harness import free_port
from metrics import scrape


def test_calls_are_counted_by_what_they_were_answered_with():
    port = free_port()
    with Account([f"--metrics_port={port}"]) as account:
        before = scrape(port)
        for path in ("/things/one", "/things/two", "/things/" + "x" * 129):
            account.ask("POST", path, {})
        account.ask("POST", "/things/one", {"attributePayload": {"attributes": {"a": "b"}}})
        account.ask("GET", "/things/none")
        account.put_key("AKIAIOSFODNN7EXAMPL2", [])
        mark = account.service.mark()
        account.service.signal(signal.SIGHUP)
        account.service.wait_for_line("principals_loaded", mark)
        account.ask("GET", "/things/none", key="AKIAIOSFODNN7EXAMPL2")
        account.stop_broker()
        account.ask("POST", "/things/three", {})
        after = scrape(port)
        account.start_broker()

        def more(name, **labels):
            return after.value(name, **labels) - before.value(name, **labels)

        counts = {code: more("shadow_account_requests_total", code=code)
                  for code in ("200", "400", "403", "404", "409", "500", "503")}
        assert counts == {"200": 2, "400": 1, "403": 1, "404": 1, "409": 1, "500": 0, "503": 1}
        assert more("shadow_account_request_duration_seconds_count") == 7
        assert more("shadow_account_request_duration_seconds_sum") > 0
