"""Where ./run does not write: wherever somebody else could lead it elsewhere by a link."""

import os
import pathlib
import subprocess

import pytest

import running

OTHER = 65534  # nobody


@pytest.fixture
def place(open_folder):
    assert os.geteuid() == 0, 'run it as root: it makes folders of another user'
    return pathlib.Path(open_folder)


def refusal(state, ports):
    """The one sentence, and nothing was written."""
    found = sorted(pathlib.Path(state).parent.rglob('*'))
    said = running.refusal(state=state, ports=ports)
    assert said.startswith('run: ') and said.count('\n') == 1, said
    assert sorted(pathlib.Path(state).parent.rglob('*')) == found
    return said


def test_a_state_folder_that_another_user_made_is_refused(place, ports):
    (place / 'state').mkdir()
    os.chown(place / 'state', OTHER, OTHER)
    said = refusal(place / 'state', ports)
    assert f'{place}/state belongs to the user nobody (65534)' in said
    assert f'chown -hR root: {place}/state' in said


def test_a_state_folder_in_another_users_is_refused(place, ports):
    (place / 'his/ours').mkdir(parents=True)
    os.chown(place / 'his', OTHER, OTHER)
    said = refusal(place / 'his/ours/state', ports)
    assert f'{place}/his belongs to the user nobody' in said and 'chown' not in said


@pytest.mark.parametrize('mode', [0o775, 0o757, 0o777])
@pytest.mark.parametrize('name', ['open', 'open/state', 'open/below/state'])
def test_a_folder_that_others_may_write_to_is_refused(place, ports, mode, name):
    (place / 'open/below').mkdir(parents=True)
    (place / 'open').chmod(mode)
    said = refusal(place / name, ports)
    assert f'{place}/open may be written to by others than its owner' in said
    assert f'chmod go-w {place}/open' in said


def test_where_only_owners_rename_the_folder_may_be(place, ports):
    """But it must not be that folder."""
    (place / 'shared').mkdir()
    (place / 'shared').chmod(0o1777)
    assert f'{place}/shared may be written to' in refusal(place / 'shared', ports)
    with running.Run(state=place / 'shared/state', ports=ports) as run:
        running.request(run.mqtt, 'update', '{"state":{}}')


def test_a_link_on_the_way_is_followed_if_it_is_ours(place, ports):
    (place / 'real').mkdir()
    (place / 'link').symlink_to('real')
    (place / 'his').symlink_to('real')
    os.chown(place / 'his', OTHER, OTHER, follow_symlinks=False)
    assert f'{place}/his belongs to the user nobody' in refusal(place / 'his/state', ports)
    with running.Run(state=place / 'link/state', ports=ports) as run:
        assert run.ready['ca'] == f'{place}/real/state/certificates/ca/ca.pem'


@pytest.mark.parametrize('name', ['registry', 'broker', 'run/answer', 'log/broker.log.1',
                                  'certificates/things/sample-thing'])
def test_a_link_in_the_state_folder_is_refused(place, ports, name):
    """As one who had it before may have left it, also when all has been made ours since."""
    link = place / 'state' / name
    link.parent.mkdir(parents=True)
    link.symlink_to(place / 'elsewhere')
    assert f'{link} is a link' in refusal(place / 'state', ports)


@pytest.mark.parametrize('name', ['registry/things', 'certificates', 'broker', 'sockets'])
def test_a_folder_in_it_that_another_user_made_is_refused(place, ports, name):
    (place / 'state' / name).mkdir(parents=True)
    os.chown(place / 'state' / name, OTHER, OTHER)
    assert f'{place}/state/{name} belongs to the user nobody' in refusal(place / 'state', ports)


def test_a_log_that_has_grown_too_long_takes_a_links_place(tmp_path):
    """It becomes the .1 file, whatever was called so."""
    (tmp_path / 'target').write_text('kept')
    (tmp_path / 'log').write_text('too long')
    (tmp_path / 'log.1').symlink_to('target')
    pieces = running.ROOT / 'deploy/dev'
    script = f'source {pieces}/console.sh; source {pieces}/parts.sh; log_bytes_max=3; bound_log {tmp_path}/log'
    subprocess.run(['bash', '-c', script], check=True)
    assert (tmp_path / 'target').read_text() == 'kept'
    assert (tmp_path / 'log.1').read_text() == 'too long'
    assert (tmp_path / 'log').read_text() == ''
