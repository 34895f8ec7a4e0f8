"""Prepare a checked-out commit for measuring: its inputs and its environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.words.errors import BrokenEnvironmentError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collector.contract import Process
    from collector.planning.plan import SuiteWork
    from history.words.records import Commit

PREPARE_LIMIT_S: Final = 3600.0
"""Longest ``prepare``, in seconds: installing an environment with torch takes some minutes."""
TOLD_LINES: Final = 20
"""Lines of a failed ``prepare`` that are printed."""
_NEVER_INPUTS: Final = frozenset({".git", ".soundmark"})
_OF_THE_WORKING_TREE: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "VIRTUAL_ENV")
"""Variables that a git hook or a shell sets for the working tree only."""


class Unready(NamedTuple):
    """The reason why a suite cannot be measured in a checkout."""

    reason: str
    log: tuple[str, ...]
    """The last lines of the output."""


@dataclass(eq=False)
class Checkout:
    """One commit in a folder, with what was prepared for it."""

    name: str
    """Its name in messages: ``base``, ``head``, or the beginning of a hash."""
    commit: Commit
    top: Path
    """Root of the checkout."""
    folder: Path
    """The project's folder in it, which holds the configuration file."""
    room: Path
    """A folder outside of it for environments and caches of this commit alone."""
    is_working_tree: bool = False
    """Whether it is the user's own, which is measured as it is and never written to."""
    remarks: tuple[str, ...] = ()
    _ready: dict[str, dict[str, str] | Unready] = field(default_factory=dict)

    def ready(self, work: SuiteWork) -> dict[str, str] | Unready:
        """Run ``prepare`` and return the variables to add for a suite's programs.

        Suites with the same ``prepare`` share one run of it.
        """
        command = work.preparation.prepare
        if command not in self._ready:
            self._ready[command] = self._prepared(command) if command else {}
        return self._ready[command]

    def process(self, process: Process, added: dict[str, str]) -> Process:
        """The process with the environment of this checkout.

        Work inside the child uses the Python that ``prepare`` installed.
        """
        # Below the checkouts, so that what a killed child leaves is removed with them.
        temporary = self.room.parent / "temporary"
        temporary.mkdir(parents=True, exist_ok=True)
        environment = process.environment | {"TMPDIR": str(temporary)} | added
        interpreter = process.interpreter
        installed = added.get("VIRTUAL_ENV")
        if installed and not process.spawns and not interpreter:
            python = Path(installed) / "bin" / "python"
            interpreter = str(python) if python.is_file() else ""
        return msgspec.structs.replace(process, environment=environment, interpreter=interpreter)

    def _prepared(self, command: str) -> dict[str, str] | Unready:
        place = self.room / f"env-{len(self._ready)}"
        place.mkdir(parents=True)
        added = {"SOUNDMARK_ENV": str(place)}
        base = {
            name: value for name, value in os.environ.items() if name not in _OF_THE_WORKING_TREE
        }
        log = self.room / f"{place.name}.log"
        with log.open("wb") as out:
            try:
                done = subprocess.run(
                    ["/bin/sh", "-c", command],
                    cwd=self.folder,
                    env=base | added,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    timeout=PREPARE_LIMIT_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return Unready(f"`prepare` took longer than {PREPARE_LIMIT_S:g} s", _end_of(log))
        if done.returncode:
            told = _end_of(log)
            last = f"; its last line: {told[-1].strip()[:200]}" if told else ""
            return Unready(f"`prepare` ended with exit code {done.returncode}{last}", told)
        programs = place / "bin"
        if programs.is_dir():
            path = os.pathsep.join([str(programs), base.get("PATH", os.defpath)])
            added |= {"PATH": path, "VIRTUAL_ENV": str(place)}
        return added


def give_inputs(
    source: Path, checkout: Checkout, works: Iterable[SuiteWork], config: str, *, missing_only: bool
) -> int:
    """Copy the inputs of the suites, and the configuration, from the working tree to a checkout.

    Files there that match the patterns and are not in the working tree are removed, so that both
    are equal. With ``missing_only`` only files that the checkout lacks are copied, such as data
    that git ignores. Returns the number of files that were copied. Raises ConfigError for a pattern
    that names nothing, and BrokenEnvironmentError where there is no room.
    """
    if checkout.is_working_tree:
        return 0
    patterns = dict.fromkeys(one for work in works for one in work.preparation.input_files)
    wanted: dict[str, Path] = {}
    for pattern in patterns:
        found = dict(matching(source, pattern))
        if not found:
            raise ConfigError(
                f'input_files: nothing in {source.name} is called "{pattern}".',
                hint="Write the pattern relative to the folder of the configuration file.",
            )
        wanted |= found
        if not missing_only:
            for name, place in list(matching(checkout.folder, pattern)):
                if name not in found:
                    place.unlink()
    if (source / config).is_file() and not missing_only:
        wanted[config] = source / config
    targets = {checkout.folder / name: place for name, place in wanted.items()}
    if missing_only:
        targets = {there: here for there, here in targets.items() if not there.exists()}
    _make_sure_of_room(targets.values(), checkout.folder)
    for there, here in targets.items():
        _copy(here, there)
    return len(targets)


def matching(root: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    """Relative name and path of each file that a pattern matches, also inside matching folders."""
    for found in sorted(root.glob(pattern)):
        for place in sorted(found.rglob("*")) if found.is_dir() else (found,):
            relative = place.relative_to(root)
            if place.is_file() and not _NEVER_INPUTS & set(relative.parts):
                yield relative.as_posix(), place


def _make_sure_of_room(files: Iterable[Path], folder: Path) -> None:
    needed = sum(place.stat().st_size for place in files)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BrokenEnvironmentError(
            f"no room for the inputs: they need {needed / 1e6:.0f} MB, {folder} has "
            f"{free / 1e6:.0f} MB left.",
            hint="Make room, or set TMPDIR to a folder with more of it.",
        )


def _copy(here: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    if there.is_symlink():
        there.unlink()
    elif there.is_dir():
        shutil.rmtree(there)
    shutil.copy2(here, there)


def _end_of(log: Path) -> tuple[str, ...]:
    text = log.read_bytes()[-8192:].decode("utf-8", "replace")
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())[-TOLD_LINES:]
