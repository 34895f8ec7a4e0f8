"""Group the points of plain CSV into runs: by stated run, or by commit and machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from history.formats.csv import cells
from history.formats.csv.names import described
from history.formats.fields import UNFORESEEN, RefuseError, unforeseen
from history.formats.interface import Context, Refused
from history.store import packing
from history.store.batch import Batch, Said, name_in_run
from history.store.places import firsts, ranked
from history.words.records import HARDWARE, Origin, Run, hardware

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import datetime

    from history.formats.csv.points import Date, Found, Series
    from history.store.batch import Floats, Ints, Label


class Runs:
    """The runs of one file."""

    def __init__(self, context: Context) -> None:
        """``context`` has what rows do not say."""
        self._context = context

    def of(self, found: Found) -> tuple[Batch, list[Refused]]:
        """The points in their runs, and those rows that no run can have."""
        codes = _Codes(found)
        refused = dict(self._twice(found, codes))
        bad = self._bad_dates(found)
        first = self._first(found, codes, refused, bad)
        kept = np.ones(found.line.size, dtype=np.bool_)
        kept[list(refused)] = False
        order = {one: place for place, one in enumerate(sorted(first, key=first.__getitem__))}
        of_code = np.array([order.get(one, -1) for one in range(codes.runs)], dtype=np.int64)
        run = of_code[codes.run[kept]] if codes.runs else codes.run
        batch = _batch(found, np.flatnonzero(kept), run)
        places = sorted(first.values())
        encoded, bounds = (
            packing.Encoded(batch),
            np.searchsorted(batch.run, np.arange(len(places) + 1)),
        )
        runs = tuple(
            self._run(
                found, one, int(codes.occurrence[one]), encoded.of(bounds[at], bounds[at + 1])
            )
            for at, one in enumerate(places)
        )
        all_refused = [Refused(int(found.line[place]), why) for place, why in refused.items()]
        return replace(batch, runs=runs), all_refused

    def _twice(self, found: Found, codes: _Codes) -> Iterator[tuple[int, str]]:
        """Points of a series that stands in their stated run already."""
        for place in np.flatnonzero(codes.is_stated & (codes.occurrence > 0)).tolist():
            label, stated = _label(found, place), _stated(_date(found, place))
            yield place, f"{label.metric} of this series stands in run {stated[:8]} already"

    def _bad_dates(self, found: Found) -> dict[int, str]:
        """Place among the dates to why no run can be made of what its cells say."""
        bad = {}
        for place, date in enumerate(found.dates):
            if date is None:
                continue
            try:
                described(date.row, date.sha, date.time, 0, self._context.commit)
                _started(date)
            except RefuseError as error:
                bad[place] = str(error)
            except UNFORESEEN as error:
                bad[place] = unforeseen(error)
        return bad

    def _first(
        self, found: Found, codes: _Codes, refused: dict[int, str], bad: dict[int, str]
    ) -> dict[int, int]:
        """Run to its first point that tells what it is; those before are refused."""
        out = np.zeros(found.line.size, dtype=np.bool_)
        out[list(refused)] = True
        if not bad:
            places = np.flatnonzero(~out)
            different, at = firsts(codes.run[places])
            return dict(zip(different.tolist(), places[at].tolist(), strict=True))
        first: dict[int, int] = {}
        for place in np.flatnonzero(~out).tolist():
            run, date = int(codes.run[place]), int(found.date[place])
            if run in first:
                continue
            if date in bad:
                refused[place] = bad[date]
            else:
                first[run] = place
        return first

    def _run(self, found: Found, place: int, occurrence: int, points: bytes) -> Run:
        """The run that the point at this place is the first of; ``points`` are all of them."""
        date, machine = _date(found, place), _series(found, place).machine
        stated, started_at = _stated(date), _started(date)
        content = sha256(repr((date.sha, date.time, machine.name, occurrence)).encode())
        if stated:  # of an export: equal results of several runs are several runs
            content.update(repr((stated, started_at, machine.key())).encode())
        content.update(points)
        processor = hardware(machine.cpu_model, machine.cores)
        line = int(found.line[place])
        is_simulated = date.row.get("origin", "").strip() == Origin.SIMULATED
        return Run(
            run_id=content.hexdigest()[:32],
            started_at=started_at,
            commit=described(date.row, date.sha, date.time, line - 2, self._context.commit),
            machine=machine,
            project=date.row.get("project", "").strip() or self._context.project,
            origin=Origin.SIMULATED if is_simulated else Origin.IMPORTED,
            source="import csv",
            environment={HARDWARE: processor} if processor else {},
        )


class _Codes:
    """What tells runs and repeated series apart, as whole numbers; (m,) each."""

    def __init__(self, found: Found) -> None:
        series = _numbered(
            None if one is None else (name_in_run(one.label), one.machine) for one in found.series
        )
        machine = _numbered(None if one is None else one.machine for one in found.series)
        date = _numbered(None if one is None else (one.sha, one.time) for one in found.dates)
        stated = [None if one is None else _stated(one) for one in found.dates]
        of_date = _together(date[found.date], _numbered(stated)[found.date])
        self.is_stated = np.array([bool(one) for one in stated], dtype=np.bool_)[found.date]
        self.occurrence = _occurrences(_together(of_date, series[found.name]))
        run = _together(_together(of_date, machine[found.name]), self.occurrence)
        self.run: Ints = run
        self.runs = int(run.max()) + 1 if run.size else 0


def _numbered(values: Iterable[Hashable]) -> Ints:
    """A number for each value, the same for equal ones."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in values], dtype=np.int64)


