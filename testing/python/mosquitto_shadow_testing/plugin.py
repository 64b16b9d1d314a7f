"""The pytest plugin: fixtures shadow_world and shadow_bench."""
from __future__ import annotations

import pytest

from .world import World, begin, given

_TAKEN = pytest.StashKey[World]()
_BENCH = pytest.StashKey[World]()


class _Worlds:
    """Worlds one after another: while one is used the next begins, if a test will want it."""

    def __init__(self, wanted: int):
        self._wanted = wanted
        self._spare = None
        self._ending: list[World] = []
        self._given = given()

    def take(self) -> World:
        if self._given is not None:
            return self._given
        holder, self._spare = self._spare or begin(), None
        world = holder.world()
        self._wanted -= 1
        if self._wanted > 0:
            self._spare = begin()
        return world

    def give_back(self, world: World) -> None:
        world.end()
        self._ending.append(world)

    def close(self) -> None:
        if self._spare is not None:
            self._spare.await_end()
        for world in self._ending:
            world.await_end()


@pytest.fixture(scope="session")
def _shadow_worlds(request):
    wanted = sum("shadow_world" in item.fixturenames for item in request.session.items)
    worlds = _Worlds(wanted)
    yield worlds
    worlds.close()


@pytest.fixture
def shadow_world(request, _shadow_worlds):
    """A world of the test's own: nothing that another test did is in it."""
    world = _shadow_worlds.take()
    request.node.stash[_TAKEN] = world
    yield world
    _shadow_worlds.give_back(world)


@pytest.fixture(scope="session")
def shadow_bench(request):
    """One world for all tests of the session (of a worker, with xdist): for what may be shared, and
    for a device that stays connected. Who wants it empty calls its reset()."""
    world = given() or begin().world()
    request.config.stash[_BENCH] = world
    yield world
    world.end()
    world.await_end()


def _worlds_of(item) -> list[World]:
    bench = item.config.stash.get(_BENCH, None) if "shadow_bench" in item.fixturenames else None
    return [world for world in (item.stash.get(_TAKEN, None), bench) if world is not None]


def pytest_runtest_teardown(item):
    if _BENCH in item.config.stash:
        item.config.stash[_BENCH].end_traces()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when != "call" or not report.failed:
        return
    for world in _worlds_of(item):
        for trace in world.traces:
            report.sections.append((f"shadow trace of {trace.thing}", "\n".join(trace.lines())))
        for name, text in world.logs().items():
            report.sections.append((f"shadow world's {name}", text))
