"""Words of a notice to a channel: a title and a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.report.review.inert import one_line
from history.report.wording import absences, events, names, numbers, posting, sizes, targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.events import Event
    from history.judge.targets import SlaRow
    from history.judge.verdict import Absent, LeftBehind
    from history.words.key import SeriesKey

MOST_LINES: Final = 8
_MOST_LETTERS: Final = 300
_NOUNS: Final = {
    "absence": ("benchmark", "benchmarks"),
    "target": ("target", "targets"),
}


def event_title(event: Event) -> str:
    """``regression: 90 of 290 series on box: 86 worse by 52.3 % (8.0 % to 97.0 %)``."""
    return posting.issue_title(event)


def event_lines(event: Event) -> tuple[str, ...]:
    """Its commits, worst changes and confounders, and the command that lists all."""
    if event.is_rerun:
        between = f"between two runs at {names.short(event.commit)}"
    else:
        before, after = names.short(event.previous_commit), names.short(event.commit)
        between = f"between {before} and {after}"
    worst = [
        f"{row.key.benchmark_id} {row.key.metric} {sizes.size(row.size)}".rstrip()
        for row in event.worst
    ]
    more = len(event.changes) - len(worst)
    rest = [f"and {numbers.counted(more, 'more change', 'more changes')}"] if more else []
    command = f"soundmark regressions --event {event.event_id}"
    return _lines([between, *worst, *rest, events.why(event), command])


def absence(key: SeriesKey, about: Absent | LeftBehind) -> str:
    """``alignment.utterances: exit code 3; measured last at c0122``."""
    told = f"{key.benchmark_id}: {absences.reason(about)}; {absences.measured_last(about)}"
    return _line(told)


def target(row: SlaRow) -> str:
    """``real time on pipeline.forward: 130 ms against 120 ms (8 % over, needs 8 % less)``."""
    margin = targets.margin(row)
    return _line(
        f"{row.target} on {row.key.benchmark_id}: {targets.reason(row)}"
        + (f" ({margin})" if margin else "")
    )


def changed(state: str, before: str, title: str) -> str:
    """``confirmed, suspect before: regression: …``."""
    return posting.shortened(one_line(f"{state}, {before} before: {title}"))


def group_title(kind: str, names: Sequence[str], state: str, before: str, machine: str) -> str:
    """``12 benchmarks failed on box: a, b, c and 9 more``."""
    noun = _NOUNS[kind]
    where = f" on {machine}" if machine else ""
    was = f", {before} before" if before else ""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    counted = numbers.counted(len(names), *noun)
    return posting.shortened(one_line(f"{counted} {state}{where}{was}: {shown}"))


def shortened_list(lines: Sequence[str]) -> tuple[str, ...]:
    """The first few, and how many more there are."""
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    return (*lines[:MOST_LINES], f"and {numbers.whole(len(lines) - MOST_LINES)} more")


def _lines(told: Sequence[str]) -> tuple[str, ...]:
    return tuple(_line(one) for one in told if one)


def _line(text: str) -> str:
    return posting.shortened(one_line(text), _MOST_LETTERS)
