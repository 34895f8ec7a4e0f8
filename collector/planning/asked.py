"""Choose the suites that the changed files of a pull request affect, by their ``paths``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import NamedTuple


class Asked(NamedTuple):
    """The suites affected by the files that differ."""

    untouched: frozenset[str] = frozenset()
    """Suites whose ``paths`` match none of the files: they need no measuring."""
    unknown: tuple[str, ...] = ()
    """Files that no ``paths`` match: because of them every suite is measured."""


def asked(
    changed: Sequence[str], paths: Mapping[str, Sequence[str]], no_effect: Sequence[str]
) -> Asked:
    """Match the changed files against the ``paths`` of each suite, by its name.

    Files of ``no_effect`` affect nothing. A file that nothing matches affects every suite, since
    its effect is unknown.
    """
    if not any(paths.values()):
        return Asked()
    counting = [file for file in changed if not _any(file, no_effect)]
    everybody = [pattern for patterns in paths.values() for pattern in patterns]
    unknown = tuple(file for file in counting if not _any(file, everybody))
    if unknown:
        return Asked(unknown=unknown)
    return Asked(
        frozenset(
            name
            for name, patterns in paths.items()
            if patterns and not any(_any(file, patterns) for file in counting)
        )
    )


def is_like(name: str, pattern: str) -> bool:
    """``src/**`` and ``src`` are all below it; ``*.py`` is any in any folder."""
    if "/" not in pattern:
        parts = PurePosixPath(name).parts
        return fnmatchcase(parts[-1], pattern) or fnmatchcase(parts[0], pattern)
    return fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern.rstrip('/')}/*")


def _any(file: str, patterns: Sequence[str]) -> bool:
    return any(is_like(file, pattern) for pattern in patterns)
