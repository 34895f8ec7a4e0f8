"""Read two sides from the history and compare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history.compare import (
    common_commit,
    decide,
    left_open,
    noise_between_runs,
    select,
    unnamed,
)
from history.detect.registry import DEFAULT, detector
from history.judge import answers, kept_answers
from history.read import item_sets, view
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from history.compare.results import Comparison, Key, Measurement, SetAside
    from history.compare.select import Filter, Measured, Side
    from history.compare.unnamed import Differing
    from history.detect import Detection
    from history.read.item_sets import OtherItems
    from history.read.view import View
    from history.words.key import SeriesKey

    _Measured = dict[Key, Measurement]
    _Two = tuple[Measured, Measured]


@dataclass(frozen=True, slots=True)
class ComparedSides:
    """A comparison with the names of its sides."""

    base: str
    head: str
    comparison: Comparison
    is_before_and_after: bool = True
    """Whether both sides are commits; machines and variants have no before and after."""
    unnamed: Differing = ()
    """Fields that differ between the sides beside those named."""
    set_aside: tuple[SetAside, ...] = ()
    """Series that were not compared, since another of their side does the same work."""
    choices: tuple[str, ...] = ()
    """Commands that compare them too; empty when none was set aside."""
    other_items: tuple[tuple[SeriesKey, OtherItems], ...] = ()
    """Benchmarks that were measured on other items on the second side, by one of their series."""


def compare_sides(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    base: str,
    head: str = "",
    wanted: Filter | None = None,
    *,
    detector_name: str = DEFAULT,
) -> ComparedSides:
    """Compare the sides of two arguments; see ``select.side_of``.

    An empty ``head`` is the newest measured commit. Raises UsageError when an argument names
    nothing, when the kinds of the arguments differ, or when the sides have no benchmark in common.
    Machines or variants that also differ in other fields are compared if there is only one way to
    pair them, and these fields are reported; with several ways none is chosen. The noise between
    runs is the detector's estimate.
    """
    chosen = wanted or select.Filter()
    history = view.read(connection)
    first, second = _named(history, root, base, head)
    left_out = first.left_out | second.left_out
    if left_out:
        two, also = _of_ways(connection, history, (first, second), chosen)
    else:
        finder = detector(detector_name)
        kept = kept_answers.read(connection, finder)
        noise = noise_between_runs.known(answers.detect(history, finder, kept).detections)
        one, other = (
            select.measurements(connection, side, chosen, left_out=left_out, noise=noise)
            for side in (first, second)
        )
        two, also = (one, other), ()
    before, after = (side.by_key for side in two)
    if not before.keys() & after.keys():
        raise _nothing_in_common((first, second), (before, after), chosen)
    found = decide.compare(before, after)
    if not found.rows:
        raise _without_values((first, second), (before, after))
    aside = tuple(one for side in two for one in side.set_aside)
    return ComparedSides(
        first.label,
        second.label,
        found,
        is_before_and_after=not left_out,
        unnamed=also,
        set_aside=aside,
        choices=left_open.choices((first, second), aside, chosen),
        other_items=_other_items(connection, before, after),
    )


def _without_values(sides: tuple[Side, Side], measured: tuple[_Measured, _Measured]) -> UsageError:
    why = next((one.reason for side in measured for one in side.values() if one.reason), "")
    return UsageError(
        f"nothing that is asked for has a value on {sides[0].label} or {sides[1].label}"
        f"{f' ({why})' if why else ''}."
    )


def _other_items(
    connection: duckdb.DuckDBPyConnection, before: _Measured, after: _Measured
) -> tuple[tuple[SeriesKey, OtherItems], ...]:
    pairs = [(before[key], after[key]) for key in before if key in after]
    sets = item_sets.reader(connection)(one.run_id for pair in pairs for one in pair)
    found: dict[tuple[str, ...], tuple[SeriesKey, OtherItems]] = {}
    for one, other in pairs:
        key = other.key
        differing = item_sets.between(sets, one.key, one.run_id, other.run_id, key)
        if differing is not None:
            found.setdefault((key.benchmark_id, key.variant, key.machine), (key, differing))
    return tuple(found.values())


def _of_ways(
    connection: duckdb.DuckDBPyConnection, history: View, sides: tuple[Side, Side], wanted: Filter
) -> tuple[_Two, Differing]:
    """The measurements of two machines or variants, and further fields that differ."""
    left_out = sides[0].left_out | sides[1].left_out

    def read(without: frozenset[str]) -> _Two:
        pinned = common_commit.newest(history, *sides, without)
        first, second = (
            select.measurements(connection, side, wanted, left_out=without, pinned=pinned)
            for side in sides
        )
        return first, second

    two = read(left_out)
    before, after = (side.by_key for side in two)
    if before.keys() & after.keys():
        return two, ()
    ways = unnamed.differences(before, after)
    if len(ways) != 1:
        return two, ()
    return read(left_out | {one.name for one in ways[0]}), ways[0]


def newest_steps(
    connection: duckdb.DuckDBPyConnection,
    history: View,
    detections: Mapping[str, Detection],
) -> tuple[ComparedSides, ...]:
    """The newest commit against the one before it and against the newest release before it.

    Before means at an ancestor on the same machine; if ancestors are not known, on the same branch
    or the main one. A step without a common benchmark is left out. ``detections``, by series id,
    give the noise between runs.
    """
    if not history.runs:
        return ()
    standing = [run for run in history.runs if not run.abandoned] or list(history.runs)
    newest = standing[-1].commit
    own = [run for run in history.runs if run.commit.sha == newest.sha]
    machines = {run.machine for run in own}
    is_before = history.ancestry.presumed(standing[-1].position)
    earlier = [
        run
        for run in standing
        if run.commit.sha != newest.sha and run.machine in machines and is_before[run.position]
    ]
    picked = [earlier[-1:], [run for run in earlier if run.commit.tag][-1:]]
    before = dict.fromkeys((run.commit.sha, run.commit.tag) for found in picked for run in found)
    noise = noise_between_runs.known(detections)
    after, steps = select.side_at(newest.sha, newest.tag, history.runs), []
    for commit, tag in before:
        side = select.side_at(commit, tag, history.runs)
        first, second = (
            select.measurements(
                connection, one, select.Filter(), left_out=frozenset(), noise=noise
            ).by_key
            for one in (side, after)
        )
        found = decide.compare(first, second)
        if any(row.ratio is not None for row in found.rows):
            others = _other_items(connection, first, second)
            steps.append(ComparedSides(side.label, after.label, found, other_items=others))
    return tuple(steps)


def _named(history: View, root: Path, base: str, head: str) -> tuple[Side, Side]:
    """The sides of two arguments. Raises UsageError when they cannot be compared."""
    first = select.side_of(base, history.runs, root)
    second = (
        select.side_of(head, history.runs, root)
        if head
        else select.newest_commit(history.runs, first)
    )
    if first == second:
        raise UsageError(f"{first.label} and {second.label} are the same runs.")
    if first.kind != second.kind:
        raise UsageError(
            f"{first.label} and {second.label} cannot be compared: one is a {first.kind}, the "
            f"other a {second.kind}.",
            hint="Name two of a kind; --machine and --only narrow both sides.",
        )
    return first, second


def _nothing_in_common(
    sides: tuple[Side, Side], measured: tuple[_Measured, _Measured], wanted: Filter
) -> UsageError:
    first, second = (side.label for side in sides)
    for side, found in zip(sides, measured, strict=True):
        if not found:
            return UsageError(f"nothing that is asked for was measured on {side.label}.")
    if ways := unnamed.differences(*measured):
        return _several_ways(sides, ways, wanted)
    machines = [
        ", ".join(sorted({one.key.machine for one in found.values()})) for found in measured
    ]
    if machines[0] != machines[1]:
        return UsageError(
            f"{first} was measured on {machines[0]}, {second} on {machines[1]}: runs "
            f"of different machines are not compared, unless as machine:NAME."
        )
    return UsageError(f"{first} and {second} have no benchmark in common.")


def _several_ways(
    sides: tuple[Side, Side], ways: Sequence[Differing], wanted: Filter
) -> UsageError:
    """The error for sides that can be paired in several ways."""
    names = sorted({one.name for way in ways for one in way})
    listed = [
        "  " + "; ".join(f"{one.name}: {one.first or '-'} and {one.second or '-'}" for one in way)
        for way in ways
    ]
    hint = "Compare the two as variants: `soundmark compare variant:FIELD=VALUE variant:...`."
    if sides[0].kind == "machine":
        hint = "Narrow both sides to one way with --only and --metric."
    if sides[0].kind == "variant":
        listed = [f"  {command}" for command in unnamed.choices(sides, ways, wanted)]
        hint = "Name them too; these are the choices:"
    more = len(listed) - unnamed.MOST_LISTED
    listed[unnamed.MOST_LISTED :] = [f"  and {more} more"] * (more > 0)
    return UsageError(
        f"{sides[0].label} and {sides[1].label} share benchmarks that also differ in "
        f"{', '.join(names)}.",
        hint="\n".join([hint, *listed]),
    )
