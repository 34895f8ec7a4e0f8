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
        for place in range(period, len(tokens)):
            same = same + 1 if tokens[place] == tokens[place - period] else 0
            if same + period >= LOOP_TOKENS:
                start = place - same - period + 1
                while place + 1 < len(tokens) and tokens[place + 1] == tokens[place + 1 - period]:
                    place += 1  # noqa: PLW2901 - goes on to the end of the run
                pattern = tuple(tokens[start : start + period])
                return pattern, (place + 1 - start) // period
    return None
