"""Words for confounders of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from history.judge.confounders import Disturbed, MachineShift, Moved, Processor, Waited
from history.read.environments import Difference
from history.read.item_sets import OtherItems
from history.report.wording import environments, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.confounders import Confounder


MOST_ITEMS: Final = 3


def items(found: OtherItems) -> str:
    """``2 new (a, b), 1 altered (c), 7 the same``."""
    told = [
        f"{numbers.whole(len(names))} {word} ({_first(names)})"
        for names, word in ((found.gone, "gone"), (found.new, "new"), (found.altered, "altered"))
        if names
    ]
    return ", ".join([*told, f"{numbers.whole(found.same)} the same"])


def _first(names: Sequence[str]) -> str:
    more = len(names) - MOST_ITEMS
    return ", ".join([*names[:MOST_ITEMS], *([f"{more} more"] if more > 0 else [])])


def words(found: Confounder) -> str:  # noqa: PLR0911 - one line a kind
    """One line, the machine's beginning with ``machine:``."""
    match found:
        case OtherItems():
            return f"other items: {items(found)}"
        case Processor():
            return f"hardware: {found.field} {found.before} → {found.after}"
        case MachineShift():
            by = numbers.signed(found.change, 0)
            return f"machine: {found.metric} changed by {by} in the same range"
        case Moved():
            by = numbers.signed(found.change, 0)
            return f"machine: the time of the {found.work} reference changed by {by}"
        case Disturbed():
            return f"machine: disturbed while {found.suite} ran"
        case Waited():
            shares = f"{numbers.share(found.before, 0)} → {numbers.share(found.after, 0)}"
            return f"machine: programs waited for the processor {shares}"
        case Difference():
            return environments.difference(found)
        case _:
            assert_never(found)
