"""Read what criterion.rs leaves on disk: raw samples and estimates, in nanoseconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Context, Imported, Parsed, Refused
from history.formats.outcomes import measured
from history.words.errors import ImportRefusedError
from history.words.records import Measured, Point

SUITE: Final = "criterion"
_NS: Final = 1e-9
_AGREES: Final = 1e-6
"""Share by which the stated median may differ from that of the samples before it is flagged."""
# Amount per iteration -> metric of the rate. Elements are operations of the benchmark.
_RATES: Final = {
    "Bytes": "bandwidth",
    "BytesDecimal": "bandwidth",
    "Elements": "throughput",
}


class Files(NamedTuple):
    """The texts of one benchmark's ``new`` folder; empty where a file is missing."""

    folder: str
    """Name of the benchmark's folder, for messages."""
    benchmark: str
    sample: str
    estimates: str


class Criterion:
    """A folder ``target/criterion``."""

    name = "criterion"
    summary = "a folder such as target/criterion with .../new/sample.json and estimates.json"
    repeats_itself = True
    partial_exit_codes = frozenset({101})
    usual_folder = "target/criterion"

    def recognise(self, head: str) -> bool:
        """A single file of criterion's: its folder is what should be named."""
        return '"sampling_mode"' in head or ('"median_abs_dev"' in head and '"slope"' in head)

    def parse_folder(self, folder: Path, since_s: float | None = None) -> Parsed:
        """Every ``new`` folder below; ``base`` is an older run and is left alone."""
        return parse(find(folder, since_s))

    def read(self, path: Path, context: Context) -> Imported:
        """The folder; of a single file the folder of its benchmark."""
        folder = path if path.is_dir() else path.parent.parent
        return runs.imported(self.parse_folder(folder), context, self.name, path.name)


def find(folder: Path, since_s: float | None = None) -> tuple[Files, ...]:
    """The files of all benchmarks below a folder, sorted; with a time, only those written since."""
    found = []
    for estimates in sorted(folder.rglob("new/estimates.json")):
        if since_s is not None and estimates.stat().st_mtime < since_s:
            continue
        new = estimates.parent
        found.append(
            Files(
                new.parent.name,
                _text(new / "benchmark.json"),
                _text(new / "sample.json"),
                _text(estimates),
            )
        )
    return tuple(found)


def parse(files: Sequence[Files]) -> Parsed:
    """``operation_time`` of every benchmark, and the rate where the amount per call is stated."""
    points: list[Point] = []
    refused: list[Refused] = []
    flagged: dict[str, None] = {}
    for row, one in enumerate(files, start=1):
        try:
            points += _points(one, flagged)
        except (RefuseError, ImportRefusedError) as error:
            refused.append(Refused(row, f"{one.folder}: {error}"))
    return Parsed(
        points=tuple(points),
        rows_read=len(files),
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _points(files: Files, flagged: dict[str, None]) -> list[Point]:
    about = fields.load_json(files.benchmark or "{}", "benchmark.json")
    # The folder's name is shortened and made safe for files: the full id is the name.
    name = str(about.get("full_id") or files.folder)
    outcome = _outcome(name, files, flagged)
    points = [Point(suite=SUITE, benchmark=name, metric="operation_time", outcome=outcome)]
    for kind, amount in (about.get("throughput") or {}).items():
        metric = _RATES.get(kind)
        if metric is None:
            flagged[f"throughput in {kind} is not known and was left out"] = None
            continue
        each = fields.number(amount, kind)
        if outcome.samples:
            rate = measured([each / time for time in outcome.samples if time > 0])
        else:
            rate = Measured(value=each / outcome.value, n=outcome.n)
        points.append(Point(suite=SUITE, benchmark=name, metric=metric, outcome=rate))
    return points


def _outcome(name: str, files: Files, flagged: dict[str, None]) -> Measured:
    stated = _stated(fields.load_json(files.estimates, "estimates.json"))
    if not files.sample:
        return stated
    sample = fields.load_json(files.sample, "sample.json")
    times = fields.numbers(sample.get("times"), "times")
    counts = fields.numbers(sample.get("iters"), "iters")
    if not times or len(times) != len(counts) or min(counts) <= 0:
        raise RefuseError("sample.json: expected as many times as iters, and iters above 0")
    found = measured([time / count * _NS for time, count in zip(times, counts, strict=True)])
    if abs(found.value - stated.value) > _AGREES * abs(stated.value):
        flagged[f"{name}: the median of the samples is not the stated one; the samples count"] = (
            None
        )
    return found


def _stated(estimates: Any) -> Measured:  # noqa: ANN401 - checked here
    median = estimates.get("median") if isinstance(estimates, dict) else None
    if not isinstance(median, dict):
        raise RefuseError('estimates.json: expected "median"')
    interval = median.get("confidence_interval") or {}
    known = "lower_bound" in interval and "upper_bound" in interval
    return Measured(
        value=fields.number(median.get("point_estimate"), "median") * _NS,
        n=1,
        aggregate="median",
        low=fields.number(interval["lower_bound"], "lower_bound") * _NS if known else None,
        high=fields.number(interval["upper_bound"], "upper_bound") * _NS if known else None,
        interval="stated" if known else "",
    )


def _text(path: Path) -> str:
    return fields.read_text(path) if path.is_file() else ""
