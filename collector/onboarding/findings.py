"""What can be found in a repository: how it is built, and what measures it already."""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    """Something that must be here before a suite can run."""

    kind: str
    """``program`` (on PATH), ``module`` (of the Python on PATH) or ``folder`` (of the project)."""
    name: str
    how: str
    """What to type to get it."""


class System(NamedTuple):
    """One way in which the repository, or a part of it, is built."""

    kind: str
    """``cargo``, ``cmake``, ``python`` or ``node``."""
    file: str
    """The file that says so, relative to the repository."""
    folder: str
    """The folder it stands in; ``.`` is the top."""
    name: str
    """What the file calls the project; empty where it says nothing."""
    install: str = ""
    """What makes it ready on a fresh machine, to be run in its folder; empty: nothing is known."""


class Bench(NamedTuple):
    """Benchmarks that are there, as the table of a command suite."""

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
    """What makes a checkout ready in which a pull request's side is measured."""
    reads: str = ""
    """Format of what it leaves; empty: the whole process is measured."""
    path: str = ""
    """Where it leaves that."""
    needs: tuple[Need, ...] = ()
    doubt: str = ""
    """What a person has to fill in before it can run; empty: nothing."""


class Findings(NamedTuple):
    """Everything that was found, in the order in which it is told."""

    systems: tuple[System, ...] = ()
    benches: tuple[Bench, ...] = ()
    unread: tuple[str, ...] = ()
    """Files that should have been read and could not be, each with the reason."""
