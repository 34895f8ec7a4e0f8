"""Make columns of points from rows of plain CSV; complex rows are read one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.formats import storable
from history.formats.csv import cells
from history.formats.csv.names import Names
from history.formats.fields import UNFORESEEN, RefuseError, unforeseen
from history.formats.interface import Context, Refused, SeriesKind
from history.formats.series_kinds import SeriesKinds
from history.store.batch import Label
from history.store.places import firsts
from history.words import metrics, units
from history.words.metrics import Direction
from history.words.records import Machine, Outcome

if TYPE_CHECKING:
    from history.formats.csv.plain import Rows
    from history.store.batch import Floats, Ints
    from history.words.units import Unit

_DIRECTIONS: Final = {
    **dict.fromkeys(("lower", "lower_is_better", "smaller", "less", "down", "min"), "lower"),
    **dict.fromkeys(("higher", "higher_is_better", "bigger", "more", "up", "max"), "higher"),
    **dict.fromkeys(("", "none", "unknown"), "none"),
}


class Series(NamedTuple):
    """The series of a row's naming cells."""

    label: Label
    machine: Machine
    factor: float
    """How many base units one of the row's unit is."""


class Date(NamedTuple):
    """The commit of a row's dating cells."""

    sha: str
    time: datetime
    row: dict[str, str]
    """As they are written."""


@dataclass
class Found:
    """Points of a file, in the order of their rows; m points."""

    series: list[Series | None]
    """By place of the names; None where they cannot be taken."""
    dates: list[Date | None]
    line: Ints
    name: Ints
    """(m,): place in ``series``."""
    date: Ints
    """(m,): place in ``dates``."""
    value: Floats
    """(m,), in base units, of those that are one number; NaN of the others."""
    odd: Ints
    """Places of the others among the points, rising."""
    outcomes: list[tuple[Outcome, str]]
    """Outcome and fingerprint of each of these."""
    refused: list[Refused]
    left_out: dict[int, int] = field(default_factory=dict)
    """Line to how many of its samples are no finite numbers."""


