"""List the page that compares commits and variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history import addresses
from site_gen.pages import compare, item_scatter, newest_steps
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.read.runs import Run


def pages(known: Known) -> Iterator[Page]:
    """One page, if there is anything to compare."""
    context, details = known.context, known.details
    duels = compare.build(context, details.measured)
    steps = newest_steps.build(details.before_after, context.by_path)
    pick = _compared_machines(context.view.counting)
    scatters, more = item_scatter.build(context, details.item_pairs, details.items)
    if duels is not None or steps or pick:
        both = duels or compare.CompareReport((), ())
        yield Page(
            addresses.COMPARE,
            "Compare",
            "compare.html",
            said(both, steps=steps, pick=pick, scatters=scatters, more_scatters=more),
            navigation="Compare",
        )


def _compared_machines(runs: Sequence[Run]) -> tuple[str, ...]:
    """Machines with two or more measured commits, to choose from."""
    commits: dict[str, set[str]] = {}
    for run in runs:
        commits.setdefault(run.machine.label, set()).add(run.commit.sha)
    return tuple(sorted(label for label, found in commits.items() if len(found) > 1))
