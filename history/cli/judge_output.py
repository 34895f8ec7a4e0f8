"""Print changes, targets and failed checks, as tables for people or as rows for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.cli import events_output
from history.judge import gate
from history.judge.events import WORST
from history.project import annotations as annotation_file
from history.report import rows as for_programs
from history.report.output import print_rows
from history.report.terminal import named, say, show
from history.report.wording import (
    changes,
    judgements,
    names,
    numbers,
    sizes,
    targets,
    thresholds,
    verdicts,
)
from history.vcs import commits, lineage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from history.judge.changes import ChangeRow
    from history.judge.gate import GateRow
    from history.judge.judge import Judgement
    from history.judge.targets import SlaRow
    from history.project.config import Config

_FOR_PROGRAMS: Final = frozenset({"csv", "json"})


def print_regressions(
    judged: Judgement, rows: Sequence[ChangeRow], format_: str, *, whole: bool
) -> None:
    """Print changes: all columns for programs, a shorter table for people.

    ``whole`` prints every row for people too, not only the worst of each event.
    """
    if format_ in _FOR_PROGRAMS:
        print_rows(map(for_programs.change, rows), for_programs.REGRESSIONS, format_)
        return
    columns = ("status", "benchmark", "metric", "change", "from", "to", "commits", "why")
    nothing = "No changes." if whole else "No open regressions."
    kept = "" if whole else judgements.not_open(judged)
    gates = "" if whole else _beyond(judged)
    empty = " ".join(filter(None, (nothing, kept, judgements.too_few(judged), gates)))
    found = events_output.shown(judged.events, rows, None if whole else WORST)
    if found:
        events_output.print_events(found, format_)
    listed = rows if whole else [row for _, worst, _ in found for row in worst]
    show([_change(row) for row in listed], columns, format_, empty=empty)
    events_output.print_rest(found)


def _beyond(judged: Judgement) -> str:
    count = len(gate.beyond_alone(judged))
    return f"{thresholds.beyond(count)}: `soundmark check`." if count else ""


def idle_notes(judged: Judgement, config: Config) -> list[str]:
    """A line for each decision that matches no change, and each note that matches no trend."""
    decisions = [
        f"{config.triage}: {changes.idle(one)}; mend or remove that decision."
        for one in judged.idle
    ]
    notes = annotation_file.undrawn(judged.annotations, judged.history)
    return decisions + [f"{config.annotations}: {why}; that note is not drawn." for why in notes]


def order_notes(judged: Judgement, root: Path) -> list[str]:
    """Notes when ancestors of the judged commits are not known, with what to do about it."""
    notes = []
    unknown = judged.history.without_parents
    if unknown:
        first = names.short(unknown[0])
        others = f" and {len(unknown) - 1} others" if len(unknown) > 1 else ""
        notes.append(
            f"what comes before {first}{others} is not known: points of the same branch stand for "
            f"its ancestors. {commits.WHOLE_HISTORY}"
        )
    elif lineage.is_shallow(root):
        notes.append(f"this clone is shallow. {commits.WHOLE_HISTORY}")
    return notes


def print_sla(rows: Sequence[SlaRow], format_: str) -> None:
    """Print targets: all columns for programs, a shorter table for people."""
    if format_ in _FOR_PROGRAMS:
        print_rows(map(for_programs.target, rows), for_programs.SLA, format_)
        return
    columns = (
        "status", "target", "benchmark", "limit", "value", "margin", "30 nights", "since",
        "best", "trend", "detectable",
    )  # fmt: skip
    show(
        [_target(row) for row in rows],
        columns,
        format_,
        empty="No targets. Write a [[target]] table into soundmark.toml.",
    )


def print_check(judged: Judgement, format_: str) -> bool:
    """Print what fails or warns, and return whether anything fails."""
    found = gate.rows(judged)
    fails = any(row.fails for row in found)
    if format_ in _FOR_PROGRAMS:
        print_rows(map(for_programs.check, found), for_programs.CHECK, format_)
        _print_idle(judged, err=True)
        return fails
    if found:
        columns = ("verdict", "source", "benchmark", "metric", "commit", "detectable", "reason")
        show([_reason(row) for row in found], columns, format_)
        say()
    say(judgements.check(judged, found))
    _print_idle(judged, err=False)
    return fails


def _print_idle(judged: Judgement, *, err: bool) -> None:
    for one in judged.gates_idle:
        say(thresholds.idle(one), err=err)


def _reason(row: GateRow) -> dict[str, Any]:
    """A reason as a person reads it."""
    return {
        "verdict": str(row.reason.word),
        "source": row.reason.source,
        "benchmark": _on_machine(row) if row.series_id else row.key.benchmark,
        "metric": row.key.metric,
        "commit": names.short(row.commit),
        "detectable": sizes.could_show(row.detectable) if row.series_id else "",
        "reason": verdicts.reason(row.reason),
    }


def _change(row: ChangeRow) -> dict[str, Any]:
    """A change as a person reads it."""
    return {
        "status": changes.status(row),
        "benchmark": _on_machine(row),
        "metric": row.key.metric,
        "change": sizes.with_interval(row.size),
        "from": numbers.value(row.before, row.key.shown_in),
        "to": numbers.value(row.after, row.key.shown_in),
        "commits": f"{names.short(row.previous_commit)}..{names.short(row.end_commit)}",
        "why": changes.why(row),
    }


def _target(row: SlaRow) -> dict[str, Any]:
    """A target as a person reads it."""
    return {
        "status": str(row.status),
        "target": row.target,
        "benchmark": _on_machine(row) if row.key.suite else row.key.benchmark,
        "limit": targets.limit(row),
        "value": targets.value(row),
        "margin": targets.margin(row) or targets.reason(row),
        "30 nights": targets.nights(row),
        "since": names.short(row.broken_by),
        "best": "" if row.best is None else numbers.value(row.best, row.key.shown_in),
        "trend": row.trend,
        "detectable": "" if row.value is None else sizes.could_show(row.detectable),
    }


def _on_machine(row: ChangeRow | SlaRow | GateRow) -> str:
    return f"{named(row.key)} on {row.key.machine}"
