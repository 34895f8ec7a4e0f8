"""Words for trades between improvements and lost quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.wording import numbers, sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.trade import Trade

MOST: Final = 3
"""Metrics that are named; the others are counted."""


def told(trades: Sequence[Trade], *, is_loss: bool) -> str:
    """``bought with wer 8.2 % to 16.4 % (+100.0 %)``; of a loss what it bought; or empty."""
    if not trades:
        return ""
    named = []
    for metric, size in trades[:MOST]:
        before, after = (numbers.value(one, size.unit) for one in (size.before, size.after))
        change = sizes.size(size)
        named.append(f"{metric} {before} to {after}" + (f" ({change})" if change else ""))
    more = len(trades) - MOST
    rest = f" and {numbers.counted(more, 'more metric')}" if more > 0 else ""
    return f"{'bought' if is_loss else 'bought with'} {', '.join(named)}{rest}"
