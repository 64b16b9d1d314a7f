"""What the plugin tells the service of itself, once a second."""
from client import Client, Shadow
from harness import Stack


def test_the_service_hears_how_the_plugin_does():
    with Stack(service_flags=["--log_level=debug"], broker_lines=["sys_interval 1"]) as stack:
        service = stack.service
        with Client(stack.port) as client:
            client.subscribe("a", "b", "c")
            Shadow(client, "thing").fence()
            # The service's own two subscriptions count, and those of the shadow's answers.
            service.wait_for_line(r"plugin_status connected_clients=1 subscriptions=[5-9] "
                                  r"taken=[1-9]\d* waiting=0$")
        service.wait_for_line(r"plugin_status connected_clients=0 ")
        assert not service.lines_since(0, "envelope_refused")


def test_a_new_session_of_the_service_is_told_too():
    with Stack(service_flags=["--log_level=debug"]) as stack:
        stack.service.wait_for_line("plugin_status")
        stack.stop_service()
        mark = stack.service.mark()
        stack.start_service()
        stack.service.wait_for_line("plugin_status", mark)
