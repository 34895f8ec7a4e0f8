"""Tell how a time spreads over the utterances or files that it was measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import numbers

if TYPE_CHECKING:
    from history.items.quantiles import OverItems


def over_items(found: OverItems | None, unit: str) -> str:
    """``20 items: p50 233 ms, p95 410 ms``; below 20 the largest instead; empty without any."""
    if found is None:
        return ""
    count = numbers.counted(found.n, "item")
    return f"{count}: {_values(found, unit)}"


def between(before: OverItems | None, after: OverItems | None, unit: str) -> str:
    """``items p50 233 ms to 240 ms, largest 410 ms to 415 ms``; empty where a side has none."""
    if before is None or after is None:
        return ""
    parts = [f"p50 {numbers.value(before.p50, unit)} to {numbers.value(after.p50, unit)}"]
    if before.p95 is not None and after.p95 is not None:
        parts.append(f"p95 {numbers.value(before.p95, unit)} to {numbers.value(after.p95, unit)}")
    else:
        low, high = (numbers.value(one.largest, unit) for one in (before, after))
        parts.append(f"largest {low} to {high}")
    return f"items {', '.join(parts)}"


def _values(found: OverItems, unit: str) -> str:
    p50 = f"p50 {numbers.value(found.p50, unit)}"
    if found.p95 is None:
        return f"{p50}, largest {numbers.value(found.largest, unit)}"
    return f"{p50}, p95 {numbers.value(found.p95, unit)}"
