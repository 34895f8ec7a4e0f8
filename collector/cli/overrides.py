"""Override options of a ``[[suite]]`` table by flags and by ``--set KEY=VALUE``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from collector.planning.tables import Table, of_suite
from history.words.errors import UsageError


def apply(
    tables: Sequence[Table],
    names: Sequence[str],
    settings: Sequence[str],
    flags: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Table]:
    """The tables with these options set in every table of the suites that were named.

    ``flags``: suite -> option -> value. ``settings`` are those of ``--set``, for one suite alone; a
    value is read as TOML (``3``, ``true``, ``["cpu"]``), and as plain text when it is not that.
    A flag goes before ``--set``, and both before the table. Raises UsageError when ``--set`` does
    not have exactly one suite, or one of them is not ``KEY=VALUE``.
    """
    if settings and len(names) != 1:
        raise UsageError(
            f"--set: expected one suite that the options are for, found {len(names)}.",
            hint="Write `soundmark collect SUITE --set KEY=VALUE`.",
        )
    found = list(tables)
    for name in dict.fromkeys(names):
        stated = dict((flags or {}).get(name, {}))
        own = dict(map(_read, settings)) | stated
        if own:
            found = _with(found, name, own, "the command line" if stated else "--set")
    return found


def told(tables: Sequence[Table], name: str, settings: Sequence[str]) -> str:
    """Which suite ``--set`` changes, where its table is, and the values, as a sentence.

    Raises UsageError as ``apply`` does.
    """
    mine = of_suite(tables, name)
    where = ", ".join(dict.fromkeys(where for _, _, where in mine)) or "no table: its defaults"
    values = ", ".join(f"{key} = {value!r}" for key, value in map(_read, settings))
    return f"--set changes the suite {name} ({where}), for this run: {values}"


def _with(tables: Sequence[Table], name: str, own: dict[str, Any], source: str) -> list[Table]:
    mine = of_suite(tables, name)
    if not mine:
        return [*tables, (name, own, source)]
    return [
        (use, options | own, f"{where} and {source}") if (use, options, where) in mine else table
        for table in tables
        for use, options, where in [table]
    ]


def _read(setting: str) -> tuple[str, Any]:
    key, mark, value = setting.partition("=")
    if not mark or not key.strip():
        raise UsageError(f'--set: expected KEY=VALUE, found "{setting}".')
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError):  # a TOMLDecodeError is one; so is a number too long
        return key.strip(), value
