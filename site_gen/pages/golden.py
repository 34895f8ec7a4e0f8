"""Build the page of golden components: before, now, target, status and notes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from history import addresses
from history.judge.targets import Compliance
from history.project.annotations import about
from history.report.wording import components as wording
from history.report.wording import names, standing, targets
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.judge.targets import SlaRow
    from history.project.annotations import Annotation
    from history.read.components import Component
    from history.words.key import SeriesKey
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

_BEGINS: Final = "golden"
"""Prefixes of the suites' names, see ``history.read.components.SUITES``."""
_KINDS: Final = ("applied", "estimate", "planned")
"""Kinds of notes in display order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One component."""

    metric: str
    before: str
    before_commit: str
    now: str
    commit: str
    gain: str
    target: str
    status: str
    """``pass``, ``fail`` or ``missing``; empty without a target."""
    margin: str
    """Margin to the target; for a missing value the reason."""
    broken_by: str
    """Commit that broke the target, if known."""
    unbroken: str
    """Why no commit is named although the target is missed."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """All components of one benchmark in one variant on one machine."""

    benchmark: Benchmark
    variant: str
    machine: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GoldenReport:
    """Everything on the page."""

    tables: tuple[Table, ...]
    held: int
    """Number of met targets."""
    missed: int
    missing: int
    """Number of targets without a value in the newest run."""
    unmet: tuple[SlaRow, ...]
    """Targets that match no measured series."""
    notes: tuple[tuple[str, tuple[Annotation, ...]], ...]
    """Kind -> notes about these benchmarks; notes without a kind last."""

    @property
    def counted(self) -> str:
        """``1 of 2 held, 1 fail``, in the words of the SLA page."""
        return standing.targets({"pass": self.held, "fail": self.missed, "missing": self.missing})


def pages(known: Known) -> Iterator[Page]:
    """One page, where golden components were measured."""
    components = build(known.context, known.details.golden)
    if components is not None:
        yield Page(addresses.GOLDEN, "Golden", "golden.html", said(components), navigation="Golden")


def build(context: Context, found: Sequence[Component]) -> GoldenReport | None:
    """The report, or nothing where no golden component was measured."""
    benchmarks = context.by_path
    known = [one for one in found if one.page in benchmarks]
    if not known:
        return None
    about_golden = [row for row in context.judgement.sla if _asks(row)]
    rows = {_place(row.key): row for row in reversed(about_golden) if row.series_id}
    groups = groupby(known, key=lambda one: (one.page, one.variant, one.machine))
    tables = tuple(
        Table(
            benchmarks[page],
            names.variant(variant),
            machine,
            tuple(_line(one, rows.get((page, variant, machine, one.metric))) for one in own),
        )
        for (page, variant, machine), own in groups
    )
    said = Counter(line.status for table in tables for line in table.lines)
    unmet = tuple(row for row in about_golden if not row.series_id)
    return GoldenReport(
        tables=tables,
        held=said["pass"],
        missed=said["fail"],
        missing=said["missing"] + len(unmet),
        unmet=unmet,
        notes=_notes(context, {one.benchmark for one in known}),
    )


def _asks(row: SlaRow) -> bool:
    """Whether a target asks for a golden component; one about no series names none but a glob."""
    return row.key.benchmark_id.startswith(_BEGINS)


def _place(key: SeriesKey) -> tuple[str, str, str, str]:
    return addresses.benchmark_of(key), key.variant, key.machine, key.metric


def _line(one: Component, row: SlaRow | None) -> Line:
    is_missing = row is not None and row.status is Compliance.MISSING
    status = "" if one.is_met is None else "pass" if one.is_met else "fail"
    broken_by = "" if row is None or one.is_met is not False else row.broken_by
    return Line(
        metric=one.metric,
        before=wording.before(one),
        before_commit=one.before,
        now=wording.now(one),
        commit=one.commit,
        gain=wording.gain(one),
        target=wording.target(one),
        status="missing" if is_missing else status,
        margin=targets.reason(row) if row is not None and is_missing else wording.margin(one),
        broken_by="" if is_missing else broken_by,
        unbroken="" if is_missing else wording.unbroken(one, row),
    )


def _notes(
    context: Context, benchmarks: set[str]
) -> tuple[tuple[str, tuple[Annotation, ...]], ...]:
    own = [
        note
        for note in context.judgement.annotations
        if any(about(note, benchmark) for benchmark in benchmarks)
    ]
    groups = ((kind, tuple(note for note in own if note.kind == kind)) for kind in (*_KINDS, ""))
    return tuple((kind, notes) for kind, notes in groups if notes)
