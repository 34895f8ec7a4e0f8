"""Read what criterion.rs leaves on disk: raw samples and estimates, in nanoseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from history.formats import fields, opened, runs
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Context, Imported, LeftOut, Parsed
from history.formats.outcomes import measured, storable_samples
from history.formats.shortening import shortened
from history.words.errors import ImportRefusedError
from history.words.records import Measured, Point

SUITE: Final = "criterion"
_NS: Final = 1e-9
_AGREES: Final = 1e-6
"""Share by which the stated median may differ from that of the samples before it is flagged."""
_CLOCKS_S: Final = 3600.0
"""Tolerated difference between the committer's clock and the file system's."""
_DAY_S: Final = 86_400.0
# Amount per iteration -> metric of the rate. Elements are operations of the benchmark.
_RATES: Final = {
    "Bytes": "bandwidth",
    "BytesDecimal": "bandwidth",
    "Elements": "throughput",
}
_BESIDE: Final = frozenset({"report"})
"""What criterion puts beside the folders of benchmarks."""


class Files(NamedTuple):
    """The texts of one benchmark's ``new`` folder; empty where a file is missing."""

    folder: str
    """Name of the benchmark's folder, for messages."""
    benchmark: str
    sample: str
    estimates: str
    written_s: float
    """When the last of them was written, in seconds since the epoch."""


class Criterion:
    """A folder ``target/criterion``."""

    name = "criterion"
    summary = "a folder such as target/criterion with .../new/sample.json and estimates.json"
    brings = Brings("operation_time, throughput", samples="yes")
    repeats_itself = True
    partial_exit_codes = frozenset({101})
    usual_folder = "target/criterion"

    def recognise(self, head: str) -> bool:
        """A single file of criterion's: its folder is what should be named."""
        return '"sampling_mode"' in head or ('"median_abs_dev"' in head and '"slope"' in head)

    def recognise_folder(self, folder: Path) -> bool:
        """Whether it is a benchmark's, or holds those of benchmarks and nothing else."""
        if (folder / "new" / "estimates.json").is_file():
            return True
        inner = [path for path in folder.iterdir() if path.name not in _BESIDE]
        return bool(inner) and all(path.is_dir() and _holds_results(path) for path in inner)

    def parse_folder(self, folder: Path, since_s: float | None = None) -> Parsed:
        """Every ``new`` folder below; ``base`` is an older run and is left alone."""
        return parse(find(folder), since_s, "this run")

    def read(self, path: Path, context: Context) -> Imported:
        """The folder; of a single file the folder of its benchmark.

        Folders that were written long before the commit are of another one and are left out.
        """
        folder = path
        if not path.is_dir():
            if path.parent.name != "new":
                raise ImportRefusedError(
                    f'{path.name}: expected a file of a folder "new", found one of '
                    f'"{path.parent.name}", which is no result of this run.',
                    hint=f"Name the whole folder, such as {self.usual_folder}.",
                )
            folder = path.parent.parent
        found = find(folder)
        if not found:
            raise ImportRefusedError(_nothing(path))
        since_s = None if context.commit is None else _since(found, context.commit.time.timestamp())
        parsed = parse(found, since_s, "the commit")
        return runs.imported(parsed, context, self.name, path.name)


def _holds_results(folder: Path) -> bool:
    """Whether results are at the depth of criterion's groups."""
    written = (folder.glob(f"{depth}new/estimates.json") for depth in ("", "*/", "*/*/"))
    return any(map(any, written))


def find(folder: Path) -> tuple[Files, ...]:
    """The files of all benchmarks below a folder, sorted."""
    found = []
    for new in sorted(path for path in folder.rglob("new") if path.is_dir()):
        benchmark, sample, estimates = (
            new / f"{name}.json" for name in ("benchmark", "sample", "estimates")
        )
        # The estimates come last; a run that was broken off has none.
        written = [file for file in (estimates, sample, benchmark) if file.is_file()]
        if written:
            texts = _text(benchmark), _text(sample), _text(estimates)
            found.append(Files(new.parent.name, *texts, written[0].stat().st_mtime))
    return tuple(found)


def _since(found: Sequence[Files], committed_s: float) -> float:
    """The time before which results are of another commit.

    A folder stays when its benchmark is gone. Where others were written after the commit, one that
    was written before it is such a folder; else everything may have been measured first and
    committed then, within a day.
    """
    newest_s = max(one.written_s for one in found)
    return committed_s - (_CLOCKS_S if newest_s >= committed_s - _CLOCKS_S else _DAY_S)


