"""What ./run refuses: one sentence that names the cause, no code 0, and nothing left running."""

import os
import pathlib
import re
import socket
import subprocess

import pytest

import running


def one_sentence(said):
    assert re.fullmatch(r'run: [^\n]+\n', said), said
    return said


@pytest.mark.parametrize('arguments, named', [
    (['--colour'], 'unknown option --colour'),
    (['extra'], 'unknown option extra'),
    (['--mqtt-port'], '--mqtt-port needs a value'),
    (['--mqtt-port', '0'], "--mqtt-port '0' is not a port"),
    (['--mqtts-port', '65536'], "--mqtts-port '65536' is not a port"),
    (['--ws-port=x'], "--ws-port 'x' is not a port"),
    (['--aws-port', '-1'], "--aws-port '-1' is not a port"),
    (['--aws-port', '08883'], "--aws-port '08883' is not a port"),
    (['--aws-port', '8883'], '--mqtts-port and --aws-port are both 8883'),
    (['--console', 'maybe'], "--console 'maybe' is not known"),
    (['--durability', 'maybe'], "--durability 'maybe' is not known"),
    (['--bind', ''], "--bind '' is not an address"),
    (['--bind', 'a b'], "--bind 'a b' is not an address"),
    (['--state-dir', ''], '--state-dir needs the path of a folder'),
    (['--build-only=yes'], '--build-only takes no value'),
])
def test_a_bad_flag_is_named(arguments, named):
    assert named in one_sentence(running.refusal(*arguments))


def test_help_names_every_flag():
    done = subprocess.run([running.ROOT / 'run', '--help'], capture_output=True, text=True,
                          check=True)
    for flag in ('state-dir', 'bind', 'mqtt-port', 'mqtts-port', 'ws-port', 'aws-port',
                 'metrics-port', 'https-port', 'http-port', 'http-auth', 'console', 'durability',
                 'build-only'):
        assert f'--{flag}' in done.stdout


@pytest.mark.parametrize('option', ['--mqtt-port', '--mqtts-port', '--ws-port', '--aws-port',
                                    '--metrics-port', '--https-port', '--http-port'])
def test_a_port_in_use_is_named(tmp_path, ports, option):
    chosen = dict(zip(('--mqtt-port', '--mqtts-port'), ports))
    chosen.update({'--metrics-port': 0, '--https-port': 0})
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        chosen[option] = taken.getsockname()[1]
        arguments = [f'{name}={number}' for name, number in chosen.items()]
        said = running.refusal(*arguments, state=tmp_path / 'state')
    assert f'{option} {chosen[option]} is in use' in one_sentence(said)


def test_open_ports_beyond_this_machine_must_be_asked_for(tmp_path, ports):
    assert '--allow-open' in one_sentence(
        running.refusal('--bind', '0.0.0.0', state=tmp_path / 'state', ports=ports))


@pytest.mark.parametrize('address', ['192.0.2.1', 'no-such-name.invalid'])
def test_an_address_of_another_machine_is_named(tmp_path, ports, address):
    assert f'--bind {address} is no address' in one_sentence(
        running.refusal('--bind', address, state=tmp_path / 'state', ports=ports))


def test_a_state_folder_that_is_a_file_is_named(tmp_path, ports):
    (tmp_path / 'file').write_text('')
    for state in (tmp_path / 'file', tmp_path / 'file' / 'below'):
        assert f'{state} is not a folder' in one_sentence(
            running.refusal(state=state, ports=ports))


def test_a_state_folder_with_a_file_in_a_folders_place_is_named(tmp_path, ports):
    (tmp_path / 'shadows').write_text('kept')
    assert f'{tmp_path}/shadows is not a folder' in one_sentence(
        running.refusal(state=tmp_path, ports=ports))
    assert (tmp_path / 'shadows').read_text() == 'kept'


