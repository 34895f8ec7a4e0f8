"""Words for a review: a headline with the action, and the reason of each row.

Text from outside (names, subjects, reasons) goes through the voice of the writer, which escapes it
for the writer's format.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import TYPE_CHECKING, Final, NamedTuple

from history.compare.results import ComparisonVerdict
from history.judge.size import MULTIPLE_FROM, Form
from history.judge.size import size as size_of
from history.report.review.result import QUIET, Outcome
from history.report.wording import names, numbers, sizes
from history.report.wording.sizes import Told
from history.words.metrics import shown_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.report.review.result import (
        Absence,
        Commit,
        Difference,
        Event,
        Review,
        Row,
        Target,
    )


class Voice(NamedTuple):
    """How a writer escapes text from outside."""

    safe: Callable[[str], str] = str
    """Escapes a text."""
    name: Callable[[str], str] = str
    """Escapes a name and sets it apart, as in a code span."""
    link: Callable[[str, str], str] = lambda text, _: text
    """Links an escaped text to an address of the site, if the site has it."""

    tells_machine: bool = False
    """Whether lines name their machine, which is needed with several machines."""
    hidden: frozenset[tuple[str, str]] = frozenset()
    """Pairs of a variant that all lines share and that are not printed."""
    title: Callable[[str], str] | None = None
    """What a metric is called; by its name where nothing is given."""

    def metric(self, called: str) -> str:
        """A metric, harmless where it stands."""
        return self.name(called) if self.title is None else self.safe(self.title(called))

    def about(self, review: Review) -> Voice:
        """The same for the lines of this review."""
        lines: list[Row | Absence] = [*review.rows, *review.absences]
        machines = {one.machine for one in lines}
        variants = (one.variant for one in lines)
        return self._replace(tells_machine=len(machines) > 1, hidden=names.shared(variants))


PLAIN: Final = Voice()
COUNTED: Final = (
    (ComparisonVerdict.FAILED, "failed", "failed"),
    (ComparisonVerdict.MISSING, "missing", "missing"),
    (ComparisonVerdict.REGRESSION, "regression", "regressions"),
    (ComparisonVerdict.NOT_COMPARABLE, "not comparable", "not comparable"),
    (ComparisonVerdict.SUSPECT, "suspect", "suspects"),
    (ComparisonVerdict.IMPROVEMENT, "improvement", "improvements"),
    (ComparisonVerdict.UP, "up", "up"),
    (ComparisonVerdict.DOWN, "down", "down"),
    (ComparisonVerdict.NEW, "new", "new"),
    (ComparisonVerdict.NO_DIFFERENCE, "without a difference shown", "without a difference shown"),
    (ComparisonVerdict.NOT_ENOUGH_DATA, "with too little data", "with too little data"),
    (ComparisonVerdict.IDENTICAL, "identical program", "identical programs"),
    (ComparisonVerdict.SKIPPED, "skipped", "skipped"),
)
"""Verdicts in order, each with its singular and plural."""
LOST: Final = (ComparisonVerdict.FAILED, ComparisonVerdict.MISSING)
"""Verdicts of benchmarks that the head no longer measures."""
NO_VARIANT: Final = names.variant("")
NAMES_AT_ONCE: Final = 5
"""Benchmarks that are named in a line about several."""


def headline(review: Review, voice: Voice = PLAIN) -> str:
    """``1 regression to look at: cli.decode wall_time +5.1 %``; without a full stop."""
    if review.outcome is Outcome.FAILED:
        return _lost(review, voice)
    if review.outcome in _LARGEST:
        verdict, words = _LARGEST[review.outcome]
        return f"{words.format(_count(review, verdict))}{_largest(review, verdict, voice)}"
    if review.outcome is Outcome.TARGET_BROKEN:
        first = f": {voice.safe(review.targets[0].target)}" if review.targets else ""
        return f"{numbers.counted(review.counts.targets_broken, 'target')} to look at{first}"
    if review.outcome is Outcome.NOT_COMPARABLE:
        count = review.counts.verdicts[ComparisonVerdict.NOT_COMPARABLE]
        return f"{numbers.counted(count, 'benchmark')} to look at, which the base did not run"
    if review.outcome is Outcome.NO_DIFFERENCE:
        return f"nothing to do: {_calm(review)}"
    return _FIXED[review.outcome]


_LARGEST: Final = {
    Outcome.REGRESSION: (ComparisonVerdict.REGRESSION, "{} to look at"),
    Outcome.ACCEPTED: (ComparisonVerdict.REGRESSION, "{} accepted by a commit"),
    Outcome.SUSPECT: (ComparisonVerdict.SUSPECT, "{}, see why and measure again"),
    Outcome.IMPROVEMENT: (ComparisonVerdict.IMPROVEMENT, "nothing to do, {}"),
}
_FIXED: Final = {
    Outcome.NOT_ENOUGH_DATA: "no answer yet: too little data everywhere, measure longer",
    Outcome.NOTHING_COMPARED: "nothing to compare with: measure a base first",
}


def _lost(review: Review, voice: Voice) -> str:
    """``1 failed and 2 missing benchmarks to look at: cli.decode; and 1 regression``."""
    counts = [review.counts.verdicts.get(verdict, 0) for verdict in LOST]
    told = " and ".join(_count(review, verdict) for verdict in LOST if _count(review, verdict))
    noun = "benchmark" if sum(counts) == 1 else "benchmarks"
    first = next((one for one in review.absences if one.verdict in LOST), None)
    named = f": {name(first, voice)}" if first else ""
    also = _count(review, ComparisonVerdict.REGRESSION)
    return f"{told} {noun} to look at{named}{f'; and {also}' if also else ''}"


def _calm(review: Review) -> str:
    """``9 benchmarks without a difference shown``, or other calm outcomes."""
    count = review.counts.verdicts
    if count.get(ComparisonVerdict.NO_DIFFERENCE) and review.counts.benchmarks:
        moved = count.get(ComparisonVerdict.UP) or count.get(ComparisonVerdict.DOWN)
        what = "regression" if moved else "difference"
        return f"{numbers.counted(review.counts.benchmarks, 'benchmark')} without a {what} shown"
    return _listed(_count(review, verdict) for verdict, _, _ in COUNTED if count.get(verdict))


def _count(review: Review, wanted: ComparisonVerdict) -> str:
    for verdict, one, many in COUNTED:
        count = review.counts.verdicts.get(verdict, 0)
        if verdict is wanted and count:
            return numbers.counted(count, one, many)
    return ""


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


def _largest(review: Review, verdict: ComparisonVerdict, voice: Voice) -> str:
    """The largest of its kind, marked as the largest if there are several."""
    row = next((one for one in review.rows if one.verdict is verdict), None)
    if row is None:
        return ""
    several = "the largest " if review.counts.verdicts.get(verdict, 0) > 1 else ""
    told = voice.safe(change(row))
    return f": {several}{name(row, voice)} {voice.metric(row.metric)} {told}".rstrip()


def name(one: Row | Absence | Target, voice: Voice = PLAIN) -> str:
    """``cli.decode · torch``: with its variant, linked to its page, and its machine if need be."""
    shown = names.variant(one.variant, voice.hidden)
    variant = f" · {shown}" if one.variant and shown != NO_VARIANT else ""
    told = voice.link(voice.name(f"{one.benchmark}{variant}"), one.page)
    return f"{told} on {voice.name(one.machine)}" if voice.tells_machine else told


def change(row: Row) -> str:
    """``+5.1 %``, ``×12.5``, or from what to what where a ratio says nothing."""
    return _told(row).words


def interval(row: Row) -> str:
    """``+4.2 % to +6.0 %``; empty where a ratio says nothing, or too little was measured."""
    told = _told(row)
    if not told.low or row.verdict is ComparisonVerdict.NOT_ENOUGH_DATA:
        return ""
    return f"{told.low} to {told.high}"


def _told(row: Row) -> Told:
    if row.before is None or row.after is None:
        return Told("", "", "")
    low, high = (nan if one is None else one for one in (row.low, row.high))
    change = nan if row.change is None else row.change
    found = size_of(row.metric, row.unit, row.before, row.after, change=change, low=low, high=high)
    told = sizes.told(found)
    if found.form is Form.SHARE and high + 1 > MULTIPLE_FROM:
        return told._replace(high=sizes.share(high))
    return told


def picture(row: Row, voice: Voice = PLAIN) -> str:
    """What the picture of a benchmark's trend shows, for who does not see it."""
    return f"Trend of {voice.name(row.benchmark)}, as the site shows it"


