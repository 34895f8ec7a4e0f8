"""Read the keys that every suite's table may have: when it is measured, how a commit is prepared.

``prepare``, ``input_files``, ``sources`` and ``paths`` mean something only where commits are
checked out for measuring: in a duet, a backfill or a bisection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

import msgspec

from history.project.config import convert_table
from history.words.errors import ConfigError


class Preparation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a suite is measured, and how a checkout is prepared for it."""

    profile: Literal["", "quick", "nightly"] = ""
    """The only profile that measures it unless the suite is named; empty: both."""
    prepare: str = ""
    """Run once in every checkout before the suite's ``build``, by the shell. ``$SOUNDMARK_ENV`` is
    an empty folder of this checkout; programs in its ``bin`` are then found first."""
    input_files: tuple[str, ...] = ()
    """Patterns of files that are not what is measured: benchmark files, data. All sides get those
    of the working tree."""
    sources: tuple[str, ...] = ()
    """Patterns of files that make up the program; empty takes all that git knows. Where they and
    the lock files are equal, the program is."""
    paths: tuple[str, ...] = ()
    """Patterns of files of which one must differ for this suite to be measured in a duet; empty:
    always. A file that is in no suite's ``paths`` asks for all suites."""


def split(table: dict[str, Any], where: str) -> tuple[dict[str, Any], Preparation]:
    """The suite's own table without these keys, and their values.

    Raises ConfigError naming the place of a mistake.
    """
    names = Preparation.__struct_fields__
    own = {key: value for key, value in table.items() if key not in names}
    found = convert_table(
        {key: value for key, value in table.items() if key in names}, Preparation, where
    )
    for key in ("input_files", "sources", "paths"):
        check_patterns(getattr(found, key), f"{where}.{key}")
    return own, found


def is_left_out(table: Mapping[str, Any], profile: str) -> bool:
    """Whether the table of a suite that nobody named is for the other profile."""
    return table.get("profile") not in {None, "", profile}


def check_patterns(patterns: Sequence[str], where: str) -> None:
    """Raise ConfigError for a pattern that leads out of the folder of the configuration."""
    for pattern in patterns:
        path = PurePosixPath(pattern)
        if not pattern or path.is_absolute() or ".." in path.parts:
            raise ConfigError(
                f'{where}: expected a pattern below the folder of this file, found "{pattern}".',
                hint='For example "benches/**" or "data/*.wav".',
            )