def _nothing(path: Path) -> str:
    expected = f"expected {Criterion.summary}"
    if next(path.rglob("measurement_*.cbor"), None) is not None:
        return (
            f"{path.name}: {expected}, found files of cargo-criterion, which are CBOR and cannot be"
            " read; measure with `cargo bench`."
        )
    return f"{path.name}: there are no results in it; {expected}."


def parse(files: Sequence[Files], since_s: float | None = None, than: str = "") -> Parsed:
    """``operation_time`` of every benchmark, and the rate where the amount per call is stated.

    With ``since_s``, in seconds since the epoch, what was written before is left out; ``than``
    names that time in the reason: ``the commit``, ``this run``.
    """
    flagged: dict[str, None] = {}
    left_out = [
        LeftOut(row, f'"{one.folder}" is older than {than}: written {_when(one.written_s)}')
        for row, one in enumerate(files, start=1)
        if since_s is not None and one.written_s < since_s
    ]
    old = {one.row for one in left_out}
    rows = list(enumerate(files, start=1))

    def made_of(row: tuple[int, Files]) -> list[Point]:
        number, one = row
        return [] if number in old else _points(one, flagged)

    points, refused = fields.take(rows, made_of)
    return Parsed(
        points=tuple(points),
        rows_read=len(files),
        left_out=tuple(left_out),
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _points(files: Files, flagged: dict[str, None]) -> list[Point]:
    """Raises RefuseError naming the folder."""
    try:
        about = fields.table(fields.load_json(files.benchmark or "{}", "benchmark.json"))
        # The folder's name is shortened and made safe for files: the full id is the name.
        name = shortened(str(about.get("full_id") or files.folder))
        time = _outcome(name, files, flagged)
        points = [Point(suite=SUITE, benchmark=name, metric="operation_time", outcome=time)]
        for kind, amount in fields.table(about.get("throughput")).items():
            metric = _RATES.get(kind)
            if metric is None:
                flagged[f"throughput in {kind} is not known and was left out"] = None
            elif time.value <= 0:
                flagged[f"{name}: no {metric}, because its time is 0"] = None
            else:
                rate = _rate(fields.number(amount, kind), time)
                points.append(Point(suite=SUITE, benchmark=name, metric=metric, outcome=rate))
    except (RefuseError, ImportRefusedError) as error:
        raise RefuseError(f"{files.folder}: {error}") from None
    return points


def _rate(amount: float, time: Measured) -> Measured:
    """Of every sample; of the time as a whole where there are none, or some took no time."""
    if time.samples and min(time.samples) > 0:
        return measured(storable_samples(amount / sample for sample in time.samples))
    return Measured(value=amount / time.value, n=time.n, aggregate=time.aggregate)


def _outcome(name: str, files: Files, flagged: dict[str, None]) -> Measured:
    if not files.estimates:
        raise RefuseError("there is no estimates.json: the run was broken off")
    stated = _stated(fields.load_json(files.estimates, "estimates.json"))
    if not files.sample:
        return stated
    sample = fields.table(fields.load_json(files.sample, "sample.json"))
    times = fields.numbers(sample.get("times"), "times")
    counts = fields.numbers(sample.get("iters"), "iters")
    if not times or len(times) != len(counts) or min(counts) <= 0:
        raise RefuseError("sample.json: expected as many times as iters, and iters above 0")
    found = measured(
        storable_samples(time / count * _NS for time, count in zip(times, counts, strict=True))
    )
    if abs(found.value - stated.value) > _AGREES * abs(stated.value):
        flagged[f"{name}: the median of the samples is not the stated one; the samples count"] = (
            None
        )
    return found


def _stated(estimates: Any) -> Measured:  # noqa: ANN401 - checked here
    median = estimates.get("median") if isinstance(estimates, dict) else None
    if not isinstance(median, dict):
        raise RefuseError('estimates.json: expected "median"')
    interval = fields.table(median.get("confidence_interval"))
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
    """Bytes that are no text make JSON that is refused, with its folder."""
    return opened.content(path).decode("utf-8-sig", errors="replace") if path.is_file() else ""


def _when(written_s: float) -> str:
    return datetime.fromtimestamp(written_s, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
