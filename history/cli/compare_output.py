"""Print a comparison, as a speedup table for people or as rows for programs."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, Any, Final

import click

from history.compare.results import COLUMNS, MEAN_COLUMNS, Verdict
from history.report.output import columns_of, markdown, print_rows, visible
from history.report.terminal import named, show
from history.report.wording import sizes
from history.words import units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.results import Compared as Row
    from history.compare.results import Mean
    from history.compare.two_sides import Compared

_LEFT: Final = ("verdict", "benchmark", "metric")
_RIGHT: Final = ("speedup", "interval", "effect", "detectable", "why")
_OF_WAYS: Final = {Verdict.REGRESSION: "worse", Verdict.IMPROVEMENT: "better"}
"""Of two machines or variants neither came first."""
_MEANS: Final = ("suite", "kind", "benchmarks", "speedup", "interval")
_LONE: Final = frozenset({Verdict.MISSING, Verdict.NEW})


def print_comparison(found: Compared, format_: str) -> None:
    """Print the rows; people also get the geometric means and what only one side has."""
    rows = found.comparison.rows
    if format_ in {"csv", "json"}:
        means = {(mean.suite, mean.kind): mean for mean in found.comparison.means}
        dicts = [_fields(row, means.get((row.key.suite, row.kind))) for row in rows]
        print_rows(dicts, COLUMNS, format_)
        return
    names = ("before", "after") if found.is_before_and_after else ("first", "second")
    is_markdown = format_ == "markdown"
    title = f"{names[0]}: {found.base}, {names[1]}: {found.head}"
    click.echo(f"### {_cell(title)}\n" if is_markdown else visible(title))
    where = len({row.key.machine for row in rows}) > 1
    both = sorted((row for row in rows if row.verdict not in _LONE), key=_urgency)
    show([_line(row, names, where=where) for row in both], (*_LEFT, *names, *_RIGHT), format_)
    if found.comparison.means:
        click.echo("\ngeometric mean of the speedups:\n")
        show([_mean(mean) for mean in found.comparison.means], _MEANS, format_)
    for verdict, side in ((Verdict.MISSING, names[0]), (Verdict.NEW, names[1])):
        lone = [row for row in rows if row.verdict is verdict]
        if lone:
            click.echo(f"\nonly {side}:\n")
            rows_alone = [_alone(row, where=where) for row in lone]
            show(rows_alone, ("benchmark", "metric", "why"), format_)
    click.echo(f"\n{summary(rows, _of(names))}")


def summary(rows: Sequence[Row], of_ways: Mapping[Verdict, str]) -> str:
    """``2 regressions, 1 improvement, 14 without a difference shown``; ``2 worse`` of two ways."""
    counts = Counter(row.verdict for row in rows)
    words = (
        (Verdict.REGRESSION, "regression", "regressions"),
        (Verdict.IMPROVEMENT, "improvement", "improvements"),
        (Verdict.UP, "up", "up"),
        (Verdict.DOWN, "down", "down"),
        (Verdict.SUSPECT, "suspect", "suspect"),
        (Verdict.NO_DIFFERENCE, "without a difference shown", "without a difference shown"),
        (Verdict.NOT_ENOUGH_DATA, "with too little data", "with too little data"),
        (Verdict.MISSING, "missing", "missing"),
        (Verdict.NEW, "new", "new"),
    )
    parts = [
        f"{counts[verdict]} {of_ways.get(verdict, one if counts[verdict] == 1 else many)}"
        for verdict, one, many in words
        if counts[verdict]
    ]
    return ", ".join(parts) or "nothing to compare"


def _fields(row: Row, mean: Mean | None) -> dict[str, Any]:
    """A line for programs, with the geometric mean of its suite and kind."""
    own = columns_of(row, [name for name in COLUMNS if name not in MEAN_COLUMNS])
    whole = (mean.speedup, mean.low, mean.high, mean.count) if mean else (None, None, None, None)
    return own | dict(zip(MEAN_COLUMNS, whole, strict=True))


def _urgency(row: Row) -> tuple[int, float]:
    """Differences before the rest, in the order of the verdicts, and the largest of each first."""
    place = list(Verdict).index(row.verdict)
    decided = row.verdict not in {Verdict.NO_DIFFERENCE, Verdict.NOT_ENOUGH_DATA}
    return place, -abs(log(row.ratio)) if decided and row.ratio else 0.0


def _name(row: Row, *, where: bool) -> str:
    return f"{named(row.key)} on {row.key.machine}" if where else named(row.key)


def _of(names: tuple[str, str]) -> Mapping[Verdict, str]:
    return {} if names[0] == "before" else _OF_WAYS


def _line(row: Row, names: tuple[str, str], *, where: bool) -> dict[str, Any]:
    return {
        "verdict": _of(names).get(row.verdict, str(row.verdict)),
        "benchmark": _name(row, where=where),
        "metric": row.key.metric,
        names[0]: _value(row.before, row.key.unit),
        names[1]: _value(row.after, row.key.unit),
        "speedup": _times(_told(row)),
        "interval": _interval(row),
        "effect": "" if row.cliffs_delta is None else f"{row.cliffs_delta:+.2f}",
        "detectable": sizes.amount(row.detectable),
        "why": row.reason,
    }


def _told(row: Row) -> float | None:
    """The speedup, or the ratio of a metric without a better side; None near zero."""
    if not row.tells_ratio:
        return None
    return row.speedup if row.speedup is not None else row.ratio


def _interval(row: Row) -> str:
    """Ends of the interval of what the speedup column shows."""
    if row.ratio_low is None or row.ratio_high is None or not row.tells_ratio:
        return ""
    ends = (row.ratio_low, row.ratio_high)
    if row.direction == "lower":
        ends = (1 / row.ratio_high, 1 / row.ratio_low)
    return f"{_times(ends[0])} .. {_times(ends[1])}"


def _mean(mean: Mean) -> dict[str, Any]:
    known = mean.low is not None and mean.high is not None
    return {
        "suite": mean.suite,
        "kind": mean.kind,
        "benchmarks": mean.count,
        "speedup": _times(mean.speedup),
        "interval": f"{_times(mean.low)} .. {_times(mean.high)}" if known else "",
    }


def _alone(row: Row, *, where: bool) -> dict[str, Any]:
    return {"benchmark": _name(row, where=where), "metric": row.key.metric, "why": row.reason}


def _value(value: float | None, unit: str) -> str:
    return "" if value is None else units.format_value(value, unit)


def _times(value: float | None) -> str:
    """Three digits, however round the number is: ``1.00x``."""
    return "" if value is None else f"{value:#.3g}".rstrip(".") + "x"


def _cell(text: str) -> str:
    """Text from outside as harmless Markdown."""
    return markdown([{"": text}], [""]).splitlines()[2].strip("| ")
