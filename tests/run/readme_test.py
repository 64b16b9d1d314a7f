"""The README's lines work as printed. Only the ports are ours: the clients' default one by their
own configuration files, and 8883 in the text; the program is the one under test, and 14:03 is now."""

import json
import os
import re
import signal
import subprocess

import running

README = (running.ROOT / 'README.md').read_text()


def lines(kind):
    """The lines of the README's fenced blocks of a kind."""
    blocks = re.findall(rf'^```{kind}\n(.*?)^```$', README, re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


class Terminal:
    """Runs lines beside the state folder, as a person would in the checkout."""

    def __init__(self, folder, run):
        self.folder, self.run = folder, run
        for client in ('mosquitto_pub', 'mosquitto_sub', 'mosquitto_rr'):
            (folder / client).write_text(f'-p {run.mqtt}\n')
        self.environment = {**os.environ, 'XDG_CONFIG_HOME': str(folder)}

    def start(self, line):
        for printed, ours in (('-p 8883', f'-p {self.run.mqtts}'), ('14:03', '"$(date +%T)"'),
                              ('build/release/cli/shadowctl', self.run.ready['shadowctl'])):
            line = line.replace(printed, ours)
        return subprocess.Popen(
            ['bash', '-c', f'exec {line}'], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def do(self, line):
        child = self.start(line)
        said, self.remarks = child.communicate(timeout=running.WAIT_SECONDS)
        assert child.returncode == 0, (line, self.remarks)
        return said


def await_subscription(run, watcher):
    """Sends requests that change nothing until an answer is seen by who watches."""
    def is_seen():
        running.request(run.mqtt, 'update', '{}', answer='rejected')
        return watcher.has('rejected')
    running.until(is_seen, 'a subscription')


class Watcher:
    """What mosquitto_sub -v shows: the last part of the topic, and the payload."""

    def __init__(self, child):
        self.child, self.shown, self.rest = child, [], b''
        os.set_blocking(child.stdout.fileno(), False)

    def has(self, *topics):
        """Whether all these have come and are not cleared."""
        *whole, self.rest = (self.rest + (self.child.stdout.read() or b'')).split(b'\n')
        for line in whole:
            topic, payload = line.decode().split(' ', 1)
            self.shown.append((topic.rpartition('/')[2], json.loads(payload)))
        return {*topics} <= {topic for topic, _ in self.shown}

    def await_messages(self, *topics):
        running.until(lambda: self.has(*topics), f'{topics}; what came was {self.shown}')
        return dict(self.shown)

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(running.WAIT_SECONDS)
        self.child.stdout.close()


def test_the_walk_through_works_as_printed(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports,
                     https=running.free_ports(3)[2]) as run:
        terminal = Terminal(tmp_path, run)
        (watch,), (want, report, get, delete) = lines('sh watch'), lines('sh act')
        who, what_it_knew, where = lines('sh ask')
        assert terminal.do(where).decode().strip() == run.ready['console']
        watcher = Watcher(terminal.start(watch))
        await_subscription(run, watcher)
        terminal.do(want)
        shown = watcher.await_messages('accepted', 'documents', 'delta')
        assert shown['delta']['state'] == {'led': 'on'}
        assert shown['accepted']['state'] == {'desired': {'led': 'on'}}
        watcher.shown.clear()
        terminal.do(report)
        assert 'delta' not in watcher.await_messages('accepted', 'documents')
        document = json.loads(terminal.do(get))
        assert document['state'] == {'desired': {'led': 'on'}, 'reported': {'led': 'on'}}
        by = terminal.do(who).decode().split()
        assert by[0] == f'@{document["version"] - 1}' and by[-3:] == ['(none)', '->', '"on"']
        assert json.loads(terminal.do(what_it_knew)) == {**document}
        running.until(lambda: terminal.do(what_it_knew) and b'away since ' in terminal.remarks,
                      'the device being known to be away')
        assert json.loads(terminal.do(delete))['version'] == document['version']
        watcher.stop()


def test_the_first_block_is_the_two_commands():
    assert [line.split()[0] for line in lines('')[:2]] == ['./run', './check']
    for line in lines('')[:2]:
        assert os.access(running.ROOT / line.split()[0], os.X_OK)


def test_the_pair_that_run_prints_works_as_printed(tmp_path, ports):
    run = running.Run(state=tmp_path / 'state', ports=ports)
    with run:
        printed = []
        while len(printed) < 3:
            line = run.process.stdout.readline().strip()
            if line.startswith('mosquitto_'):
                printed.append(line)
        watch, plain, tls = printed
        terminal = Terminal(tmp_path, run)
        watcher = Watcher(terminal.start(watch))
        await_subscription(run, watcher)
        for line, state in ((plain, {'desired': {'led': 'on'}}), (tls, {'reported': {'led': 'on'}})):
            watcher.shown.clear()
            terminal.do(line)
            assert watcher.await_messages('accepted', 'documents')['accepted']['state'] == state
        watcher.stop()


def test_the_aws_cli_needs_but_another_endpoint(tmp_path, ports):
    """The AWS CLI of PyPI, which knows the variable."""
    http = running.free_ports(3)[2]
    line, = lines('sh aws')
    assert './run --http-port 8000' in README
    with running.Run('--http-port', http, state=tmp_path / 'state', ports=ports):
        said = subprocess.run(
            ['bash', '-c', line.replace(':8000', f':{http}')], check=True, capture_output=True,
            timeout=running.WAIT_SECONDS,
            env={'PATH': f'{running.ROOT}/build/clients/venv/bin:{os.environ["PATH"]}',
                 'AWS_ACCESS_KEY_ID': 'any', 'AWS_SECRET_ACCESS_KEY': 'any',
                 'AWS_DEFAULT_REGION': 'us-east-1', 'HOME': str(tmp_path)}).stdout
    assert json.loads(said) == {'endpointAddress': 'localhost'}
