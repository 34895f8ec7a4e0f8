"""What every test may ask for: golden files, a real browser, what builds of sites share."""

from __future__ import annotations

import difflib
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from history.store import database, memory
from site_gen.writers import cache
from tests import browsers
from tests.packages import install
from tests.scheduling import Scheduling, rank

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection
    from playwright.sync_api import Browser
    from xdist.remote import Producer

__all__ = ["install"]

ROOT = Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("CI"))

# CI repeats the same examples, so that a red build stays red until someone mends it.
settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile(
    "ci",
    settings.get_profile("dev"),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(  # by night: many more, and others each time
    "nightly", deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files")


def pytest_configure(config: pytest.Config) -> None:
    if IN_CI and config.getoption("--update-golden"):
        raise pytest.UsageError("--update-golden is for a person's review, never for CI")
    if not hasattr(config, "workerinput"):  # the workers of xdist find it in their environment
        os.environ[cache.VARIABLE] = tempfile.mkdtemp(prefix="soundmark-tests-")
        if is_roomy(IN_MEMORY):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """A worker more for every four cores: tests wait for programs, browsers and git, too."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) + max(1, (cores or 1) // 4)


IN_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of this user alone in it
ENOUGH_BYTES = 6 * 2**30


def is_roomy(folder: Path) -> bool:
    """Whether temporary files may lie in memory, where nothing waits for a disk to have them safe.

    Some of them are programs, so a folder that executes none will not do.
    """
    if not os.access(folder, os.W_OK) or not hasattr(os, "statvfs"):
        return False
    facts = os.statvfs(folder)
    return not facts.f_flag & os.ST_NOEXEC and facts.f_bavail * facts.f_frsize >= ENOUGH_BYTES


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.unfreeze()  # extension modules count what is left when Python ends
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(cache.VARIABLE, ""), ignore_errors=True)


def pytest_collection_finish() -> None:
    """What is imported now stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {file: rank(file, ROOT / "tests") for file in {item.path for item in items}}
    items.sort(key=lambda item: ranks[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """With ``--dist loadfile`` some files stay together, too."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(text, "name.md")` compares text with golden/name.md beside the test."""
    folder = request.path.parent / "golden"

    def check(actual: str, name: str) -> None:
        path = folder / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
            return
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if actual != expected:
            diff = "".join(
                difflib.unified_diff(
                    expected.splitlines(keepends=True),
                    actual.splitlines(keepends=True),
                    str(path.relative_to(ROOT)),
                    "now",
                )
            )
            pytest.fail(f"{diff}\nIf this is right: pytest --update-golden, then read git diff.")

    return check


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`prepared(make, folder)` fills a folder as `make(folder)` does, once; then it copies."""
    kept: dict[tuple[object, ...], Path] = {}

    def fill(make: Callable, folder: Path, *about: Hashable) -> Path:
        key = (make, *about)
        if key not in kept:
            made = tmp_path_factory.mktemp("prepared")
            make(made, *about)
            kept[key] = made
        return Path(shutil.copytree(kept[key], folder, dirs_exist_ok=True))

    return fill


@pytest.fixture(scope="session", autouse=True)
def _empty_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """In this process a new history begins as the copy of one that the migrations made.

    They take some 0.08 s each time, and most tests of the store begin with an empty history.
    Whoever starts a program of its own has it made as everybody has.
    """
    empty = tmp_path_factory.mktemp("empty") / "history.duckdb"
    with database.writing(empty):
        pass
    really = memory.attached

    def attached(
        path: Path, *, read_only: bool = True
    ) -> AbstractContextManager[DuckDBPyConnection]:
        if not read_only and not path.exists():
            with suppress(OSError):  # what the place does not allow is told by who opens it
                shutil.copyfile(empty, path)
        return really(path, read_only=read_only)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "attached", attached)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, or fails where one is required."""
    found = browsers.installed()
    if not found:
        message = "NO BROWSER: install Chromium, or set SOUNDMARK_BROWSER; pages were NOT drawn"
        if os.environ.get("SOUNDMARK_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with browsers.chromium(found) as chromium:
        yield chromium
