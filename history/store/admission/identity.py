"""Check the ids and the names of loaded run files by computing them again."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from history.store import ledger as ledger_files
from history.store.compacted import PLAIN
from history.store.relations import LOADED
from history.words import key
from history.words.records import Exclusion, Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from history.store.compacted import Compacted

_REMEMBERED: Final = 1 << 16
"""Cached ids, since the same series come every night."""


def faults(connection: duckdb.DuckDBPyConnection, made: Mapping[str, Compacted]) -> dict[str, str]:
    """Path of every file with a wrong id or name -> the fault.

    ``made`` is what compacted files say of themselves, by path.
    """
    found = _names(connection, made)
    for file, series_id, *about in connection.execute(
        "select distinct filename, series_id, suite, benchmark, params, variant, metric, machine_id"  # noqa: S608
        f" from {LOADED} where row in ('point', 'duet point')"
    ).fetchall():
        if series_id not in _series_ids(*about):
            found[file] = "has a series_id that its series does not have"
    for file, machine_id, *hardware in connection.execute(
        "select distinct filename, machine_id, machine_name, cpu_model, cores, memory_gib, gpu,"  # noqa: S608
        f" gpu_driver from {LOADED} where row <> 'exclusion'"
    ).fetchall():
        if machine_id != _machine_id(*hardware):
            found[file] = "has a machine_id that its machine does not have"
    return found


def _names(connection: duckdb.DuckDBPyConnection, made: Mapping[str, Compacted]) -> dict[str, str]:
    told: dict[str, list[ledger_files.Named]] = {}
    expected = {}
    for file, row, run_id, started_at, sha, machine, series_id, reason in connection.execute(
        "select filename, row, run_id, started_at, commit_sha, machine_name, series_id, reason"  # noqa: S608
        f" from {LOADED} where row in ('run', 'duet', 'exclusion')"
        " and run_id is not null and started_at is not null"  # what lacks one is content's to tell
        " and (row = 'exclusion' or commit_sha is not null and machine_name is not null)"
        " order by all"
    ).fetchall():
        moment = started_at.replace(tzinfo=UTC)
        if row == "exclusion":
            about = Exclusion(
                run_id=run_id, made_at=moment, reason=reason, series_id=series_id or ""
            )
            expected[file] = ledger_files.exclusion_name(about)
        else:
            told.setdefault(file, []).append(ledger_files.Named(moment, run_id, sha, machine))
    expected |= {
        file: made.get(file, PLAIN).named(ledger_files.name_of(runs)) for file, runs in told.items()
    }
    return {
        file: f"has the name of another run file; its own is {name}"
        for file, name in expected.items()
        if not file.endswith(f"/{name}")
    }


@lru_cache(maxsize=_REMEMBERED)
def _series_ids(
    suite: str, benchmark: str, params: str, variant: str, metric: str, machine_id: str
) -> frozenset[str]:
    """What the id may be: names and values that begin or end in a space are written as they are."""
    pairs = tuple(key.parse_pairs(variant).items())
    return frozenset(
        key.series_id(suite, benchmark, parsed, pairs, metric, machine_id)
        for parsed in (key.parse_pairs(params), key.parse_pairs(params, strip=False))
    )


@lru_cache(maxsize=_REMEMBERED)
def _machine_id(*hardware: Any) -> str:  # noqa: ANN401 - the fields of a machine, in order
    name, cpu_model, cores, memory_gib, gpu, gpu_driver = hardware
    return Machine(
        name=name,
        cpu_model=cpu_model,
        cores=cores,
        memory_gib=memory_gib,
        gpu=gpu,
        gpu_driver=gpu_driver,
    ).key()
