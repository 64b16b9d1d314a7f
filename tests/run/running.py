"""./run as a child process, and what a test wants to know of it."""

import os
import pathlib
import select
import signal
import socket
import subprocess
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60  # a bound, not a pause: every wait ends with its event


def free_ports(count, lowest=20000, highest=32000):
    """Ports below those that the system gives to clients, so that none is taken meanwhile."""
    start = lowest + (os.getpid() * 37) % (highest - lowest)
    ports = []
    for port in (*range(start, highest), *range(lowest, start)):
        if is_free(port):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise AssertionError('no free ports')


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def until(condition, what):
    """Waits until condition() gives something true, and gives that."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        select.select([], [], [], 0.02)
    raise AssertionError(f'never happened: {what}')


class Run:
    """One ./run. All that it starts carries a mark in its environment, and so can be found."""

    def __init__(self, *arguments, state=None, ports=None, https=0, metrics=0, cwd=ROOT, prefix=(),
                 environment=None):
        self.mark = f'RUN_TEST_MARK={uuid.uuid4()}'
        self.state = state
        arguments = list(map(str, arguments))
        if state is not None:
            arguments = ['--http-port', '0', *arguments, '--state-dir', str(state)]
        if ports is not None:
            self.mqtt, self.mqtts = ports
            arguments += ['--mqtt-port', str(self.mqtt), '--mqtts-port', str(self.mqtts),
                          '--metrics-port', str(metrics), '--https-port', str(https)]
        name, value = self.mark.split('=')
        self.process = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'TERM', *prefix, str(ROOT / 'run'), *arguments], cwd=cwd, text=True,
            env={**os.environ, name: value, **(environment or {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready = {}

    def await_ready(self):
        """Reads up to the line that begins with `ready` and the NAME=VALUE lines after it."""
        for line in self.process.stdout:
            line = line.rstrip('\n')
            if line.startswith('ready'):
                self.ready['ready'] = line
            elif not line:
                return self
            elif self.ready:
                name, value = line.split('=', 1)
                self.ready[name] = value
        raise AssertionError(f'./run ended before it was ready: {self.process.stderr.read()}')

    def stop(self, number=signal.SIGTERM):
        """Gives the exit code, and what was said on standard error."""
        self.process.send_signal(number)
        return self.await_end()

    def shadowctl(self, *words):
        """Starts shadowctl with the settings of this endpoint."""
        return subprocess.Popen(
            [self.ready['shadowctl'], '--config', self.ready['config'], *map(str, words)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def await_end(self):
        _, said = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, said

    def processes(self):
        """The pids of all that it started and that lives."""
        found = []
        for folder in pathlib.Path('/proc').glob('[0-9]*'):
            try:
                environment = (folder / 'environ').read_bytes().split(b'\0')
                is_dead = (folder / 'stat').read_text().rpartition(')')[2].split()[0] in 'ZX'
            except OSError:
                continue
            if self.mark.encode() in environment and not is_dead:
                found.append(int(folder.name))
        return found

    def pid_of(self, part):
        return int((pathlib.Path(self.state) / 'run' / f'{part}.pid').read_text())

    def user_of(self, part):
        return os.stat(f'/proc/{self.pid_of(part)}').st_uid

    def log_of(self, part):
        return (pathlib.Path(self.state) / 'log' / f'{part}.log').read_text()

    def __enter__(self):
        return self.await_ready()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.process.stderr.close()


def refusal(*arguments, **options):
    """Runs ./run with what it must refuse; gives its sentence, once nothing is left of it."""
    run = Run(*arguments, **options)
    try:
        code, said = run.await_end()
    except subprocess.TimeoutExpired:
        run.process.kill()
        raise
    assert code not in (0, None), said
    assert run.processes() == []
    return said


def tls_options(ready):
    return ['--cafile', ready['ca'], '--cert', ready['cert'], '--key', ready['key']]


def request(port, what, payload=None, answer='accepted', tls=(), host='127.0.0.1'):
    """One shadow request of the sample thing through mosquitto_rr; gives the answer's text."""
    topic = f'$aws/things/sample-thing/shadow/{what}'
    done = subprocess.run(
        ['mosquitto_rr', '-V', '311', '-h', host, '-p', str(port), '-q', '1', '-W', '10', *tls,
         '-t', topic, '-e', f'{topic}/{answer}', *(['-m', payload] if payload else ['-n'])],
        capture_output=True, text=True, timeout=WAIT_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
