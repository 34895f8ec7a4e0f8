"""Name the series that were set aside because a side matches several series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.compare.unnamed import command
from history.words.key import pairs_text, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.compare.results import SetAside
    from history.compare.select import Filter, Side
    from history.words.key import SeriesKey


def choices(sides: tuple[Side, Side], aside: Sequence[SetAside], wanted: Filter) -> tuple[str, ...]:
    """A command for each way of naming one series of every side, ready to be pasted.

    Empty where nothing was set aside.
    """
    if not aside:
        return ()
    left_out = sides[0].left_out | sides[1].left_out
    words = []
    for side in sides:
        own = [one for one in aside if one.side == side.label]
        keys = [key for one in own for key in (one.taken, one.key)]
        named = dict.fromkeys(_word(side, key, left_out) for key in keys)
        words.append(list(named) or [_as_it_is(side)])
    return tuple(command(one, other, wanted) for one in words[0] for other in words[1])


def _as_it_is(side: Side) -> str:
    return f"machine:{side.machine}" if side.machine else f"variant:{pairs_text(side.variant)}"


def _word(side: Side, key: SeriesKey, left_out: frozenset[str]) -> str:
    if side.machine:
        return f"machine:{key.machine}"
    own = parse_pairs(key.variant)
    named = {name: own.get(name, "") for name in sorted(left_out)}
    return f"variant:{pairs_text({**dict(side.variant), **named}.items())}"
