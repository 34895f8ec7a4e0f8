"""The address of every page and file of the site, relative to its root.

Addresses never change. Pages, data files, the feed, badges and reports all use these functions. The
address of a page is a folder without a trailing slash; a place on a page follows ``#``.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from history.words.key import benchmark_id, in_natural_order, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.words.key import SeriesKey

SUITES: Final = "suites"
RUNS: Final = "runs"
COMMITS: Final = "commits"
VERDICTS: Final = "verdicts"
SLA: Final = "sla"
REGRESSIONS: Final = "regressions"
EVENTS: Final = "events"
COMPARE: Final = "compare"
MEMORY: Final = "memory"
GOLDEN: Final = "golden"
DUETS: Final = "duets"
MACHINES: Final = "machines"
DATA: Final = "data"
METHOD: Final = "method"
FEED: Final = "feed.xml"
PAGES: Final = "data/pages.json"
"""The list of every page, for links from elsewhere."""

_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_HASHED: Final = re.compile(r"-[0-9a-f]{8}$")
# Names that mean something to a web server, to Windows or to the site's own layout.
_RESERVED: Final = frozenset({"index", "con", "prn", "aux", "nul", "assets", "data"})


def slug(text: str) -> str:
    """A plain name stays as it is; any other name is cleaned and gets eight digits of its hash.

    The answer depends on the text alone, so a new benchmark never moves the page of an old one, and
    no two texts share a slug: a plain name that ends like a hash is hashed as well.
    """
    if _PLAIN.fullmatch(text) and not _HASHED.search(text) and text not in _RESERVED:
        return text
    clean = re.sub(r"[^a-z0-9_]+", "-", text.lower())[:48].strip("-_")
    digits = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean or 'x'}-{digits}"


def suite(name: str) -> str:
    """Page of a suite."""
    return f"{SUITES}/{slug(name)}"


def benchmark(suite_name: str, name: str, params: Mapping[str, str]) -> str:
    """Page of a benchmark, whatever order its parameters were written in."""
    return f"{suite(suite_name)}/{slug(benchmark_id('', name, in_natural_order(params)))}"


def benchmark_of(key: SeriesKey) -> str:
    """Page of the benchmark that a series is of."""
    return benchmark(key.suite, key.benchmark, parse_pairs(key.params))


def series(key: SeriesKey) -> str:
    """The benchmark's page with the metric and machine of this series chosen."""
    return f"{benchmark_of(key)}/?m={query(key.metric)}&on={query(key.machine)}"


def further(page: str, number: int) -> str:
    """A further page of a list that takes several, from the second on.

    Those of a suite have a folder of their own, since a benchmark may be called page-2.
    """
    return f"{page}/page/{number}" if page.startswith(f"{SUITES}/") else f"{page}/page-{number}"


def run(run_id: str) -> str:
    """Page of a run."""
    return f"{RUNS}/{slug(run_id)}"


def commit(sha: str) -> str:
    """Page of a commit."""
    return f"{COMMITS}/{slug(sha)}"


def verdict(word: str, suite_name: str = "") -> str:
    """Every series of one verdict; those of one suite stand on the same page."""
    page = f"{VERDICTS}/{word.replace(' ', '-')}"
    return f"{page}/#{slug(suite_name)}" if suite_name else page


def change(episode: str) -> str:
    """A change on the page of all changes, by the id of its episode."""
    return f"{REGRESSIONS}/#{episode}"


def event(event_id: str) -> str:
    """Page of an event: changes that began at the same commits on one machine."""
    return f"{EVENTS}/{event_id}"


def target_anchor(target: str, series_id: str) -> str:
    """Anchor of a target's row on a page; ``series_id`` is empty for a target without a series."""
    return f"target-{slug(f'{target} {series_id}'.strip())}"


def target(name: str, series_id: str) -> str:
    """A target of one series on the page of all."""
    return f"{SLA}/#{target_anchor(name, series_id)}"


def only(word: str, table: str = "") -> str:
    """Anchor that filters a table by one word; ``table`` is needed where a page has several."""
    return f"{f'{table}-' if table else ''}only-{word.replace(' ', '-')}"


def numbers_of(page: str) -> str:
    """File with the numbers that a benchmark's page loads."""
    return f"{DATA}/series/{page.removeprefix(f'{SUITES}/')}.json"


def samples_of(page: str) -> str:
    """File with the samples that a benchmark's page loads."""
    return f"{DATA}/samples/{page.removeprefix(f'{SUITES}/')}.json"


def picture_of(page: str) -> str:
    """Picture of the trend of a benchmark's page, for places where no script runs."""
    return f"{DATA}/trends/{page.removeprefix(f'{SUITES}/')}.png"


def profile_of(run_id: str, file: str) -> str:
    """File with a profiler's stacks of one benchmark of a run."""
    return f"{DATA}/profiles/{slug(run_id)}/{file}"


def words_of(run_id: str) -> str:
    """File with the words of a run's utterances and their times."""
    return f"{DATA}/words/{slug(run_id)}.zip"


def badge(name: str) -> str:
    """Image of a badge; the file for badge services has the same name and ends in ``.json``."""
    return f"badges/{name}.svg"


def query(value: str) -> str:
    """A value escaped for the query part of an address."""
    return quote(value.encode("utf-8", "replace"), safe="")
