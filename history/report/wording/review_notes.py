"""Notes of a review, each a sentence or empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence


def suite_not_run(suite: str, series: int) -> str:
    """A note about a suite that only the base has."""
    told = numbers.counted(series, "series", "series")
    return f"The suite {suite} was not run at the head: {told} of the base are not compared."


def machine_moved(metric: str, change: float) -> str:
    """A note about reference work that took another time: no commit changes it."""
    return (
        f"The machine itself was not as before: {metric} {numbers.signed(change)}, "
        "of work that is the same at every commit."
    )


def beyond_thresholds(points: int) -> str:
    """A note about thresholds; empty for none."""
    if not points:
        return ""
    told = numbers.counted(points, "point")
    lie = "lies" if points == 1 else "lie"
    return f"{told} of the head {lie} beyond a threshold that fails: see soundmark check."


def measured_elsewhere(machines: Sequence[str]) -> str:
    """A note about machines on which the base was not measured; empty for none."""
    if not machines:
        return ""
    return f"The head was also measured on {', '.join(machines)}, where the base was not."


def other_duets(count: int) -> str:
    """A note about duets of the same head that this is not about; empty for none."""
    are = "is" if count == 1 else "are"
    told = numbers.counted(count, "other duet")
    return f"{told} of this head {are} not told here." if count else ""


def acceptance(benchmark: str, reason: str, sha: str, regressions: int) -> str:
    """A note about a regression that a commit accepts, or about why it does not."""
    if not benchmark or not reason:
        return (
            f"{sha[:12]} accepts a regression without a reason, which does not count: "
            "expected `Soundmark-Accept: BENCHMARK: reason`."
        )
    if not regressions:
        return f"{sha[:12]} accepts a regression of {benchmark}, and there is none."
    told = numbers.counted(regressions, "regression")
    return f"{sha[:12]} accepts {told} of {benchmark}: {reason}"


def acceptances_left(count: int) -> str:
    """A note about trailers beyond those that are taken."""
    return f"{numbers.counted(count, 'further acceptance')} of the commits are not taken."
