"""Whose the files are, and as whom the parts run."""

import os
import pathlib
import pwd
import stat
import subprocess

import pytest

import running

# Folders of broker and service.
PROGRAMS = ('broker', 'shadows', 'registry', 'credentials', 'console', 'trusted', 'issuer', 'sockets')


def owners(*paths):
    """Of these and all that is in them; nobody else may write there."""
    entries = [entry for path in paths for entry in (path, *path.rglob('*'))]
    assert [entry for entry in entries
            if stat.S_ISDIR(entry.lstat().st_mode) and entry.lstat().st_mode & 0o022] == []
    return {entry.lstat().st_uid for entry in entries}


def rest_of(state):
    return [entry for entry in state.iterdir() if entry.name not in PROGRAMS]


def mosquitto():
    return pwd.getpwnam('mosquitto').pw_uid


@pytest.fixture
def build(open_folder):
    """The build under test where every user can read it."""
    build = pathlib.Path(os.environ['SHADOW_BUILD_DIR'])
    copy = pathlib.Path(open_folder) / 'build'
    for part in ('plugin/mosquitto_shadow.so', 'service/shadowd', 'cli/shadowctl'):
        (copy / part).parent.mkdir(parents=True)
        (copy / part).write_bytes((build / part).read_bytes())
        (copy / part).chmod(0o755)
    return {'SHADOW_BUILD_DIR': str(copy)}


def test_the_parts_run_as_mosquitto_if_root_started_them(open_folder, build, ports):
    """In a folder that this user may enter; who is not root runs them as himself."""
    state = pathlib.Path(open_folder) / 'state'
    user = os.geteuid() or mosquitto()
    with running.Run(state=state, ports=ports, environment=build) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
        assert run.user_of('broker') == run.user_of('shadowd') == user
        assert owners(*(state / folder for folder in PROGRAMS)) == {user}
        assert owners(*rest_of(state)) == {os.geteuid()} == {state.stat().st_uid}


def test_only_its_owner_reads_what_was_said_and_kept(endpoint):
    state = pathlib.Path(endpoint.state)
    for folder in (*PROGRAMS, 'log', 'run'):
        assert stat.S_IMODE((state / folder).stat().st_mode) == 0o700, folder


def plant(link, target):
    """A link that the user mosquitto puts there, if he can; whether he could."""
    script = 'rm -f -- "$1"; exec ln -sT -- "$2" "$1"'
    return subprocess.run(['setpriv', '--reuid', 'mosquitto', '--regid', 'mosquitto', '--clear-groups',
                           'sh', '-c', script, 'sh', link, target],
                          capture_output=True, check=False).returncode == 0


WRITTEN_BY_ROOT = (
    'log/broker.log', 'log/broker.log.1', 'run/broker.pid', 'run/lock', 'run/answer', 'mosquitto.conf',
    'mosquitto.conf.new', 'shadowctl.conf.new', 'link.secret', 'certificates/server/server.key',
    'administrator.env')


def test_no_link_of_mosquittos_leads_root_anywhere(open_folder, build, ports):
    """Whoever has taken the broker over wants what root writes at the next start to go elsewhere."""
    assert os.geteuid() == 0, 'run it as root: it is root who must not be led'
    state, target = pathlib.Path(open_folder) / 'state', pathlib.Path(open_folder) / 'target'
    target.write_text("root's")
    target.chmod(0o644)
    before = target.stat()
    with running.Run(state=state, ports=ports, environment=build):
        pass
    planted = [name for name in WRITTEN_BY_ROOT if plant(state / name, target)]
    for name in ('broker/link', 'shadows/link', 'credentials/link', 'registry/link', 'issuer/ca.key',
                 'sockets/link.sock'):
        assert plant(state / name, target)  # his folders
    with running.Run(state=state, ports=ports, environment=build) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
    after = target.stat()
    assert target.read_text() == "root's"
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)
    assert planted == []


def test_where_mosquitto_cannot_enter_root_works_in_folders_of_its_own(open_folder, build, ports):
    """And hands them over when he can; but does not work in one that was his."""
    closed = pathlib.Path(open_folder) / 'closed'
    closed.mkdir(mode=0o700)
    state = closed / 'state'
    settings = {'state': state, 'ports': ports, 'environment': build}
    user = os.geteuid() or mosquitto()
    with running.Run(**settings) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
        assert run.user_of('broker') == run.user_of('shadowd') == os.geteuid()
        assert owners(state) == {os.geteuid()}
        _, said = run.stop()
    assert said.count('run as root') == (os.geteuid() == 0)
    closed.chmod(0o755)
    with running.Run(**settings) as run:
        assert '"version":1' in running.request(run.mqtt, 'get')
        assert run.user_of('broker') == run.user_of('shadowd') == user
    closed.chmod(0o700)
    if os.geteuid() == 0:
        assert f'{state}/broker belongs to the user mosquitto' in running.refusal(**settings)


def test_the_path_of_the_state_folder_may_be_longer_than_a_sockets(tmp_path, ports):
    with running.Run(state=tmp_path / ('deep' * 30) / 'state', ports=ports) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
        done = subprocess.run(
            [run.ready['shadowctl'], '--config', run.ready['config'], 'service', 'stats'],
            capture_output=True, text=True, timeout=running.WAIT_SECONDS, check=False)
        assert 'link_up true' in done.stdout, done.stderr


def test_a_log_is_of_this_start_and_the_one_before_is_kept(tmp_path, ports):
    for _ in range(2):
        with running.Run(state=tmp_path / 'state', ports=ports) as run:
            assert run.log_of('broker').count(' starting\n') == 1
    assert ' terminating\n' in (tmp_path / 'state/log/broker.log.1').read_text()
