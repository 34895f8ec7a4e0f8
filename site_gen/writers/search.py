"""Write the search index: names of pages, suites, benchmarks and documentation.

Commits and runs are found in ``data/runs.json``, which charts load as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from site_gen.writers.data import FORMAT
from site_gen.writers.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from site_gen.catalogue import Catalogue
    from site_gen.shell.interface import Section
    from site_gen.shell.navigation import Entry

FILE = "data/search.json"


def search_file(
    catalogue: Catalogue, navigation: Iterable[Entry], documentation: Sequence[Section]
) -> bytes:
    """Names and addresses as columns, each kind for itself; addresses are relative to the site."""
    entries = [one for top in navigation for one in (top, *top.below)]
    suites = {suite.name: suite for suite in catalogue.suites}
    pages = [one for one in entries if one.title not in suites]
    benchmarks = [one for suite in catalogue.suites for one in suite.benchmarks]
    return orjson.dumps(
        {
            "format": FORMAT,
            "pages": _columns([(clean(one.title), one.path) for one in pages]),
            "suites": _columns([(one.title, one.path) for one in entries if one.title in suites]),
            "benchmarks": _columns([(one.benchmark_id, one.path) for one in benchmarks]),
            "documentation": _columns([(one.title, one.address) for one in documentation]),
        }
    )


def _columns(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {"name": [name for name, _ in rows], "path": [path for _, path in rows]}