class Points:
    """One pass over the rows of a file."""

    def __init__(self, context: Context, flag: Callable[[str], None]) -> None:
        """``flag`` takes a sentence about the file."""
        self._context = context
        self._flag = flag
        self._names = Names(context, flag)
        self._kinds: dict[tuple[str, str, str], tuple[Unit, Direction]] = {}
        self._known = SeriesKinds(context.series)

    def read(self, rows: Rows) -> Found:
        """Every row that can be taken, and why the others cannot."""
        series, dates = self._named(rows)
        reasons: dict[int, str] = {}
        for table, of_row in ((series, rows.name), (dates, rows.date)):
            bad = np.array([isinstance(one, str) for one in table], dtype=np.bool_)
            for place in np.flatnonzero(bad[of_row]).tolist() if bad.any() else ():
                reasons[place] = str(table[of_row[place]])
        outcomes: dict[int, tuple[Outcome, str]] = {}
        left_out: dict[int, int] = {}
        for place, row in rows.others:
            if place in reasons:
                continue
            try:
                outcome, few = self._outcome(row, series[rows.name[place]])
            except RefuseError as error:
                reasons[place] = str(error)
            except UNFORESEEN as error:
                reasons[place] = unforeseen(error)
            else:
                outcomes[place] = outcome, row.get("fingerprint", "").strip()
                if few:
                    left_out[place] = few
        taken = np.ones(rows.line.size, dtype=np.bool_)
        taken[list(reasons)] = False
        for name, why in self._other_units(rows.name[taken], series).items():
            reasons |= dict.fromkeys(np.flatnonzero(taken & (rows.name == name)).tolist(), why)
        taken[list(reasons)] = False
        odd = [place for place in outcomes if taken[place]]
        factor = np.array([one.factor if isinstance(one, Series) else np.nan for one in series])
        value = rows.value * factor[rows.name] if rows.line.size else rows.value
        return Found(
            series=[one if isinstance(one, Series) else None for one in series],
            dates=[one if isinstance(one, Date) else None for one in dates],
            line=rows.line[taken],
            name=rows.name[taken],
            date=rows.date[taken],
            value=value[taken],
            odd=(np.cumsum(taken) - 1)[np.array(odd, dtype=np.int64)],
            outcomes=[outcomes[place] for place in odd],
            refused=[Refused(int(rows.line[place]), why) for place, why in reasons.items()],
            left_out={
                int(rows.line[place]): few for place, few in left_out.items() if taken[place]
            },
        )

    def _named(self, rows: Rows) -> tuple[list[Series | str], list[Date | str]]:
        """What names and dates mean, in the order of their rows; a text says why it is nothing."""
        series: list[Series | str] = [""] * len(rows.names)
        dates: list[Date | str] = [""] * len(rows.dates)
        first: list[tuple[int, int, int]] = []
        for kind, of_row in enumerate((rows.date, rows.name)):
            different, lines = firsts(of_row)
            first += [(a, kind, b) for a, b in zip(lines.tolist(), different.tolist(), strict=True)]
        for _, kind, place in sorted(first):
            try:
                if kind:
                    series[place] = self._series(rows.names[place])
                else:
                    dates[place] = self._date(rows.dates[place])
            except (RefuseError, *UNFORESEEN) as error:
                why = str(error) if isinstance(error, RefuseError) else unforeseen(error)
                if kind:
                    series[place] = why
                else:
                    dates[place] = why
        return series, dates

    def _date(self, row: dict[str, str]) -> Date:
        sha, time = self._names.commit(row)
        if fault := storable.fault((sha, time)):
            raise RefuseError(fault)
        return Date(sha, time, row)

    def _series(self, row: dict[str, str]) -> Series:
        suite = row.get("suite", "").strip() or self._context.suite
        benchmark, metric = row["benchmark"].strip(), row["metric"].strip()
        for column, value in (("suite", suite), ("benchmark", benchmark), ("metric", metric)):
            if not value:
                raise RefuseError(f"{column} is empty")
        machine = self._names.machine(row)
        unit, direction = self._unit_and_direction(row, metric)
        label = Label(
            suite,
            benchmark,
            tuple(self._names.params(row).items()),
            self._names.variant(row),
            metric,
            unit.base,
            direction,
        )
        if fault := storable.fault((machine, label)):
            raise RefuseError(fault)
        return Series(label, machine, unit.factor)

    def _other_units(self, name: Ints, series: list[Series | str]) -> dict[int, str]:
        """Names whose series has another unit, and why that is wrong; name: (m,) of good rows.

        The first good row of a series decides, where the history does not.
        """
        different, first = firsts(name)
        found = {}
        for place in different[np.argsort(first)].tolist():
            one = series[place]
            assert isinstance(one, Series)  # noqa: S101 - others are refused before
            kind = SeriesKind(one.label.unit, one.label.direction or Direction.NONE)
            try:
                odd = self._known.check(one.label, kind, one.machine)
            except RefuseError as error:
                found[place] = str(error)
            else:
                if odd:
                    self._flag(odd)
        return found

    def _outcome(self, row: dict[str, str], series: Series | str) -> tuple[Outcome, int]:
        """What a row measured, and how many of its samples are left out."""
        assert isinstance(series, Series)  # noqa: S101 - others are refused before
        samples = cells.samples(row, series.factor)
        found = cells.outcome(row, series.factor, samples)
        if fault := storable.fault((found, row.get("fingerprint", "").strip())):
            raise RefuseError(fault)
        return found, samples.left_out

    def _unit_and_direction(self, row: dict[str, str], metric: str) -> tuple[Unit, Direction]:
        written = (metric, row["unit"].strip(), row["direction"].strip().lower())
        if written not in self._kinds:
            self._kinds[written] = self._read_kind(*written)
        return self._kinds[written]

    def _read_kind(self, metric: str, unit: str, stated: str) -> tuple[Unit, Direction]:
        if stated not in _DIRECTIONS:
            raise RefuseError(f'direction: expected lower, higher or none, found "{stated}"')
        direction = Direction(_DIRECTIONS[stated])
        known = self._context.metrics.get(metric) or metrics.registry().get(metric)
        canonical = units.canonical(unit)
        if known is not None and known.unit:
            if not unit:
                canonical = units.Unit(known.unit, 1.0)
            elif canonical.base != known.unit:
                raise RefuseError(
                    f'{metric}: is measured in "{known.unit}", found the unit "{unit}"'
                )
        elif not units.is_known(unit):
            self._flag(f'unit "{unit}" is not known: values of {metric} are kept as written')
        if known is not None:
            if direction not in {Direction.NONE, known.direction}:
                self._flag(
                    f"{metric} is stated as {direction} is better, the registry says "
                    f"{known.direction}; the registry holds"
                )
            return canonical, known.direction
        if direction is Direction.NONE and not stated:
            direction = metrics.direction_of_unit(unit)
        return canonical, direction
