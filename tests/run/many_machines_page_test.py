"""docs/many-machines.md does as it says, and nothing of it is left."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import sys
import tempfile

import pytest

import page
import running

sys.path.append(str(running.ROOT / 'tests' / 'storage'))

from postgres import _programs  # noqa: E402  (found through the line above)

PRINTED = ('1883', '1884', '2883', '2884', '5433', '5434', '9464', '9465')
PROGRAMS = ('service/shadowd', 'cli/shadowctl', 'plugin/mosquitto_shadow.so')


@pytest.fixture
def checkout():
    """A folder of an ordinary user with a build in it, as PostgreSQL does not run as root."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix='many-', dir='/tmp'))
    for program in PROGRAMS:
        place = folder / 'build/release' / program
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pathlib.Path(os.environ['SHADOW_BUILD_DIR']) / program, place)
    prefix = []
    if os.geteuid() == 0:
        user = pwd.getpwnam('postgres')
        prefix = ['setpriv', f'--reuid={user.pw_uid}', f'--regid={user.pw_gid}', '--clear-groups']
        os.chown(folder, user.pw_uid, user.pw_gid)
        for path in folder.rglob('*'):
            path.chmod(0o755)
    yield folder, prefix
    for log in sorted(folder.glob('*/*log')):  # pytest shows it if the test has failed
        print(f'--- {log.relative_to(folder)}', *log.read_text().splitlines()[-30:], sep='\n')
    end_all_below(folder)
    shutil.rmtree(folder)


def end_all_below(folder):
    def living():
        found = []
        for process in pathlib.Path('/proc').glob('[0-9]*'):
            try:
                place = os.readlink(process / 'cwd')
            except OSError:
                continue
            if f'{place}/'.startswith(f'{folder}/'):
                found.append(int(process.name))
        return found

    for pid in living():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.until(lambda: not living(), 'the end of all that the page has started')


def test_the_commands_of_the_page_work_as_printed(checkout):
    folder, prefix = checkout
    told = page.Page('docs/many-machines.md', folder, prefix=prefix,
                     environment={'PATH': f'{_programs()}:/usr/sbin:{os.environ["PATH"]}',
                                  'HOME': str(folder)},
                     replaced=dict(zip(PRINTED, map(str, running.free_ports(len(PRINTED))))))
    counts = told.run()
    assert counts['do'] >= 14 and counts['ask'] >= 12
