"""Build the first lines of the front page: news with links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from history import addresses
from history.judge import gate
from history.report.wording import morning as wording
from history.report.wording import thresholds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.runs import Run
    from site_gen.pages.context import Context
    from site_gen.pages.failing import Failures

RECENT_COMMITS: Final = 7
"""A change is news while its first commit is among this many newest ones."""
MOST: Final = 2
"""Most items named in a line; others are counted."""


MOST_LINES: Final = 4
"""From so many lines on, the sentence about quiet kinds is left out, to fit on a phone's screen."""


class Item(NamedTuple):
    """One piece of news."""

    words: str
    address: str
    """Below the root of the site."""
    is_new: bool
    """Whether the newest run shows it first."""


@dataclass(frozen=True, slots=True)
class Line:
    """The news of one kind."""

    kind: str
    """failing, worse, beyond, better or broken."""
    items: tuple[Item, ...]
    """The named items, new ones first."""
    counted: str
    """Their number, in words."""
    rows: str
    """Address of the full list; begins with ``#`` on the front page itself."""
    rest: int
    """Number of items that are not named."""

    @property
    def title(self) -> str:
        """Title of the line."""
        return wording.TITLES[self.kind]

    @property
    def status(self) -> str:
        """Status whose sign the line has."""
        words = {"failing": "failed", "worse": "regression", "better": "improvement"}
        return words.get(self.kind, "fail")


@dataclass(frozen=True, slots=True)
class Morning:
    """The first lines of the front page."""

    lines: tuple[Line, ...]
    """Lines of the kinds with news."""
    quiet: str
    """A sentence about the kinds without news."""
    newest: tuple[Run, ...]
    """The newest run of every machine, by label."""

    def awaits(self, run: Run) -> bool:
        """Whether the machine should have a newer run before long.

        Numbers that were taken over once grow old beside those that are measured, and that is well.
        """
        return run.origin != "imported" or self.is_imported

    @property
    def is_imported(self) -> bool:
        """Whether nothing was measured by soundmark."""
        return all(one.origin == "imported" for one in self.newest)


def morning(context: Context, failures: Failures) -> Morning:
    """The lines of one history."""
    commits = recent(context)
    found = {
        "failing": _failing(failures),
        "worse": _moved(context, commits, for_worse=True),
        "beyond": _beyond(context, commits),
        "better": _moved(context, commits, for_worse=False),
        "broken": _broken(context, commits),
    }
    rows = {
        "failing": "#newly-failing",
        "worse": "#what-changed",
        "beyond": f"{addresses.verdict('fail')}/",
        "better": "#what-changed",
        "broken": f"{addresses.SLA}/#{addresses.only('fail')}",
    }
    lines = tuple(
        Line(
            kind,
            tuple(items[:MOST]),
            wording.counted(kind, len(items), failures.new_series),
            rows[kind],
            len(items[MOST:]),
        )
        for kind, items in found.items()
        if items
    )
    judged = context.judgement
    idle = {"broken": not judged.sla, "beyond": not judged.gates_checked}
    asked = [kind for kind in found if not idle.get(kind)]
    nothing = [kind for kind in asked if not found[kind]]
    quiet = wording.quiet(nothing, len(commits)) if len(lines) < MOST_LINES else ""
    return Morning(_on_one_screen(lines), quiet, tuple(_newest(context)))


def _on_one_screen(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """With other news, points beyond a threshold are counted instead of named."""
    if len(lines) == 1:
        return lines
    return tuple(replace(one, items=(), rest=0) if one.kind == "beyond" else one for one in lines)


def recent(context: Context) -> tuple[str, ...]:
    """Hashes of the newest commits that were measured, the newest first."""
    newest_first = (run.commit.sha for run in reversed(context.view.counting))
    return tuple(dict.fromkeys(newest_first))[:RECENT_COMMITS]


def _newest(context: Context) -> Iterator[Run]:
    by_machine: dict[str, Run] = {}
    for run in context.view.counting:
        known = by_machine.get(run.machine.label)
        if known is None or run.started_at >= known.started_at:
            by_machine[run.machine.label] = run
    for label in sorted(by_machine):
        yield by_machine[label]


def _failing(failures: Failures) -> list[Item]:
    return [
        Item(
            f"{one.benchmark.benchmark_id} on {one.series[0].key.machine}",
            addresses.series(one.series[0].key),
            is_new=True,
        )
        for one in failures.new
    ]


def _moved(context: Context, commits: tuple[str, ...], *, for_worse: bool) -> list[Item]:
    """Events whose open regressions, or improvements, began recently."""
    found = []
    for event in context.judgement.events:
        rows = [
            one
            for one in event.changes
            if one.is_open
            and one.has_direction
            and one.is_regression == for_worse
            and one.commit in commits
            and one.series_id in context.by_series
        ]
        if rows:
            told = wording.event(rows, event.machine)
            is_new = any(one.points_since == 1 for one in rows)
            found.append(Item(told, f"{addresses.event(event.event_id)}/", is_new))
    return sorted(found, key=lambda one: not one.is_new)


def _beyond(context: Context, commits: tuple[str, ...]) -> list[Item]:
    """Series that recently failed a threshold and have no open regression."""
    return [
        Item(thresholds.briefly(one), addresses.series(one.key), is_new=False)
        for one in gate.beyond_alone(context.judgement)
        if one.commit in commits and one.series_id in context.by_series
    ]


def _broken(context: Context, commits: tuple[str, ...]) -> list[Item]:
    found = [
        Item(
            wording.target(row),
            addresses.target(row.target, row.series_id),
            is_new=row.broken_by == row.commit,
        )
        for row in context.judgement.sla
        if row.status == "fail" and row.broken_by in commits
    ]
    return sorted(found, key=lambda one: not one.is_new)
