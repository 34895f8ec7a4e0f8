"""Pack the aligned words of a run as Praat's TextGrid files, for whoever wants to look at them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.formats.textgrid import TextGrid, textgrid
from history.read import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from history.read.aligned import Aligned

MOST_RUNS: Final = 20
"""Newest runs with aligned words that get a file."""
MOST_UTTERANCES: Final = 20_000
"""Of all these files together; further runs are counted only."""
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""Same words, same bytes."""


@dataclass(frozen=True, slots=True)
class RunWords:
    """What the page of a run says of its aligned words."""

    utterances: int
    """In every way of aligning."""
    path: str = ""
    """Address of the file; empty where the run is too old or too long for one."""
    size_bytes: int = 0


def build(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, RunWords], dict[str, bytes]]:
    """What is said of each run that has any, and the files by address."""
    counted = aligned.counts(connection)
    chosen: list[str] = []
    total = 0
    for run_id, count in counted.items():
        total += count
        if len(chosen) == MOST_RUNS or total > MOST_UTTERANCES:
            break
        chosen.append(run_id)
    files = {
        addresses.words_of(run_id): archive(found)
        for run_id, found in aligned.of_runs(connection, chosen).items()
    }
    return _told(counted, files), files


def _told(counted: Mapping[str, int], files: Mapping[str, bytes]) -> dict[str, RunWords]:
    said = {}
    for run_id, count in counted.items():
        path = addresses.words_of(run_id)
        there = path in files
        said[run_id] = RunWords(count, path if there else "", len(files.get(path, b"")))
    return said


def archive(utterances: Sequence[Aligned]) -> bytes:
    """``<benchmark>/<way>/<utterance>.TextGrid`` in one ZIP file, named as in addresses."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for one in utterances:
            parts = (one.benchmark, one.variant or "default", one.item)
            name = "/".join(map(addresses.slug, parts)) + TextGrid.suffix
            file.writestr(
                zipfile.ZipInfo(name, _NO_TIME),
                textgrid(one.words, one.duration_s),
                zipfile.ZIP_DEFLATED,
            )
    return packed.getvalue()
