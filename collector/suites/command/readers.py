"""Read what a program left: find the text of one run and hand it to the parser of its format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, cast

from collector.suites.command.options import Reads
from history.formats import criterion, fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import in_base_unit, measured, metric_of
from history.words.errors import SoundmarkError
from history.words.metrics import find
from history.words.records import Point

MAX_BYTES: Final = 256 * 2**20
"""More than this is no result file."""
CLOCK_GRAIN_S: Final = 0.05
"""A file's time is that of the last tick before it was written, some milliseconds early."""

_PARSERS: Final = {
    "lines": "history.formats.soundmark_lines",
    "hyperfine": "history.formats.hyperfine",
    "pytest-benchmark": "history.formats.pytest_benchmark",
    "google-benchmark": "history.formats.google_benchmark",
    "alignment": "history.formats.alignment_jsonl.reading",
    "whisper": "history.formats.whisper_results.reading",
    "tts": "history.formats.tts_json.reading",
    "lifecycle": "history.formats.lifecycle_json.reading",
}
"""Format -> module with ``parse(text, name)``."""


class Before(NamedTuple):
    """What was there before a run, so that old results are not taken for new ones."""

    clock: float
    """Seconds since the epoch."""
    sizes: Mapping[Path, int]
    """Of the files that the program adds to."""


class Left(NamedTuple):
    """Where the traces of one run are."""

    stdout: Path
    stderr: Path
    folder: Path
    """What relative paths are relative to."""
    scratch: Path


class NothingLeftError(SoundmarkError):
    """The program ended well and did not leave what was expected."""


def before(reads: tuple[Reads, ...], left: Left, clock: float) -> Before:
    """Look at the files a run will write."""
    files = [place(one, left) for one in reads if one.path and one.append]
    return Before(clock, {path: path.stat().st_size for path in files if path.is_file()})


def read(reads: Reads, left: Left, earlier: Before) -> Parsed:
    """What one run left of one kind. Raises NothingLeftError when nothing can be taken."""
    if reads.format == "criterion":
        folder = place(reads, left)
        found = criterion.parse(criterion.find(folder, earlier.clock - CLOCK_GRAIN_S))
        what = f"new benchmarks of criterion in {reads.path}"
    else:
        text, what = _text(reads, left, earlier)
        found = _parser(reads)(text, Path(reads.path).name or reads.stream)
    if not found.points and not found.items:
        first = f"; the first problem: {found.refused[0].reason}" if found.refused else ""
        raise NothingLeftError(f"expected {what}, found none{first}")
    return found


def place(reads: Reads, left: Left) -> Path:
    """The file or folder that is meant."""
    path = Path(reads.path.replace("{scratch}", str(left.scratch)))
    return path if path.is_absolute() else left.folder / path


def parse_pattern(text: str, reads: Reads) -> Parsed:
    """Numbers a regular expression finds; every match is one sample.

    Groups are metrics by name, but ``benchmark`` and ``unit`` say what they name, and ``param_x``
    is the parameter x. Without named groups the first group is ``reads.metric``.
    """
    pattern = re.compile(reads.pattern, re.MULTILINE)
    samples: dict[tuple[str, tuple[tuple[str, str], ...], str], list[float]] = defaultdict(list)
    units: dict[str, str] = {}
    refused: list[Refused] = []
    matches = list(pattern.finditer(text))
    for number, match in enumerate(matches, start=1):
        groups = {key: value for key, value in match.groupdict().items() if value is not None}
        if not pattern.groupindex:
            groups = {reads.metric: match.group(1 if pattern.groups else 0)}
        benchmark = groups.pop("benchmark", "")
        unit = groups.pop("unit", reads.unit)
        params = tuple(
            (key.removeprefix("param_"), groups.pop(key))
            for key in list(groups)
            if key.startswith("param_")
        )
        for metric, written in groups.items():
            try:
                value = in_base_unit(fields.number(written.strip(), metric), metric, unit)
            except RefuseError as error:
                refused.append(Refused(number, str(error)))
                continue
            units[metric] = unit
            samples[benchmark, params, metric].append(value)
    points = []
    for (benchmark, params, metric), values in samples.items():
        unit, direction = metric_of(metric, units[metric])
        known = find(metric).unit != ""
        points.append(
            Point(
                suite="regex",
                benchmark=benchmark,
                metric=metric,
                params=dict(params),
                outcome=measured(values),
                unit="" if known else unit,
                direction=None if known else direction,
            )
        )
    return Parsed(points=tuple(points), rows_read=len(matches), refused=tuple(refused))


def _text(reads: Reads, left: Left, earlier: Before) -> tuple[str, str]:
    """The text of this run, and in words what was expected of it."""
    if not reads.path:
        path = left.stderr if reads.stream == "stderr" else left.stdout
        return _contents(path, 0), f"{reads.format} on {reads.stream}"
    path, what = place(reads, left), f"{reads.format} in {reads.path}"
    if not path.is_file():
        raise NothingLeftError(f"expected {what}, but there is no such file")
    if path.stat().st_mtime < earlier.clock - CLOCK_GRAIN_S:
        raise NothingLeftError(f"expected {what}, but the file is older than the run")
    return _contents(path, earlier.sizes.get(path, 0) if reads.append else 0), what


def _contents(path: Path, start: int) -> str:
    size = path.stat().st_size
    if size - start > MAX_BYTES:
        raise NothingLeftError(
            f"expected at most {MAX_BYTES >> 20} MiB of results, found {(size - start) >> 20} MiB"
        )
    with path.open("rb") as file:
        file.seek(start if start <= size else 0)
        return file.read().decode("utf-8", "replace")


def _parser(reads: Reads) -> Callable[[str, str], Parsed]:
    if reads.format == "regex":
        return lambda text, _name: parse_pattern(text, reads)
    module = import_module(_PARSERS[reads.format])
    return cast("Callable[[str, str], Parsed]", module.parse)