def detectable(row: Row) -> str:
    """The smallest change that would have been reported: ``2.0 %``; may be empty."""
    if row.detectable is not None:
        return sizes.share(row.detectable)
    return "" if row.detectable_step is None else value(row.detectable_step, row)


def value(amount: float | None, of: Row | Target) -> str:
    """``50.1 ms``; a dash where nothing was measured."""
    return numbers.value(amount, shown_in(of.metric, of.unit))


def commit(one: Commit, voice: Voice = PLAIN) -> str:
    """``3f2a9c1d7b40 (v1.4)``, or the working tree on it."""
    told = voice.link(voice.name(names.short(one.sha)), one.page)
    if one.tag:
        told = f"{told} ({voice.safe(one.tag)})"
    return f"the working tree on {told}" if one.dirty else told


def target(one: Target, voice: Voice = PLAIN) -> str:
    """``target real time: cli.decode wall_time 130 ms, limit 120 ms (was 110 ms)``."""
    was = f" (was {voice.safe(value(one.before, one))})" if one.before is not None else ""
    told = voice.safe(value(one.value, one))
    bound = voice.safe(numbers.limit(one.limit, shown_in(one.metric, one.unit)))
    metric = voice.metric(one.metric)
    return (
        f"target {voice.safe(one.target)}: {name(one, voice)} {metric} {told}, limit {bound}{was}"
    )


