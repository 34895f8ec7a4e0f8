"""Which formats can be imported. A new one is a file in this folder and a line in this table."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, cast

from history.words.errors import UsageError

if TYPE_CHECKING:
    from history.formats.interface import Importer

_BUILT_IN: Final = {
    "alignment-jsonl": "history.formats.alignment_jsonl.reading:AlignmentJsonlImporter",
    "criterion": "history.formats.criterion:CriterionImporter",
    "csv": "history.formats.csv.reading:CsvImporter",
    "google-benchmark": "history.formats.google_benchmark:GoogleBenchmarkImporter",
    "hyperfine": "history.formats.hyperfine:HyperfineImporter",
    "lifecycle-json": "history.formats.lifecycle_json.reading:LifecycleJsonImporter",
    "pytest-benchmark": "history.formats.pytest_benchmark:PytestBenchmarkImporter",
    "soundmark-lines": "history.formats.soundmark_lines:LinesImporter",
    "tts-json": "history.formats.tts_json.reading:TtsJsonImporter",
    "whisper-results": "history.formats.whisper_results.reading:WhisperResultsImporter",
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
