"""Decide whether two checkouts would run the same program on the same input.

Either the sources are equal, which is known before anything is built, or the built programs are. A
native program that was built in the checkout is told by its own bytes and by those of every shared
library there; anything else, such as a script, only by its sources.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import msgspec

from collector.execution.checkouts import matching
from collector.planning.asked import is_like
from collector.suites.command.expand import expand
from collector.suites.command.options import CommandOptions
from collector.suites.command.programs import is_file
from history.vcs import worktrees

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collector.contract import Case
    from collector.execution.checkouts import Checkout
    from collector.planning.plan import SuiteWork
    from collector.suites.command.expand import Job

LOCK_FILES: Final = (
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements*.txt", "pylock*.toml"),
    *("Cargo.lock", "go.sum", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "Gemfile.lock"),
)
"""Lock files: always part of the sources."""
_NATIVE: Final = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
"""First bytes of programs of Linux, macOS (thin and universal) and Windows."""
_LIBRARIES: Final = (".so", ".dylib", ".dll")


def same_sources(one: Checkout, other: Checkout, patterns: tuple[str, ...]) -> bool:
    """Whether all files that make up the program are equal; without patterns all that git knows."""
    return _digest(_sources(one, patterns)) == _digest(_sources(other, patterns))


def changed(one: Checkout, other: Checkout) -> tuple[str, ...]:
    """Files that only one side has, or that differ, relative to the project's folder, sorted.

    Those beside that folder begin with ``../``, so that no pattern knows them.
    """
    sides = [
        {name: checkout.top / name for name in worktrees.files(checkout.top)}
        for checkout in (one, other)
    ]
    return tuple(
        _within(one, name)
        for name in sorted(sides[0].keys() | sides[1].keys())
        if ".soundmark" not in PurePosixPath(name).parts
        and _hash_of(sides[0].get(name)) != _hash_of(sides[1].get(name))
    )


def _within(checkout: Checkout, name: str) -> str:
    return Path(os.path.relpath(checkout.top / name, checkout.folder)).as_posix()


def _hash_of(place: Path | None) -> str:
    """Hash of one file; empty where it is not there."""
    if place is None or not (place.is_symlink() or place.is_file()):
        return ""
    return _digest([("", place)])


def same_programs(
    checkouts: tuple[Checkout, Checkout],
    works: tuple[SuiteWork, SuiteWork],
    case: Case,
    added: tuple[Mapping[str, str], Mapping[str, str]],
    profile: str,
) -> bool:
    """Whether a case runs the same native program in both, built and with its declared inputs.

    False when that is unknown, as for a script or a suite in Python.
    """
    programs = [
        _native(checkout, work, case, own, profile)
        for checkout, work, own in zip(checkouts, works, added, strict=True)
    ]
    return programs[0] != "" and programs[0] == programs[1]


def undeclared(base: Checkout, head: Checkout, work: SuiteWork, profile: str) -> tuple[str, ...]:
    """Files that the commands name, that differ between the sides, and that are no inputs.

    They may be what is measured, or a benchmark that does another work on each side.
    """
    declared = {name for name, _ in _inputs(head, work)}
    found: dict[str, None] = {}
    for job in _jobs(work, profile):
        for word in () if job.is_build else job.argv[1:]:
            name = (PurePosixPath(_cwd(work)) / word).as_posix()
            if name in declared or Path(word).is_absolute() or ".." in PurePosixPath(word).parts:
                continue
            places = [checkout.folder / name for checkout in (base, head)]
            if all(map(is_file, places)) and _differ(*places):
                found[name] = None
    return tuple(found)


def _native(
    checkout: Checkout, work: SuiteWork, case: Case, added: Mapping[str, str], profile: str
) -> str:
    """Hash of a native program of the checkout with all that it runs with; empty for any other."""
    for job in _jobs(work, profile):
        names = (job.case.benchmark, job.case.params, job.case.variant)
        if names == (case.benchmark, case.params, case.variant) and not job.is_build:
            break
    else:
        return ""
    program = _program(checkout.folder / _cwd(work), job, added)
    roots = [checkout.top]
    if program is not None and checkout.room in program.parents:
        roots.append(checkout.room)
    if program is None or not any(root in program.parents for root in roots):
        return ""
    with program.open("rb") as file:
        if not file.read(4).startswith(_NATIVE):
            return ""
    libraries = sorted(
        place
        for root in roots
        for place in root.rglob("*")
        if any(mark in place.name for mark in _LIBRARIES) and place.is_file()
    )
    parts = [("program", program), *((place.name, place) for place in libraries)]
    words = hashlib.sha256(repr((job.argv, sorted(job.env.items()))).encode())
    return words.hexdigest() + _digest([*parts, *_inputs(checkout, work)])


def _inputs(checkout: Checkout, work: SuiteWork) -> Iterator[tuple[str, Path]]:
    for pattern in work.preparation.input_files:
        yield from matching(checkout.folder, pattern)


def _jobs(work: SuiteWork, profile: str) -> tuple[Job, ...]:
    """The commands of a suite of commands; none of any other."""
    if work.suite.options is not CommandOptions:
        return ()
    return expand(_options(work), profile).jobs


def _options(work: SuiteWork) -> CommandOptions:
    found: CommandOptions = msgspec.convert(work.options, CommandOptions)
    return found


def _cwd(work: SuiteWork) -> str:
    found: Any = work.options.get("cwd", ".")
    return str(found)


def _program(folder: Path, job: Job, added: Mapping[str, str]) -> Path | None:
    """The file that a command starts, links followed."""
    word = job.argv[0]
    if os.sep in word:
        place = folder / word
        return place.resolve() if place.is_file() else None
    path = job.env.get("PATH") or added.get("PATH") or os.environ.get("PATH", os.defpath)
    found = shutil.which(word, path=path)
    return Path(found).resolve() if found else None


def _sources(checkout: Checkout, patterns: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    root = checkout.folder if patterns else checkout.top
    for name in worktrees.files(root):
        if ".soundmark" in PurePosixPath(name).parts:  # ours, whether ignored or not
            continue
        if not patterns or any(is_like(name, pattern) for pattern in (*patterns, *LOCK_FILES)):
            yield name, root / name


def _differ(one: Path, other: Path) -> bool:
    return one.read_bytes() != other.read_bytes()


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    """Hash over names, executable bits and contents."""
    whole = hashlib.sha256()
    for name, place in files:
        if place.is_symlink():
            content, run = str(place.readlink()).encode(), False
        elif place.is_file():
            content, run = place.read_bytes(), os.access(place, os.X_OK)
        else:
            content, run = b"", False
        own = hashlib.sha256(content).hexdigest()
        whole.update(f"{name}\0{run}\0{own}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
