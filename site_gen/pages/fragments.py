"""Small pieces of HTML in tables: verdicts, commits, names, parameters.

They are functions and not macros because a site has a hundred thousand of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from history import addresses
from history.report.wording import names, numbers
from site_gen import format as text

if TYPE_CHECKING:
    from history.words.records import Commit
    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context
    from site_gen.pages.series_row import SeriesRow


def pill(word: str, title: str = "") -> Markup:
    """A verdict, status or origin with its sign; the title says why."""
    look = text.sign(word)
    why = f' title="{escape(title)}"' if title else ""
    return Markup(  # noqa: S704 - what comes from outside is escaped
        f'<span class="sm-pill t-{look.tone}"{why}><i aria-hidden="true">{look.symbol}</i>'
        f"{escape(word)}</span>"
    )


def commit(one: Commit, root: str) -> Markup:
    """A link to the page of a commit."""
    return Markup(  # noqa: S704 - what comes from outside is escaped
        f'<a class="sm-sha" href="{root}{escape(addresses.commit(one.sha))}/" '
        f'title="{escape(one.subject)}">{escape(names.short(one.sha))}</a>'
    )


def sha(of: str, context: Context, root: str) -> Markup:
    """A hash, with a link where the commit was measured; a dash where there is none."""
    known = context.commits.get(of)
    if known is not None:
        return commit(known, root)
    if not of:
        return escape(numbers.MISSING)
    return Markup(f'<span class="sm-sha">{escape(names.short(of))}</span>')  # noqa: S704 - escaped


def params(benchmark: Benchmark) -> Markup:
    """The parameters of a benchmark, each in its own element."""
    return framed(benchmark.params)


def framed(pairs: tuple[tuple[str, str], ...]) -> Markup:
    """Parameters by their names and values, each in its own element."""
    return Markup("").join(
        Markup(' <span class="sm-param"><span>{}</span> {}</span>').format(key, value)
        for key, value in pairs
    )


def name(row: SeriesRow, root: str) -> Markup:
    """The name of a benchmark with its parameters, as a link to the series."""
    return Markup(  # noqa: S704 - what comes from outside is escaped
        f'<a href="{root}{escape(row.href)}">{escape(row.benchmark.name)}</a>'
        f"{params(row.benchmark)}"
    )
