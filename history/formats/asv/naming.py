"""Map the values of an asv benchmark to series and units, with refusals."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from history.formats.asv import kinds, rows
from history.formats.fields import RefuseError
from history.formats.interface import Context, SeriesKind
from history.formats.series_kinds import SeriesKinds
from history.report.wording.numbers import counted
from history.store.batch import Label
from history.words.metrics import Direction
from history.words.records import Machine, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from history.formats.asv.columns import Names
    from history.formats.asv.kinds import Kind
    from history.formats.gathering import Gathered
    from history.store.batch import Floats, Ints

SUITE: Final = "asv"
_Combinations = tuple[tuple[str, ...], ...]
_HASH: Final = re.compile(r"[0-9a-f]{40,}")


class Ways(NamedTuple):
    """The combinations of a benchmark's parameters, as one version of it was run."""

    labels: tuple[int, ...]
    """The number of the names of each."""
    kind: Kind
    twice: frozenset[int]
    """Indices of repeated combinations."""


class Known(NamedTuple):
    """The common names of all files with the same benchmarks in one environment; n values."""

    label: Ints
    """(n,): the number of the names of each."""
    factor: Floats
    """(n,): how many base units one of its unit is."""
    is_refused: bool
    """Whether a combination of parameters comes twice."""
    judged: tuple[tuple[int, Kind], ...]
    """Those whose unit can change, in order."""


class Naming:
    """The names of one history; those that are equal from file to file are looked up once."""

    def __init__(
        self, context: Context, benchmarks: Mapping[str, dict[str, Any]], gathered: Gathered
    ) -> None:
        """``benchmarks`` has what ``benchmarks.json`` says of each name."""
        self._context = context
        self._benchmarks = benchmarks
        self._gathered = gathered
        self._kinds: dict[str, Kind] = {}
        self._ways: dict[tuple[str, str, str, _Combinations], Ways] = {}
        self._files: dict[tuple[Names, str], Known] = {}
        self._series = SeriesKinds(context.series)
        self._checked: dict[Machine, dict[int, str]] = defaultdict(dict)
        self._flagged: dict[str, None] = {}
        self._versions: dict[str, set[str]] = defaultdict(set)
        self._unlisted: dict[str, None] = {}
        self._without_unit: list[str] = []

    def remarks(self) -> Iterator[str]:
        """Remarks about all names."""
        yield from self._flagged
        if self._unlisted:
            yield (
                f"{counted(len(self._unlisted), 'benchmark')} not in benchmarks.json, such as"
                f" {next(iter(self._unlisted))}: the type is told by the name as asv does, other"
                " units and names of parameters are not known"
            )
        if self._without_unit:
            yield (
                f"{counted(len(self._without_unit), 'benchmark')} without a known unit, such as"
                f" {self._without_unit[0]}: values are kept as written, and no direction is known"
            )
        several = [name for name, found in self._versions.items() if len(found) > 1]
        if several:
            yield (
                f"{counted(len(several), 'benchmark')} in several versions, such as {several[0]}:"
                " each version is a series of its own"
            )

    def known(self, names: Names, environment: str) -> Known:
        """What is the same in every file with these benchmarks; looked up once."""
        found = self._files.get((names, environment))
        if found is None:
            ways = [
                self.ways_of(name, version, environment, rows.combinations(params))
                for name, params, version in zip(*names, strict=True)
            ]
            found = self._files[names, environment] = Known(
                label=np.array([one for way in ways for one in way.labels], dtype=np.int64),
                factor=np.repeat(
                    np.array([way.kind.factor for way in ways], dtype=np.float64),
                    [len(way.labels) for way in ways],
                ),
                is_refused=any(way.twice for way in ways),
                judged=tuple(
                    (label, way.kind)
                    for way in ways
                    if not way.kind.is_fixed
                    for label in way.labels
                ),
            )
        return found

    def are_sound(self, known: Known, machine: Machine) -> bool:
        """Whether every series has the unit that it has in the history."""
        return not any(self._fault(label, kind, machine) for label, kind in known.judged)

    def ways_of(self, name: str, version: str, environment: str, params: _Combinations) -> Ways:
        """The ways in which one version of a benchmark was run, by its combinations."""
        known = name, version, environment, params
        found = self._ways.get(known)
        if found is None:
            found = self._ways[known] = self._new_ways(*known)
        return found

    def _new_ways(self, name: str, version: str, environment: str, params: _Combinations) -> Ways:
        kind = self._kind(name)
        version = _HASH.sub(lambda found: found.group()[:8], version)
        self._versions[name].add(version)
        variant = Variant(runtime=environment, features=f"version {version}" if version else "")
        suite = self._context.suite or SUITE
        named = (tuple(kinds.params_by_name(kind.param_names, one).items()) for one in params)
        labels = [
            Label(suite, name, params, variant, kind.metric, kind.unit, kind.direction)
            for params in named
        ]
        first = {one: place for place, one in reversed(list(enumerate(params)))}
        twice = (place for place, one in enumerate(params) if first[one] != place)
        return Ways(tuple(map(self._gathered.label, labels)), kind, frozenset(twice))

    def _kind(self, name: str) -> Kind:
        found = self._kinds.get(name)
        if found is None:
            about = self._benchmarks.get(name)
            found = self._kinds[name] = kinds.kind_of(name, about, self._context.metrics)
            if about is None:
                self._unlisted[name] = None
            if found.has_no_unit:
                self._without_unit.append(name)
        return found

    def check(self, label: int, kind: Kind, machine: Machine) -> None:
        """Raises RefuseError when the series of the point has another unit in the history."""
        if not kind.is_fixed and (fault := self._fault(label, kind, machine)):
            raise RefuseError(fault)

    def _fault(self, label: int, kind: Kind, machine: Machine) -> str:
        """The fault of a series' unit on a machine, if any."""
        checked = self._checked[machine]
        fault = checked.get(label)
        if fault is None:
            fault = ""
            stated = SeriesKind(kind.unit, kind.direction or Direction.NONE)
            try:
                if odd := self._series.check(self._gathered.name(label), stated, machine):
                    self._flagged[odd] = None
            except RefuseError as error:
                fault = str(error)
            checked[label] = fault
        return fault
