"""Divide the tests among workers: what is costly to make is made by one, and long files begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TOGETHER: Final = {
    "the demo's site": (
        *("tests/site_gen/assets/", "tests/site_gen/pages/test_every_page.py"),
        *("tests/site_gen/pages/test_run.py", "tests/site_gen/shell/test_build.py"),
        *("tests/site_gen/shell/test_frame.py", "tests/site_gen/shell/test_policy.py"),
    ),
    "inference libraries": (
        *("tests/collector/speech/", "tests/collector/suites/alignment/"),
        *("tests/collector/suites/golden/", "tests/collector/suites/tts/"),
        "tests/collector/suites/whisper/",
    ),
}
"""Files and folders that one worker runs, one group after the other, and what it makes for them: a
site of 15 s, or the import of torch and transformers."""
LONGEST: Final = (
    *("collector/execution/test_duet.py", "collector/execution/test_duet_sides.py"),
    *("project/test_sandbox.py", "history/formats/test_recognition.py"),
    "collector/execution/test_bisect.py",
    *("history/store/test_rebuild.py", "history/formats/test_every_row_is_counted.py"),
    *("history/formats/test_exported.py", "history/store/test_attacks.py"),
    *(
        "collector/suites/lifecycle/test_lifecycle.py",
        "history/store/transport/objects/test_objects.py",
    ),
    *("project/test_wheel.py", "project/test_moving_over.py"),
    *(
        "history/compare/test_compare_command.py",
        "history/store/compaction/test_compacted_record.py",
    ),
    *("history/store/compaction/test_compaction.py", "site_gen/shell/test_nights.py"),
    *("site_gen/shell/test_mounted.py", "site_gen/shell/test_own_theme.py"),
    *("collector/suites/command/test_examples.py", "project/test_narrow_terminal.py"),
    *("history/formats/csv/test_csv.py", "history/store/test_exclusions.py"),
    *("history/store/test_records_of_before.py", "history/store/admission/test_admission.py"),
    *("collector/suites/pipeline/test_child.py", "project/test_many_machines.py"),
)
"""Files of tests that take longest, from the longest. They are begun first: one that is begun last
is waited for by every core but its own."""


def rank(file: Path, tests: Path) -> int:
    """When a file of tests is begun: groups, then long files, then all others."""
    name = file.relative_to(tests).as_posix()
    if group_of(f"tests/{name}") != f"tests/{name}":
        return -1
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def group_of(file: str) -> str:
    """The group of a file of tests, which is the file itself where it has none."""
    found = (group for group, places in TOGETHER.items() if _is_in(file, places))
    return next(found, file)


def _is_in(file: str, places: Iterable[str]) -> bool:
    return any(file == place or (place[-1] == "/" and file.startswith(place)) for place in places)


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """Hands a worker a whole file or group."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(super()._split_scope(nodeid))
