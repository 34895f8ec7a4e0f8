"""Which formats can be exported. A new one is a file in this folder and a line in this table."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, cast

from history.words.errors import UsageError

if TYPE_CHECKING:
    from history.formats.exporter import Exporter

_BUILT_IN: Final = {
    "alignment-jsonl": "history.formats.alignment_jsonl.writing:AlignmentJsonlExporter",
    "alignment-pairs": "history.formats.alignment_pairs:PairsExporter",
    "alignment-scaling": "history.formats.alignment_scaling:ScalingExporter",
    "csv": "history.formats.tables:CsvExporter",
    "json": "history.formats.tables:JsonExporter",
    "lifecycle-json": "history.formats.lifecycle_json.writing:LifecycleJsonExporter",
    "lifecycle-table": "history.formats.lifecycle_table:LifecycleTableExporter",
    "parquet": "history.formats.tables:ParquetExporter",
    "textgrid": "history.formats.textgrid:TextGridExporter",
    "tts-json": "history.formats.tts_json.writing:TtsJsonExporter",
    "whisper-results": "history.formats.whisper_results.writing:WhisperResultsExporter",
    "whisper-table": "history.formats.whisper_table:WhisperTableExporter",
    "words-json": "history.formats.textgrid:WordsJsonExporter",
}


def names() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    others = {entry.name for entry in entry_points(group="soundmark.exporters")}
    return tuple(sorted({*_BUILT_IN, *others}))


def find(name: str) -> Exporter:
    """The exporter of that name. Raises UsageError naming the nearest one."""
    if name in _BUILT_IN:
        module, _, attribute = _BUILT_IN[name].partition(":")
        return cast("Exporter", getattr(import_module(module), attribute)())
    for entry in entry_points(group="soundmark.exporters", name=name):
        return cast("Exporter", entry.load()())
    near = difflib.get_close_matches(name, names(), n=1)
    advice = f'Did you mean "{near[0]}"?' if near else f"Known formats: {', '.join(names())}."
    raise UsageError(f'there is no exporter for "{name}".', hint=advice)
