"""What a page of the site is, and what is known when pages are made."""

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
    """One page: where it is is known at once, what it says when it is asked for."""

    path: str
    """Folder below the root; empty for the front page."""
    title: str
    template: str
    """Name of a file in ``templates/``, or the template itself, which is what has no such name."""
    make: Callable[[], Mapping[str, Any]]
    """Works out what the template is given: ``report``, and what else it names."""
    settled: object = None
    """Plain data that alone decides what the page says, where there is such: a page of the same is
    not rendered again. None where other things may change it."""
    navigation: str = ""
    """What the navigation calls it; empty for a page that is not there, as most are."""
    below: str | None = None
    """Address of the page below which it stands in the navigation."""

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
    profiles: Mapping[str, tuple[ShownProfile, ...]] = field(default_factory=dict)
    """By id of a run, what a profiler saw."""
    quantiles: Mapping[str, OfRun] = field(default_factory=dict)
    """By id of a run, how its times spread over items."""
    beside: SamplesAt = field(default_factory=dict)
    """Samples of the runs on both sides of the gravest changes."""
    item_pairs: Sequence[ItemPair] = ()
    """Items of the newest two runs of each machine."""
    duets: tuple[Sequence[tuple[StoredDuet, Review]], int] = ((), 0)
    """The newest duets, and how many others there are."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that pages are made of."""

    context: Context
    samples: Samples
    downloads: Downloads
    docs: tuple[tuple[str, str], ...] = ()
    """Title and address of the documentation's pages about methods."""
    details: Details = field(default_factory=Details)


class PageKind(Protocol):
    """Lists pages: one kind, some kinds, or none where a history has nothing for them."""

    def __call__(self, known: Known) -> Iterable[Page]:
        """The pages of it. What they say is worked out when it is asked for."""
        ...


def reported(make: Callable[..., Any], *of: object) -> Callable[[], dict[str, Any]]:
    """For a page whose template is given nothing but what this function makes of these things."""
    return lambda: {"report": make(*of)}


def said(report: object, **others: object) -> Callable[[], dict[str, Any]]:
    """For a page whose report is there already."""
    return lambda: {"report": report, **others}
