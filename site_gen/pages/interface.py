"""The interface of pages, and the data they are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from history.compare.stored_duets import StoredDuet
    from history.compare.two_sides import ComparedSides
    from history.read.components import Component
    from history.read.item_pairs import ItemPair
    from history.read.item_quantiles import OfRun
    from history.read.items import Sides
    from history.read.outputs import Outputs
    from history.read.samples import Samples, SamplesAt
    from history.report.review.result import Review
    from site_gen.newest_measurements import Measured
    from site_gen.pages.context import Context
    from site_gen.writers.downloads import Downloads
    from site_gen.writers.profiles import ShownProfile
    from site_gen.writers.textgrids import RunWords


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page: its address is known at once, its report is computed on demand."""

    path: str
    """Folder below the root; empty for the front page."""
    title: str
    template: str
    """Name of a file in ``templates/``, ending in ``.html``, or the text of a template."""
    make: Callable[[], Mapping[str, Any]]
    """Computes the variables of the template: ``report`` and others."""
    settled: object = None
    """Plain data that determines the page completely: a page with equal data is not rendered again.
    None when other inputs may change it.
    """
    navigation: str = ""
    """Title in the navigation; empty for a page outside it, as most are."""
    below: str | None = None
    """Address of its parent in the navigation."""

    @property
    def root(self) -> str:
        """Relative path from the page to the front page, for links."""
        return "../" * (self.path.count("/") + 1) if self.path else ""

    @property
    def file(self) -> str:
        """Name of its file in the site."""
        return f"{self.path}/index.html" if self.path else "index.html"

    @property
    def report(self) -> Any:  # noqa: ANN401 - each page has its own
        """The report of the page."""
        return self.make()["report"]


@dataclass(frozen=True, slots=True)
class Details:
    """Data read from the history beside its series."""

    items: Sides = field(default_factory=dict)
    measured: Measured = field(default_factory=dict)
    outputs: Outputs = field(default_factory=dict)
    before_after: Sequence[ComparedSides] = ()
    golden: Sequence[Component] = ()
    words: Mapping[str, RunWords] = field(default_factory=dict)
    """By id of a run, its aligned words."""
    profiles: Mapping[str, tuple[ShownProfile, ...]] = field(default_factory=dict)
    """By id of a run, its profiles."""
    quantiles: Mapping[str, OfRun] = field(default_factory=dict)
    """By id of a run, quantiles of its times over items."""
    beside: SamplesAt = field(default_factory=dict)
    """Samples of the runs on both sides of the gravest changes."""
    item_pairs: Sequence[ItemPair] = ()
    """Items of the newest two runs of each machine."""
    duets: tuple[Sequence[tuple[StoredDuet, Review]], int] = ((), 0)
    """The newest duets, and the number of others."""


@dataclass(frozen=True, slots=True)
class Known:
    """All inputs of pages."""

    context: Context
    samples: Samples
    downloads: Downloads
    docs: tuple[tuple[str, str], ...] = ()
    """Title and address of the documentation's pages about methods."""
    details: Details = field(default_factory=Details)


class PageKind(Protocol):
    """Lists the pages of one kind; may list none."""

    def __call__(self, known: Known) -> Iterable[Page]:
        """The pages, whose reports are computed on demand."""
        ...


def reported(make: Callable[..., Any], *of: object) -> Callable[[], dict[str, Any]]:
    """``make`` of a page whose template needs only the result of this function."""
    return lambda: {"report": make(*of)}


def said(report: object, **others: object) -> Callable[[], dict[str, Any]]:
    """``make`` of a page whose report exists already."""
    return lambda: {"report": report, **others}
