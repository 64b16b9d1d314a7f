"""Whose the files are, and as whom the parts run."""

import os
import pathlib
import pwd
import subprocess

import running


def belongs_to_others(state, user, private):
    """The files of the state folder that the user does not own, but for the private ones."""
    return [path for path in pathlib.Path(state).rglob('*')
            if path.lstat().st_uid != user and path not in private]


def test_the_parts_run_as_mosquitto_if_root_started_them(open_folder, ports):
    """In a folder that this user may enter; who is not root runs them as himself."""
    state = pathlib.Path(open_folder) / 'state'
    is_root = os.geteuid() == 0
    user = pwd.getpwnam('mosquitto').pw_uid if is_root else os.geteuid()
    build = readable_build(open_folder)
    with running.Run(state=state, ports=ports, environment={'SHADOW_BUILD_DIR': build}) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
        assert run.user_of('broker') == run.user_of('shadowd') == user
        private = [pathlib.Path(run.ready['ca']).with_suffix('.key'),
                   pathlib.Path(run.ready['key'])]
    assert belongs_to_others(state, user, private) == []


def readable_build(folder):
    """The build under test where every user can read it."""
    build = pathlib.Path(os.environ['SHADOW_BUILD_DIR'])
    copy = pathlib.Path(folder) / 'build'
    for part in ('plugin/mosquitto_shadow.so', 'service/shadowd', 'cli/shadowctl'):
        (copy / part).parent.mkdir(parents=True)
        (copy / part).write_bytes((build / part).read_bytes())
        (copy / part).chmod(0o755)
    return str(copy)


def test_a_folder_that_mosquitto_cannot_enter_works_too_and_becomes_no_roots_folder(tmp_path,
                                                                                   ports):
    closed = tmp_path / 'closed'
    closed.mkdir(mode=0o700)
    with running.Run(state=closed / 'state', ports=ports) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')
        assert run.user_of('broker') == run.user_of('shadowd') == os.geteuid()
        private = [pathlib.Path(run.ready['ca']).with_suffix('.key'),
                   pathlib.Path(run.ready['key'])]
        _, said = run.stop()
    if os.geteuid() == 0:
        assert said.count('run as root') == 1
        user = pwd.getpwnam('mosquitto').pw_uid
    else:
        user = os.geteuid()
    assert belongs_to_others(closed / 'state', user, private) == []


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
