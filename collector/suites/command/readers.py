"""Find the results of one run and parse them by their format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from collector.suites.command.options import Reads
from collector.suites.command.pattern import Pattern
from history.formats import limits_in_force, local_paths, registry
from history.formats.interface import (
    GoesOn,
    LeftOut,
    Parsed,
    Parser,
    ParsesFolder,
    ParsesPartial,
    Refused,
)
from history.report.wording import numbers
from history.words.errors import SoundmarkError
from history.words.registry import unknown

CLOCK_GRAIN_S: Final = 0.05
"""File times are those of the kernel's last tick, some milliseconds early."""
SHORT: Final = {
    "alignment": "alignment-jsonl",
    "lifecycle": "lifecycle-json",
    "lines": "soundmark-lines",
    "tts": "tts-json",
    "whisper": "whisper-results",
}
"""Short names of formats in a table; other formats use their own names."""


class Before(NamedTuple):
    """State of the result files before a run, so that old results are not read as new ones."""

    clock: float
    """Seconds since the epoch."""
    sizes: Mapping[Path, int]
    """Sizes of the files that the program appends to."""


class RunOutput(NamedTuple):
    """The folders and outputs of one run."""

    stdout: Path
    stderr: Path
    folder: Path
    """Base folder of relative paths."""
    scratch: Path


class NoResultsError(SoundmarkError):
    """The program succeeded without the expected results."""


@cache
def parser(reads: Reads) -> Parser:
    """The parser of a format. Raises UsageError when there is none that reads a single run."""
    if reads.format == Pattern.name:
        return Pattern(reads)
    name = SHORT.get(reads.format, reads.format)
    if not registry.FORMATS.has(name):
        raise unknown("format", reads.format, names())
    return registry.find(name, registry.PARSE)


def names() -> tuple[str, ...]:
    """Everything that may stand under ``reads``, sorted."""
    return tuple(sorted({*SHORT, *registry.names(registry.PARSE), Pattern.name}))


def before(reads: tuple[Reads, ...], output: RunOutput, clock: float) -> Before:
    """Record the state of the files before a run."""
    files = [place(one, output) for one in reads if one.path and one.append]
    return Before(clock, {path: path.stat().st_size for path in files if path.is_file()})


def may_be_partial(reads: tuple[Reads, ...], code: int) -> bool:
    """Whether this exit code means that the tool continued after a failure."""
    parsers = [parser(one) for one in reads]
    return bool(parsers) and all(
        isinstance(one, GoesOn) and code in one.partial_exit_codes for one in parsers
    )


def read(reads: Reads, output: RunOutput, earlier: Before, *, partial: bool = False) -> Parsed:
    """The results of one run in one format; ``partial`` accepts the rest of a run that failed.

    Raises NoResultsError when there are no results.
    """
    reader = parser(reads)
    where = ""
    if isinstance(reader, ParsesFolder):
        with limits_in_force.files_of_at_most(reads.most_bytes):
            found = reader.parse_folder(place(reads, output), earlier.clock - CLOCK_GRAIN_S)
        what = f"new results of {reads.format} in {reads.path}"
    else:
        text, what = _text(reads, output, earlier)
        where = f" in {numbers.counted(len(text.splitlines()), 'line')}"
        name = Path(reads.path).name or reads.stream
        if partial and isinstance(reader, ParsesPartial):
            found = reader.parse_partial(text, name, _contents(output.stdout, 0, reads))
        else:
            found = reader.parse(text, name)
    if not found.points and not found.items:
        rows: tuple[Refused | LeftOut, ...] = (*found.refused, *found.left_out)
        first = f"; the first problem: {rows[0].reason}" if rows else ""
        raise NoResultsError(f"expected {what}, found none{first or where}")
    return local_paths.of_parsed(found)


def place(reads: Reads, output: RunOutput) -> Path:
    """The file or folder of a ``reads`` table."""
    path = Path(reads.path.replace("{scratch}", str(output.scratch)))
    return path if path.is_absolute() else output.folder / path


def _text(reads: Reads, output: RunOutput, earlier: Before) -> tuple[str, str]:
    """The text of this run, and a description of what was expected."""
    kind = f'the pattern "{reads.pattern}"' if reads.pattern else reads.format
    if not reads.path:
        path = output.stderr if reads.stream == "stderr" else output.stdout
        return _contents(path, 0, reads), f"{kind} on {reads.stream}"
    path, what = place(reads, output), f"{kind} in {reads.path}"
    if not path.is_file():
        raise NoResultsError(f"expected {what}, but there is no such file")
    if path.stat().st_mtime < earlier.clock - CLOCK_GRAIN_S:
        raise NoResultsError(f"expected {what}, but the file is older than the run")
    return _contents(path, earlier.sizes.get(path, 0) if reads.append else 0, reads), what


def _contents(path: Path, start: int, reads: Reads) -> str:
    size = path.stat().st_size
    if size - start > reads.most_bytes:
        raise NoResultsError(
            f"expected at most {reads.most_bytes} bytes of results, found {size - start}; "
            "`most_bytes` beside `format` allows more"
        )
    with path.open("rb") as file:
        file.seek(start if start <= size else 0)
        return file.read().decode("utf-8", "replace")
