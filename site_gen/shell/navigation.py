"""Build the navigation: suites and sections, never single benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_gen.pages.interface import Page


class Entry(msgspec.Struct, frozen=True):
    """One place in the navigation."""

    title: str
    path: str
    below: tuple[Entry, ...] = ()


def navigation(pages: Sequence[Page]) -> tuple[Entry, ...]:
    """The places that these pages name, in their order."""
    named = [page for page in pages if page.navigation]
    return tuple(
        Entry(
            top.navigation,
            top.path,
            tuple(Entry(one.navigation, one.path) for one in named if one.below == top.path),
        )
        for top in named
        if top.below is None
    )
