"""The review of one commit as plain data.

Strings, finite numbers and lists, without sentences and markup: writers word it, and it may come
from an untrusted job (``codec``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from history.compare.results import ComparisonVerdict
from history.words.patterns import form

FORMAT: Final = 1
"""Version of the schema; another one is refused."""
MOST_ROWS: Final = 1000
"""Most entries of each list; further ones are counted."""
MOST_LETTERS: Final = 300
"""Longest name, in characters."""
MOST_LETTERS_OF_A_REASON: Final = 1000

# Control characters, line and paragraph separators, and marks that turn the direction of a line.
_VISIBLE: Final = r"\A[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*\Z"
_ADDRESS: Final = (
    r"\A([a-z0-9_-]{1,100}(/[a-z0-9_-]{1,100}){0,5}"
    r"(/\?[A-Za-z0-9%&=._~+-]{0,600})?(/#[a-z0-9_-]{1,100})?)?\Z"
)
_HUGE: Final = 1e300

_PLAIN: Final = "a text without control characters or marks that turn its direction"
_MOMENT: Final = form(
    r"\A(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?\Z",
    'a time in UTC such as "2026-03-31T03:17:00Z", or an empty text',
)

Text = Annotated[str, form(_VISIBLE, _PLAIN, max_length=MOST_LETTERS)]
Reason = Annotated[str, form(_VISIBLE, _PLAIN, max_length=MOST_LETTERS_OF_A_REASON)]
Moment = Annotated[str, _MOMENT]
"""UTC in ISO 8601; empty where it is not known."""
Address = Annotated[
    str, form(_ADDRESS, 'an address within the site such as "suites/alignment", or an empty text')
]
"""Below the root of the site, see ``history.addresses``; empty where there is none."""
Number = Annotated[float, msgspec.Meta(ge=-_HUGE, le=_HUGE)]
Share = Annotated[float, msgspec.Meta(ge=0, le=_HUGE)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class How(StrEnum):
    """What the head is compared with."""

    DUET = "duet"
    """The base, measured in turn with it in one job on one machine."""
    HISTORY = "history"
    """An earlier run at the base, on the same machine."""
    NOTHING = "nothing"
    """There is no base that could be compared."""


class Outcome(StrEnum):
    """The outcome of all lines, the gravest first."""

    FAILED = "failed"
    """A benchmark failed or is missing."""
    REGRESSION = "regression"
    ACCEPTED = "accepted"
    """All regressions are accepted by the commits themselves."""
    TARGET_BROKEN = "target broken"
    NOT_COMPARABLE = "not comparable"
    """The base could not be measured."""
    SUSPECT = "suspect"
    IMPROVEMENT = "improvement"
    NO_DIFFERENCE = "no difference"
    NOT_ENOUGH_DATA = "not enough data"
    NOTHING_COMPARED = "nothing compared"


class Action(StrEnum):
    """The action asked of the reader."""

    LOOK = "look"
    MEASURE_AGAIN = "measure again"
    MEASURE_LONGER = "measure longer"
    MEASURE_BASE = "measure base"
    NOTHING = "nothing"


ACTIONS: Final = {
    Outcome.FAILED: Action.LOOK,
    Outcome.REGRESSION: Action.LOOK,
    Outcome.ACCEPTED: Action.LOOK,
    Outcome.TARGET_BROKEN: Action.LOOK,
    Outcome.NOT_COMPARABLE: Action.LOOK,
    Outcome.SUSPECT: Action.MEASURE_AGAIN,
    Outcome.IMPROVEMENT: Action.NOTHING,
    Outcome.NO_DIFFERENCE: Action.NOTHING,
    Outcome.NOT_ENOUGH_DATA: Action.MEASURE_LONGER,
    Outcome.NOTHING_COMPARED: Action.MEASURE_BASE,
}


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By keyword, immutable, and strict when read."""


