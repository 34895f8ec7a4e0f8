"""Find the history that a path stands for: a project, its configuration, a database or a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.project import config
from history.project.tables import HistoryTable
from history.project.workspace import open_workspace
from history.store.ledger import SUFFIX, Ledger
from history.words.errors import UsageError

if TYPE_CHECKING:
    from history.project.config import LoadedConfig

_TAKEN: Final = (
    f"A project folder, a {config.FILE_NAME}, a history.duckdb or a ledger (a folder of run files) "
    "can be opened."
)


@dataclass(frozen=True)
class Place:
    """Where a history is kept, and under which configuration it is judged."""

    loaded: LoadedConfig
    """The nearest ``soundmark.toml`` at or above the path, else the defaults."""
    kept_in: Path | Ledger
    """The database, or the ledger where no database of it was named."""


def find(path: Path | None) -> Place:
    """The history of that path; of None that of the working folder, as for a command.

    Raises UsageError when the path is none of the four, and ConfigError for a wrong configuration.
    """
    if path is None:
        return _of_project(None)
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder.", hint=_TAKEN)
    if path.is_file():
        if path.suffix == ".toml":
            return _of_project(path)
        if path.suffix != ".duckdb" and not _is_database(path):
            raise UsageError(f"{path}: expected a DuckDB file, found another one.", hint=_TAKEN)
        return Place(config.load(start=path.resolve().parent), kept_in=path.resolve())
    if (path / config.FILE_NAME).is_file():
        return _of_project(path / config.FILE_NAME)
    usual = path / HistoryTable().database
    if usual.is_file():
        return Place(config.load(start=path), kept_in=usual.resolve())
    if Ledger(path).files():
        loaded = config.load(start=path)
        return Place(loaded, kept_in=Ledger(path.resolve(), loaded.values.history.limits))
    raise UsageError(
        f"{path}: expected a history, found a folder with neither {config.FILE_NAME} nor run files "
        f"(*{SUFFIX}).",
        hint=_TAKEN,
    )


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(12)[8:] == b"DUCK"


def _of_project(file: Path | None) -> Place:
    workspace = open_workspace(file)
    return Place(workspace.loaded, kept_in=workspace.history_file)
