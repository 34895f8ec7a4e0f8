"""Make a review of a duet: both commits were measured in turn, in one job."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from history.compare import trades
from history.compare.duet import Why
from history.compare.results import ComparisonVerdict
from history.judge.size import amount, may_divide
from history.report.review import draft
from history.report.review import targets as limits
from history.report.review.draft import About, Line
from history.report.review.result import Commit, How, Noise, Setting
from history.report.review.targets import Sides
from history.report.wording import duets
from history.report.wording import trades as wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.compare.duet import Duet
    from history.compare.duet import Line as Judged
    from history.compare.stored_duets import StoredDuet
    from history.judge.trade import Trade
    from history.project.limits import Target
    from history.report.review.result import Review
    from history.report.review.tidy import Tidy


def review(
    found: Duet,
    about: StoredDuet,
    targets: Sequence[Target],
    tidy: Tidy,
    notes: Sequence[str] = (),
) -> Review:
    """The review of a duet that has been judged."""
    against = trades.of_lines(found.lines, _is_gain)
    lines = [_line(one, against.get(place, ())) for place, one in enumerate(found.lines)]
    sides = (Sides(one.key, one.direction, one.before, one.after) for one in found.lines)
    moment = f"{about.started_at:%Y-%m-%dT%H:%M:%SZ}"
    return draft.review(
        lines,
        About(
            head=Commit(
                sha=tidy.name(about.head),
                subject=tidy.name(about.head_subject),
                branch=tidy.name(about.head_branch),
                tag=tidy.name(about.head_tag),
                dirty=about.dirty,
                measured_at=moment,
            ),
            base=Commit(
                sha=tidy.name(about.base),
                subject=tidy.name(about.base_subject),
                measured_at=moment,
            ),
            setting=Setting(
                how=How.DUET,
                machines=(tidy.name(about.machine),),
                asked=tidy.name(about.asked),
                is_merge_base=about.is_merge_base,
                simulated=about.origin == "simulated",
            ),
            noise=_noise(found),
            project=tidy.name(about.project),
            tool=tidy.name(about.tool_version),
            held=limits.held(targets, sides, tidy),
            notes=(*notes, *about.warnings),
        ),
        tidy,
    )


def _noise(found: Duet) -> Noise | None:
    if found.noise is None:
        return None
    seen = [one.detectable for one in found.lines if one.is_headline and one.detectable is not None]
    return Noise(
        typical=found.noise.typical,
        largest=found.noise.largest,
        smallest_seen=median(seen) if seen else None,
    )


def _is_gain(one: Judged) -> bool:
    """Whether a line is an improvement; one with a changed output is suspect but counts here."""
    return one.verdict is ComparisonVerdict.IMPROVEMENT or one.why is Why.OUTPUT


def _line(one: Judged, against: Sequence[Trade]) -> Line:
    told = _tells_ratio(one)
    could = None
    if one.detectable is not None and one.before is not None:
        could = amount(one.key.metric, one.key.unit, one.before, one.detectable * one.before)
    return Line(
        key=one.key,
        verdict=one.verdict,
        # What is done once on each side, such as a build, has a single pair.
        is_headline=one.is_headline and one.pairs != 1,
        before=one.before,
        after=one.after,
        change=one.ratio - 1 if told and one.ratio is not None else None,
        low=one.low - 1 if told and one.low is not None else None,
        high=one.high - 1 if told and one.high is not None else None,
        detectable=one.detectable if could is not None and could.is_share else None,
        detectable_step=could.step if could is not None and not could.is_share else None,
        noise=one.noise,
        why=duets.why(one),
        trade=wording.told(against, is_loss=trades.is_worse(one)),
        absence=one.absence,
    )


def _tells_ratio(one: Judged) -> bool:
    """Whether the ratio is meaningful: neither side is almost zero."""
    return (
        one.before is not None
        and one.after is not None
        and may_divide(one.key.metric, one.before, one.after)
    )