class Commit(_Part, frozen=True, kw_only=True):
    """One side."""

    sha: Text
    subject: Text = ""
    branch: Text = ""
    tag: Text = ""
    dirty: bool = False
    """Whether it was the working tree with uncommitted changes."""
    measured_at: Moment = ""
    page: Address = ""


class Setting(_Part, frozen=True, kw_only=True):
    """How the two were measured."""

    how: How
    machines: Annotated[tuple[Text, ...], msgspec.Meta(max_length=50)] = ()
    age_s: Share | None = None
    """From the measurement of the base to that of the head; None in one job."""
    asked: Text = ""
    """The base as requested; empty when it was found automatically."""
    is_merge_base: bool = False
    """Whether the base is the merge base of the head and the requested revision."""
    steps_back: Count = 0
    """Measured commits between the base and the one that was asked for."""
    simulated: bool = False


class Noise(_Part, frozen=True, kw_only=True):
    """The noise, as relative differences of the same code."""

    typical: Share
    """Noise of the median benchmark."""
    largest: Share
    smallest_seen: Share | None = None
    """The smallest change that the median benchmark could have shown."""


class Row(_Part, frozen=True, kw_only=True):
    """One series on both sides."""

    benchmark: Text
    """``suite.benchmark[params]``."""
    variant: Text = ""
    """``runtime=torch;threads=2``."""
    metric: Text
    unit: Text
    machine: Text
    verdict: ComparisonVerdict
    before: Number | None = None
    after: Number | None = None
    """In the base unit."""
    change: Number | None = None
    """Relative, after / before - 1; None where a ratio is meaningless."""
    low: Number | None = None
    high: Number | None = None
    """Its 95 % interval."""
    detectable: Share | None = None
    """The smallest change that would have been reported."""
    detectable_step: Share | None = None
    """The same in the unit, where a relative number is meaningless."""
    noise: Share | None = None
    why: Reason = ""
    trade: Reason = ""
    """The trade of an improvement or of lost quality; mostly empty."""
    page: Address = ""


class Absence(_Part, frozen=True, kw_only=True):
    """A benchmark that one side did not measure."""

    benchmark: Text
    variant: Text = ""
    machine: Text
    verdict: ComparisonVerdict
    """failed, missing, not comparable, new or skipped."""
    metrics: Count = 1
    reason: Reason = ""
    page: Address = ""


class Target(_Part, frozen=True, kw_only=True):
    """An SLA line that the head crosses."""

    target: Text
    benchmark: Text
    variant: Text = ""
    metric: Text
    unit: Text
    machine: Text
    limit: Number
    value: Number
    before: Number | None = None
    margin_percent: Number | None = None
    page: Address = ""


class Event(_Part, frozen=True, kw_only=True):
    """Series of one machine that changed at the same commits."""

    machine: Text
    commit: Text
    """First of the new level."""
    previous: Text = ""
    """Last of the old one: the cause lies after it."""
    series: Count
    of: Count
    """Series of the machine that could have changed."""
    worse: Count = 0
    better: Count = 0
    change: Number | None = None
    """Relative change of cost, whatever the metric: 0.05 for 5 % more, negative for less. Geometric
    mean over regressions, or over improvements if there are none.
    """
    low: Number | None = None
    high: Number | None = None
    """The smallest and the largest of them."""
    worst: Annotated[tuple[Text, ...], msgspec.Meta(max_length=3)] = ()
    of_machine: bool = False
    """Whether the machine or its software is the likelier cause."""
    page: Address = ""


class Accepted(_Part, frozen=True, kw_only=True):
    """Regressions that a commit accepts."""

    benchmark: Text
    """Glob over ``suite.benchmark[params]``."""
    reason: Reason
    sha: Text
    """The commit with the trailer."""


class Difference(_Part, frozen=True, kw_only=True):
    """A field of the environment that differs between the sides."""

    name: Text
    before: Text | None = None
    """None where it was absent."""
    now: Text | None = None


