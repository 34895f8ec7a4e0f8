"""Write the numbers of the worked example in docs/method/detection.md.

`python -m benchmarks.detection.worked_example` puts them between the two marks of the page; a
test checks that they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from pathlib import Path

import numpy as np

from history.detect.interface import Change, ChangeStatus, Observations
from history.detect.localise import relocate
from history.detect.noise import running_median
from history.detect.power import minimum_detectable_change
from history.detect.preprocess import Signal, measured, prepare
from history.detect.prune import contrast, prune
from history.detect.segment import PENALTY, candidates, levels
from history.detect.step_detector import StepDetector
from history.judge.size import amount, size
from history.report.wording.changes import rule_of

PAGE = Path("docs/method/detection.md")
START, END = "<!-- worked example: start -->", "<!-- worked example: end -->"
MINIMUM_EFFECT = 0.02

FORWARD_TIME_MS = (
    "41.2 40.9 41.6 41.0 41.3 40.7 41.1 41.5 40.8 41.2 41.4 40.9 "
    "43.9 41.1 41.0 41.3 40.6 41.2 41.5 41.0 40.9 41.4 41.1 41.3 "
    "40.8 41.2 41.0 44.8 45.1 44.6 44.9 45.4 44.7 45.0 44.6 44.9"
)
"""36 nights in milliseconds: a spike in night 12, a change in night 27 (counted from 0)."""


def series() -> Observations:
    """The example as a detector sees it."""
    return Observations(np.array([float(value) for value in FORWARD_TIME_MS.split()]))


def worked_example() -> str:
    """The example as Markdown, every number computed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    observations = series()
    values = observations.values
    signal = prepare(observations, measured(observations), MINIMUM_EFFECT)
    yield f"{values.size} nights of `forward_time`, in milliseconds, counted from 0:"
    yield ""
    yield "```text"
    numbers = FORWARD_TIME_MS.split()
    for start in range(0, len(numbers), 12):
        yield f"{start:>2}  " + " ".join(numbers[start : start + 12])
    yield "```"
    yield ""
    yield from _steps(signal)
    yield ""
    (change,) = StepDetector().detect(observations).changes
    yield "The flag, as it is stored and printed:"
    yield ""
    ends = {"change": change.change, "low": change.low, "high": change.high}
    told = size("forward_time", "ms", change.before, change.after, **ends)
    noise = amount("forward_time", "ms", change.before, change.sigma * change.before)
    yield "> " + rule_of(change, told, noise)
    yield ""
    yield from _as_of(observations)


def _steps(signal: Signal) -> Iterator[str]:
    spikes = np.flatnonzero(np.abs(signal.clean - signal.y) > 1e-12)
    night = int(spikes[0])
    middle = float(signal.values[0] * np.exp(running_median(signal.y)[night] - signal.y[0]))
    cut = float(signal.values[0] * np.exp(signal.clean[night] - signal.y[0]))
    places = candidates(signal)
    cut_bounds, rho = levels(signal)
    bounds = relocate(signal, rho, prune(signal, rho, cut_bounds, MINIMUM_EFFECT))
    found = contrast(signal, rho, bounds, 1)
    price = PENALTY * signal.sigma**2 * log(signal.n)
    yield f"1. **Noise.** One night scatters by {100 * signal.sigma:.2f} % around its level."
    yield (
        f"2. **Spikes.** Night {night} reads {signal.values[night]:.1f} ms where its neighbours "
        f"have {middle:.1f}; it counts as {cut:.1f} from here on."
    )
    yield (
        f"3. **Candidates.** Out of {signal.n - 1} places between two nights "
        f"{len(places)} {'is' if len(places) == 1 else 'are'} worth a look: before "
        f"{_nights(places)}."
    )
    yield (
        f"4. **Levels.** A boundary must save more squared error than its price, "
        f"{PENALTY:.0f} × {signal.sigma:.5f}² × ln {signal.n} = {price:.5f}. The cheapest cut is "
        f"before {_nights(cut_bounds[1:-1])}; within its levels neighbouring nights "
        f"correlate by {rho:.2f}."
    )
    yield (
        f"5. **Test.** Before {_nights(bounds[1:-1])}: the means differ by "
        f"{100 * found.difference:.2f} % (logarithms), the standard error is "
        f"{100 * found.error:.2f} %, so t = {found.t:.1f} where {found.needed:.1f} is needed. "
        f"The medians differ by {100 * found.median_difference:.2f} %, more than the minimum "
        f"effect of {100 * MINIMUM_EFFECT:.0f} %."
    )
    yield (
        f"6. **Place.** Moving the boundary by up to six nights fits no better: it stays before "
        f"{_nights(bounds[1:-1])}."
    )


def _nights(places: np.ndarray | list[int]) -> str:
    names = [str(int(place)) for place in places]
    if not names:
        return "no night"
    return f"night{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _as_of(observations: Observations) -> Iterator[str]:
    (final,) = StepDetector().detect(observations).changes
    yield "What was known on each night:"
    yield ""
    yield "| as of night | new points | verdict | change | 95 % interval |"
    yield "|---|---|---|---|---|"
    for now in range(final.index, final.index + 5):
        prefix = Observations(observations.values[: now + 1])
        found = [c for c in StepDetector().detect(prefix).changes if c.index == final.index]
        points = now - final.index + 1
        if found:
            yield f"| {now} | {points} | {_verdict(found[0])} |"
        else:
            yield f"| {now} | {points} | nothing yet | | |"
    noise = StepDetector().detect(observations)
    smallest = minimum_detectable_change(noise.sigma, noise.rho, final.index, 3, MINIMUM_EFFECT)
    yield ""
    yield (
        f"With this noise, three nights can confirm a change of {100 * smallest:.1f} % or more, "
        f"and ten nights {100 * noise.minimum_detectable_change:.1f} %."
    )


def _verdict(change: Change) -> str:
    word = "suspect" if change.status is ChangeStatus.SUSPECT else "confirmed"
    return f"{word} | {change.change:+.1%} | {change.low:+.1%} to {change.high:+.1%}"


def main() -> None:
    """Write the example into the page."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(START)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{START}\n\n{worked_example()}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
