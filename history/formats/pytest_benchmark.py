"""Read pytest-benchmark's ``--benchmark-json``: seconds per call, with or without raw rounds."""

from __future__ import annotations

from typing import Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed
from history.formats.outcomes import measured
from history.words.records import Commit, Machine, Measured, Point, machine_label

SUITE: Final = "pytest-benchmark"


class PytestBenchmark:
    """``pytest --benchmark-json=FILE``."""

    name = "pytest-benchmark"
    summary = 'JSON with "machine_info" and "benchmarks", each with "stats" in seconds'
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether the keys that only pytest-benchmark writes are there."""
        return '"machine_info"' in head and (
            '"commit_info"' in head or ('"benchmarks"' in head and '"stats"' in head)
        )

    def parse(self, text: str, name: str = "pytest-benchmark") -> Parsed:
        """``operation_time`` of every benchmark: of its rounds where they were saved, else stated.

        Operations per second are not taken: they are one divided by the mean. The commit in the
        file counts before the caller's.
        """
        data, rows = fields.load_rows(text, name, "benchmarks")
        points, refused = fields.take(rows, lambda row: (_point(row),))
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
