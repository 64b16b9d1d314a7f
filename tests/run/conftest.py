import os
import shutil
import tempfile

import pytest

import running


@pytest.fixture
def ports():
    return running.free_ports(2)


@pytest.fixture(scope='module')
def endpoint(tmp_path_factory):
    """An endpoint for the tests that only look at it or talk to it."""
    with running.Run(state=tmp_path_factory.mktemp('endpoint') / 'state',
                     ports=running.free_ports(2)) as run:
        yield run


@pytest.fixture
def open_folder():
    """A folder that every user may enter, all the way down."""
    path = tempfile.mkdtemp(prefix='run-test-', dir='/tmp')
    os.chmod(path, 0o755)
    yield path
    shutil.rmtree(path)
