"""Read the results of airspeed velocity (asv): a file for each machine, commit and environment."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.formats import fields, opened
from history.formats.asv import writing
from history.formats.asv.columns import columns_of
from history.formats.asv.points import Reading
from history.formats.interface import Brings, Context, ImportedColumns
from history.words.errors import ImportRefusedError, UsageError

if TYPE_CHECKING:
    import duckdb

_USUAL: Final = ("results", ".asv/results")
_CONFIGURED: Final = re.compile(r'^\s*"results_dir"\s*:\s*"([^"\n\0]+)"', re.MULTILINE)
_FORMATS: Final = (1, 2)


class File(NamedTuple):
    """One file of results."""

    path: Path
    name: str
    """With the folder of its machine, for messages."""


class Asv:
    """The folder ``results`` of asv, or the one that holds it and ``asv.conf.json``."""

    name = "asv"
    summary = (
        "the results folder of asv, or the project's: benchmarks.json and a folder each machine"
    )
    brings = Brings(
        "time, memory, tracked values", samples="where recorded", commit="yes", machine="yes"
    )

    written = "every point, as the folder of results that asv keeps"

    def recognise(self, head: str) -> bool:
        """A single file of results: the folder is what should be named."""
        return '"commit_hash"' in head and any(
            key in head for key in ('"result_columns"', '"env_name"', '"requirements"')
        )

    def recognise_folder(self, folder: Path) -> bool:
        """Whether it, or the folder of results below it, has what asv keeps beside its results."""
        results = _results(folder)
        marks = ("benchmarks.json", "machine.json", "*/machine.json")
        if not any(path.is_file() for mark in marks for path in results.glob(mark)):
            return False
        with suppress(ImportRefusedError):
            return any(self.recognise(opened.head(file.path)) for file in find(results)[:5])
        return False

    def files(self, path: Path) -> list[Path]:
        """The files of results of every machine."""
        return [path] if path.is_file() else [file.path for file in find(_results(path))]

    def read(self, path: Path, context: Context) -> ImportedColumns:
        """A run of every file; a row is one value: a benchmark with its parameters at a commit.

        Raises UsageError when several machines would be imported under the one of the caller.
        """
        results = path.parent.parent if path.is_file() else _results(path)
        files = [File(path, path.name)] if path.is_file() else find(results)
        machines = sorted({file.path.parent.name for file in files})
        if context.machine and len(machines) > 1:
            raise UsageError(
                f"{path.name}: expected results of one machine with --machine, found"
                f" {len(machines)}: {', '.join(machines)}.",
                hint="Leave --machine out: the files name their machines.",
            )
        beside = results.parent if (results / "machine.json").is_file() else results
        described = beside / "benchmarks.json"
        reading = Reading(context, _benchmarks(described))
        if files and not described.is_file():
            reading.flag("there is no benchmarks.json: only names tell what was measured")
        fresh = [file for file in files if file.path.resolve() not in context.unread]
        for file in fresh:
            named = file.name, file.path.parent.name
            columns = columns_of(file.path)
            if columns is None or not reading.take_columns(columns, *named):
                reading.take(fields_of(file), *named)
        return reading.imported()

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
        """Write the folder ``results``; sentences about what has no place in it."""
        return writing.write(connection, target)


def find(results: Path) -> list[File]:
    """The files of results of every machine, sorted; ``results`` may be the folder of one."""
    pattern = "*.json" if (results / "machine.json").is_file() else "*/*.json"
    return [
        File(path, f"{path.parent.name}/{path.name}")
        for path in sorted(results.glob(pattern))
        if path.name != "machine.json" and path.is_file()
    ]


def fields_of(file: File) -> dict[str, Any] | str:
    """What a file holds, or why it cannot be read."""
    try:
        data = fields.load_json(fields.read_text(file.path), file.name)
    except ImportRefusedError as error:
        return error.message
    if not isinstance(data, dict) or not isinstance(data.get("results"), dict):
        return 'expected an object with "results"'
    if data.get("version", 1) not in _FORMATS:
        return f"expected version 1 or 2 of asv's files, found {fields.shown(data['version'])}"
    if not isinstance(data.get("commit_hash"), str) or not data["commit_hash"]:
        return f'expected "commit_hash", found {fields.shown(data.get("commit_hash"))}'
    return data


def _results(folder: Path) -> Path:
    """The results folder of a project, or the folder itself."""
    if (folder / "benchmarks.json").is_file():
        return folder
    configuration = folder / "asv.conf.json"
    stated: list[str] = []
    if configuration.is_file():
        text = configuration.read_text(encoding="utf-8-sig", errors="replace")
        stated = [found.replace("\\\\", "\\") for found in _CONFIGURED.findall(text)[:1]]
    for name in (*stated, *_USUAL):
        if (folder / name).is_dir():
            return folder / name
    return folder


def _benchmarks(path: Path) -> dict[str, dict[str, Any]]:
    """Name -> what asv says of it; empty without the file. Raises ImportRefusedError."""
    if not path.is_file():
        return {}
    data = fields.load_json(fields.read_text(path), path.name)
    if not isinstance(data, dict):
        raise ImportRefusedError(
            f"{path.name}: expected an object with a benchmark under each name, found"
            f" {fields.shown(data)}."
        )
    return {name: about for name, about in data.items() if isinstance(about, dict)}
