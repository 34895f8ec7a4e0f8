"""Print a comparison, as a speedup table for people or as rows for programs."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, Any, Final

import click

from history import units
from history.cli.terminal import named, show
from history.judgement.comparison import COLUMNS, Verdict
from history.output import markdown, print_rows, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judgement.comparing import Compared
    from history.judgement.comparison import Compared as Row
    from history.judgement.comparison import Mean

_TABLE: Final = (
    "verdict", "benchmark", "metric", "before", "after", "speedup", "interval", "detectable", "why",
)  # fmt: skip
_MEANS: Final = ("suite", "kind", "benchmarks", "speedup", "interval")
_LONE: Final = frozenset({Verdict.MISSING, Verdict.NEW})


def print_comparison(found: Compared, format_: str) -> None:
    """Print the rows; people also get the geometric means and what only one side has."""
    rows = found.comparison.rows
    if format_ in {"csv", "json"}:
        dicts = [
            {name: getattr(row, name) for name in COLUMNS} | {"verdict": str(row.verdict)}
            for row in rows
        ]
        print_rows(dicts, COLUMNS, format_)
        return
    is_markdown = format_ == "markdown"
    title = f"before: {found.base}, after: {found.head}"
    click.echo(f"### {_cell(title)}\n" if is_markdown else visible(title))
    where = len({row.machine for row in rows}) > 1
    both = sorted((row for row in rows if row.verdict not in _LONE), key=_urgency)
    show([_line(row, where=where) for row in both], _TABLE, format_)
    if found.comparison.means:
        click.echo("\ngeometric mean of the speedups:\n")
        show([_mean(mean) for mean in found.comparison.means], _MEANS, format_)
    for verdict, words in ((Verdict.MISSING, "only before"), (Verdict.NEW, "only after")):
        lone = [row for row in rows if row.verdict is verdict]
        if lone:
            click.echo(f"\n{words}:\n")
            rows_alone = [_alone(row, where=where) for row in lone]
            show(rows_alone, ("benchmark", "metric", "why"), format_)
    click.echo(f"\n{summary(rows)}")


def summary(rows: Sequence[Row]) -> str:
    """``2 regressions, 1 improvement, 14 without a difference shown``."""
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
        f"{counts[verdict]} {one if counts[verdict] == 1 else many}"
        for verdict, one, many in words
        if counts[verdict]
    ]
    return ", ".join(parts) or "nothing to compare"


def _urgency(row: Row) -> tuple[int, float]:
    """Differences before the rest, in the order of the verdicts, and the largest of each first."""
    place = list(Verdict).index(row.verdict)
    decided = row.verdict not in {Verdict.NO_DIFFERENCE, Verdict.NOT_ENOUGH_DATA}
    return place, -abs(log(row.ratio)) if decided and row.ratio else 0.0


def _name(row: Row, *, where: bool) -> str:
    return f"{named(row)} on {row.machine}" if where else named(row)


def _line(row: Row, *, where: bool) -> dict[str, Any]:
    return {
        "verdict": str(row.verdict),
        "benchmark": _name(row, where=where),
        "metric": row.metric,
        "before": _value(row.before, row.unit),
        "after": _value(row.after, row.unit),
        "speedup": _times(_told(row)),
        "interval": _interval(row),
        "detectable": row.detectable.words,
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
    return {"benchmark": _name(row, where=where), "metric": row.metric, "why": row.reason}


def _value(value: float | None, unit: str) -> str:
    return "" if value is None else units.format_value(value, unit)


def _times(value: float | None) -> str:
    """Three digits, however round the number is: ``1.00x``."""
    return "" if value is None else f"{value:#.3g}".rstrip(".") + "x"


def _cell(text: str) -> str:
    """Text from outside as harmless Markdown."""
    return markdown([{"": text}], [""]).splitlines()[2].strip("| ")
