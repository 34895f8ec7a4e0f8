"""The findings in a repository: build systems and benchmarks."""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    """A requirement of a suite."""

    kind: str
    """``program`` (on PATH), ``module`` (of the Python on PATH) or ``folder`` (of the project)."""
    name: str
    how: str
    """The command that installs it."""


class System(NamedTuple):
    """One build system of the repository or of a part of it."""

    kind: str
    """``cargo``, ``cmake``, ``python`` or ``node``."""
    file: str
    """The file that says so, relative to the repository."""
    folder: str
    """The folder it stands in; ``.`` is the top."""
    name: str
    """The project's name in that file; may be empty."""
    install: str = ""
    """Command that prepares it on a fresh machine, run in its folder; empty when unknown."""


class Bench(NamedTuple):
    """Existing benchmarks, as the table of a command suite."""

    kind: str
    """``criterion``, ``google-benchmark``, ``pytest-benchmark``, ``hyperfine`` or ``npm``."""
    file: str
    """The file that says so, relative to the repository."""
    name: str
    """Of the suite."""
    folder: str
    implementation: str
    run: str
    build: str = ""
    prepare: str = ""
    """Command that prepares a checkout when a pull request is measured."""
    reads: str = ""
    """Format of its results; empty when the whole process is measured."""
    path: str = ""
    """Path of its results."""
    needs: tuple[Need, ...] = ()
    doubt: str = ""
    """What a person has to fill in before it can run; may be empty."""


class Findings(NamedTuple):
    """Everything that was found, in the order in which it is printed."""

    systems: tuple[System, ...] = ()
    benches: tuple[Bench, ...] = ()
    unread: tuple[str, ...] = ()
    """Files that could not be read, each with the reason."""
