"""Words for a difference in the output of a pipeline stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import numbers

if TYPE_CHECKING:
    from history.items.outputs import StageDifference


def difference(found: StageDifference) -> str:
    """One sentence: ``encoder: mean was 0.1, is 0.2 (allowed ±0.0010).``."""
    if not found.key:
        return f"{found.stage}: it was there, and is no more."
    if found.key == "nonzero":
        was, now = _said(found.before), _said(found.now)
        return f"{found.stage}: {was} values were not zero, now {now} are not."
    told = f"{found.stage}: {found.key} was {_said(found.before)}, is {_said(found.now)}"
    if found.allowed is None:
        return f"{told}."
    return f"{told} (allowed ±{numbers.number(found.allowed, 2)})."


def _said(value: float | str | None) -> str:
    if value is None:
        return "missing"
    return value if isinstance(value, str) else numbers.exact(value)
