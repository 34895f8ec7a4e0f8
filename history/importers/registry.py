"""Which formats can be imported. A new one is a file in this folder and a line in this table."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, cast

from history.errors import UsageError

if TYPE_CHECKING:
    from history.importers.interface import Importer

_BUILT_IN: Final = {
    "alignment-jsonl": "history.importers.alignment_jsonl:AlignmentJsonlImporter",
    "criterion": "history.importers.criterion:CriterionImporter",
    "csv": "history.importers.csv:CsvImporter",
    "google-benchmark": "history.importers.google_benchmark:GoogleBenchmarkImporter",
    "hyperfine": "history.importers.hyperfine:HyperfineImporter",
    "lifecycle-json": "history.importers.lifecycle_json:LifecycleJsonImporter",
    "pytest-benchmark": "history.importers.pytest_benchmark:PytestBenchmarkImporter",
    "soundmark-lines": "history.importers.lines:LinesImporter",
    "tts-json": "history.importers.tts_json:TtsJsonImporter",
    "whisper-results": "history.importers.whisper_results:WhisperResultsImporter",
}


def names() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    others = {entry.name for entry in entry_points(group="soundmark.importers")}
    return tuple(sorted({*_BUILT_IN, *others}))


def find(name: str) -> Importer:
    """The importer of that name. Raises UsageError naming the nearest one."""
    if name in _BUILT_IN:
        module, _, attribute = _BUILT_IN[name].partition(":")
        return cast("Importer", getattr(import_module(module), attribute)())
    for entry in entry_points(group="soundmark.importers", name=name):
        return cast("Importer", entry.load()())
    near = difflib.get_close_matches(name, names(), n=1)
    advice = f'Did you mean "{near[0]}"?' if near else f"Known formats: {', '.join(names())}."
    raise UsageError(f'there is no importer for "{name}".', hint=advice)
