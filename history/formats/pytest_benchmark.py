"""Read pytest-benchmark's ``--benchmark-json``: seconds per call, with or without raw rounds."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from history.formats import fields
from history.formats.counters import counter, is_number
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.formats.shortening import ADDRESS, apart, shortened
from history.words.records import (
    Commit,
    Failed,
    Machine,
    Measured,
    Outcome,
    Point,
    machine_label,
)

SUITE: Final = "pytest-benchmark"
TIME: Final = "operation_time"
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?::.*?)(?: - (.*))?$", re.MULTILINE)


class PytestBenchmark:
    """``pytest --benchmark-json=FILE``."""

    name = "pytest-benchmark"
    summary = 'JSON with "machine_info" and "benchmarks", each with "stats" in seconds'
    brings = Brings(
        "operation_time, extra_info", samples="where saved", commit="yes", machine="yes"
    )
    repeats_itself = True
    partial_exit_codes = frozenset({1})

    def recognise(self, head: str) -> bool:
        """Whether the keys that only pytest-benchmark writes are there."""
        return '"machine_info"' in head and (
            '"commit_info"' in head or ('"benchmarks"' in head and '"stats"' in head)
        )

    def parse(self, text: str, name: str = "pytest-benchmark") -> Parsed:
        """``operation_time`` of every benchmark: of its rounds where they were saved, else stated.

        Numbers of ``extra_info`` are metrics; operations per second are one divided by the mean and
        not taken. The commit in the file counts before the caller's.
        """
        return self.parse_partial(text, name, "")

    def parse_partial(self, text: str, name: str, printed: str) -> Parsed:
        """The same beside what pytest printed: tests that failed there are failed points.

        The file alone does not say that a test failed after its benchmark was measured.
        """
        data, rows = fields.load_rows(text, name, "benchmarks")
        flagged: dict[str, None] = {}
        failed = {found[1]: found[2] or "the test failed" for found in _FAILED.finditer(printed)}
        identity = _Identity(rows)
        points, refused = fields.take(rows, lambda row: _points(row, identity, failed, flagged))
        measured_too = {_full(row) for row in rows}
        for test in [test for test in failed if test not in measured_too]:
            point = identity.unmeasured(test, failed[test])
            if point is None:
                flagged[f"{test} failed and has no point: {failed[test]}"] = None
            else:
                points.append(point)
        commit = _commit(data.get("commit_info"))
        if commit is not None and commit.dirty:
            flagged["the working tree differed from the commit when it was measured"] = None
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
            commit=commit,
            machine=_machine(data.get("machine_info")),
            started_at=fields.utc(data.get("datetime")),
        )


class _Identity:
    """Names and parameters; paths are cut only as far as the tests of a function stay different."""

    def __init__(self, rows: Iterable[object]) -> None:
        texts = defaultdict(list)
        self._keys: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        """Function -> names of its parameters, of every row."""
        for row in rows:
            if not isinstance(row, dict) or not _full(row):
                continue
            name, params = _split(row)
            self._keys[name].add(tuple(params))
            for key, value in params.items():
                texts[name, key].append(value)
        self._short = {place: apart(found) for place, found in texts.items()}

    def of(self, row: dict[str, Any]) -> tuple[str, dict[str, str]]:
        name, params = _split(row)
        short = {key: self._short[name, key][value] for key, value in params.items()}
        return shortened(name), short

    def unmeasured(self, test: str, reason: str) -> Point | None:
        """A failed point of a test that left no row; None where its parameters are not known."""
        name, bracket, rest = test.partition("[")
        files = {known.partition("::")[0] for known in self._keys}
        params: dict[str, str] = {}
        if bracket:
            keys = self._keys.get(name, set())
            if len(keys) != 1 or len(only := next(iter(keys))) != 1:
                return None
            params = {only[0]: shortened(rest.removesuffix("]"))}
        elif name.partition("::")[0] not in files:
            return None
        return _point(name, params, TIME, Failed(reason=reason))


def _full(row: object) -> str:
    """``tests/test_mel.py::test_mel[10]``; empty where there is no name."""
    found = row.get("fullname") or row.get("name") if isinstance(row, dict) else None
    return found if isinstance(found, str) else ""


def _split(row: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The function of a test, and its parameters as text.

    A parameter that is an object goes by its part of the test's id, ``fast`` for a function of that
    name; where that part cannot be told, the whole id stands beside the others.
    """
    full = _full(row)
    table = fields.table(row.get("params"))
    known = row.get("param")
    short = str(row.get("name") or full)
    # The function's own name holds no bracket; an id may hold any.
    id_ = known if isinstance(known, str) else short.partition("[")[2].removesuffix("]")
    if not table:
        return ADDRESS.sub("", full), {}
    name = full.removesuffix(f"[{id_}]")
    params = {str(key): str(value) for key, value in table.items()}
    objects = [key for key, value in params.items() if _is_object(value)]
    if objects:
        parts = _parts(id_, params)
        for key in objects:
            params.pop(key) if parts is None else params.update({key: parts[key]})
        if parts is None:
            params["id"] = id_
    return name, {key: ADDRESS.sub("", value) for key, value in params.items()}


