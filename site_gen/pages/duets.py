"""Build the page of duets: two commits measured in turn, in one job, on one machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.report.review import parts
from history.report.review.inert import one_line
from history.report.wording import review_setting, reviews
from history.report.wording.reviews import Voice
from history.words import metrics
from site_gen.pages.interface import Known, Page, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from history.compare.stored_duets import StoredDuet
    from history.report.review.result import Review, Row
    from site_gen.catalogue import Benchmark

MOST: Final = 12
"""Most duets on the page."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One series on both sides."""

    verdict: str
    name: str
    """``suite.benchmark[params]``, with its machine where there are several."""
    variant: str
    """``runtime=torch;threads=2``."""
    benchmark: Benchmark | None
    """The benchmark, if the site has a page of it."""
    metric: str
    before: str
    after: str
    change: str
    interval: str
    detectable: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class DuetReport:
    """One duet in words."""

    about: StoredDuet
    headline: str
    setting: str
    remarks: tuple[str, ...]
    lost: tuple[str, ...]
    """Benchmarks that failed, are missing, or could not be compared."""
    targets: tuple[str, ...]
    """Targets that the head misses."""
    lines: tuple[Line, ...]
    """Series that differ."""
    quiet: tuple[Line, ...]
    """Series without a difference."""
    counted: str
    left_out: str
    """A note on lines in no table; mostly empty."""

    @property
    def anchor(self) -> str:
        """Its anchor on the page."""
        return f"duet-{self.about.run_id[:12]}"


@dataclass(frozen=True, slots=True, eq=False)
class DuetsReport:
    """Everything on the page."""

    duets: tuple[DuetReport, ...]
    more: int
    """Number of older duets, which are not shown."""


def _metric(name: str) -> str:
    return metrics.title_of(name).lower()


def pages(known: Known) -> Iterator[Page]:
    """One page, where two commits were measured in turn."""
    found, more = known.details.duets
    if not found:
        return
    benchmarks = known.context.by_path
    report = DuetsReport(tuple(build(about, one, benchmarks) for about, one in found), more)
    yield Page(addresses.DUETS, "Duets", "duets.html", said(report), navigation="Duets")


def build(about: StoredDuet, made: Review, benchmarks: Mapping[str, Benchmark]) -> DuetReport:
    """The report of one duet."""
    voice = Voice(one_line, one_line, title=_metric).about(made)
    headline = reviews.headline(made, voice)

    def line(row: Row) -> Line:
        return Line(
            verdict=str(row.verdict),
            name=f"{row.benchmark} on {row.machine}" if voice.tells_machine else row.benchmark,
            variant=row.variant,
            benchmark=benchmarks.get(row.page.partition("/?")[0]),
            metric=row.metric,
            before=reviews.value(row.before, row),
            after=reviews.value(row.after, row),
            change=reviews.change(row),
            interval=reviews.interval(row),
            detectable=reviews.detectable(row),
            why=reviews.because(row),
        )

    return DuetReport(
        about=about,
        headline=headline[:1].upper() + headline[1:],
        setting=review_setting.setting(made, voice),
        remarks=tuple(review_setting.remarks(made, voice)),
        lost=tuple(reviews.absence(one, voice) for one in parts.gone(made)),
        targets=tuple(reviews.target(one, voice) for one in made.targets),
        lines=tuple(map(line, parts.speaking(made))),
        quiet=tuple(map(line, parts.quiet(made))),
        counted=reviews.everything(made),
        left_out=reviews.left_out(review_setting.unlisted(made), "line"),
    )
