"""Recognise an alarm that was raised before, so that one shift is one alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SAME_WITHIN = 5
"""Positions an estimate may move between runs and still be the same shift."""


def carry_over(
    found: Sequence[tuple[int, float]], known: Sequence[tuple[int, float]]
) -> list[int | None]:
    """For each change found, the number of the known alarm it is, or None if it is new.

    Both are (index, change) with the sign of the change giving its direction. A change within
    five positions of an alarm and of the same sign is that alarm; nearest pairs are matched
    first and a known alarm is used at most once, so two real shifts never become one.
    """
    pairs = sorted(
        (abs(index - known_index), i, k)
        for i, (index, change) in enumerate(found)
        for k, (known_index, known_change) in enumerate(known)
        if abs(index - known_index) <= SAME_WITHIN and (change > 0) == (known_change > 0)
    )
    answer: list[int | None] = [None] * len(found)
    used: set[int] = set()
    for _, i, k in pairs:
        if answer[i] is None and k not in used:
            answer[i] = k
            used.add(k)
    return answer