def _together(one: Ints, other: Ints) -> Ints:
    """A number for each different pair, from 0; (m,)."""
    if not one.size:
        return one
    return ranked(one * (int(other.max()) + 1) + other)[1]


def _occurrences(key: Ints) -> Ints:
    """How often each key came before, (m,)."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.concatenate([begins, [key.size]]))
    found = np.empty(key.size, dtype=np.int64)
    if key.size:
        found[order] = np.arange(key.size) - np.repeat(begins, lengths)
    return found


def _batch(found: Found, kept: Ints, run: Ints) -> Batch:
    """The columns of the points that are kept, run by run; the runs are not made yet."""
    size = found.line.size
    value, n = found.value.copy(), np.ones(size, dtype=np.int64)
    said: dict[Said, int] = {Said(): 0}
    about = np.zeros(size, dtype=np.int64)
    odd, counts, numbers, lists = packing.numbers_of([one for one, _ in found.outcomes])
    value[found.odd], n[found.odd] = odd, counts
    about[found.odd] = [said.setdefault(packing.said_of(*one), len(said)) for one in found.outcomes]
    kept = kept[np.argsort(run, kind="stable")]
    labels = dict.fromkeys(firsts(found.name[kept])[0].tolist())
    of_name = np.full(len(found.series), -1, dtype=np.int64)
    of_name[list(labels)] = np.arange(len(labels))
    whole = Batch(
        runs=(),
        labels=tuple(one.label for place in labels if (one := found.series[place]) is not None),
        said=tuple(said),
        run=np.zeros(size, dtype=np.int64),
        label=of_name[found.name],
        about=about,
        value=value,
        n=n,
        numbers={name: _spread(column, found.odd, size) for name, column in numbers.items()},
        lists={name: column.spread(found.odd, size) for name, column in lists.items()},
    )
    return replace(whole.take(kept), run=np.sort(run, kind="stable"))


def _spread(column: Floats, places: Ints, size: int) -> Floats:
    found = np.full(size, np.nan)
    found[places] = column
    return found


def _series(found: Found, place: int) -> Series:
    one: Series | None = found.series[found.name[place]]
    assert one is not None  # noqa: S101 - points have names
    return one


def _label(found: Found, place: int) -> Label:
    return _series(found, place).label


def _date(found: Found, place: int) -> Date:
    one: Date | None = found.dates[found.date[place]]
    assert one is not None  # noqa: S101 - points have dates
    return one


def _stated(date: Date) -> str:
    return date.row.get("run_id", "").strip()


def _started(date: Date) -> datetime:
    time = date.row.get("run_time", "").strip()
    return cells.moment(time) if time else date.time
