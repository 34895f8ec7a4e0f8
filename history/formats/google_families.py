"""Tell Google Benchmark's rows apart: repetitions, what the library made of them, and namesakes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from history.formats.interface import LeftOut, Refused

Row = tuple[int, dict[str, Any]]
"""Its number in the file, from 1, and what it holds."""

_OLD_AGGREGATES: Final = ("mean", "median", "stddev", "cv", "BigO", "RMS")
"""Ends of names in files of versions that had no ``run_type``."""
_FITS: Final = ("BigO", "RMS")


@dataclass
class Family:
    """The rows of one name."""

    name: str
    repeats: list[Row] = field(default_factory=list)
    aggregates: list[tuple[str, Row]] = field(default_factory=list)
    """(which, such as ``median``, row)."""

    def numbers(self) -> list[int]:
        """The numbers of all rows, in order."""
        return sorted(number for number, _ in (*self.repeats, *(row for _, row in self.aggregates)))

    def namesakes(self) -> bool:
        """Whether several benchmarks have this name, or nothing says that it is only one."""
        rows = [row for _, row in self.repeats]
        every = [*rows, *(row for _, (_, row) in self.aggregates)]
        if (
            len({(row.get("family_index"), row.get("per_family_instance_index")) for row in every})
            > 1
        ):
            return True
        if any(times > 1 for times in Counter(which for which, _ in self.aggregates).values()):
            return True
        if len(rows) < 2:
            return False
        places = [row.get("repetition_index") for row in rows]
        if None not in places:
            return len(set(places)) < len(places)
        # Repetitions are numbered or counted, or have a mean beside them.
        return not self.aggregates and rows[0].get("repetitions") != len(rows)


def families(rows: list[Any]) -> tuple[list[Family], list[LeftOut], list[Refused]]:
    """Rows by name in the order of the file; fitted complexities are no benchmark's."""
    found: dict[str, Family] = {}
    left_out: list[LeftOut] = []
    refused: list[Refused] = []
    named: list[Row] = []
    for number, row in enumerate(rows, start=1):
        name = row.get("name", row.get("run_name")) if isinstance(row, dict) else None
        if isinstance(name, str) and name.strip():
            named.append((number, row))
        else:
            refused.append(Refused(number, 'expected an object with "name"'))
    old = Counter(str(row.get("name")) for _, row in named if "run_type" not in row)
    for number, row in named:
        run, which = _name(row, old)
        if which in _FITS:
            left_out.append(LeftOut(number, _fit(run, which, row)))
            continue
        family = found.setdefault(run, Family(run))
        if which is None:
            family.repeats.append((number, row))
        else:
            family.aggregates.append((which, (number, row)))
    return list(found.values()), left_out, refused


def _name(row: dict[str, Any], old: Counter[str]) -> tuple[str, str | None]:
    """The benchmark, and which aggregate of it the row is; None for a repetition."""
    name = str(row.get("name", row.get("run_name")))
    if row.get("run_type") == "aggregate" or "aggregate_name" in row:
        which = str(row.get("aggregate_name") or "")
        return str(row.get("run_name") or name.removesuffix(f"_{which}")), which
    if "run_type" in row or "run_name" in row:
        return str(row.get("run_name") or name), None
    stem, _, which = name.rpartition("_")
    if which in _OLD_AGGREGATES and _made_of(stem, which, row, old):
        return stem, which
    return name, None


def _made_of(stem: str, which: str, row: dict[str, Any], old: Counter[str]) -> bool:
    """Whether the row of an old file is an aggregate, not a benchmark with such a name."""
    if which in _FITS:
        return "big_o" in row or "rms" in row or "cpu_coefficient" in row
    if old[stem]:
        return old[stem] > 1 and old[f"{stem}_mean"] > 0
    return old[f"{stem}_mean"] > 0 and old[f"{stem}_stddev"] > 0


def _fit(run: str, which: str, row: dict[str, Any]) -> str:
    if which == "BigO":
        law = row.get("big_o") or "its argument"
        return f'"{run}": BigO is how its time grows with "{law}", no time'
    return f'"{run}": RMS is how far times lie from the fitted BigO, no time'