def test_a_state_folder_that_is_another_users_is_named(open_folder, ports):
    """Root may write anywhere, so then the user who tries is another."""
    if os.geteuid() == 0:
        state, prefix = open_folder, ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
        environment = {'SHADOW_BUILD_DIR': open_folder}
        if subprocess.run([*prefix, 'test', '-x', running.ROOT / 'run'], check=False).returncode:
            # The checkout itself is closed to others: they see that, and no more.
            assert subprocess.run([*prefix, running.ROOT / 'run'], capture_output=True,
                                  check=False).returncode != 0
            return
    else:
        state, prefix, environment = '/usr', [], {}
    said = running.refusal(state=state, ports=ports, prefix=prefix, environment=environment)
    assert f'{state} is not a folder that the user' in one_sentence(said)


def test_two_on_one_state_folder_are_one_too_many(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        others = running.free_ports(4)[2:]
        assert 'another ./run works with the state folder' in one_sentence(
            running.refusal(state=tmp_path / 'state', ports=others))
        running.request(run.mqtt, 'update', '{"state":{}}')


def test_a_build_folder_without_a_build_is_named(tmp_path, ports):
    assert f'SHADOW_BUILD_DIR {tmp_path} lacks one of plugin' in one_sentence(running.refusal(
        state=tmp_path / 'state', ports=ports, environment={'SHADOW_BUILD_DIR': str(tmp_path)}))


def test_a_broker_that_cannot_start_is_explained_by_its_log(tmp_path, ports):
    """A plugin that is none: the broker is started, and ends."""
    folder = tmp_path / 'build'
    (folder / 'plugin').mkdir(parents=True)
    (folder / 'plugin/mosquitto_shadow.so').write_text('not a plugin')
    for program in ('service/shadowd', 'cli/shadowctl'):
        (folder / program).parent.mkdir()
        (folder / program).symlink_to(
            pathlib.Path(os.environ['SHADOW_BUILD_DIR']).resolve() / program)
    said = running.refusal(state=tmp_path / 'state', ports=ports,
                           environment={'SHADOW_BUILD_DIR': str(folder)})
    assert 'run: broker ended with code' in said
    assert 'Unable to load auth plugin' in said or 'mosquitto_shadow.so' in said


def test_a_missing_package_is_named_to_who_is_not_root(tmp_path):
    """The list is the real one with a package that does not exist, so that nothing is installed."""
    pieces = running.ROOT / 'deploy/dev'
    (tmp_path / 'packages.txt').write_text('run  bash\nrun  no-such-package\n'
                                           'run  no-such-shell  sh\ncheck  not-for-run\n'
                                         'run@12  of-twelve\nrun@13  of-thirteen\n')
    script = (f'source {pieces}/console.sh; source {pieces}/packages.sh; system_release=13; '
              f'packages_list={tmp_path}/packages.txt; missing_packages run')
    done = subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=True)
    assert done.stdout == 'no-such-package\nof-thirteen\n'


@pytest.mark.parametrize('system, code, said', [
    ('ID=debian\nVERSION_ID="12"\n', 0, ''),
    ('ID=debian\nVERSION_ID="13"\n', 0, ''),
    ('ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n', 0, ''),
    ('ID=debian\nVERSION_ID=11\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n', 1,
     'run: Debian GNU/Linux 11 (bullseye) is too old: Debian 12 or 13 is needed\n'),
    ('ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04 LTS"\n', 0,
     'mosquitto-shadow is not tried on Ubuntu 24.04 LTS: on Debian 12 and 13 it is\n'),
    ('', 0, 'mosquitto-shadow is not tried on an unknown system: on Debian 12 and 13 it is\n'),
])
def test_a_system_that_is_not_supported_is_told_of(tmp_path, system, code, said):
    (tmp_path / 'os-release').write_text(system)
    pieces = running.ROOT / 'deploy/dev'
    script = (f'source {pieces}/console.sh; source {pieces}/packages.sh; '
              f'read_system {tmp_path}/os-release; require_system')
    done = subprocess.run(['bash', '-c', script, 'run'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, said)


def test_a_system_without_debians_packages_is_refused(tmp_path):
    (tmp_path / 'os-release').write_text('ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n')
    pieces = running.ROOT / 'deploy/dev'
    script = (f'source {pieces}/console.sh; source {pieces}/packages.sh; '
              f'read_system {tmp_path}/os-release; PATH=/nowhere; require_system')
    done = subprocess.run(['/bin/bash', '-c', script, 'run'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1, 'run: Fedora Linux 42 has no dpkg: Debian 12 or 13 is needed\n')
