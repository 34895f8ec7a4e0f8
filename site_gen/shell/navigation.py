"""Say what stands in the navigation: suites and sections, never single benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from history import addresses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from site_gen.catalogue import Suite


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the navigation."""

    title: str
    path: str
    below: tuple[Entry, ...] = ()


def navigation(suites: Iterable[Suite], built: Collection[str]) -> tuple[Entry, ...]:
    """The navigation of a site whose pages are at these addresses."""
    every = (
        Entry("Overview", ""),
        Entry("Suites", addresses.SUITES, tuple(Entry(one.name, one.path) for one in suites)),
        Entry("SLA", addresses.SLA),
        Entry("Regressions", addresses.REGRESSIONS),
        Entry("Compare", addresses.COMPARE),
        Entry("Memory", addresses.MEMORY),
        Entry("Golden", addresses.GOLDEN),
        Entry("Runs", addresses.RUNS),
        Entry("Machines", addresses.MACHINES),
        Entry("Data", addresses.DATA),
        Entry("Method", addresses.METHOD),
    )
    return tuple(one for one in every if one.path in built)
