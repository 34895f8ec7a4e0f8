"""Resolve the arguments of ``compare``: commits, branches, tags, runs, machines, variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from history import sql
from history.compare.pool import pooled
from history.compare.results import Key, Measurement, SetAside
from history.store.rows import as_dicts
from history.vcs import revisions
from history.words.commit_names import called
from history.words.errors import UsageError
from history.words.globs import matches, matches_benchmark
from history.words.key import FIELDS, SeriesKey, pairs_text, parse_pairs
from history.words.records import VARIANT_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from history.read.runs import Run


@dataclass(frozen=True)
class Side:
    """One side of a comparison."""

    label: str
    """Label in headings."""
    runs: tuple[str, ...] | None = None
    """Ids of its runs; None for all."""
    machine: str = ""
    """Glob over machines; empty for all."""
    variant: tuple[tuple[str, str], ...] = ()
    """Variant fields that must have these values."""

    @property
    def kind(self) -> str:
        """What was named: ``machine``, ``variant`` or ``commit``."""
        return "machine" if self.machine else "variant" if self.variant else "commit"

    @property
    def left_out(self) -> frozenset[str]:
        """Parts of the identity in which the two sides are meant to differ."""
        names = {name for name, _ in self.variant}
        return frozenset(names | ({"machine"} if self.machine else set()))


@dataclass(frozen=True)
class Filter:
    """Filter of the measurements to compare."""

    benchmark: str = "*"
    metric: str = "*"
    machine: str = "*"


class Measured(NamedTuple):
    """The measurements of a side."""

    by_key: dict[Key, Measurement]
    set_aside: tuple[SetAside, ...] = ()
    """Series left out, since another series of the side has the same key."""


def side_of(text: str, runs: Sequence[Run], root: Path) -> Side:
    """The side that an argument names.

    The forms are tried in this order: ``run:ID``, ``machine:NAME``, ``variant:runtime=torch``, then
    a commit, tag, branch or run of the history, and last any revision that git resolves. A commit
    that was not measured stands for its nearest measured ancestor, and the label says so. Raises
    UsageError when it names nothing.
    """
    kind, colon, rest = text.partition(":")
    if colon and not rest and kind in {"run", "machine", "variant"}:
        example = {"run": "run:2479547f", "machine": "machine:laptop"}
        raise UsageError(
            f'"{text}": expected a name after the colon, such as '
            f'"{example.get(kind, "variant:runtime=torch")}".'
        )
    if kind == "machine" and rest:
        return Side(label=f"machine {rest}", machine=rest)
    if kind == "variant" and rest:
        wanted = tuple(parse_pairs(rest).items())
        unknown = [name for name, _ in wanted if name not in VARIANT_KEYS]
        if unknown:
            raise UsageError(
                f'"{text}": a variant has no "{unknown[0]}".',
                hint=f"It has {', '.join(VARIANT_KEYS)}.",
            )
        return Side(label=pairs_text(wanted), variant=wanted)
    if kind == "run" and rest:
        return _run(rest, runs)
    return _revision(text, runs, root)


def side_at(commit: str, tag: str, runs: Sequence[Run]) -> Side:
    """All runs at one commit, called by its tag and the beginning of its hash."""
    short = called(commit)
    return _at(commit, runs, f"{tag} ({short})" if tag else short)


def newest_commit(runs: Sequence[Run], other: Side) -> Side:
    """The newest measured commit, the default of the second side."""
    if other.runs is None:
        word = "variant" if other.variant else "machine"
        raise UsageError(f"{other.label} needs a second side.", hint=f"Name another {word}.")
    own = [run.place for run in runs if run.run_id in other.runs]
    left = [run for run in runs if run.run_id not in other.runs and run.place >= max(own)]
    if not left:
        raise UsageError(
            f"nothing newer than {other.label} was measured.",
            hint="Name the older side first: `soundmark compare BASE HEAD`.",
        )
    newest = left[-1].commit.sha
    return _at(newest, runs, called(newest))


def measurements(
    connection: duckdb.DuckDBPyConnection,
    side: Side,
    wanted: Filter,
    *,
    left_out: frozenset[str],
    noise: Mapping[str, float] | None = None,
    pinned: Mapping[str, str] | None = None,
) -> Measured:
    """The measurements of a side by key.

    Several runs at one commit are pooled, see ``pool``; for a machine or a variant the newest
    measurement counts, or that of the run that ``pinned`` names for its series. ``noise`` is the
    noise between runs by series id.
    """
    chosen_runs = pinned or {}
    together = side.runs is not None and not left_out
    rows = connection.execute(
        sql.query("compare_points"),
        {
            "runs": None if side.runs is None else list(side.runs),
            "together": together,
            "pinned_series": list(chosen_runs),
            "pinned": [f"{series_id} {run_id}" for series_id, run_id in chosen_runs.items()],
        },
    )
    chosen = [(SeriesKey(*(row[name] for name in FIELDS)), row) for row in as_dicts(rows)]
    chosen = [(key, row) for key, row in chosen if _belongs(key, side, wanted)]
    items = _items(connection, sorted({row["run_id"] for _, row in chosen}))
    found: dict[Key, list[Measurement]] = {}
    aside: list[SetAside] = []
    # Two series may have one key when a side names few parts: the one of the common commit comes
    # first, then the first that was measured.
    for key, row in sorted(chosen, key=lambda one: one[1]["series_id"] not in chosen_runs):
        known = found.setdefault(key_of(key, left_out), [])
        if known and not together:
            is_taken = _replaces(row, known[0])
            two = (known[0].key, key) if is_taken else (key, known[0].key)
            aside.append(SetAside(side.label, *two))
            if not is_taken:
                continue
        one = _measurement(key, row, items, (noise or {}).get(row["series_id"]))
        known[:] = [*known, one] if together else [one]
    in_order = dict.fromkeys(key_of(key, left_out) for key, _ in chosen)
    return Measured({key: pooled(found[key]) for key in in_order}, tuple(aside))


def _run(text: str, runs: Sequence[Run]) -> Side:
    found = [run for run in runs if run.run_id.startswith(text)]
    if len(found) != 1:
        several = "several runs begin" if found else "no run begins"
        raise UsageError(f'{several} with "{text}".', hint="`soundmark history list` shows them.")
    run = found[0]
    return Side(label=f"run {run.run_id[:8]} at {called(run.commit.sha)}", runs=(run.run_id,))


def _revision(text: str, runs: Sequence[Run], root: Path) -> Side:
    try:
        found = revisions.nearest(runs, text, root)
    except UsageError:
        if any(run.run_id.startswith(text) for run in runs):
            return _run(text, runs)
        raise
    return _at(found.commit, runs, found.label)


def _at(commit: str, runs: Sequence[Run], label: str) -> Side:
    own = tuple(run.run_id for run in runs if run.commit.sha == commit)
    return Side(label=label, runs=own)


def is_on(side: Side, machine: str, variant: str) -> bool:
    """Whether this machine and variant belong to the side."""
    pairs = parse_pairs(variant)
    return matches(side.machine, machine) and all(
        pairs.get(key, "") == value for key, value in side.variant
    )


def key_of(key: SeriesKey, left_out: frozenset[str]) -> Key:
    """The key of a series that its partner on the other side has too."""
    variant = parse_pairs(key.variant)
    kept = tuple((name, value) for name, value in variant.items() if name not in left_out)
    machine = "" if "machine" in left_out else key.machine
    params = pairs_text(sorted(parse_pairs(key.params).items()))
    return (key.suite, key.benchmark, params, pairs_text(kept), key.metric, machine)


def _belongs(key: SeriesKey, side: Side, wanted: Filter) -> bool:
    return (
        matches_benchmark(wanted.benchmark, key.benchmark_id)
        and matches(wanted.metric, key.metric)
        and matches(wanted.machine, key.machine)
        and is_on(side, key.machine, key.variant)
    )


def _replaces(row: Mapping[str, Any], known: Measurement) -> bool:
    """Whether a second series of a key replaces the first: only if the first was not measured."""
    return known.value is None and row["status"] == "measured"


def _measurement(
    key: SeriesKey,
    row: Mapping[str, Any],
    items: Mapping[Key, Mapping[str, Mapping[str, float]]],
    noise: float | None,
) -> Measurement:
    of_run = (row["run_id"], key.suite, key.benchmark, key.params, key.variant)
    values = {
        name: metrics[key.metric]
        for name, metrics in items.get(of_run, {}).items()
        if key.metric in metrics
    }
    is_measured = row["status"] == "measured"
    samples = row["samples"]
    kept = counted(len(samples), row["preempted"], row["n"])
    rounds, processes = (
        tuple(row[name][place] for place in kept) if len(row[name]) == len(samples) else ()
        for name in ("rounds", "processes")
    )
    return Measurement(
        key=key,
        direction=row["direction"],
        kind=row["kind"],
        commit=row["commit"],
        run_id=row["run_id"],
        value=row["value"] if is_measured else None,
        reason="" if is_measured else f"{row['status']}: {row['reason']}",
        n=row["n"],
        samples=tuple(samples[place] for place in kept) if is_measured else (),
        rounds=rounds,
        processes=processes,
        items=values,
        noise=noise,
        waited=row["waited"],
    )


def counted(samples: int, preempted: Sequence[int], n: int) -> list[int]:
    """Indices of the samples behind the stored aggregate.

    Preempted samples were left out of it unless too few others remained; ``n`` shows which was the
    case. A comparison uses the same samples as the value.
    """
    disturbed = set(preempted) if samples - len(set(preempted)) == n else set()
    return [place for place in range(samples) if place not in disturbed]


def _items(
    connection: duckdb.DuckDBPyConnection, runs: Sequence[str]
) -> dict[Key, dict[str, dict[str, float]]]:
    """(run, suite, benchmark, params, variant) to item to metric to value."""
    found: dict[Key, dict[str, dict[str, float]]] = {}
    if not runs:
        return found
    rows = connection.execute(sql.query("compare_items"), {"runs": list(runs)}).fetchall()
    for run_id, suite, benchmark, params, variant, item, values in rows:
        key = (run_id, suite, benchmark, params, variant)
        found.setdefault(key, {})[item] = orjson.loads(values)
    return found
