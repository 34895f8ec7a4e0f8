"""Aggregate the samples of one metric to one number with its interval.

This module decides which samples count and what deserves a warning. All samples are stored; those
that do not count are only left out of the aggregate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from collector.contract import Sampling
from history.stats.describe import Described, describe
from history.stats.summary import Floats, outliers
from history.words.records import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HAMPEL: Final = 14.8
"""|x - median| / MAD beyond which hyperfine (src/outlier_detection.rs) warns: ten deviations."""
WIDE_IQR: Final = 0.25
"""Interquartile range, as a share of the median, above which a point gets a warning."""
MANY_PREEMPTED: Final = 0.5
MANY_FAR: Final = 0.1
SPOILED: Final = (
    "Too few samples were left alone by the scheduler, so preempted ones count too; other"
    " programs were running: close them, or give the measurement a core of its own."
)


class Chosen(NamedTuple):
    """The samples that count."""

    samples: Floats
    kept: NDArray[np.intp]
    """(n,) their positions among all."""
    left_out: int
    """Number of preempted samples that do not count."""
    spoiled: bool
    """Whether preempted samples count because too few others remain."""


def choose(samples: Floats, preempted: Sequence[int], needed: int) -> Chosen:
    """Leave out preempted samples if at least ``needed`` others remain."""
    every = np.arange(samples.size)
    if not preempted:
        return Chosen(samples, every, 0, spoiled=False)
    clean = np.delete(every, list(preempted))
    if clean.size >= max(1, needed):
        return Chosen(samples[clean], clean, len(preempted), spoiled=False)
    return Chosen(samples, every, 0, spoiled=True)


def needed_of(sampling: Sampling) -> int:
    """Number of clean samples that must remain for preempted ones to be left out."""
    if sampling.repeats is None:
        return sampling.min_repeats
    return min(sampling.min_repeats, sampling.repeats)


def relative_half_width(
    samples: Floats, preempted: Sequence[int], sampling: Sampling, processes: Sequence[int] = ()
) -> float | None:
    """Half the width of the 95 % interval as a share of the aggregate.

    ``processes`` (n,) says which process each sample comes from; empty: all from one. None with
    fewer than six samples that count, or with an aggregate of zero.
    """
    chosen = choose(samples, preempted, needed_of(sampling))
    if chosen.samples.size < 6:
        return None
    found = _described(chosen, sampling.aggregate, processes)
    if not found.value or found.low is None or found.high is None:
        return None
    return (found.high - found.low) / 2 / abs(found.value)


def measured(
    samples: Floats,
    sampling: Sampling,
    *,
    preempted: Sequence[int] = (),
    cpu: Floats | None = None,
    rounds: Sequence[int] = (),
    processes: Sequence[int] = (),
    warnings: Sequence[str] = (),
) -> Measured:
    """The point of one metric; ``samples`` (n,) float64 in base units, n >= 1 and all finite.

    ``n`` counts the samples behind the aggregate; all samples are kept, so ``n`` below their number
    says that preempted ones were left out.
    """
    chosen = choose(samples, preempted, needed_of(sampling))
    found = _described(chosen, sampling.aggregate, processes)
    return Measured(
        value=found.value,
        n=found.n,
        aggregate=sampling.aggregate if samples.size > 1 else "value",
        low=found.low,
        high=found.high,
        interval=found.method,
        q1=found.q1,
        q3=found.q3,
        minimum=found.minimum,
        maximum=found.maximum,
        samples=tuple(samples.tolist()),
        cpu_samples=() if cpu is None else tuple(cpu.tolist()),
        preempted=tuple(preempted),
        rounds=tuple(rounds),
        processes=tuple(processes),
        warnings=(*warnings, *noise_warnings(chosen, found, samples.size)),
    )


def classes(samples: Floats, preempted: Sequence[int], sampling: Sampling) -> str:
    """``3 preempted left out; outliers kept: 2 mild, 1 severe``, or nothing; Tukey's fences."""
    chosen = choose(samples, preempted, needed_of(sampling))
    beyond = outliers(chosen.samples) if chosen.samples.size else None
    mild = beyond.low_mild + beyond.high_mild if beyond else 0
    severe = beyond.low_severe + beyond.high_severe if beyond else 0
    kinds = [f"{count} {name}" for count, name in ((mild, "mild"), (severe, "severe")) if count]
    parts = [f"{chosen.left_out} preempted left out"] if chosen.left_out else []
    parts += [f"outliers kept: {', '.join(kinds)}"] if kinds else []
    return "; ".join(parts)


def noise_warnings(chosen: Chosen, described: Described, taken: int) -> list[str]:
    """What was seen, the likely cause, the next step."""
    found, n = [], described.n
    if chosen.spoiled:
        found.append(SPOILED)
    elif chosen.left_out > MANY_PREEMPTED * taken:
        found.append(
            f"{chosen.left_out} of {taken} samples were preempted and left out of the"
            f" {n} that count; other programs were running: measure again when it is quiet."
        )
    median, iqr = float(np.median(chosen.samples)), described.q3 - described.q1
    if n >= 10 and median > 0:
        if iqr > WIDE_IQR * median:
            share = f"{iqr / median:.0%}".replace("%", " %")
            found.append(
                f"The middle half of the samples spreads over {share} of the median; the machine"
                " or the work is not steady: look at the samples, then at `soundmark doctor`."
            )
        far = _far(chosen.samples, median)
        if far > MANY_FAR * n:
            found.append(
                f"{far} of {n} samples lie more than ten deviations from the median;"
                " something interrupted the work: measure again when it is quiet."
            )
    return found


def _far(samples: Floats, median: float) -> int:
    deviations = np.abs(samples - median)
    mad = float(np.median(deviations))
    return int((deviations > HAMPEL * mad).sum()) if mad > 0 else 0


def _described(chosen: Chosen, how: str, processes: Sequence[int]) -> Described:
    of = np.asarray(processes)[chosen.kept].tolist() if processes else ()
    return describe(chosen.samples, how, of)
