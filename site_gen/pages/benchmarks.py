"""List the pages of benchmarks, with their series, items and outputs."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from history.report.wording import names
from site_gen.pages import (
    benchmark,
    findings,
    items,
    outputs,
    scaling,
    transcripts,
    word_errors,
)
from site_gen.pages.interface import Known, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.read.items import Sides
    from history.read.outputs import Outputs
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context


def pages(known: Known) -> Iterator[Page]:
    """One page for each benchmark, for all its variants and machines."""
    rows = findings.targets(known.context)
    places = _places(rows)
    for one in known.context.catalogue.benchmarks():
        own = sorted(place for each in one.series for place in places.get(each.series_id, ()))
        make = partial(_benchmark, known, one, [rows[place] for place in own])
        yield Page(one.path, one.benchmark_id, "benchmark.html", make)


def _benchmark(known: Known, one: Benchmark, targets: Sequence[findings.Target]) -> dict[str, Any]:
    return {
        "report": benchmark.build(known.context, one, known.samples),
        "target_rows": targets,
        **_items(known.context, one, known.details.items),
        "outputs": _outputs(known.context, one, known.details.outputs),
    }


def _places(rows: Sequence[findings.Target]) -> dict[str, list[int]]:
    """Series id -> indices of its rows."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        found[one.row.series_id].append(place)
    return found


def _items(context: Context, one: Benchmark, said: Sides) -> dict[str, Any]:
    """The items section of a benchmark's page."""
    sides = said.get(one.path, ())
    hidden = names.shared(series.key.variant for series in one.series)
    runs = [context.by_run_id[run_id] for run_id in {side.run_id for side in sides}]
    return {
        "items": items.build(sides, hidden),
        "items_runs": tuple(sorted(runs, key=lambda run: run.position)),
        "scaling": scaling.build(sides, hidden),
        "word_errors": word_errors.build(sides, hidden),
        "transcripts": transcripts.build(sides, hidden),
    }


def _outputs(context: Context, one: Benchmark, found: Outputs) -> tuple[outputs.OutputPart, ...]:
    """The outputs section of a benchmark's page."""
    kept = found.get(one.path, ())
    hidden = names.shared(series.key.variant for series in one.series)
    return outputs.build(kept, hidden, context.by_run_id)
