"""List the pages of the site: what each is called, where it is and what it says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from history import addresses
from history.report.wording import moments, names
from history.words.metrics import registry
from site_gen.pages import benchmark as benchmark_report
from site_gen.pages import (
    compare,
    events,
    failing,
    findings,
    golden,
    matrix,
    memory,
    newest_steps,
    outputs,
    overview,
    scaling,
    tally,
    transcripts,
    verdicts,
    word_errors,
)
from site_gen.pages import items as item_report
from site_gen.pages import runs as run_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from history.compare.two_sides import ComparedSides
    from history.read.components import Component
    from history.read.items import Sides
    from history.read.outputs import Outputs
    from history.read.runs import Machine, Run
    from history.read.samples import Samples
    from site_gen.catalogue import Benchmark, Suite
    from site_gen.newest_measurements import Measured
    from site_gen.pages.context import Context
    from site_gen.pages.series_row import SeriesRow
    from site_gen.writers.downloads import Downloads
    from site_gen.writers.textgrids import RunWords

MOST_ENVIRONMENTS = 40
"""New environments of one machine that its page lists."""
VERDICTS = (
    ("ok", "no change larger than what could have been detected"),
    ("warn", "over a limit that was declared a warning"),
    ("fail", "a confirmed regression, or over a limit"),
    ("improved", "a confirmed change for the better"),
    ("suspect", "the newest points are far from their level, not beyond doubt: rerun to confirm"),
    ("drift", "the level moved little by little; no single commit is to blame"),
    ("not enough data", "too few points for any verdict; do not read it as “equal”"),
    ("invalid", "the newest run finished, but did not measure what was asked for"),
    ("missing", "the newest run did not measure it"),
    ("no direction", "the metric has no better or worse"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page: where it is is known at once, what it says when it is asked for."""

    path: str
    """Folder below the root; empty for the front page."""
    title: str
    template: str
    make: Callable[[], Mapping[str, Any]]
    """Works out what the template is given: ``report``, and what else it names."""
    settled: object = None
    """Plain data that alone decides what the page says, where there is such: a page of the same is
    not rendered again. None where other things may change it."""

    @property
    def root(self) -> str:
        """The way from the page to the front page, for links."""
        return "../" * (self.path.count("/") + 1) if self.path else ""

    @property
    def file(self) -> str:
        """Name of its file in the site."""
        return f"{self.path}/index.html" if self.path else "index.html"

    @property
    def report(self) -> Any:  # noqa: ANN401 - each page has its own
        """What it says."""
        return self.make()["report"]


@dataclass(frozen=True, slots=True, eq=False)
class SuiteReport:
    """Everything on a suite's page."""

    card: overview.SuiteCard
    rows: tuple[SeriesRow, ...]
    machines: tuple[str, ...]
    matrices: tuple[matrix.Matrix, ...]
    """What ran on which device; empty where there is one device only."""


@dataclass(frozen=True, slots=True, eq=False)
class MachineReport:
    """One machine, its runs and the environments it had."""

    machine: Machine
    runs: int
    newest: Run
    changes: tuple[Run, ...]
    """The newest runs that were the first in a new environment."""
    older: int
    """Earlier ones, which are not listed."""


