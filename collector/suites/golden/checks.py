"""Decide whether an output is plausible: a wrong output may be fast and is no measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Summary = Mapping[str, float | int | str]

PERIOD: Final = 4
"""Longest pattern that counts as a loop."""
LOOP_TOKENS: Final = 12
"""A pattern must fill so many tokens in a row. "No, no, no, no" is speech; this is not."""


def problem(tokens: Sequence[int], text: str, stages: Mapping[str, Summary]) -> str:
    """The problem of an output as a sentence; empty when there is none.

    ``stages``: stage -> ``fingerprint.summary`` of its output.
    """
    for stage, summary in stages.items():
        bad = int(summary.get("nonfinite", 0))
        if bad:
            return f"the output of {stage} has {bad} values that are not finite numbers."
    if not text.strip():
        return f"the text is empty after {len(tokens)} tokens."
    found = loop(tokens)
    if found is not None:
        pattern, times = found
        said = " ".join(map(str, pattern))
        return f"the decoder repeats itself: the tokens {said} come {times} times in a row."
    return ""


def loop(tokens: Sequence[int]) -> tuple[tuple[int, ...], int] | None:
    """A short pattern that fills many tokens in a row, and how often it comes."""
    for period in range(1, PERIOD + 1):
        same = 0
        for place in range(period, len(tokens) + 1):
            if place < len(tokens) and tokens[place] == tokens[place - period]:
                same += 1
                continue
            length = same + period  # of the repetition that ends here
            if length >= LOOP_TOKENS:
                start = place - length
                return tuple(tokens[start : start + period]), length // period
            same = 0
    return None
