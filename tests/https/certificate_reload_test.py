"""The server's certificate is taken up when it is replaced, without a restart."""
import contextlib
import http.client
import ipaddress
import shutil
import signal

from cryptography import x509

from harness import WAIT_SECONDS


@contextlib.contextmanager
def connection_to(endpoint):
    connection = http.client.HTTPSConnection("localhost", endpoint.https_port, timeout=WAIT_SECONDS,
                                             context=endpoint.tls(endpoint.admin))
    with contextlib.closing(connection):
        connection.connect()
        yield connection


def serial(connection) -> int:
    return int(connection.sock.getpeercert()["serialNumber"], 16)


def new_server_certificate(endpoint):
    return endpoint.authority.issue(alternatives=(
        x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))


def serial_of(certificate) -> int:
    with open(certificate.file, "rb") as file:
        return x509.load_pem_x509_certificate(file.read()).serial_number


def reread(endpoint, event: str):
    mark = endpoint.service.mark()
    endpoint.service.signal(signal.SIGHUP)
    endpoint.service.wait_for_line(event, mark)


def test_a_new_certificate_is_for_new_connections(endpoint):
    new = new_server_certificate(endpoint)
    with connection_to(endpoint) as old_connection:
        before = serial(old_connection)
        shutil.copy(new.file, endpoint.server.file)
        shutil.copy(new.key_file, endpoint.server.key_file)
        reread(endpoint, "https_certificate_read")
        with connection_to(endpoint) as connection:
            assert serial(connection) == serial_of(new) != before
            connection.request("GET", "/things/nothing/shadow")  # a client certificate still counts
            assert connection.getresponse().status == 404
        old_connection.request("GET", "/things/nothing/shadow")
        assert old_connection.getresponse().status == 404


def test_one_that_is_not_right_changes_nothing(endpoint):
    with connection_to(endpoint) as connection:
        before = serial(connection)
    other = new_server_certificate(endpoint)
    kept = endpoint.server.file.read_bytes()
    try:
        for content in (b"no certificate", other.file.read_bytes()):  # not of this key
            endpoint.server.file.write_bytes(content)
            reread(endpoint, "https_certificate_refused")
            with connection_to(endpoint) as connection:
                assert serial(connection) == before
    finally:
        endpoint.server.file.write_bytes(kept)
