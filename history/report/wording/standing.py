"""Words for counts, used by tiles, badges and headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.report.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HELD: Final = "pass"
"""Status of a met target."""


class Part(NamedTuple):
    """One of the counts in a sentence."""

    what: str
    words: str


def regressions(confirmed: int, suspected: int) -> str:
    """``12 open, 1 suspected``; ``none``."""
    return _sentence(regressions_parts(confirmed, suspected)) or "none"


def regressions_parts(confirmed: int, suspected: int) -> tuple[Part, ...]:
    """The same count by count; nothing where there is none."""
    return _parts((("open", confirmed), ("suspected", suspected)))


def targets(by_status: Mapping[str, int]) -> str:
    """``12 of 18 held, 1 fail, 1 uncertain, 4 missing``: every target is in one of the counts."""
    return _sentence(targets_parts(by_status))


def targets_parts(by_status: Mapping[str, int]) -> tuple[Part, ...]:
    """The same count by count, by status."""
    every = sum(by_status.values())
    held = Part(HELD, f"{by_status.get(HELD, 0)} of {every} held")
    rest = ((status, count) for status, count in by_status.items() if status != HELD)
    return (held, *_parts(rest))


def failing(new: int, still: int) -> str:
    """``18 newly failing, 2 still failing (series)``; empty when nothing fails."""
    words = _sentence(failing_parts(new, still))
    return f"{words} (series)" if words else ""


def failing_parts(new: int, still: int) -> tuple[Part, ...]:
    """The same count by count, without what is counted."""
    return _parts((("newly failing", new), ("still failing", still)))


def together(regressions: str, failing: str, targets: str) -> str:
    """``Regressions: 12 open. 18 newly failing (series). Targets: 12 of 18 held.``."""
    told = (f"Regressions: {regressions}", failing, f"Targets: {targets}" if targets else "")
    return " ".join(f"{one}." for one in told if one)


def newest(shown: int, every: int) -> str:
    """``The newest 100 of 240 events are listed.``, or nothing where all are."""
    if shown == every:
        return ""
    return f"The newest {numbers.whole(shown)} of {numbers.whole(every)} events are listed."


def _parts(counts: Iterable[tuple[str, int]]) -> tuple[Part, ...]:
    return tuple(Part(what, f"{numbers.whole(count)} {what}") for what, count in counts if count)


def _sentence(parts: Iterable[Part]) -> str:
    return ", ".join(one.words for one in parts)
