"""Read the benchmark records of PyTorch's dashboard (HUD), version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields, groups, json_lines
from history.formats.fields import RefuseError
from history.formats.groups import About
from history.formats.interface import Brings, Context, Imported
from history.formats.outcomes import measured
from history.words.records import Commit, Machine, Point, Variant, machine_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUITE: Final = "pytorch-hud"
_NOT_IDENTITY: Final = frozenset({"description", "timestamp", "time", "date", "device"})


class PytorchHud:
    """Records as an array, one a line, or arrays of them a line."""

    name = "pytorch-hud"
    summary = 'JSON records with "benchmark", "model" and "metric" with "benchmark_values"'
    brings = Brings(
        "any, by name", samples="yes", commit="where head_sha stands", machine="where runners stand"
    )
    asks = frozenset({"unit", "direction"})

    def recognise(self, head: str) -> bool:
        """Whether a record has values of a metric."""
        return '"benchmark_values"' in head and '"metric"' in head

    def read(self, path: Path, context: Context) -> Imported:
        """Every record in the run of its commit, job and runner; its values are samples.

        No record has a unit or a direction: they are those of a registered metric, or told. A
        metric of which no unit is told is kept as it is written. A row is one record.
        """
        told = by_unit.Told(context)
        flagged: dict[str, None] = {}
        found = groups.imported(
            _flat(json_lines.records(fields.read_text(path), path.name)),
            _about,
            lambda row: _points(row, told, flagged),
            context,
            (self.name, path.name),
        )
        return Imported(
            found.records,
            found.rows_read,
            found.refused,
            (*found.flagged, *flagged, *told.flagged()),
        )


def _flat(found: list[object]) -> Iterator[object]:
    """Records of arrays in an array, one level deep, as lines of arrays give them."""
    for one in found:
        if isinstance(one, list):
            yield from one
        else:
            yield one


def _about(row: object) -> About:
    record = fields.table(row)
    if not isinstance(record.get("metric"), dict):
        raise RefuseError(f'expected a record with "metric", found {fields.shown(row)}')
    sha, commit, started_at = record.get("head_sha"), None, None
    if record.get("timestamp") is not None:
        started_at = fields.of_seconds(record["timestamp"], "timestamp")
    if isinstance(sha, str) and sha.strip():
        if started_at is None:
            raise RefuseError("timestamp: expected seconds since 1970, found none")
        commit = Commit(
            sha=sha.strip(), time=started_at, branch=str(record.get("head_branch") or "")
        )
    keys = ("workflow_id", "run_attempt", "job_id")
    run = "/".join(str(record.get(key) or "") for key in keys)
    return About(commit, _machine(record.get("runners")), started_at, run)


def _machine(runners: object) -> Machine | None:
    """The first runner, by its type: a name is another one every day."""
    first = fields.table(runners[0]) if isinstance(runners, list) and runners else {}
    model, gpu = str(first.get("cpu_info") or ""), str(first.get("gpu_info") or "")
    cores = fields.count_of(first.get("cpu_count"))
    name = str(first.get("type") or first.get("name") or "").strip()
    if not (name or model or gpu):
        return None
    label = name or machine_label(model, cores, 0, gpu)
    return Machine(name=label, cpu_model=model, cores=cores, gpu=gpu)


def _points(row: object, told: by_unit.Told, flagged: dict[str, None]) -> Iterator[Point]:
    record = fields.table(row)
    benchmark, model, metric = (
        fields.table(record.get(key)) for key in ("benchmark", "model", "metric")
    )
    name = model.get("name") or benchmark.get("name")
    measure = metric.get("name")
    if not (
        isinstance(name, str) and name.strip() and isinstance(measure, str) and measure.strip()
    ):
        raise RefuseError("expected names of model and metric")
    kind = told.kind(measure.strip())
    values = fields.numbers(metric.get("benchmark_values"), "benchmark_values")
    if not values:
        raise RefuseError(f'"{name}", {measure}: expected benchmark_values, found none')
    if metric.get("target_value") is not None:
        flagged["target values left out: a target is a line of soundmark.toml"] = None
    extra = fields.table(benchmark.get("extra_info"))
    yield Point(
        suite=str(benchmark.get("name") or SUITE),
        benchmark=name.strip(),
        params=_params(benchmark.get("mode"), extra, fields.table(record.get("inputs"))),
        variant=Variant(
            runtime=str(model.get("backend") or ""),
            device=str(extra.get("device") or ""),
            precision=str(benchmark.get("dtype") or ""),
        ),
        metric=kind.metric,
        unit=kind.unit,
        direction=kind.direction,
        outcome=measured([value * kind.factor for value in values]),
    )


def _params(mode: object, extra: dict[str, Any], inputs: dict[str, Any]) -> dict[str, str]:
    """Mode, and of ``extra_info`` and ``inputs`` what is one short value."""
    plain = {
        str(key): str(value)
        for key, value in (inputs | extra).items()
        if key not in _NOT_IDENTITY and isinstance(value, str | int | float) and str(value)
    }
    return plain | ({"mode": str(mode)} if mode else {})
