"""Write redirects at the addresses of another tool's pages.

A page of github-action-benchmark has one address, which leads on by itself. One of asv has all its
addresses behind ``#``, which no server sees: a script of ours reads them, and without scripts the
page lists where every benchmark is now.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from history import addresses
from history.report.wording import moved as wording
from history.words.errors import UsageError
from site_gen.shell.policy import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from site_gen.catalogue import Benchmark
    from site_gen.pages.context import Context
    from site_gen.writers.tree import Tree

ASV: Final = "asv"
SCRIPT: Final = "assets/moved.js"


def write(tree: Tree, context: Context, moved: Mapping[str, str]) -> None:
    """Write a page into each folder; ``moved`` has the former tool of each folder.

    Raises UsageError where a page of this site has the address.
    """
    for folder, tool in sorted(moved.items()):
        name = f"{folder}/index.html"
        if name in tree.files:
            raise UsageError(
                f'site.moved: "{folder}" is the address of a page of this site.',
                hint="Name the folder in which the page of the other tool stood.",
            )
        tree.put(name, page(context, folder, tool, imported(context, tool)))
    if ASV in moved.values():
        script = files("site_gen") / "assets" / "moved.js"
        tree.put(SCRIPT, script.read_bytes())


def imported(context: Context, tool: str) -> tuple[Benchmark, ...]:
    """Every benchmark with a point imported from that tool."""
    runs = {run.position for run in context.view.counting if run.source == f"import {tool}"}
    return tuple(
        one
        for one in context.catalogue.benchmarks()
        if any(not runs.isdisjoint(series.runs.tolist()) for series in one.series)
    )


def page(context: Context, folder: str, tool: str, found: Sequence[Benchmark]) -> str:
    """The whole page; ``found`` has the benchmarks that the tool's page had."""
    root = "../" * len(folder.split("/"))
    suites = {one.suite for one in found}
    home = f"{root}{addresses.suite(suites.pop())}/" if len(suites) == 1 else root
    title = escape(context.site.title)
    leads = f'<meta http-equiv="refresh" content="0; url={home}">' if tool != ASV else ""
    script = f'<script src="{root}{SCRIPT}"></script>' if tool == ASV else ""
    rows = "".join(_row(one, root) for one in found)
    return guarded(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{leads}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f'<link rel="icon" href="{root}assets/logo.svg"><title>{title}</title>'
        "<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;"
        "padding:0 1rem;color-scheme:light dark}</style></head>"
        f'<body data-home="{home}" data-regressions="{root}{addresses.REGRESSIONS}/">'
        f'<h1>{title}</h1><p>{escape(wording.moved(tool))} <a href="{home}">'
        f"{escape(wording.NEW)}</a></p><p hidden id=unknown>{escape(wording.UNKNOWN)}</p>"
        f"<ul>{rows}</ul>{script}</body></html>\n"
    )


def _row(one: Benchmark, root: str) -> str:
    """A benchmark by its old name; the script reads it, and its parameters as lines."""
    params = escape("\n".join(f"{key}={value}" for key, value in one.params))
    suite = f"{root}{addresses.suite(one.suite)}/?q={addresses.query(one.name)}"
    return (
        f'<li data-was="{escape(one.name)}" data-params="{params}" data-suite="{escape(suite)}">'
        f'<a href="{root}{one.path}/">{escape(one.benchmark_id)}</a></li>'
    )
