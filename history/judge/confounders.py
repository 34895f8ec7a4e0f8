"""Find confounders of a change: what else differs between its two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.judge import kept_limits
from history.read import environments, item_sets
from history.read.environments import Difference
from history.read.item_sets import OtherItems
from history.words import calibration
from history.words.calibration import Calibration
from history.words.records import DURATIONS, HARDWARE, SHARD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.detect.interface import Change, Detection
    from history.read.item_sets import ItemSets
    from history.read.series import Series
    from history.read.view import View

LOAD: Final = "load"
"""Environment group about other programs' load."""
NOT_A_CAUSE: Final = frozenset(
    {kept_limits.GROUP, calibration.GROUP, LOAD, "sampling", DURATIONS, SHARD}
)
"""Groups that differ in every run: limits kept with it, and measurements that the harness took."""
_TOLD_APART: Final = NOT_A_CAUSE | {HARDWARE}
MACHINE_MOVED: Final = 0.05
"""Smallest reported difference between two readings of the reference work; readings of a quiet
machine differ by less.
"""
BUSIER: Final = 0.2
"""Growth of the share of time in which some program waited for the processor (pressure stall
information) that is reported.
"""


class Processor(NamedTuple):
    """The hardware differs under the same machine name."""

    field: str
    """``cpu model``"""
    before: str
    after: str


class MachineShift(NamedTuple):
    """The time of the reference work changed: the machine itself became faster or slower."""

    after_run: int
    """Position of the last run of the old level."""
    until_run: int
    """Position of the first run of the new level."""
    metric: str
    change: float
    """Relative."""


class Moved(NamedTuple):
    """The time of the reference work around a suite differs between the sides."""

    work: str
    change: float
    """Relative."""


class Disturbed(NamedTuple):
    """The machine changed speed while a suite ran."""

    suite: str


class Waited(NamedTuple):
    """The share of time that programs waited for the processor differs between the sides."""

    before: float
    after: float


Confounder = OtherItems | Processor | MachineShift | Moved | Disturbed | Waited | Difference


def machine_shifts(
    view: View, detections: Mapping[str, Detection]
) -> dict[str, tuple[MachineShift, ...]]:
    """Changes of the reference work by machine."""
    found: dict[str, list[MachineShift]] = {}
    for series in view.series:
        detection = detections.get(series.series_id)
        if series.key.suite == calibration.GROUP and detection is not None:
            found.setdefault(series.key.machine, []).extend(
                MachineShift(
                    int(series.runs[change.previous_index]),
                    int(series.runs[change.end_index]),
                    series.key.metric,
                    change.change,
                )
                for change in detection.changes
            )
    return {machine: tuple(shifts) for machine, shifts in found.items()}


def of_change(
    view: View,
    series: Series,
    change: Change,
    shifts: Sequence[MachineShift] = (),
    items: ItemSets | None = None,
) -> tuple[Confounder, ...]:
    """All confounders of a change: other work first, then the machine, then the rest."""
    first, last = (int(series.runs[at]) for at in (change.previous_index, change.end_index))
    old, new = (view.runs[at].environment_key for at in (first, last))
    before, after = view.environments.get(old, {}), view.environments.get(new, {})
    ids = view.runs[first].run_id, view.runs[last].run_id
    other = item_sets.between(items or {}, series.key, *ids)
    found: list[Confounder] = [] if other is None else [other]
    found += processors(before, after)
    found += [
        shift
        for shift in shifts
        if series.key.suite != calibration.GROUP
        and shift.after_run < last
        and first < shift.until_run
    ]
    if old != new:
        found += readings(before, after, series.key.suite)
        found += environments.differences(
            environments.flat(before, _TOLD_APART), environments.flat(after, _TOLD_APART)
        )
    return tuple(found)


def processors(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Processor, ...]:
    """Hardware fields known on both sides that differ, the processor model first."""
    old, new = _group(before, HARDWARE), _group(after, HARDWARE)
    return tuple(
        Processor(name, str(old[name]), str(new[name]))
        for name in sorted(old, key=lambda field: (field != "cpu model", field))
        if name in new and old[name] != new[name]
    )


def readings(
    before: Mapping[str, Any], after: Mapping[str, Any], suite: str
) -> tuple[Confounder, ...]:
    """Confounders from the reference work around a suite on both sides."""
    old, new = (calibration.decode(side) or Calibration() for side in (before, after))
    earlier = old.before(suite)
    found: list[Confounder] = []
    for work, now_s in new.before(suite).items():
        was_s = earlier.get(work, 0.0)
        if was_s > 0 and abs(now_s / was_s - 1) >= MACHINE_MOVED:
            found.append(Moved(work, now_s / was_s - 1))
    if new.disturbed(suite):
        found.append(Disturbed(suite))
    was, now = (_group(side, LOAD).get("psi cpu share") for side in (before, after))
    if isinstance(was, float) and isinstance(now, float) and now - was >= BUSIER:
        found.append(Waited(was, now))
    return tuple(found)


def _group(environment: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = environment.get(name, {})
    return found if isinstance(found, dict) else {}
