"""Build a review from the lines of a duet or a comparison: grouped, sorted, counted and cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import isfinite, log, log1p
from typing import TYPE_CHECKING, Final

from history import addresses
from history.compare.results import ComparisonVerdict
from history.report.review.result import (
    ACTIONS,
    MOST_ROWS,
    QUIET,
    Absence,
    Counts,
    Difference,
    Review,
    Row,
    outcome_of,
)
from history.report.wording import reviews
from history.words.key import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.read.environments import Difference as Differs
    from history.report.review.result import Commit, Event, Noise, Setting
    from history.report.review.targets import Held
    from history.report.review.tidy import Tidy

ABSENT: Final = frozenset(
    {
        ComparisonVerdict.FAILED,
        ComparisonVerdict.MISSING,
        ComparisonVerdict.NOT_COMPARABLE,
        ComparisonVerdict.NEW,
        ComparisonVerdict.SKIPPED,
        ComparisonVerdict.IDENTICAL,
    }
)
"""Verdicts about a benchmark, not about one of its metrics."""
_RANK: Final = {ComparisonVerdict.REGRESSION: 0, ComparisonVerdict.SUSPECT: 1}
_ORDER: Final = [verdict for verdict, _, _ in reviews.COUNTED]
_LONGEST_ADDRESS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series on both sides, from a duet or a comparison."""

    key: SeriesKey
    verdict: ComparisonVerdict
    is_headline: bool
    """Whether it is the first metric of its benchmark and variant."""
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    detectable: float | None = None
    detectable_step: float | None = None
    noise: float | None = None
    why: str = ""
    trade: str = ""
    """The trade of an improvement or of lost quality, in words."""
    absence: str = ""
    """Why one side has no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The parts of a review beside its lines."""

    head: Commit
    base: Commit | None
    setting: Setting
    noise: Noise | None = None
    project: str = ""
    tool: str = ""
    held: Held
    events: Sequence[Event] = ()
    environment: Sequence[Differs] = ()
    notes: Sequence[str] = field(default=())


def review(lines: Sequence[Line], about: About, tidy: Tidy) -> Review:
    """The review of these lines; lines beyond a list's limit are counted."""
    gone = _absences([line for line in lines if line.verdict in ABSENT], tidy)
    compared = [line for line in lines if line.verdict not in ABSENT]
    shown = sorted((line for line in compared if _has_a_row(line)), key=_urgency)
    counts = Counter(line.verdict for line in shown) + Counter(one.verdict for one in gone)
    listed = [one for one in gone if one.verdict is not ComparisonVerdict.IDENTICAL]
    rows = tuple(_row(line, tidy) for line in shown[:MOST_ROWS])
    environment = tuple(_difference(one, tidy) for one in about.environment[:MOST_ROWS])
    counted = Counts(
        verdicts=dict(sorted(counts.items(), key=lambda one: _ORDER.index(one[0]))),
        benchmarks=len({work_of(line.key) for line in compared}),
        targets_broken=len(about.held.broken),
        targets_still_broken=about.held.still_broken,
        targets=about.held.every,
        events=len(about.events),
        environment=len(about.environment),
        further_metrics=len(compared) - len(shown),
        shortened=tidy.changed,
    )
    outcome = outcome_of(about.setting.how, counted)
    return Review(
        tool=about.tool,
        project=about.project,
        outcome=outcome,
        action=ACTIONS[outcome],
        head=about.head,
        base=about.base,
        setting=about.setting,
        noise=about.noise,
        rows=rows,
        absences=tuple(listed[:MOST_ROWS]),
        targets=about.held.broken[:MOST_ROWS],
        events=tuple(about.events[:MOST_ROWS]),
        environment=environment,
        counts=counted,
        notes=tuple(map(tidy.reason, about.notes)),
    )


def work_of(key: SeriesKey) -> tuple[str, ...]:
    """The parts of a key that its metrics share: benchmark, variant and machine."""
    return key.suite, key.benchmark, key.params, key.variant, key.machine


def _has_a_row(line: Line) -> bool:
    """Whether a line gets a row: headline metrics, and every other with a difference."""
    return line.is_headline or line.verdict not in QUIET


def _urgency(line: Line) -> tuple[bool, int, float]:
    """Sort key: differences first, worse before better, then by size over the detectable size."""
    score = 0.0
    if line.change is not None and line.change > -1:
        could = line.detectable or 1.0
        score = abs(log1p(line.change)) / log(1 + could)
    return line.verdict in QUIET, _RANK.get(line.verdict, 2), -score


def _absences(lines: Iterable[Line], tidy: Tidy) -> list[Absence]:
    """One absence a benchmark, whatever its number of metrics; the gravest first."""
    groups: dict[tuple[ComparisonVerdict, tuple[str, ...]], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.verdict, work_of(line.key)), []).append(line)
    in_order = sorted(groups.values(), key=lambda found: _ORDER.index(found[0].verdict))
    return [_absence(found, tidy) for found in in_order]


def _absence(found: Sequence[Line], tidy: Tidy) -> Absence:
    first = found[0]
    return Absence(
        benchmark=tidy.name(first.key.benchmark_id),
        variant=tidy.name(first.key.variant),
        machine=tidy.name(first.key.machine),
        verdict=first.verdict,
        metrics=len(found),
        reason=tidy.reason(next((line.absence for line in found if line.absence), "")),
        page=addresses.benchmark_of(first.key),
    )


def _row(line: Line, tidy: Tidy) -> Row:
    key = line.key
    return Row(
        benchmark=tidy.name(key.benchmark_id),
        variant=tidy.name(key.variant),
        metric=tidy.name(key.metric),
        unit=tidy.name(key.unit),
        machine=tidy.name(key.machine),
        verdict=line.verdict,
        before=_finite(line.before),
        after=_finite(line.after),
        change=_finite(line.change),
        low=_finite(line.low),
        high=_finite(line.high),
        detectable=_finite(line.detectable),
        detectable_step=_finite(line.detectable_step),
        noise=_finite(line.noise),
        why=tidy.reason(line.why),
        trade=tidy.reason(line.trade),
        page=_page(key),
    )


def _page(key: SeriesKey) -> str:
    """The page with the series chosen; the page alone where names are too long for an address."""
    chosen = addresses.series(key)
    return chosen if len(chosen) <= _LONGEST_ADDRESS else addresses.benchmark_of(key)


def _difference(one: Differs, tidy: Tidy) -> Difference:
    sides = (None if side is None else tidy.name(side) for side in (one.before, one.now))
    before, now = sides
    return Difference(name=tidy.name(one.name), before=before, now=now)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
