"""What every test may ask for: golden files, a real browser, what builds of sites share."""

import difflib
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from site_gen.writers import cache
from tests import browsers
from tests.packages import install

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["install"]

ROOT = Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("CI"))

# CI repeats the same examples, so that a red build stays red until someone mends it.
settings.register_profile("dev", deadline=None, max_examples=50)
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


LONGEST = (
    *("site_gen/test_access.py", "collector/execution/test_duet.py", "project/test_sandbox.py"),
    *("collector/execution/test_bisect.py", "site_gen/test_nothing_new.py"),
    *("history/formats/test_every_row_is_counted.py", "history/store/test_attacks.py"),
    *("history/formats/test_other_tools_written.py", "site_gen/test_reading.py"),
    *("collector/suites/lifecycle/test_lifecycle.py", "collector/suites/tts/test_tts.py"),
    *("project/test_wheel.py", "collector/suites/pipeline/test_child.py"),
    *("history/store/test_objects.py", "history/compare/test_compare_command.py"),
    *("site_gen/test_browser.py", "site_gen/test_nights.py", "site_gen/test_mounted.py"),
    *("collector/execution/test_duet_sides.py",),
    *("history/formats/test_csv.py", "history/formats/test_recognition.py"),
    *("history/store/test_records_of_before.py", "history/store/test_compacted_record.py"),
    *("history/store/test_admission.py", "history/store/test_compaction.py"),
)
"""Files of tests that take longest, from the longest. They are begun first: one that is begun last
is waited for by every core but its own."""


def pytest_collection_finish() -> None:
    """What is imported now stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {ROOT / "tests" / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


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


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium; without one the test is skipped, or fails where one is required."""
    found = browsers.installed()
    if not found:
        message = "NO BROWSER: install Chromium, or set SOUNDMARK_BROWSER; pages were NOT drawn"
        if os.environ.get("SOUNDMARK_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with browsers.chromium(found) as chromium:
        yield chromium
