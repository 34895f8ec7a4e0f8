"""Words for how the sides of a review were measured, and further remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.compare.results import ComparisonVerdict
from history.report.review.result import How
from history.report.wording import moments, numbers, sizes
from history.report.wording.reviews import PLAIN, commit, difference

if TYPE_CHECKING:
    from history.report.review.result import Review
    from history.report.wording.reviews import Voice

_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
DIFFERENCES_AT_ONCE: Final = 5
"""Fields of the environment that are named."""


def setting(review: Review, voice: Voice = PLAIN) -> str:
    """How the two were measured, in one sentence."""
    found, head = review.setting, commit(review.head, voice)
    where = f" on {', '.join(map(voice.name, found.machines))}" if found.machines else ""
    if review.base is None or found.how is How.NOTHING:
        return f"{_begun(head)}{where}; nothing was measured before it there."
    base = commit(review.base, voice)
    if found.how is How.DUET:
        parted = ""
        if found.is_merge_base and found.asked:
            parted = f" (merge base with {voice.name(found.asked)})"
        return f"Base {base}{parted} and head {head}, measured in turn in one job{where}."
    asked = ""
    if found.steps_back:
        back = numbers.counted(found.steps_back, "commit")
        asked = (
            f" (the nearest measured one, {back} before {voice.safe(found.asked or 'the parent')})"
        )
    day = f" of {review.base.measured_at[:10]}" if review.base.measured_at else ""
    is_later = "" < review.head.measured_at < review.base.measured_at
    when = "later" if is_later else "earlier"
    return (
        f"{_begun(head)} against the run{day} at {base}{asked}{where}, {age(found.age_s)} {when}; "
        f"stored numbers, not measured in one job."
    )


def by_run(address: str) -> str:
    """Which CI run measured, as Markdown; the address is one that ``ci_run.is_address`` takes."""
    return f"Measured by [this CI run](<{address}>)."


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" if text.startswith("the ") else text


def age(seconds: float | None) -> str:
    """``3 days``, ``24 hours``, ``12 min 5 s``."""
    if seconds is None:
        return "an unknown time"
    if seconds < 2 * _HOUR_S:
        return moments.duration(seconds)
    length, word = (_DAY_S, "day") if seconds >= 2 * _DAY_S else (_HOUR_S, "hour")
    return numbers.counted(round(seconds / length), word)


def noise(review: Review) -> str:
    """The noise of the setting, and the change that most benchmarks would show; may be empty.

    ``Noise of this job ±1.2 %, up to ±3.1 %; on most benchmarks a change of 2.0 % would show.``
    """
    found = review.noise
    if found is None:
        return ""
    job = "Noise of this job" if review.setting.how is How.DUET else "Noise between runs"
    told = f"{job} ±{sizes.share(found.typical)}"
    if (largest := sizes.share(found.largest)) != sizes.share(found.typical):
        told += f", up to ±{largest}"
    if found.smallest_seen is not None:
        told += f"; on most benchmarks a change of {sizes.share(found.smallest_seen)} would show"
    return f"{told}."


def remarks(review: Review, voice: Voice = PLAIN) -> list[str]:
    """Remarks, each a sentence."""
    told = (
        targets_still(review),
        environment(review, voice),
        further_metrics(review),
        _unlisted(review),
        shortened(review),
    )
    sentences = [f"{one[:1].upper()}{one[1:]}." for one in told if one]
    origin = "Simulated numbers: nothing here was measured." if review.setting.simulated else ""
    return [
        one for one in (origin, noise(review), *map(voice.safe, review.notes), *sentences) if one
    ]


def targets_still(review: Review) -> str:
    """``2 targets are not held on either side``; may be empty."""
    still = review.counts.targets_still_broken
    are = "is" if still == 1 else "are"
    return f"{numbers.counted(still, 'target')} {are} not held on either side" if still else ""


def environment(review: Review, voice: Voice = PLAIN) -> str:
    """``the environments differ: libraries.torch: 2.12 → 2.13; and 3 more fields``, or nothing."""
    every = review.counts.environment
    if not every:
        return ""
    shown = [difference(one, voice) for one in review.environment[:DIFFERENCES_AT_ONCE]]
    more = every - len(shown)
    rest = [f"and {numbers.counted(more, 'more field')}"] if more > 0 else []
    return f"the environments differ: {'; '.join([*shown, *rest])}"


def further_metrics(review: Review) -> str:
    """``36 further metrics of these benchmarks show nothing``; may be empty."""
    count = review.counts.further_metrics
    shows = "shows" if count == 1 else "show"
    one = numbers.counted(count, "further metric")
    return f"{one} of these benchmarks {shows} nothing" if count else ""


def _unlisted(review: Review) -> str:
    count = unlisted(review)
    are = "is" if count == 1 else "are"
    return f"{numbers.counted(count, 'line')} {are} counted and not listed" if count else ""


def unlisted(review: Review) -> int:
    """Lines that were counted and that the review does not list; identical programs have none."""
    every = sum(
        count
        for verdict, count in review.counts.verdicts.items()
        if verdict is not ComparisonVerdict.IDENTICAL
    )
    return max(0, every - len(review.rows) - len(review.absences))


def shortened(review: Review) -> str:
    """``2 texts were shortened or cleaned``; may be empty."""
    count = review.counts.shortened
    were = "was" if count == 1 else "were"
    return f"{numbers.counted(count, 'text')} {were} shortened or cleaned" if count else ""
