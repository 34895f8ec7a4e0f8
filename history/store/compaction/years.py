"""Group run files by year, and into files within the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store.ledger import NAME, in_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from history.store.admission.limits import Limits
    from history.store.compacted import Compacted
    from history.store.ledger import Named


class Source(NamedTuple):
    """A sound run file of the year, and how much it holds."""

    file: str
    """Relative to the ledger."""
    size_bytes: int
    rows: int
    samples: int
    unpacked_bytes: int
    pages: frozenset[tuple[str, ...]]
    """What has a page of its own."""
    runs: tuple[Named, ...]
    to_thin: Mapping[str, int]
    """Run to how many of its items have samples beside their aggregates."""
    made: Compacted

    @property
    def ids(self) -> frozenset[str]:
        """Of its runs."""
        return frozenset(run.run_id for run in self.runs)

    @property
    def is_compacted(self) -> bool:
        """Whether it took the place of other files."""
        return bool(self.made.originals)


class Group(NamedTuple):
    """Files that one file can hold together."""

    sources: tuple[Source, ...]

    @property
    def runs(self) -> tuple[Named, ...]:
        """Each once, by id."""
        return tuple(
            run
            for _, run in sorted(
                {run.run_id: run for source in self.sources for run in source.runs}.items()
            )
        )


def year_of(file: str) -> int | None:
    """The year that stands in the name of a run file; None when it is no such name."""
    name = in_ledger(file)
    return int(name[:4]) if NAME.fullmatch(name) else None


def finished(files: Iterable[str], this_year: int) -> tuple[int, ...]:
    """Years before this one that have run files, the oldest first."""
    years = {year_of(file) for file in files}
    return tuple(sorted(year for year in years if year is not None and year < this_year))


def absorbed(sources: Sequence[Source]) -> dict[str, tuple[Source, ...]]:
    """Compacted file to the others whose runs are all in it: a copy, or what a kill left."""
    found: dict[str, tuple[Source, ...]] = {}
    hosts = sorted((one for one in sources if one.is_compacted), key=_by_size)
    left = sorted(sources, key=_by_size)
    for host in hosts:
        if host not in left:
            continue
        after = left[left.index(host) + 1 :]
        taken = tuple(one for one in after if one.ids <= host.ids)
        if taken:
            found[host.file] = taken
            left = [one for one in left if one not in taken]
    return found


def _by_size(source: Source) -> tuple[int, bool, str]:
    return (-len(source.ids), not source.is_compacted, source.file)


def grouped(sources: Sequence[Source], limits: Limits) -> tuple[Group, ...]:
    """The sources in the order given, each in the first group that has room for it in one file."""
    groups: list[list[Source]] = []
    for source in sources:
        for members in groups:
            if _fit([*members, source], limits):
                members.append(source)
                break
        else:
            groups.append([source])
    return tuple(Group(tuple(members)) for members in groups)


def thinnable(sources: Iterable[Source]) -> dict[str, int]:
    """Run to how many of its items have samples beside their aggregates, in any of these files."""
    found: dict[str, int] = {}
    for source in sources:
        for run_id, items in source.to_thin.items():
            found[run_id] = max(items, found.get(run_id, 0))
    return found


def kept_apart(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Complete files of runs that were thinned in another file; joined, their samples would go."""
    thinned = {run_id for source in sources for run_id in source.made.thinned}
    return tuple(
        source
        for source in sources
        if not source.made.thinned and source.to_thin and not source.ids.isdisjoint(thinned)
    )


def _fit(sources: Sequence[Source], limits: Limits) -> bool:
    pages = frozenset[tuple[str, ...]]().union(*(source.pages for source in sources))
    return (
        sum(source.size_bytes for source in sources) <= limits.file_bytes
        and sum(source.rows for source in sources) <= limits.rows
        and sum(source.samples for source in sources) <= limits.samples
        and sum(source.unpacked_bytes for source in sources) <= limits.unpacked_bytes
        and len(pages) <= limits.pages
    )
