"""List the page of all changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from history import addresses
from history.judge import gate
from history.report.wording import thresholds
from site_gen.pages import events, findings
from site_gen.pages.interface import Known, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_gen.pages.context import Context
    from site_gen.pages.events import EventPart, Section


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of the table's filters: values with labels."""

    suites: tuple[tuple[str, str], ...]
    machines: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, parts: Sequence[EventPart]) -> Choices:
        """The choices of the shown events."""
        return cls(
            _options(name for part in parts for name in part.suites),
            _options(part.event.machine for part in parts),
            _options(name for part in parts for name in part.statuses),
        )


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    context = known.context
    yield Page(
        addresses.REGRESSIONS,
        "Regressions",
        "regressions.html",
        lambda: _made(context, events.sections(context, findings.regressions(context))),
        navigation="Regressions",
    )


def _options(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((one, one) for one in sorted(set(values)))


def _made(context: Context, sections: Sequence[Section]) -> dict[str, Any]:
    parts = [part for one in sections for part in one.parts]
    count = len(gate.beyond_alone(context.judgement))
    beyond = thresholds.beyond(count) if count else ""
    return {"report": sections, "choices": Choices.of(parts), "beyond": beyond}
