"""Read benchmark results of Conbench, as they are posted to its server or asked from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields, groups, json_lines
from history.formats.fields import RefuseError
from history.formats.groups import About
from history.formats.interface import Brings, Context, Imported
from history.formats.outcomes import measured
from history.words.key import pairs_text
from history.words.records import (
    Commit,
    Failed,
    Machine,
    Measured,
    Outcome,
    Point,
    Variant,
    machine_label,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUITE: Final = "conbench"
_KEYS: Final = ('"batch_id"', '"timestamp"', '"tags"')
_NOT_IDENTITY: Final = frozenset({"name", "id", "suite", "source"})


class Conbench:
    """One result, an array of them, or one a line."""

    name = "conbench"
    summary = 'JSON of Conbench: results with "batch_id", "timestamp", "tags" and "stats"'
    brings = Brings("by the unit of each result", samples="yes", commit="yes", machine="yes")

    def recognise(self, head: str) -> bool:
        """Whether the fields that every result must have are there."""
        return all(key in head for key in _KEYS) and ('"stats"' in head or '"error"' in head)

    def read(self, path: Path, context: Context) -> Imported:
        """Every result in the run of its commit, machine and ``run_id``. A row is one result.

        ``tags`` are parameters and ``context`` is part of the variant, because a change there
        starts another history at Conbench, too. The result's time stands for that of its commit.
        """
        rows = json_lines.records(fields.read_text(path), path.name)
        return groups.imported(rows, _about, _points, context, (self.name, path.name))


def _about(row: object) -> About:
    result = fields.table(row)
    if not isinstance(result.get("tags"), dict):
        raise RefuseError(f'expected a result with "tags", found {fields.shown(row)}')
    started_at = fields.utc(result.get("timestamp"))
    github = fields.table(result.get("github"))
    sha = github.get("commit") or fields.table(result.get("commit")).get("sha")
    commit = None
    if isinstance(sha, str) and sha.strip():
        if started_at is None:
            raise RefuseError(
                f"timestamp: expected a time, found {fields.shown(result.get('timestamp'))}"
            )
        commit = Commit(sha=sha.strip(), time=started_at)
    return About(commit, _machine(result), None, str(result.get("run_id") or ""))


def _machine(result: dict[str, Any]) -> Machine | None:
    """Named as its owner does; a cluster has a name and no processor."""
    cluster, about = (
        fields.table(result.get("cluster_info")),
        fields.table(result.get("machine_info")),
    )
    if isinstance(cluster.get("name"), str) and cluster["name"].strip():
        return Machine(name=cluster["name"].strip())
    model = str(about.get("cpu_model_name") or "")
    cores = fields.count_of(about.get("cpu_thread_count") or about.get("cpu_core_count"))
    name = about.get("name")
    if isinstance(name, str) and name.strip():
        return Machine(name=name.strip(), cpu_model=model, cores=cores)
    if not model:
        return None
    return Machine(name=machine_label(model, cores, 0, ""), cpu_model=model, cores=cores)


def _points(row: object) -> Iterator[Point]:
    result = fields.table(row)
    tags = fields.table(result.get("tags"))
    name = tags.get("name")
    if not isinstance(name, str) or not name.strip():
        raise RefuseError(f'tags: expected a "name", found {fields.shown(tags)}')
    params = {
        str(key): str(value)
        for key, value in tags.items()
        if key not in _NOT_IDENTITY and value is not None
    }
    try:
        kind, outcome = _outcome(result)
    except RefuseError as error:
        raise RefuseError(f'"{name}": {error}') from None
    yield Point(
        suite=str(tags.get("suite") or SUITE),
        benchmark=name.strip(),
        params=params,
        variant=_variant(fields.table(result.get("context"))),
        metric=kind.metric,
        unit=kind.unit,
        direction=kind.direction,
        outcome=outcome,
    )


def _variant(context: dict[str, Any]) -> Variant:
    """What of the context is one short value; nested settings have no name of their own."""
    plain = {
        str(key): str(value)
        for key, value in sorted(context.items())
        if isinstance(value, str | int | float | bool) and str(value)
    }
    return Variant(features=pairs_text(plain.items()))


def _outcome(result: dict[str, Any]) -> tuple[by_unit.Kind, Outcome]:
    stats = result.get("stats")
    unit = fields.table(stats).get("unit") or "s"
    if not isinstance(unit, str):
        raise RefuseError(f"unit: expected text, found {fields.shown(unit)}")
    kind = by_unit.kind(unit)
    if (error := result.get("error")) is not None:
        said = str(fields.table(error).get("stack_trace") or fields.shown(error)).split("\n")
        last = next(filter(None, map(str.strip, reversed(said))), "it failed")
        return kind, Failed(reason=last[:200])
    about = fields.table(stats)
    data = about.get("data")
    values = [one for one in data if one is not None] if isinstance(data, list) else []
    if values:
        samples = [value * kind.factor for value in fields.numbers(values, "data")]
        return kind, measured(samples)
    value = fields.number(about.get("mean"), "mean") * kind.factor
    return kind, Measured(value=value, n=1, aggregate="mean")
