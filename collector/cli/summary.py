"""The summary after a collection: results with intervals, and warnings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from history.report.output import visible
from history.report.terminal import fitted
from history.report.wording import numbers, word_errors
from history.words import calibration
from history.words.key import benchmark_id
from history.words.metrics import find, leads, shown_in
from history.words.records import Measured, Point, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("benchmark", "variant", "metric", "value", "interval", "n", "remark")
MOST_WARNINGS = 12


class Counts(NamedTuple):
    """Number of points by outcome."""

    measured: int
    skipped: int
    failed: int
    invalid: int

    @property
    def ran(self) -> int:
        """Points of benchmarks that were run, whatever their outcome."""
        return self.measured + self.failed + self.invalid

    def text(self) -> str:
        """``66 measured, 3 skipped``; the empty ones are left out."""
        parts = [f"{count} {name}" for name, count in self._asdict().items() if count]
        return ", ".join(parts) or "nothing measured"


def count(points: Sequence[Point]) -> Counts:
    """Count points by outcome."""
    kinds = Counter(type(point.outcome).__name__.lower() for point in points)
    return Counts(kinds["measured"], kinds["skipped"], kinds["failed"], kinds["invalid"])


def of_suites(points: Sequence[Point]) -> list[Point]:
    """The points of the suites, without those of the calibration."""
    return [point for point in points if point.suite != calibration.GROUP]


def _groups(points: Sequence[Point]) -> list[list[Point]]:
    """The points of each benchmark and variant."""
    groups: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        name = benchmark_id(point.suite, point.benchmark, point.params)
        groups.setdefault((point.suite, name, point.variant.text()), []).append(point)
    return list(groups.values())


def of_one(points: Sequence[Point]) -> list[Point]:
    """The headline points of one benchmark and variant, as the field reads them; at least one.

    Its first point where no field knows it, and where that was not measured: it says why.
    """
    if not isinstance(points[0].outcome, Measured):
        return [points[0]]
    measured = {one.metric: one for one in points if isinstance(one.outcome, Measured)}
    return [measured[name] for name in leads(measured)] or [points[0]]


def beside(point: Point, of_case: Sequence[Point]) -> str:
    """Parts of a word error rate, ``5 sub + 2 del + 1 ins``; empty for other metrics."""
    if point.metric != "wer":
        return ""
    counts = {one.metric: one.outcome.value for one in of_case if isinstance(one.outcome, Measured)}
    kinds = [counts[kind] for kind in word_errors.KINDS if kind in counts]
    return word_errors.beside(*kinds) if len(kinds) == len(word_errors.KINDS) else ""


def table(points: Sequence[Point]) -> str:
    """One line for each headline of a benchmark and variant."""
    rows = [
        _row(point, beside(point, group)) for group in _groups(points) for point in of_one(group)
    ]
    shared = _shared([row["variant"] for row in rows])
    for row in rows:
        row["variant"] = _without(row["variant"], shared)
    text = fitted(rows, COLUMNS) if rows else ""
    common = ";".join(sorted(shared))
    return text + (f"All of them: {visible(common)}.\n" if shared and len(rows) > 1 else "")


def warnings(run: Run, points: Sequence[Point]) -> list[str]:
    """Warnings of the run, then of its points; equal warnings once, with a count."""
    found = list(run.warnings)
    grouped: dict[str, list[str]] = {}
    for point in points:
        if isinstance(point.outcome, Measured):
            name = benchmark_id(point.suite, point.benchmark, point.params)
            for warning in point.outcome.warnings:
                # Sentences with figures differ in the figures alone; what follows them is advice.
                grouped.setdefault(warning.rpartition("; ")[2], []).append(f"{name}: {warning}")
    for sentences in grouped.values():
        more = f" ({len(sentences) - 1} more like this)" if len(sentences) > 1 else ""
        found.append(sentences[0] + more)
    left = len(found) - MOST_WARNINGS
    if left > 0:
        found = [*found[:MOST_WARNINGS], f"{left} more; the run's page shows them all."]
    return [visible(text) for text in found]


def _row(point: Point, remark: str) -> dict[str, str]:
    row = {
        "benchmark": benchmark_id(point.suite, point.benchmark, point.params),
        "variant": point.variant.text(),
        "metric": point.metric,
        "value": "",
        "interval": "",
        "n": "",
        "remark": remark,
    }
    outcome = point.outcome
    if not isinstance(outcome, Measured):
        row["value"] = type(outcome).__name__.lower()
        row["remark"] = outcome.reason
        return row
    unit = shown_in(point.metric, point.unit or find(point.metric).unit)
    row["value"] = numbers.value(outcome.value, unit)
    row["n"] = str(outcome.n)
    row["interval"] = spread(outcome, unit)
    left_out = len(outcome.samples) - outcome.n if outcome.samples else 0
    if left_out > 0:
        row["remark"] = "; ".join(filter(None, (remark, f"{left_out} preempted left out")))
    return row


def spread(outcome: Measured, unit: str) -> str:
    """``±1.2 %``, half the 95 % interval; may be empty.

    Of two or three samples it is their range; of an error rate, which is told in per cent itself,
    ``[5.1 – 13.3 %]``.
    """
    if outcome.low is None or outcome.high is None or not outcome.value:
        return ""
    if outcome.is_range:
        return numbers.interval(outcome.low, outcome.high, unit, is_range=True)
    if unit == "%":
        return f"[{numbers.interval(outcome.low, outcome.high, unit)}]"
    return f"±{numbers.share((outcome.high - outcome.low) / 2 / abs(outcome.value))}"


def _shared(variants: Sequence[str]) -> set[str]:
    """Parts that every variant has."""
    parts = [set(variant.split(";")) - {""} for variant in variants]
    return set.intersection(*parts) if parts else set()


def _without(variant: str, shared: set[str]) -> str:
    return ";".join(part for part in variant.split(";") if part not in shared)