def _is_object(value: str) -> bool:
    return "UNSERIALIZABLE[" in value or ADDRESS.search(value) is not None


def _parts(id_: str, params: dict[str, str]) -> dict[str, str] | None:
    """The part of a test's id that each parameter has; None where more than one way fits."""
    for plain_as_written in (True, False):
        ways = []
        for any_text in (".+", ".+?"):  # the longest and the shortest first part that fits
            pattern = "-".join(
                f"({re.escape(value) if plain_as_written and not _is_object(value) else any_text})"
                for value in params.values()
            )
            found = re.fullmatch(pattern, id_, re.DOTALL)
            ways.append(found.groups() if found else ())
        if ways[0] and ways[0] == ways[1]:
            return dict(zip(params, ways[0], strict=True))
    return None


def _points(
    row: Any,  # noqa: ANN401 - checked here
    identity: _Identity,
    failed: dict[str, str],
    flagged: dict[str, None],
) -> Iterator[Point]:
    if not isinstance(row, dict) or not isinstance(row.get("stats"), dict):
        raise RefuseError(f'expected an object with "stats", found {fields.shown(row)}')
    if not _full(row):
        raise RefuseError(f'expected "fullname" or "name", found {fields.shown(row)}')
    name, params = identity.of(row)
    if _full(row) in failed:
        yield _point(name, params, TIME, Failed(reason=failed[_full(row)]))
        return
    yield _point(name, params, TIME, _outcome(row["stats"]))
    for key, value in fields.table(row.get("extra_info")).items():
        if not is_number(value) or not math.isfinite(value) or key == TIME:
            flagged[f'extra_info "{key}" is no number that can be a metric and was left out'] = None
            continue
        yield _point(name, params, key, Measured(value=float(value), n=1))


def _point(name: str, params: dict[str, str], key: str, outcome: Outcome) -> Point:
    metric, unit, direction = counter(key)
    return Point(
        suite=SUITE,
        benchmark=name,
        metric=metric,
        params=params,
        outcome=outcome,
        unit=unit,
        direction=direction,
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
    """None where the file has no hash or no time of it."""
    sha = fields.table(info).get("id")
    if not isinstance(sha, str) or not sha.strip():
        return None
    time = fields.utc(info.get("time")) or fields.utc(info.get("author_time"))
    if time is None:
        return None
    branch = info.get("branch")
    return Commit(
        sha=sha.strip(),
        time=time,
        branch=branch if isinstance(branch, str) else "",
        dirty=bool(info.get("dirty")),
    )


def _machine(info: Any) -> Machine | None:  # noqa: ANN401 - checked here
    """Named after its processor; the name of the host (``node``) is private and not stored."""
    cpu = info.get("cpu") if isinstance(info, dict) else None
    if not isinstance(cpu, dict) or not isinstance(cpu.get("brand_raw", cpu.get("brand")), str):
        return None
    model = str(cpu.get("brand_raw", cpu.get("brand")))
    cores = fields.count_of(cpu.get("count"))
    return Machine(name=machine_label(model, cores, 0, ""), cpu_model=model, cores=cores)
