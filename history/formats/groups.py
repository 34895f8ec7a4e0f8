"""Group the rows of one file into runs by commit and machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Imported, Parsed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from history.formats.interface import Context
    from history.words.records import Commit, Machine, Point, RunRecord


class About(NamedTuple):
    """The key of a run: rows with equal keys are one run."""

    commit: Commit | None
    machine: Machine | None
    started_at: datetime | None
    run: str = ""
    """What the tool calls the run."""


@dataclass
class _Rows:
    numbers: list[int] = field(default_factory=list)
    rows: list[object] = field(default_factory=list)


def imported(
    rows: Iterable[object],
    about: Callable[[object], About],
    points: Callable[[object], Iterable[Point]],
    context: Context,
    named: tuple[str, str],
) -> Imported:
    """Every row in the run that it belongs to; ``named`` are the format and the file.

    ``about`` and ``points`` raise RefuseError for a row that cannot be taken. Raises UsageError
    where neither the file nor the caller names a commit.
    """
    groups: dict[About, _Rows] = {}
    refused: list[Refused] = []
    count = 0
    for count, row in enumerate(rows, start=1):
        try:
            group = groups.setdefault(about(row), _Rows())
        except RefuseError as error:
            refused.append(Refused(count, str(error)))
            continue
        except fields.UNFORESEEN as error:
            refused.append(Refused(count, fields.unforeseen(error)))
            continue
        group.numbers.append(count)
        group.rows.append(row)
    records: list[RunRecord] = []
    flagged: dict[str, None] = {}
    for one, group in groups.items():
        taken, not_taken = fields.take(group.rows, points, numbers=group.numbers)
        refused += not_taken
        parsed = Parsed(
            points=tuple(taken),
            commit=one.commit,
            machine=one.machine,
            started_at=one.started_at,
        )
        made = runs.imported(parsed, context, *named)
        records += made.records
        flagged |= dict.fromkeys(made.flagged)
    records.sort(key=lambda record: record.run.commit.time)
    refused.sort(key=lambda one: one.row)
    return Imported(tuple(records), count, tuple(refused), tuple(flagged))
