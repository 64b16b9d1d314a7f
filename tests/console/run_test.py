"""What ./run prints opens in a browser, and what is there is the sample thing's."""
import running

from stage import drive


def test_the_printed_address_shows_the_sample_thing(tmp_path_factory):
    http, mqtt, mqtts = running.free_ports(3)
    with running.Run("--http-port", http, state=tmp_path_factory.mktemp("run") / "state",
                     ports=(mqtt, mqtts)) as run:
        address = run.ready["console"]
        assert address.startswith(f"http://localhost:{http}/console/#token="), address
        drive("endpoint", {"address": address, "origin": f"http://localhost:{http}"})
