"""List the kinds of pages that a site has, in the order of its navigation.

A kind is one module with a function ``pages``: it says where its pages are, what the navigation
calls them, which template shows them and what that is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from site_gen.pages import (
    benchmarks,
    comparisons,
    data,
    events,
    golden,
    machines,
    memory,
    method,
    overview,
    regressions,
    runs,
    sla,
    suites,
    verdicts,
)
from site_gen.pages.interface import Details, Known, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.samples import Samples
    from site_gen.pages.context import Context
    from site_gen.writers.downloads import Downloads

KINDS: Final = (
    overview,
    suites,
    benchmarks,
    verdicts,
    sla,
    regressions,
    events,
    comparisons,
    memory,
    golden,
    runs,
    machines,
    data,
    method,
)


def pages(
    context: Context,
    samples: Samples,
    downloads: Downloads,
    docs: tuple[tuple[str, str], ...] = (),
    details: Details | None = None,
) -> Iterator[Page]:
    """Every page, the front page first. The list depends on the history alone."""
    known = Known(context, samples, downloads, docs, details or Details())
    for kind in KINDS:
        yield from kind.pages(known)
