"""Let the command line say what a ``[[suite]]`` table would: ``--set KEY=VALUE``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from history.errors import UsageError

Table = tuple[str, dict[str, Any], str]
"""Suite name, its options, and where they stand."""


def apply(tables: Sequence[Table], names: Sequence[str], words: Sequence[str]) -> list[Table]:
    """The tables with these options set in every table of the one suite that was named.

    A value is read as TOML (``3``, ``true``, ``["cpu"]``), and as plain text when it is not that.
    Raises UsageError when not exactly one suite is named, or a word is not ``KEY=VALUE``.
    """
    if not words:
        return list(tables)
    if len(names) != 1:
        raise UsageError(
            f"--set: expected one suite that the options are for, found {len(names)}.",
            hint="Write `soundmark collect SUITE --set KEY=VALUE`.",
        )
    own = dict(_read(word) for word in words)
    mine = [table for table in tables if names[0] in {table[0], table[1].get("name")}]
    if not mine:
        return [*tables, (names[0], own, "--set")]
    return [
        (use, options | own, f"{where} and --set") if (use, options, where) in mine else table
        for table in tables
        for use, options, where in [table]
    ]


def _read(word: str) -> tuple[str, Any]:
    key, mark, value = word.partition("=")
    if not mark or not key.strip():
        raise UsageError(f'--set: expected KEY=VALUE, found "{word}".')
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value
