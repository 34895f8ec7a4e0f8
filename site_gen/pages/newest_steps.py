"""Build the comparison of the newest commit with earlier ones."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

from history import addresses
from history.compare.results import ComparisonVerdict
from history.report.wording import comparisons
from site_gen.pages.compare import Duel, Line, line, mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.compare.two_sides import ComparedSides
    from site_gen.catalogue import Benchmark

MOST = 60
"""Most differences shown of one step; `soundmark compare` prints all."""
_SAME = frozenset({ComparisonVerdict.NO_DIFFERENCE, ComparisonVerdict.NOT_ENOUGH_DATA})


def build(steps: Sequence[ComparedSides], benchmarks: Mapping[str, Benchmark]) -> tuple[Duel, ...]:
    """Each step with its means and its differences, the largest of each kind first."""
    return tuple(_step(step, benchmarks) for step in steps)


def _step(step: ComparedSides, benchmarks: Mapping[str, Benchmark]) -> Duel:
    order = list(ComparisonVerdict)
    counts = Counter(row.verdict for row in step.comparison.rows)
    differing = sorted(
        (row for row in step.comparison.rows if row.verdict not in _SAME or row.trades),
        key=lambda row: (order.index(row.verdict), -abs(log(row.ratio)) if row.ratio else 0.0),
    )
    lines: list[Line] = []
    for row in differing:
        path = addresses.benchmark_of(row.key)
        if path in benchmarks and len(lines) < MOST:
            lines.append(line(row, benchmarks[path]))
    machines = {row.key.machine for row in step.comparison.rows}
    return Duel(
        base=step.base,
        head=step.head,
        means=tuple(
            mean(one, next(iter(machines)) if len(machines) == 1 else "")
            for one in step.comparison.means
        ),
        lines=tuple(lines),
        counts=tuple((str(word), counts[word]) for word in order if counts[word]),
        more=len(differing) - len(lines),
        other_items=comparisons.other_items(step),
    )
