"""Print changes, targets and failed checks, as tables for people or as rows for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from history.judge import changes, detectable, targets
from history.judge.verdict import Word
from history.project import annotations as annotation_file
from history.report.output import columns_of, print_rows
from history.report.terminal import named, show
from history.words import units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.judge.changes import ChangeRow
    from history.judge.detectable import Detectable
    from history.judge.judge import Judgement
    from history.judge.targets import SlaRow
    from history.project.config import Config
    from history.read.series import Series

_FOR_PROGRAMS: Final = frozenset({"csv", "json"})
_IDENTITY: Final = ("suite", "benchmark", "params", "variant", "metric", "machine")
_SHOWN_BY_CHECK: Final = frozenset({Word.FAIL, Word.INVALID, Word.SUSPECT, Word.DRIFT, Word.WARN})
_SERIES: Final = "series_id"
_DETECTABLE, _STEP = detectable.COLUMNS
CHECK_COLUMNS: Final = (
    "verdict",
    "source",
    "suite",
    "benchmark",
    "params",
    "variant",
    "metric",
    "machine",
    "commit",
    "n",
    _DETECTABLE,
    "reason",
    _STEP,
)
"""The columns of ``soundmark check --format csv``."""


def print_regressions(
    judged: Judgement, rows: Sequence[ChangeRow], format_: str, *, everything: bool
) -> None:
    """Print changes; programs get the columns that DESIGN promises, people a shorter table."""
    if format_ in _FOR_PROGRAMS:
        print_rows((columns_of(row, changes.COLUMNS) for row in rows), changes.COLUMNS, format_)
        return
    columns = ("status", "benchmark", "metric", "change", "from", "to", "commits", "why")
    empty = "No changes." if everything else "No open regressions."
    show([_change(row) for row in rows], columns, format_, empty=empty + _too_few(judged))


def _too_few(judged: Judgement) -> str:
    """How many series say nothing by having no change; empty when all could have shown one."""
    few = sum(not one.enough_data for one in judged.detections.values())
    return f" {few} of {len(judged.detections)} series have too few points to show one." * bool(few)


def upgrade_note(judged: Judgement) -> str:
    """``The rules are now steps 2: since steps 1, 3 changes came and 1 went.``, or nothing."""
    if not judged.upgrades:
        return ""
    first = judged.upgrades[0]
    came = sum(one.effect == "came" for one in judged.upgrades)
    return (
        f"The rules are now {first.new_rules}: since {first.old_rules}, {came} changes came and "
        f"{len(judged.upgrades) - came} went, on the same points."
    )


def idle_notes(judged: Judgement, config: Config) -> list[str]:
    """A line for each decision about no change and each note on no trend: mistyped, or gone."""
    decisions = [
        f"{config.triage}: no change was found for {'commit' if one.commit else 'episode'} "
        f'"{one.commit or one.episode}"; mend or remove that decision.'
        for one in judged.idle
    ]
    notes = annotation_file.undrawn(judged.annotations, judged.history)
    return decisions + [f"{config.annotations}: {why}; that note is not drawn." for why in notes]


def print_sla(rows: Sequence[SlaRow], format_: str) -> None:
    """Print targets; programs get the columns that DESIGN promises, people a shorter table."""
    if format_ in _FOR_PROGRAMS:
        print_rows((columns_of(row, targets.COLUMNS) for row in rows), targets.COLUMNS, format_)
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
    rows = check_rows(judged)
    failed = [row["verdict"] for row in rows].count(str(Word.FAIL))
    if format_ in _FOR_PROGRAMS:
        print_rows(rows, CHECK_COLUMNS, format_)
        _print_idle(judged, err=True)
        return failed > 0
    if rows:
        series = {trend.series_id: trend for trend in judged.history.series}
        shown = [
            row
            | {
                "benchmark": _on_machine(series[row[_SERIES]]),
                "commit": row["commit"][:12],
                "detectable": _seen(judged.verdicts[row[_SERIES]].detectable),
            }
            for row in rows
        ]
        columns = ("verdict", "source", "benchmark", "metric", "commit", "detectable", "reason")
        show(shown, columns, format_)
        click.echo()
    click.echo(
        f"{failed} failed, {len(rows) - failed} warned: {_series(judged)}, "
        f"{judged.gates_checked} points held against thresholds "
        f"({_without(judged)}), {len(judged.sla)} targets; "
        f"{judged.version}"
    )
    _print_idle(judged, err=False)
    return failed > 0


def _print_idle(judged: Judgement, *, err: bool) -> None:
    for sentence in judged.gates_idle:
        click.echo(sentence, err=err)


def _series(judged: Judgement) -> str:
    """``163 series (2 missing, 6 never run here)``."""
    absent = [one for one in judged.verdicts.values() if one.word is Word.MISSING]
    never = sum(one.never_run for one in absent)
    parts = ((len(absent) - never, "missing"), (never, "never run here"))
    words = ", ".join(f"{count} {what}" for count, what in parts if count)
    return f"{len(judged.verdicts)} series" + (f" ({words})" if words else "")


def _without(judged: Judgement) -> str:
    """``3 without a baseline: against the release 2, parent 1``."""
    rules = judged.gates_without_baseline
    named = ", ".join(f"{name} {count}" for name, count in sorted(rules.items()))
    return f"{sum(rules.values())} without a baseline{': ' if named else ''}{named}"


def check_rows(judged: Judgement) -> list[dict[str, Any]]:
    """One row per reason to fail, to warn or to look, fails first."""
    rows = [
        columns_of(trend, _IDENTITY)
        | {
            "verdict": str(reason.word),
            "source": reason.source,
            _SERIES: trend.series_id,
            "commit": judged.history.run(trend, trend.size - 1).commit.sha,
            "n": judged.verdicts[trend.series_id].n,
            _DETECTABLE: judged.verdicts[trend.series_id].minimum_detectable_change,
            "reason": reason.text,
            _STEP: judged.verdicts[trend.series_id].minimum_detectable_step,
        }
        for trend in judged.history.series
        for reason in judged.verdicts[trend.series_id].reasons
        if reason.word in _SHOWN_BY_CHECK
    ]
    return sorted(rows, key=lambda row: bool(row["verdict"] != Word.FAIL))


def _change(row: ChangeRow) -> dict[str, Any]:
    """A change as a person reads it."""
    status = str(row.status) if row.kind == "step" else f"{row.status} {row.kind}"
    return {
        "status": status if row.is_open_regression else f"{status} {row.direction}",
        "benchmark": _on_machine(row),
        "metric": row.key.metric,
        "change": row.size.with_interval,
        "from": units.format_value(row.before, row.key.unit),
        "to": units.format_value(row.after, row.key.unit),
        "commits": f"{row.previous_commit[:12]}..{row.end_commit[:12]}",
        "why": _why(row),
    }


def _why(row: ChangeRow) -> str:
    parts = []
    if row.suspects:
        more = f" and {len(row.suspects) - 1} more" if len(row.suspects) > 1 else ""
        parts.append(f"changed too: {row.suspects[0]}{more}")
    if row.status == "suspect":
        parts.append("measure that commit again")
    if row.output_changed:
        parts.append("output changed")
    if row.decision is not None:
        ended = "ran out: " if row.expired else ""
        parts.append(f"{ended}{row.decision.reason}")
    if row.recovered_at:
        parts.append(f"recovered at {row.recovered_at[:12]}")
    parts.append(
        f"{row.n_before} points before, {row.n_after} after, detectable from "
        f"{_seen(row.detectable)}; episode {row.episode}"
    )
    return "; ".join(parts)


def _target(row: SlaRow) -> dict[str, Any]:
    """A target as a person reads it."""
    qualified = "" if row.qualifier == "exact" else f"{row.qualifier} "
    value = "" if row.value is None else qualified + units.format_value(row.value, row.key.unit)
    share = "" if row.compliance_30 is None else f"{row.compliance_30:.0%} of {row.nights}"
    return {
        "status": str(row.status),
        "target": row.target,
        "benchmark": _on_machine(row) if row.key.suite else row.key.benchmark,
        "limit": units.format_value(row.limit, row.key.unit),
        "value": value,
        "margin": row.margin or row.reason,
        "30 nights": share,
        "since": row.broken_by[:12],
        "best": "" if row.best is None else units.format_value(row.best, row.key.unit),
        "trend": row.trend,
        "detectable": "" if row.value is None else _seen(row.detectable),
    }


def _seen(could_show: Detectable) -> str:
    """``2.0%``, or why there are no words."""
    return could_show.words or "too few points"


def _on_machine(row: ChangeRow | SlaRow | Series) -> str:
    return f"{named(row.key)} on {row.key.machine}"
