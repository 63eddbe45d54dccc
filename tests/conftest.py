"""What every test needs: host locks of its own, so that no test waits for another's host, nor for a crawl of whoever runs the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import commands

_LOCKS = "DRAGOMAN_LOCK_DIR"

# An example has no deadline of its own: on a busy machine any of them can be late. `make soak` tries many more.
settings.register_profile("fast", deadline=None, max_examples=60)
settings.register_profile("soak", deadline=None, max_examples=3000)
settings.load_profile("fast")

# Files are handed out in this order, so that no core is left with a long one at the end; within each, in the order that changes.
_LONGEST_FIRST = ("tests/integration/test_staged_month.py", "tests/e2e", "tests/integration", "tests/contract")

# To measure coverage doubles what a test computes. These run without it, as what they reach is reached by other tests, and last, so that
# they are not the first to import a module, which would then never be measured.
_NOT_MEASURED = ("tests/property", "tests/quality")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, and those last in which coverage is not measured."""
    root = Path(__file__).parents[1]
    longest = [root / name for name in _LONGEST_FIRST]
    unmeasured = [root / name for name in _NOT_MEASURED]

    def rank(item: pytest.Item) -> int:
        if any(item.path.is_relative_to(place) for place in unmeasured):
            return len(longest) + 1
        return next((rank for rank, place in enumerate(longest) if item.path.is_relative_to(place)), len(longest))

    items.sort(key=rank)
    for item in items:
        if rank(item) > len(longest):
            item.add_marker("no_cover")


@pytest.fixture(scope="session", autouse=True)
def forked_programs() -> Iterator[None]:
    """End the process from which programs are forked with the tests."""
    yield
    commands.stop()


@pytest.fixture(scope="session")
def locks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("locks")


@pytest.fixture(scope="module", autouse=True)
def module_locks(locks: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Serve the fixtures that are shared by the tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_LOCKS, str(locks / request.node.name.replace("/", "_")))
        yield


@pytest.fixture(autouse=True)
def test_locks(module_locks: None, locks: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve one test."""
    del module_locks
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
    monkeypatch.setenv(_LOCKS, str(locks / name))