class Counts(_Part, frozen=True, kw_only=True):
    """Counts, including entries beyond the lists."""

    verdicts: dict[ComparisonVerdict, Count] = {}
    """Number of series by verdict; of benchmarks if one side did not measure them."""
    benchmarks: Count = 0
    """Number of benchmarks with a compared series."""
    targets_broken: Count = 0
    """Targets that the base held and the head does not."""
    targets_still_broken: Count = 0
    """Targets that neither holds."""
    targets: Count = 0
    events: Count = 0
    environment: Count = 0
    further_metrics: Count = 0
    """Series without a difference, of benchmarks that have a row."""
    shortened: Count = 0
    """Number of texts that were shortened or lost invisible characters."""


_LIST: Final = msgspec.Meta(max_length=MOST_ROWS)


class Review(_Part, frozen=True, kw_only=True):
    """The review of one commit."""

    format: int = FORMAT
    tool: Text = ""
    """Version of the program that measured."""
    project: Text = ""
    outcome: Outcome
    action: Action
    head: Commit
    base: Commit | None = None
    setting: Setting
    noise: Noise | None = None
    rows: Annotated[tuple[Row, ...], _LIST] = ()
    """Differences first, by size relative to the detectable one; then the rest."""
    absences: Annotated[tuple[Absence, ...], _LIST] = ()
    """Failures first."""
    targets: Annotated[tuple[Target, ...], _LIST] = ()
    events: Annotated[tuple[Event, ...], _LIST] = ()
    environment: Annotated[tuple[Difference, ...], _LIST] = ()
    counts: Counts = Counts()
    accepted: Annotated[tuple[Accepted, ...], msgspec.Meta(max_length=50)] = ()
    notes: Annotated[tuple[Reason, ...], msgspec.Meta(max_length=50)] = ()
    """Notes, each a sentence."""


QUIET: Final = frozenset(
    {
        ComparisonVerdict.NO_DIFFERENCE,
        ComparisonVerdict.NOT_ENOUGH_DATA,
        ComparisonVerdict.IDENTICAL,
        ComparisonVerdict.SKIPPED,
    }
)
"""Verdicts without a line of their own."""


def outcome_of(how: How, counts: Counts, accepted: int = 0) -> Outcome:
    """The gravest outcome of the counts; so many of the regressions are ``accepted``."""
    there = {verdict for verdict, count in counts.verdicts.items() if count}
    if there & {ComparisonVerdict.FAILED, ComparisonVerdict.MISSING}:
        return Outcome.FAILED
    regressions = counts.verdicts.get(ComparisonVerdict.REGRESSION, 0)
    if regressions > accepted:
        return Outcome.REGRESSION
    if counts.targets_broken:
        return Outcome.TARGET_BROKEN
    if regressions:
        return Outcome.ACCEPTED
    lesser = (outcome for verdict, outcome in _LESSER.items() if verdict in there)
    nothing = Outcome.NOTHING_COMPARED
    return nothing if how is How.NOTHING else next(lesser, nothing)


_LESSER: Final = {
    ComparisonVerdict.NOT_COMPARABLE: Outcome.NOT_COMPARABLE,
    ComparisonVerdict.SUSPECT: Outcome.SUSPECT,
    ComparisonVerdict.IMPROVEMENT: Outcome.IMPROVEMENT,
    ComparisonVerdict.UP: Outcome.NO_DIFFERENCE,
    ComparisonVerdict.DOWN: Outcome.NO_DIFFERENCE,
    ComparisonVerdict.NO_DIFFERENCE: Outcome.NO_DIFFERENCE,
    ComparisonVerdict.IDENTICAL: Outcome.NO_DIFFERENCE,
    ComparisonVerdict.NEW: Outcome.NO_DIFFERENCE,
    ComparisonVerdict.NOT_ENOUGH_DATA: Outcome.NOT_ENOUGH_DATA,
}
"""In the order in which they count."""