@dataclass(frozen=True, slots=True, eq=False)
class MethodReport:
    """What the method page lists."""

    verdicts: tuple[tuple[str, str], ...]
    metrics: tuple[Any, ...]
    docs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What is read from the history beside its series."""

    items: Sides = field(default_factory=dict)
    measured: Measured = field(default_factory=dict)
    put_out: Outputs = field(default_factory=dict)
    before_after: Sequence[ComparedSides] = ()
    golden: Sequence[Component] = ()
    words: Mapping[str, RunWords] = field(default_factory=dict)
    """By id of a run, what is known of its aligned words."""


def pages(
    context: Context,
    samples: Samples,
    downloads: Downloads,
    docs: tuple[tuple[str, str], ...] = (),
    details: Details | None = None,
) -> Iterator[Page]:
    """Every page, the front page first. The list depends on the history alone."""
    catalogue, details = context.catalogue, details or Details()
    yield _page("", context.site.title, "overview.html", partial(overview.build, context))
    cards = tuple(overview.card(context, suite) for suite in catalogue.suites)
    yield _page(addresses.SUITES, "Suites", "suites.html", lambda: cards)
    target_rows = findings.targets(context)
    targets = _places(target_rows)
    for suite, card in zip(catalogue.suites, cards, strict=True):
        title = f"{suite.name} suite"
        yield _page(suite.path, title, "suite.html", partial(_suite, context, suite, card))
        for benchmark in suite.benchmarks:
            make = partial(
                _benchmark,
                context,
                benchmark,
                samples,
                (details.items, details.put_out),
                (target_rows, targets),
            )
            yield Page(benchmark.path, benchmark.benchmark_id, "benchmark.html", make)
    for one in verdicts.build(context):
        title = f"Series with the verdict {one.word}"
        yield _said(addresses.verdict(one.word), title, "verdict.html", one)
    yield Page(
        addresses.SLA,
        "SLA",
        "sla.html",
        lambda: {"report": target_rows, "told": tally.tally(context)},
    )
    yield _page(
        addresses.REGRESSIONS,
        "Regressions",
        "regressions.html",
        lambda: events.sections(context, findings.regressions(context)),
    )
    yield from _events(context)
    duels = compare.build(context, details.measured)
    known = {one.path: one for one in catalogue.benchmarks()}
    stepped = newest_steps.build(details.before_after, known)
    pick = _compared_machines(context.view.counting)
    if duels is not None or stepped or pick:
        both = duels or compare.CompareReport((), ())
        said = {"report": both, "steps": stepped, "pick": pick}
        yield Page(addresses.COMPARE, "Compare", "compare.html", lambda: said)
    grown = memory.build(context, samples)
    if grown is not None:
        yield _said(addresses.MEMORY, "Memory", "memory.html", grown)
    components = golden.build(context, details.golden)
    if components is not None:
        yield _said(addresses.GOLDEN, "Golden", "golden.html", components)
    listed = tuple(reversed(context.view.counting))
    yield Page(
        addresses.RUNS,
        "Runs",
        "runs.html",
        lambda: {"report": listed, "failures": failing.now(context)},
    )
    runs, commits = run_reports.build(context)
    for run in runs:
        title = f"Run of {moments.day(run.run.started_at)} on {run.run.machine.label}"
        words = details.words.get(run.run.run_id)
        yield _run(addresses.run(run.run.run_id), title, run, words)
    for commit in commits:
        title = f"Commit {names.short(commit.commit.sha)}"
        yield _commit(addresses.commit(commit.commit.sha), title, commit)
    yield _page(addresses.MACHINES, "Machines", "machines.html", partial(_machines, context))
    yield _said(addresses.DATA, "Data", "data.html", downloads)
    yield _page(addresses.METHOD, "Method", "method.html", partial(_method, context, docs))


def _page(path: str, title: str, template: str, make: Callable[[], Any]) -> Page:
    """A page whose template is given nothing but its report."""
    return Page(path, title, template, lambda: {"report": make()})


def _said(path: str, title: str, template: str, report: Any) -> Page:  # noqa: ANN401
    """A page whose report is there already."""
    return Page(path, title, template, lambda: {"report": report})


def _run(path: str, title: str, report: run_reports.RunReport, words: RunWords | None) -> Page:
    said = {"report": report, "words": words}
    settled = (report, words) if report.is_settled else None
    return Page(path, title, "run.html", lambda: said, settled)


def _commit(path: str, title: str, report: run_reports.CommitReport) -> Page:
    settled = report if report.is_settled else None
    return Page(path, title, "commit.html", lambda: {"report": report}, settled)


def _benchmark(
    context: Context,
    benchmark: Benchmark,
    samples: Samples,
    inside: tuple[Sides, Outputs],
    targets: tuple[Sequence[findings.Target], Mapping[str, Sequence[int]]],
) -> dict[str, Any]:
    """What a benchmark's page says; ``inside`` are the items and outputs of all benchmarks."""
    rows, places = targets
    own = sorted(place for one in benchmark.series for place in places.get(one.series_id, ()))
    items, put_out = inside
    return {
        "report": benchmark_report.build(context, benchmark, samples),
        "target_rows": [rows[place] for place in own],
        **_items(context, benchmark, items),
        "outputs": _outputs(context, benchmark, put_out),
    }


