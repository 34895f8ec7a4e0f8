"""Alignment results as JSON lines, one utterance each, in the public aligners' field names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats.alignment_jsonl import reading, writing
from history.formats.interface import Brings

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.interface import Parsed


class AlignmentJsonl:
    """``--perf-out`` of the aligners, with or without the whole-report form."""

    name = "alignment-jsonl"
    summary = 'JSON lines with "utterance_id", "forward_ms" and "total_ms"'
    brings = Brings("times and memory of every utterance and stage", samples="where repeated")
    repeats_itself = True
    written = "the newest alignment run, a line for each utterance, with .summary.json"

    def recognise(self, head: str) -> bool:
        """Whether the keys of a record are there."""
        return all(f'"{key}"' in head for key in ("utterance_id", "forward_ms", "total_ms"))

    def parse(self, text: str, name: str) -> Parsed:
        """An item per line; a line that is cut off or no record is refused with its number."""
        return reading.parse(text, name)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One file per way of running; with several, the way is added to the name."""
        writing.write_newest(connection, target)