def event(one: Event, voice: Voice = PLAIN) -> str:
    """``40 of 44 series on box changed together at c0042: 40 worse by 5.0 % (4.0 % to 6.2 %)``."""
    at = voice.link(voice.name(names.short(one.commit)), one.page)
    of = numbers.counted(one.of, "series", "series")
    told = (
        f"{numbers.whole(one.series)} of {of} on {voice.name(one.machine)} changed together at {at}"
    )
    sides = [
        f"{numbers.whole(count)} {word}{_by(one) if is_sized else ''}"
        for count, word, is_sized in (
            (one.worse, "worse", True),
            (one.better, "better", not one.worse),
        )
        if count
    ]
    if sides:
        told = f"{told}: {', '.join(sides)}"
    if one.of_machine:
        return f"{told}; the machine or its software is the likelier cause"
    worst = ", ".join(map(voice.name, one.worst))
    return f"{told}; first {worst}" if worst else told


def _by(one: Event) -> str:
    """`` by 5.0 % (4.0 % to 6.2 %)``; empty where no ratio tells."""
    if one.change is None:
        return ""
    told = f" by {_share(one.change)}"
    if one.low is None or one.high is None or one.low == one.high:
        return told
    ends = sorted((one.low, one.high), key=abs)
    return f"{told} ({_share(ends[0])} to {_share(ends[1])})"


def _share(change: float) -> str:
    """A size without its sign; the word beside it says which way."""
    if change + 1 >= MULTIPLE_FROM:
        return numbers.multiple(change + 1)
    return numbers.share(abs(change))


def difference(one: Difference, voice: Voice = PLAIN) -> str:
    """``libraries.torch: 2.12 → 2.13``."""
    sides = ("absent" if side is None else voice.safe(side) for side in (one.before, one.now))
    return f"{voice.name(one.name)}: {' → '.join(sides)}"


def absence(one: Absence, voice: Voice = PLAIN) -> str:
    """``failed: cli.decode (exit code 3)``."""
    reason = f" ({voice.safe(one.reason)})" if one.reason else ""
    return f"{one.verdict}: {name(one, voice)}{reason}"


def doubts(rows: Sequence[Row], voice: Voice = PLAIN) -> list[str]:
    """Sentences for suspect rows and for rows with a trade.

    ``cli.decode wall_time is suspect: 8 pairs, q = 0.086, ...``, ``whisper.run total_time -75.0 %:
    bought with wer 8.2 % to 16.4 % (+100.0 %)``.
    """
    found = []
    for row in rows:
        what = f"{name(row, voice)} {voice.metric(row.metric)}"
        if row.verdict is ComparisonVerdict.SUSPECT and row.why:
            found.append(f"{what} is suspect: {voice.safe(because(row))}")
        elif row.trade:
            found.append(f"{what} {voice.safe(f'{change(row)}: {row.trade}')}")
    return found


def because(row: Row) -> str:
    """The reason of a row's verdict, after its trade."""
    return "; ".join(filter(None, (row.trade, row.why)))


def others(review: Review, voice: Voice = PLAIN) -> list[str]:
    """``2 new: cli.encode, cli.mel``; one line for new benchmarks, one for skipped ones."""
    lines = []
    for verdict in (ComparisonVerdict.NEW, ComparisonVerdict.SKIPPED):
        found = [one for one in review.absences if one.verdict is verdict]
        if not found:
            continue
        shown = ", ".join(name(one, voice) for one in found[:NAMES_AT_ONCE])
        more = review.counts.verdicts.get(verdict, 0) - NAMES_AT_ONCE
        rest_of = f" and {numbers.whole(more)} more" if more > 0 else ""
        reason = found[0].reason if verdict is ComparisonVerdict.SKIPPED else ""
        why = f" ({voice.safe(reason)})" if reason else ""
        lines.append(f"{_count(review, verdict)}: {shown}{rest_of}{why}")
    return lines


def rest(review: Review) -> str:
    """``9 without a difference shown, 2 with too little data``: rows without a difference."""
    return _listed(
        _count(review, verdict)
        for verdict, _, _ in COUNTED
        if verdict in QUIET and review.counts.verdicts.get(verdict)
    )


def everything(review: Review) -> str:
    """All verdicts with their number, the gravest first."""
    return _listed(_count(review, verdict) for verdict, _, _ in COUNTED)


def left_out(count: int, what: str) -> str:
    """``9700 further rows are left out here``; empty for none."""
    are = "is" if count == 1 else "are"
    return f"{numbers.counted(count, f'further {what}')} {are} left out here" if count else ""


def counted(review: Review, changed_more: int) -> list[str]:
    """Rows that are counted instead of listed; ``changed_more`` of them have a difference."""
    return list(filter(None, [left_out(changed_more, "row"), rest(review)]))
