"""Print a comparison, as a speedup table for people or as rows for programs."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

import click

from history.compare.results import ComparisonVerdict
from history.report import rows as for_programs
from history.report.output import print_rows, visible
from history.report.review.inert import inert
from history.report.terminal import named, say, show
from history.report.wording import comparisons, numbers, sizes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.results import ComparisonRow, Mean
    from history.compare.two_sides import ComparedSides

_LEFT: Final = ("verdict", "benchmark", "metric")
_RIGHT: Final = ("speedup", "interval", "effect", "detectable", "why")
_MEANS: Final = ("suite", "kind", "benchmarks", "speedup", "interval")
_QUIET: Final = frozenset({ComparisonVerdict.NO_DIFFERENCE, ComparisonVerdict.NOT_ENOUGH_DATA})
_LONE: Final = frozenset({ComparisonVerdict.MISSING, ComparisonVerdict.NEW})


def print_comparison(found: ComparedSides, format_: str) -> None:
    """Print the rows; for people also the geometric means and what only one side has."""
    rows = found.comparison.rows
    if format_ in {"csv", "json"}:
        means = {(mean.suite, mean.kind): mean for mean in found.comparison.means}
        dicts = [for_programs.compared(row, means.get((row.key.suite, row.kind))) for row in rows]
        print_rows(dicts, for_programs.COMPARISON, format_)
        for told in (*_sides(found), comparisons.set_aside(found)):
            for place, line in enumerate(told):
                say(f"{'' if place else 'note: '}{visible(line)}", err=True)
        return
    names = ("before", "after") if found.is_before_and_after else ("first", "second")
    is_markdown = format_ == "markdown"
    title = f"{names[0]}: {found.base}, {names[1]}: {found.head}"
    write = click.echo if is_markdown else say
    write(f"### {inert(title)}\n" if is_markdown else visible(title))
    for line in (line for told in _sides(found) for line in told):
        write(f"{inert(line)}\n" if is_markdown else visible(line))
    where = len({row.key.machine for row in rows}) > 1
    of_ways = {} if found.is_before_and_after else comparisons.OF_WAYS
    both = sorted((row for row in rows if row.verdict not in _LONE), key=_urgency)
    lines = [_line(row, names, of_ways, where=where) for row in both]
    columns = (*_LEFT, *names, *_RIGHT)
    if is_markdown:
        _print_folded(both, lines, columns, of_ways)
    else:
        show(lines, columns, format_)
    if found.comparison.means:
        say("\ngeometric mean of the speedups:\n")
        show([_mean(mean) for mean in found.comparison.means], _MEANS, format_)
    for verdict, side in ((ComparisonVerdict.MISSING, names[0]), (ComparisonVerdict.NEW, names[1])):
        lone = [row for row in rows if row.verdict is verdict]
        if lone:
            say(f"\nonly {side}:\n")
            rows_alone = [_alone(row, where=where) for row in lone]
            show(rows_alone, ("benchmark", "metric", "why"), format_)
    write(f"\n{comparisons.summary(rows, of_ways)}")
    for line in comparisons.set_aside(found):
        write(f"\n{inert(line.strip())}" if is_markdown else visible(line))


def _sides(found: ComparedSides) -> tuple[tuple[str, ...], ...]:
    """Further differences between the two sides: fields of the variant, and items."""
    fields = comparisons.unnamed(found.unnamed)
    return ((fields,) if fields else ()), comparisons.other_items(found)


def _print_folded(
    rows: Sequence[ComparisonRow],
    lines: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    of_ways: Mapping[ComparisonVerdict, str],
) -> None:
    """Print differences first; rows without a difference are counted and folded."""
    quiet = [row.verdict in _QUIET and not row.trades for row in rows]
    said = [line for line, is_quiet in zip(lines, quiet, strict=True) if not is_quiet]
    rest = [line for line, is_quiet in zip(lines, quiet, strict=True) if is_quiet]
    if said:
        show(said, columns, "markdown")
        say()
    if rest:
        folded = [row for row, is_quiet in zip(rows, quiet, strict=True) if is_quiet]
        told = comparisons.summary(folded, of_ways)
        click.echo(f"<details><summary>{told}</summary>\n")
        show(rest, columns, "markdown")
        click.echo("\n</details>")


def _urgency(row: ComparisonRow) -> tuple[int, float]:
    """Differences before the rest, in the order of the verdicts, and the largest of each first."""
    place = list(ComparisonVerdict).index(row.verdict)
    is_said = row.verdict not in _QUIET
    return place, -abs(log(row.ratio)) if is_said and row.ratio else 0.0


def _name(row: ComparisonRow, *, where: bool) -> str:
    return f"{named(row.key)} on {row.key.machine}" if where else named(row.key)


def _line(
    row: ComparisonRow,
    names: tuple[str, str],
    of_ways: Mapping[ComparisonVerdict, str],
    *,
    where: bool,
) -> dict[str, Any]:
    told = (comparisons.traded(row), comparisons.reason(row), comparisons.over_items(row))
    return {
        "verdict": of_ways.get(row.verdict, str(row.verdict)),
        "benchmark": _name(row, where=where),
        "metric": row.key.metric,
        names[0]: _value(row, row.before),
        names[1]: _value(row, row.after),
        "speedup": comparisons.speedup(row),
        "interval": comparisons.interval(row),
        "effect": comparisons.effect(row),
        "detectable": sizes.amount(row.detectable),
        "why": "; ".join(filter(None, told)),
    }


def _mean(mean: Mean) -> dict[str, Any]:
    return {
        "suite": mean.suite,
        "kind": mean.kind,
        "benchmarks": mean.count,
        "speedup": numbers.times(mean.speedup),
        "interval": comparisons.of_mean(mean),
    }


def _alone(row: ComparisonRow, *, where: bool) -> dict[str, Any]:
    return {
        "benchmark": _name(row, where=where),
        "metric": row.key.metric,
        "why": comparisons.reason(row),
    }


def _value(row: ComparisonRow, value: float | None) -> str:
    return "" if value is None else numbers.value(value, row.key.shown_in)