def _method(context: Context, docs: tuple[tuple[str, str], ...]) -> MethodReport:
    used = {series.key.metric for _, series in context.by_series.values()}
    listed = tuple(one for name, one in registry().items() if name in used)
    return MethodReport(VERDICTS, listed, docs)


def _events(context: Context) -> Iterator[Page]:
    for listed in events.list_of_all(context):
        yield _said(listed.address, "All events", "events.html", listed)
    for event in events.shown(context):
        title = f"Event of {moments.day(event.commit_time)} on {event.machine}"
        for one in events.pages_of(context, event):
            yield _said(one.address, title, "event.html", one)


def _compared_machines(runs: Sequence[Run]) -> tuple[str, ...]:
    """Machines on which two commits or more were measured: any two of them can be picked."""
    commits: dict[str, set[str]] = {}
    for run in runs:
        commits.setdefault(run.machine.label, set()).add(run.commit.sha)
    return tuple(sorted(label for label, found in commits.items() if len(found) > 1))


def _places(rows: Sequence[findings.Target]) -> dict[str, list[int]]:
    """Series id to the places of its rows."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        found[one.row.series_id].append(place)
    return found


def _items(context: Context, benchmark: Benchmark, items: Sides) -> dict[str, Any]:
    """What a benchmark's page says about its utterances or files."""
    sides = items.get(benchmark.path, ())
    hidden = names.shared(series.key.variant for series in benchmark.series)
    known = {run.run_id: run for run in context.view.counting} if sides else {}
    runs = {side.run_id for side in sides}
    return {
        "items": item_report.build(sides, hidden),
        "items_runs": tuple(sorted((known[one] for one in runs), key=lambda run: run.position)),
        "scaling": scaling.build(sides, hidden),
        "word_errors": word_errors.build(sides, hidden),
        "transcripts": transcripts.build(sides, hidden),
    }


def _outputs(
    context: Context, benchmark: Benchmark, put_out: Outputs
) -> tuple[outputs.OutputPart, ...]:
    """What a benchmark's page says about the output of its stages."""
    kept = put_out.get(benchmark.path, ())
    hidden = names.shared(series.key.variant for series in benchmark.series)
    runs = {run.run_id: run for run in context.view.counting} if kept else {}
    return outputs.build(kept, hidden, runs)


def _suite(context: Context, suite: Suite, card: overview.SuiteCard) -> SuiteReport:
    rows = tuple(
        row for benchmark in suite.benchmarks for row in overview.headlines(context, benchmark)
    )
    machines = tuple(sorted({row.series.key.machine for row in rows}))
    return SuiteReport(card, rows, machines, matrix.build(suite))


def _machines(context: Context) -> tuple[MachineReport, ...]:
    runs: dict[str, list[Run]] = {}
    for run in sorted(context.view.counting, key=lambda one: (one.started_at, one.run_id)):
        runs.setdefault(run.machine.machine_id, []).append(run)
    found = []
    for machine in context.machines:
        own = runs[machine.machine_id]
        new = [run for run in reversed(own) if run.position in context.changed]
        older = max(len(new) - MOST_ENVIRONMENTS, 0)
        listed = tuple(new[:MOST_ENVIRONMENTS])
        found.append(MachineReport(machine, len(own), own[-1], listed, older))
    return tuple(found)
