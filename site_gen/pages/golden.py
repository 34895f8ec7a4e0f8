"""Work out the page of golden components: before, now, target and status, with what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from history import addresses
from history.project.annotations import about
from history.report.wording import components as wording
from history.report.wording import names
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.project.annotations import Annotation
    from history.read.components import Component
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context

_KINDS: Final = ("applied", "estimate", "planned")
"""In the order in which they are told: what was done, what was expected of it, what is left."""


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
    """``pass`` or ``fail``; empty without a target."""
    margin: str


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
    """Targets that are held."""
    missed: int
    notes: tuple[tuple[str, tuple[Annotation, ...]], ...]
    """Kind to the notes of that kind about these benchmarks; those without a kind last."""


def pages(known: Known) -> Iterator[Page]:
    """One page, where golden components were measured."""
    components = build(known.context, known.details.golden)
    if components is not None:
        yield Page(addresses.GOLDEN, "Golden", "golden.html", said(components), navigation="Golden")


def build(context: Context, found: Sequence[Component]) -> GoldenReport | None:
    """The report, or nothing where no golden component was measured."""
    benchmarks = {one.path: one for one in context.catalogue.benchmarks()}
    known = [one for one in found if one.page in benchmarks]
    if not known:
        return None
    groups = groupby(known, key=lambda one: (one.page, one.variant, one.machine))
    tables = tuple(
        Table(benchmarks[page], names.variant(variant), machine, tuple(map(_line, own)))
        for (page, variant, machine), own in groups
    )
    return GoldenReport(
        tables=tables,
        held=sum(one.is_met is True for one in known),
        missed=sum(one.is_met is False for one in known),
        notes=_notes(context, {one.benchmark for one in known}),
    )


def _line(one: Component) -> Line:
    return Line(
        metric=one.metric,
        before=wording.before(one),
        before_commit=one.before,
        now=wording.now(one),
        commit=one.commit,
        gain=wording.gain(one),
        target=wording.target(one),
        status="" if one.is_met is None else "pass" if one.is_met else "fail",
        margin=wording.margin(one),
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
