"""Stopping, starting again, and parts that die."""

import json
import os
import signal
import subprocess

import pytest

import running


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(tmp_path, ports, number):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        assert len(run.processes()) >= 3
        code, _ = run.stop(number)
        assert code == 0
        assert run.processes() == []
        assert list((tmp_path / 'state/run').glob('*.pid')) == []


@pytest.mark.parametrize('file', ['run', 'certificates/ca', 'mosquitto.conf', 'run/broker.pid'])
def test_a_signal_while_it_starts_leaves_nothing(tmp_path, ports, file):
    """At whatever point: here as soon as one of its first works can be seen."""
    run = running.Run(state=tmp_path / 'state', ports=ports)
    with run.process.stdout, run.process.stderr:
        running.until((tmp_path / 'state' / file).exists, file)
        run.process.send_signal(signal.SIGTERM)
        run.process.wait(running.WAIT_SECONDS)
        assert run.processes() == []
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        running.request(run.mqtts, 'update', '{"state":{}}', tls=running.tls_options(run.ready))


# Read by bash before ./run: at the Nth command that notes what was started, a signal comes. What
# was started is slow to begin, so that only ./run itself can end it.
SIGNAL_BEFORE_THE_NOTE = r"""
slow() { while kill -0 $$ 2>/dev/null; do pause 0.02; done; }
setpriv() {
  if [[ ${FUNCNAME[1]} == start_attended ]]; then slow; fi
  command setpriv "$@"
}
if [[ ${0##*/} == run ]]; then
  set -T
  notes=0
  trap 'case $BASH_COMMAND in
          *=\$!) ((++notes != NOTE)) || kill -TERM $$ ;;
          exec*) [[ $BASHPID == $$ ]] || slow ;;
        esac' DEBUG
fi
"""


@pytest.mark.parametrize('note', [1, 2, 3])
def test_a_signal_between_a_start_and_its_note_leaves_nothing(tmp_path, ports, note):
    """Of the broker, of shadowd, and of the first client."""
    hook = tmp_path / 'hook'
    hook.write_text(SIGNAL_BEFORE_THE_NOTE)
    run = running.Run(state=tmp_path / 'state', ports=ports,
                      environment={'BASH_ENV': str(hook), 'NOTE': str(note)})
    with run.process.stdout, run.process.stderr:
        assert run.process.wait(running.WAIT_SECONDS) == 143
        assert run.processes() == []


def test_if_run_is_killed_its_parts_end_and_the_next_one_starts(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        running.request(run.mqtt, 'update', '{"state":{"desired":{"led":"on"}}}')
        run.process.kill()
        run.process.wait()
        with running.Run(state=tmp_path / 'state', ports=ports) as again:
            assert 'led' in running.request(again.mqtt, 'get')
        assert run.processes() == []


def test_a_second_start_keeps_shadows_certificates_and_sessions(tmp_path, ports):
    subscribe = ['mosquitto_sub', '-p', str(ports[0]), '-i', 'device', '-c', '-q', '1',
                 '-t', '$aws/things/sample-thing/shadow/update/delta']
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        subprocess.run([*subscribe, '-E'], check=True, timeout=30)
        running.request(run.mqtt, 'update', '{"state":{"desired":{"led":"on"}}}')
        first = run.ready
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        for name in ('ca', 'cert', 'key', 'thing'):
            assert run.ready[name] == first[name]
        assert json.loads(running.request(run.mqtt, 'get'))['version'] == 1
        delta = subprocess.run([*subscribe, '-C', '1', '-W', '30'], check=True, timeout=60,
                               capture_output=True, text=True).stdout
        assert json.loads(delta)['state'] == {'led': 'on'}


@pytest.mark.parametrize('part', ['broker', 'shadowd'])
def test_a_part_that_is_killed_is_started_again(tmp_path, ports, part):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        running.request(run.mqtt, 'update', '{"state":{"desired":{"led":"on"}}}')
        before = run.pid_of(part)
        os.kill(before, signal.SIGKILL)
        running.until(lambda: run.pid_of(part) != before, f'a new {part}')
        running.until(lambda: answers(run), 'an answer')
        assert json.loads(running.request(run.mqtt, 'get'))['version'] == 1
        _, said = run.stop()
        assert said.splitlines()[-1] == f'{part} was ended by SIGKILL; starting it again'
        assert 'line' not in said  # bash's own remarks


def answers(run):
    try:
        return running.request(run.mqtt, 'get')
    except AssertionError:
        return ''


def test_the_state_folder_may_be_relative_and_have_a_space(tmp_path, ports):
    with running.Run(state='a state', ports=ports, cwd=tmp_path) as run:
        assert run.ready['ca'] == str(tmp_path / 'a state/certificates/ca/ca.pem')
