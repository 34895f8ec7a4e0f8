"""Read pytest-benchmark's ``--benchmark-json``: seconds per call, with or without raw rounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Context, Imported, Parsed, Refused
from history.formats.outcomes import measured
from history.words.errors import ImportRefusedError
from history.words.records import Commit, Machine, Measured, Point, machine_label

SUITE: Final = "pytest-benchmark"


class PytestBenchmarkImporter:
    """``pytest --benchmark-json=FILE``."""

    name = "pytest-benchmark"
    summary = 'JSON with "machine_info" and "benchmarks", each with "stats" in seconds'

    def recognise(self, head: str) -> bool:
        """Whether the keys that only pytest-benchmark writes are there."""
        return '"machine_info"' in head and (
            '"commit_info"' in head or ('"benchmarks"' in head and '"stats"' in head)
        )

    def read(self, path: Path, context: Context) -> Imported:
        """Read the file; its own commit counts before the one of the command line."""
        return runs.read(path, context, self.name, parse)


def parse(text: str, name: str = "pytest-benchmark") -> Parsed:
    """``operation_time`` of every benchmark: from its rounds where they were saved, else stated.

    Operations per second are not taken: they are one divided by the mean.
    """
    data = fields.load_json(text, name)
    rows = data.get("benchmarks") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise ImportRefusedError(f'{name}: expected an object with "benchmarks".')
    points: list[Point] = []
    refused: list[Refused] = []
    for row, benchmark in enumerate(rows, start=1):
        try:
            points.append(_point(benchmark))
        except RefuseError as error:
            refused.append(Refused(row, str(error)))
    flagged = []
    commit = _commit(data.get("commit_info"))
    if commit is not None and commit.dirty:
        flagged.append("the working tree differed from the commit when it was measured")
    return Parsed(
        points=tuple(points),
        rows_read=len(rows),
        refused=tuple(refused),
        flagged=tuple(flagged),
        commit=commit,
        machine=_machine(data.get("machine_info")),
        started_at=fields.utc(data.get("datetime")),
    )


def _point(benchmark: Any) -> Point:  # noqa: ANN401 - checked here
    if not isinstance(benchmark, dict) or not isinstance(benchmark.get("stats"), dict):
        raise RefuseError('expected an object with "stats"')
    name = benchmark.get("fullname") or benchmark.get("name")
    if not isinstance(name, str):
        raise RefuseError('expected "fullname" or "name"')
    params = benchmark.get("params")
    table = params if isinstance(params, dict) else {}
    if table and name.endswith("]"):
        name = name[: name.rindex("[")] if "[" in name else name
    return Point(
        suite=SUITE,
        benchmark=name,
        metric="operation_time",
        params={str(key): fields.without_folders(str(value)) for key, value in table.items()},
        outcome=_outcome(benchmark["stats"]),
    )


def _outcome(stats: dict[str, Any]) -> Measured:
    samples = fields.numbers(stats.get("data"), "data")
    if samples:
        return measured(samples)
    how = "median" if "median" in stats else "mean"

    def stated(key: str) -> float | None:
        return fields.number(stats[key], key) if key in stats else None

    rounds = stats.get("rounds", 1)
    return Measured(
        value=fields.number(stats.get(how), how),
        n=rounds if isinstance(rounds, int) and rounds > 0 else 1,
        aggregate=how,
        q1=stated("q1"),
        q3=stated("q3"),
        minimum=stated("min"),
        maximum=stated("max"),
    )


def _commit(info: Any) -> Commit | None:  # noqa: ANN401 - checked here
    if not isinstance(info, dict) or not isinstance(info.get("id"), str):
        return None
    time = fields.utc(info.get("time")) or fields.utc(info.get("author_time"))
    if time is None:
        return None
    branch = info.get("branch")
    return Commit(
        sha=info["id"],
        time=time,
        branch=branch if isinstance(branch, str) else "",
        dirty=bool(info.get("dirty")),
    )


def _machine(info: Any) -> Machine | None:  # noqa: ANN401 - checked here
    """Named after its processor: the host's name (``node``) is nobody's business."""
    cpu = info.get("cpu") if isinstance(info, dict) else None
    if not isinstance(cpu, dict) or not isinstance(cpu.get("brand_raw", cpu.get("brand")), str):
        return None
    model = str(cpu.get("brand_raw", cpu.get("brand")))
    count = cpu.get("count")
    cores = count if isinstance(count, int) else 0
    return Machine(name=machine_label(model, cores, 0, ""), cpu_model=model, cores=cores)
