"""Take the judgement of the history over into the words of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.wording import changes, confounders, memory, sizes, targets, verdicts
from site_gen import format as text
from site_gen.model import Annotation, Change, Growth, Judgement, SlaRow, Verdict

if TYPE_CHECKING:
    from history.judge.changes import ChangeRow
    from history.judge.judge import Judgement as Judged
    from history.judge.memory import MemoryRow
    from history.judge.targets import SlaRow as JudgedTarget

_NAN = float("nan")


def of_pages(found: Judged) -> Judgement:
    """Changes, targets, verdicts and notes; the same history always gives the same ones."""
    return Judgement(
        changes=tuple(_change(row) for row in found.regressions),
        sla=tuple(_target(row) for row in found.sla),
        verdicts={
            series_id: Verdict(
                str(verdict.word),
                verdicts.verdict(verdict),
                _number(verdict.minimum_detectable_change),
                text.typeset(sizes.amount(verdict.detectable)),
                never_run=verdict.never_run,
            )
            for series_id, verdict in found.verdicts.items()
        },
        annotations=tuple(
            Annotation(
                text=note.text,
                commit=note.commit,
                date=note.date.isoformat() if note.date else "",
                link=note.link,
                scope=note.scope,
            )
            for note in found.annotations
        ),
        memory=tuple(_growth(row) for row in found.memory),
        version=found.version,
    )


def _change(row: ChangeRow) -> Change:
    decision = row.decision
    return Change(
        series_id=row.series_id,
        metric=row.key.metric,
        unit=row.key.unit,
        index=row.index,
        commit=row.commit,
        previous_commit=row.previous_commit,
        direction=str(row.direction),
        kind=str(row.kind),
        status=str(row.status),
        change=row.change,
        low=row.change_low,
        high=row.change_high,
        before=row.before,
        after=row.after,
        n_after=row.n_after,
        rule=changes.rule(row),
        episode=row.episode,
        output_changed=row.output_changed,
        environment=tuple(map(confounders.words, row.suspects)),
        decision=changes.decided(row),
        link=decision.link if decision is not None else "",
    )


def _target(row: JudgedTarget) -> SlaRow:
    return SlaRow(
        target=row.target,
        series_id=row.series_id,
        benchmark_id=row.key.benchmark_id,
        variant=row.key.variant,
        metric=row.key.metric,
        machine=row.key.machine,
        limit=row.limit,
        value=_number(row.value),
        low=_number(row.low),
        high=_number(row.high),
        unit=row.key.unit,
        status=str(row.status),
        margin_percent=_number(row.margin_percent),
        compliance_30=_number(row.compliance_30),
        broken_by=row.broken_by,
        margin=targets.margin(row),
        reason=targets.reason(row),
        qualifier="" if row.qualifier == "exact" else row.qualifier,
        nights=row.nights,
        best=_number(row.best),
        best_commit=row.best_commit,
        trend=row.trend,
        detectable=text.typeset(sizes.amount(row.detectable)),
    )


def _growth(row: MemoryRow) -> Growth:
    return Growth(
        series_id=row.series_id,
        verdict=str(row.verdict),
        rate=row.rate,
        low=_number(row.low),
        high=_number(row.high),
        naive=row.naive,
        floor=row.floor,
        n=row.n,
        reason=memory.of_row(row),
        nights=row.nights,
        leaking_nights=row.leaking_nights,
        since=row.since,
        is_control=row.is_control,
    )


def _number(value: float | None) -> float:
    return _NAN if value is None else value
