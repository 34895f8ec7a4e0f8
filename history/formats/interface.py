"""The interface of a format, which reads files of another tool to run records, or writes them.

A format has a name and a summary, and offers those of the protocols below that it can. Most parse
text and leave the rest to ``take_in``; whoever reads several commits or machines from one file
reads it into runs itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from history.store.admission.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from history.store.batch import Batch
    from history.words.metrics import Direction, Metric
    from history.words.records import Commit, Item, Machine, Point, RunRecord


class SeriesKind(NamedTuple):
    """Unit and direction of a series."""

    unit: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """Facts from the caller that most formats lack."""

    suite: str = ""
    """Suite of results that name none."""
    machine: str = ""
    """Machine of results that name none; ``unknown`` is never merged with a known one."""
    commit: Commit | None = None
    """Commit of results that name none."""
    project: str = ""
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    """The registry with the project's own metrics."""
    series: Mapping[str, SeriesKind] = field(default_factory=dict)
    """Series id -> the unit and direction that it has in the history."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit of each measure of a format that states none; that under "" is of all others."""
    directions: Mapping[str, Direction] = field(default_factory=dict)
    """The same of which way is better."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Name of a commit in the files -> the name that it has now."""
    unread: frozenset[Path] = frozenset()
    """Files of a folder that were taken before, and are as they were."""
    limits: Limits = field(default_factory=Limits)
    """What one file may hold; ``take_in`` sees to it."""


@dataclass(frozen=True)
class Refused:
    """One refused row, with the reason."""

    row: int
    """Line or entry, counted from 1 as an editor does."""
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """One row that is no measurement of its own, such as a stated mean."""

    row: int
    """Line or entry, counted from 1 as an editor does."""
    reason: str


class Counted:
    """The counts of rows: each is taken, left out or refused, and is in at most one list.

    A row of which a part is missing is taken, and a sentence in ``flagged`` names row and part.
    """

    rows_read: int
    left_out: tuple[LeftOut, ...]
    refused: tuple[Refused, ...]

    @property
    def rows_taken(self) -> int:
        """Rows that gave points or items."""
        return self.rows_read - len(self.left_out) - len(self.refused)


@dataclass(frozen=True, kw_only=True)
class Parsed(Counted):
    """The points of one text, without a run."""

    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()
    rows_read: int = 0
    left_out: tuple[LeftOut, ...] = ()
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    """Remarks about taken rows; one sentence each, equal ones once."""
    commit: Commit | None = None
    """Only where the format carries one."""
    machine: Machine | None = None
    started_at: datetime | None = None


@dataclass(frozen=True)
class Imported(Counted):
    """The result of one file as records; ``take_in`` packs them into columns."""

    records: tuple[RunRecord, ...]
    rows_read: int
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    """Remarks about taken rows; one sentence each, equal ones once."""
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class ImportedColumns(Counted):
    """The result of one long file as columns, without an object for each point."""

    batch: Batch
    rows_read: int
    refused: tuple[Refused, ...] = ()
    flagged: tuple[str, ...] = ()
    """Remarks about taken rows; one sentence each, equal ones once."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The records that the columns stand for: for whoever wants to look at single points."""
        from history.store import packing

        return packing.unpack(self.batch)


class Format(Protocol):
    """The attributes of every format."""

    name: str
    """Name on the command line, after ``soundmark import`` and ``soundmark export``."""
    summary: str
    """A short description of its files."""


class Brings(NamedTuple):
    """The parts of a measurement that a format's files have."""

    metrics: str
    """Which, in a few words."""
    samples: str = "no"
    """``yes``, ``no``, or when."""
    commit: str = "no"
    machine: str = "no"


@runtime_checkable
class Describes(Format, Protocol):
    """Describes its files, for ``soundmark import --list``."""

    brings: Brings


@runtime_checkable
class Recognises(Format, Protocol):
    """Recognises its own files, so that a wrong one is refused before it is read."""

    def recognise(self, head: str) -> bool:
        """Whether a file that starts with this text (up to 64 kB) is of this format."""


@runtime_checkable
class RecognisesFolder(Format, Protocol):
    """Recognises folders that it reads as a whole."""

    def recognise_folder(self, folder: Path) -> bool:
        """Whether the folder itself is one of this format, not only something below it."""


@runtime_checkable
class ParsesText(Format, Protocol):
    """Reads the text of one run: what ``import`` takes, and the ``reads`` of a command suite."""

    repeats_itself: bool
    """Whether the tool repeats the work and takes the times itself: one run of it is enough."""

    def parse(self, text: str, name: str) -> Parsed:
        """What one text holds; ``name`` is that of its file, for messages. Pure.

        Raises ImportRefusedError when nothing of it can be taken.
        """


@runtime_checkable
class GoesOn(Format, Protocol):
    """For a tool whose results stay valid when one of its benchmarks fails."""

    partial_exit_codes: frozenset[int]
    """Exit codes after which the other results are valid."""


@runtime_checkable
class ParsesPartial(ParsesText, GoesOn, Protocol):
    """The same for a tool that prints what failed, and whose file may not tell."""

    def parse_partial(self, text: str, name: str, printed: str) -> Parsed:
        """The same as ``parse``; what failed according to the printed text is a failed point."""


@runtime_checkable
class ParsesFolder(Format, Protocol):
    """The same for a tool that leaves a folder of files."""

    repeats_itself: bool
    """Whether the tool repeats the work and takes the times itself: one run of it is enough."""
    usual_folder: str
    """Default folder of the tool, such as ``target/criterion``."""

    def parse_folder(self, folder: Path, since_s: float | None) -> Parsed:
        """What the files below hold; with a time, only those written since.

        The time is in seconds of the file system's clock.
        """


@runtime_checkable
class HoldsFiles(Format, Protocol):
    """Reads a folder that grows file by file, and can skip files that were imported."""

    def files(self, path: Path) -> Sequence[Path]:
        """Every file with results that reading this path looks into."""


@runtime_checkable
class ReadsFile(Format, Protocol):
    """Makes the runs itself: several commits in one file, or names from outside of it."""

    def read(self, path: Path, context: Context) -> Imported | ImportedColumns:
        """Read one file or folder. Raises ImportRefusedError when nothing of it can be taken."""


@runtime_checkable
class AsksKinds(Format, Protocol):
    """Reads files that do not state what they measure, so that the caller may have to."""

    asks: frozenset[str]
    """``unit``, ``direction`` or both: which of the context it uses."""


@runtime_checkable
class Writes(Format, Protocol):
    """Written by ``soundmark export``."""

    written: str
    """What of the history is written, such as "every point"."""

    def write(
        self, connection: duckdb.DuckDBPyConnection, target: Path | None
    ) -> Sequence[str] | None:
        """Write it; ``None`` is standard output. Sentences about what has no place in it, if any.

        Raises UsageError when it cannot.
        """


Importable = ReadsFile | ParsesText | ParsesFolder
"""Protocols that ``soundmark import`` can use."""

Parser = ParsesText | ParsesFolder
"""Protocols that a command suite can use."""
