"""The files of the public Whisper-on-ONNX-Runtime benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.formats import fields, runs
from history.formats.interface import Brings
from history.formats.whisper_results import reading, writing

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from history.formats.interface import Context, Imported, Parsed


class WhisperResults:
    """``inference_per_file``, ``inference_summary`` and the tables of results."""

    name = "whisper-results"
    summary = reading.SUMMARY
    brings = Brings("times and real-time factors of every file", samples="where given")
    repeats_itself = False
    written = "the newest whisper run, a folder: figures of every file, summary, transcripts"

    def recognise(self, head: str) -> bool:
        """Whether it is one of the five files."""
        return reading.recognise(head)

    def parse(self, text: str, name: str) -> Parsed:
        """Points, and items where there are files."""
        return reading.parse(text, name)

    def read(self, path: Path, context: Context) -> Imported:
        """The same; the way it was run is named after the folder the file lies in."""
        found = reading.parse(fields.read_text(path), path.name, path.resolve().parent.name)
        return runs.imported(found, context, self.name, path.name)

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """A folder; with several ways of transcribing one folder inside it for each."""
        writing.write_newest(connection, target)
