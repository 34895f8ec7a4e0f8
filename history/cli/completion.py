"""Shell completion: existing suites, benchmarks, formats and commits.

On any error nothing is offered and nothing printed, so that the user's line is not disturbed.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_COMMITS = 50


def _offered(
    names: Callable[[click.Context], Iterable[str]], *, or_files: bool = False
) -> Complete:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found: dict[str, None] = {}
        with suppress(Exception):
            for name in names(ctx):
                found[name] = None
        files = [CompletionItem(incomplete, type="file")] if or_files else []
        fit = [CompletionItem(name) for name in found if name.startswith(incomplete)]
        return fit + files

    return complete


def _suites(ctx: click.Context) -> Iterable[str]:
    from importlib.metadata import entry_points

    from history.project import config
    from history.words import suites

    yield from config.suite_order(config.load(ctx.params.get("config")))
    yield from suites.BUILT_IN
    yield from sorted(entry.name for entry in entry_points(group=suites.GROUP))


def _benchmarks(ctx: click.Context) -> Iterable[str]:
    return sorted({f"{row[2]}.{row[3]}" for row in _asked(ctx, "series")})


def _imports(_: click.Context) -> Iterable[str]:
    from history.formats import registry

    return registry.names(registry.IMPORT)


def _exports(_: click.Context) -> Iterable[str]:
    from history.formats import registry

    return registry.names(registry.EXPORT)


def _commits(ctx: click.Context) -> Iterable[str]:
    from history.vcs import commits
    from history.words.commit_names import called

    yield from commits.names(Path.cwd())
    for row in _asked(ctx, "run_list", count=_COMMITS):
        yield called(str(row[2]))


def _asked(ctx: click.Context, query: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """Rows of the history; empty if reading them would take long."""
    from history import sql
    from history.project.workspace import open_workspace
    from history.store import database

    places = [ctx.params.get(name) for name in ("config", "history", "ledger")]
    workspace = open_workspace(*places)
    waiting = database.Waiting(0, lambda _: None)
    with database.as_it_is(workspace.history_file, waiting) as connection:
        return connection.execute(sql.query(query), values).fetchall()


SUITES = _offered(_suites)
BENCHMARKS = _offered(_benchmarks)
IMPORTS = _offered(_imports, or_files=True)
EXPORTS = _offered(_exports)
COMMITS = _offered(_commits)
