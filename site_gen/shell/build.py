"""Build the website: read the history once, write every page, check the result."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import orjson

from history import addresses
from history import workers as executors
from history.compare import stored_duets, two_sides
from history.judge.judge import judge
from history.project import profiles as kept_profiles
from history.project.config import suite_order
from history.read import components, item_pairs, item_quantiles, items, outputs, view
from history.read import samples as sampled
from history.report.review import duets as reviewed_duets
from history.report.review import links
from history.report.wording import numbers
from history.words.errors import BrokenEnvironmentError
from site_gen import newest_measurements, workers
from site_gen.catalogue import catalogue
from site_gen.pages import duets, flames, registry, sides
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Details
from site_gen.pages.items import MOST
from site_gen.pages.runs import shown_in_full
from site_gen.shell import inputs, merged, our_folder, own_theme
from site_gen.shell import registry as shells
from site_gen.shell.interface import Frames, Plan
from site_gen.shell.navigation import navigation
from site_gen.shell.registry import DEFAULT
from site_gen.shell.stamp import stamp
from site_gen.writers import (
    badges,
    bundle,
    cache,
    check,
    data,
    downloads,
    feed,
    moved,
    pictures,
    points,
    profiles,
    raw_samples,
    search,
    sitemap,
    textgrids,
)
from site_gen.writers.html import Renderer
from site_gen.writers.kept import Kept
from site_gen.writers.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import duckdb

    from history.judge.events import Event
    from history.project.workspace import Workspace
    from history.read.samples import Samples
    from history.read.view import View
    from site_gen.pages.interface import Page
    from site_gen.shell.interface import Shell
    from site_gen.shell.own_theme import OwnTheme

Profiled: TypeAlias = dict[str, tuple[profiles.ShownProfile, ...]]

NEWEST_SAMPLES = 8
"""Runs whose samples a benchmark's page shows."""
_ASSETS = ("soundmark.css", "logo.svg")


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build."""

    pages: int
    files: int
    """Data files, specifications and images."""
    written: int
    """Files that were new or different from the build before."""
    out: Path


def build(
    workspace: Workspace,
    out: Path,
    say: Callable[[str], None] = print,
    shell: str = DEFAULT,
    processes: int = 0,
) -> Built:
    """Write the whole site to `out`. Raises SoundmarkError when the result has faults.

    ``processes`` render pages, 0 for as many as there are cores.
    """
    our_folder.refuse_foreign(out)
    processes = processes or workers.cores()
    theme = own_theme.read(workspace.root, workspace.config.site.theme_dir)
    tree, kept = Tree(out), Kept(workspace.cache / "site" / f"{shell}.json", out)
    around = shells.shell(shell, workspace.root, workspace.cache / "site")
    with workspace.judging() as connection:
        say("reading the history")
        held = our_folder.refuse_fewer(out, connection)
        made_of = inputs.name(workspace, connection, around, theme)
        if kept.is_same(tree, made_of):
            say("nothing is new: the site stays as it is")
            return _as_before(tree)
        kept.begin()
        our_folder.mark_as_ours(out, held)
        taken = points.write(connection, tree, kept), raw_samples.write(connection, tree, kept)
        context, profiled = _judged(connection, workspace, theme, tree, say)
        samples = sampled.read(connection, context.view, NEWEST_SAMPLES)
        details = _details(connection, workspace, context, profiled, tree)
    made = _downloads(context, tree, *taken)
    _put_data(tree, context, samples, processes)
    _put_assets(tree, theme)
    for hidden in registry.KINDS.hidden():
        say(f"Warning: {hidden}")
    pages = list(registry.pages(context, samples, made, around.method_pages, details))
    _put_links(tree, context, pages)
    plan = _plan(context, pages, tree.files, theme.styles)
    renderer = Renderer(context, cache.folder(workspace.cache) / "templates", theme)
    frames = _frames(around, plan, renderer)
    _put_frames(tree, context, plan, frames)
    stamp(renderer, pages, frames, tree, kept, processes)
    _put_ways_in(tree, context, workspace, [*plan.addresses, *frames.documents])
    runs = len(context.view.counting)
    tree.put(our_folder.MARKER, our_folder.marker(held, len(pages), runs, plan.navigation))
    gone, others = tree.sweep(), len(tree.files) - len(pages)
    say(f"wrote {numbers.counted(len(pages), 'page')} and {numbers.counted(others, 'file')}")
    changed = tree.changed if kept.is_whole and not gone else None
    _refuse_faults(check.check(out, tree.files, changed, processes))
    kept.save(tree, made_of)
    return Built(len(pages), others, tree.written, out)


def _as_before(tree: Tree) -> Built:
    """The unchanged site of the last build."""
    pages = int(orjson.loads(tree.read(our_folder.MARKER) or b"{}")["pages"])
    return Built(pages, len(tree.there()) - pages, 0, tree.folder)


def _judged(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    theme: OwnTheme,
    tree: Tree,
    say: Callable[[str], None],
) -> tuple[Context, Profiled]:
    """The series of the history, their judgement, and the profiles by run.

    Stacks and flame graphs are written to the tree.
    """
    history = view.read(connection)
    found = catalogue(history.series, suite_order(workspace.loaded))
    judged = judge(connection, workspace.loaded, history)
    brought = merged.pull_requests(workspace.root, history, judged.events)
    profiled, stacks, flamed = _profiles(workspace, connection, history, judged.events)
    for path, packed in stacks.items():
        tree.put(path, packed)
    context = Context(history, judged, found, _site(workspace, history, theme), brought, flamed)
    say(
        f"judged {numbers.whole(len(context.by_series))} series over "
        f"{numbers.counted(len(history.counting), 'run')}"
    )
    return context, profiled


def _details(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    context: Context,
    profiled: Profiled,
    tree: Tree,
) -> Details:
    """Further data of pages; archives to download are written to the tree."""
    history, judged = context.view, context.judgement
    words, archives = textgrids.build(connection)
    for path, packed in archives.items():
        tree.put(path, packed)
    return Details(
        items=items.read(connection, MOST),
        outputs=outputs.read(connection),
        measured=newest_measurements.read(connection, history),
        before_after=two_sides.newest_steps(connection, history, judged.detections),
        golden=components.components(connection),
        words=words,
        profiles=profiled,
        quantiles=item_quantiles.of_runs(connection, shown_in_full(history.counting)),
        beside=sampled.read_at(connection, history, sides.points(history, judged.events)),
        item_pairs=item_pairs.newest(connection, history),
        duets=reviewed_duets.newest(connection, workspace.loaded.targets, duets.MOST),
    )


def _put_links(tree: Tree, context: Context, pages: Sequence[Page]) -> None:
    """Write pictures of trends, and the list of pages and pictures for reports."""
    drawn = []
    for address, png in pictures.trends(context):
        tree.put(address, png)
        drawn.append(address)
    newest = max((run.started_at for run in context.view.counting), default=None)
    listed = [page.path for page in pages]
    tree.put(addresses.PAGES, links.encode(context.site.url, listed, drawn, newest))


def _frames(around: Shell, plan: Plan, renderer: Renderer) -> Frames:
    """The frames. While another process makes them this one compiles templates."""
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(around.frames, plan)
        renderer.load()
        return asked.result()


def _put_frames(tree: Tree, context: Context, plan: Plan, frames: Frames) -> None:
    """Write the files of the frames, and the search index."""
    tree.put(search.FILE, search.search_file(context.catalogue, plan.navigation, frames.sections))
    for name, file in frames.files.items():
        tree.copy(name, file)


def _plan(
    context: Context, pages: Sequence[Page], others: Collection[str], styles: tuple[str, ...]
) -> Plan:
    """The plan of these pages and other files for the shell."""
    site = context.site
    origin = "Simulated numbers: nothing here was measured. " if site.simulated else ""
    return Plan(
        title=site.title,
        description=site.description,
        url=site.url,
        footer=f"{origin}Kept and drawn by soundmark. No request leaves this site.",
        navigation=navigation(pages),
        addresses=tuple(page.path for page in pages),
        others=others,
        styles=styles,
    )


def _refuse_faults(problems: Sequence[check.Finding]) -> None:
    if problems:
        listed = "\n".join(f"  {one.page}: {one.problem}" for one in problems[:12])
        raise BrokenEnvironmentError(
            f"the built site has {len(problems)} faults:\n{listed}",
            hint="This is a mistake in soundmark or in your own pages; please report the former.",
        )


def _profiles(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    history: View,
    events: Sequence[Event],
) -> tuple[
    Profiled,
    dict[str, bytes],
    dict[tuple[str, int], flames.Flames],
]:
    """Profiles: by run, as files, and on both sides of changes."""
    have = {index.parent.name for index in kept_profiles.indexes(workspace.history_file)}
    duets = stored_duets.of_head(connection) if have else ()
    newest_first = [run.run_id for run in reversed(history.counting) if run.run_id in have]
    beside = flames.runs(history, events, duets, have)
    shown, stacks = profiles.build(workspace.history_file, newest_first, beside)
    return shown, stacks, flames.found(history, events, duets, shown)


def _site(workspace: Workspace, history: View, theme: OwnTheme) -> SiteInfo:
    table = workspace.config.site
    return SiteInfo(
        title=table.title or workspace.config.project or workspace.root.name,
        description=table.description,
        url=table.url,
        repository=table.repository,
        stale_after_days=table.stale_after_days,
        theme=theme.digest,
        simulated=bool(history.counting)
        and all(run.origin == "simulated" for run in history.counting),
    )


def _downloads(
    context: Context, tree: Tree, parquet: tuple[str, ...], raw: tuple[str, ...]
) -> downloads.Downloads:
    tree.put(addresses.FEED, feed.feed(context))
    downloads.write_decided(context, tree)
    made = badges.badges(context)
    for badge in made:
        tree.put(badge.path, badge.svg())
        tree.put(badge.path.replace(".svg", ".json"), orjson.dumps(badge.endpoint()))
    root = context.site.root
    first = next(iter(context.catalogue.benchmarks()), None)
    asked = "" if first is None or not raw else raw_samples.query(root, raw, first)
    return downloads.Downloads(
        files=downloads.listed(tree, parquet, raw),
        badges=made,
        by_year=parquet != (points.PARQUET,),
        ways=downloads.ways(root, parquet, asked),
        columns=downloads.columns(tree, parquet),
        markdown=tuple(one.markdown(root) for one in made),
    )


def _put_data(tree: Tree, context: Context, samples: Samples, processes: int) -> None:
    tree.put("data/runs.json", data.runs_file(context))
    tree.put("data/benchmarks.json", data.index_file(context.catalogue))

    made = partial(data.files, context, samples)
    pages = list(context.by_path)
    if cluster := executors.cluster():
        for content in chain.from_iterable(cluster.in_order(made, pages)):
            tree.put(*content)
        return

    def put(page: str) -> list[tuple[str, bool]]:
        return [(path, tree.put(path, content)) for path, content in made(page)]

    for path, is_new in chain.from_iterable(workers.in_order(put, pages, processes)):
        tree.keep(path, is_new=is_new)


def _put_ways_in(tree: Tree, context: Context, workspace: Workspace, pages: Sequence[str]) -> None:
    """Write redirects of old links, and the sitemap."""
    moved.write(tree, context, workspace.config.site.moved)
    sitemap.write(tree, context.site.url, pages)


def _put_assets(tree: Tree, theme: OwnTheme) -> None:
    for name in _ASSETS:
        tree.put(f"assets/{name}", (files("site_gen") / "assets" / name).read_bytes())
    for name, content in (bundle.scripts() | bundle.compiled()).items():
        tree.put(name, content)
    for name, file in theme.files.items():
        tree.copy(name, file)
