"""Read what a row of plain CSV says about its run and its series; equal cells are read once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from history.formats import fields
from history.formats.csv import cells, columns
from history.formats.fields import RefuseError
from history.words.key import parse_pairs
from history.words.records import VARIANT_KEYS, Commit, Machine, Variant

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.formats.interface import Context

_EARLY: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Seconds before it are seldom what was meant."""


class Names:
    """Commits, machines, parameters and variants of one file."""

    def __init__(self, context: Context, flag: Callable[[str], None]) -> None:
        """``flag`` takes a sentence about the file."""
        self._context = context
        self._flag = flag
        self._commits: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._times_of: dict[str, datetime] = {}
        self._params: dict[str, dict[str, str]] = {}
        self._variants: dict[tuple[str, ...], Variant] = {}
        self._machines: dict[tuple[str, ...], Machine] = {}

    def commit(self, row: dict[str, str]) -> tuple[str, datetime]:
        """Hash and time."""
        written = (row.get("commit", "").strip(), row.get("commit_time", "").strip())
        known = self._commits.get(written)
        if known is None:
            known = self._commits[written] = self._read_commit(*written)
            if self._times_of.setdefault(*known) != known[1]:
                self._flag(f"commit {known[0]} has several times; each is a commit of its own")
        return known

    def _read_commit(self, sha: str, time: str) -> tuple[str, datetime]:
        stand_in = self._context.commit
        if not sha:
            if stand_in is None:
                raise RefuseError("commit is empty")
            return stand_in.sha, stand_in.time
        if not time and stand_in is not None and stand_in.sha == sha:
            return sha, stand_in.time
        moment = cells.moment(time)
        if moment < _EARLY and "-" not in time:
            self._flag(
                "some commit_time are seconds before 1990: write dates as 2026-01-05 if they are"
                " meant"
            )
        return sha, moment

    def machine(self, row: dict[str, str]) -> Machine:
        """With its hardware, where the row has it."""
        label = row.get("machine", "").strip() or self._context.machine or "unknown"
        written = (label, *(row.get(column, "").strip() for column in columns.MACHINE))
        known = self._machines.get(written)
        if known is None:
            _, name, cpu_model, cores, memory_gib, gpu, gpu_driver = written
            known = self._machines[written] = Machine(
                name=name or label,
                cpu_model=cpu_model,
                cores=int(fields.number(cores or 0, "cores")),
                memory_gib=int(fields.number(memory_gib or 0, "memory_gib")),
                gpu=gpu,
                gpu_driver=gpu_driver,
            )
        return known

    def params(self, row: dict[str, str]) -> dict[str, str]:
        """In the order of the row."""
        written = row["params"].strip()
        if written not in self._params:
            found = parse_pairs(written)
            names = [name.strip() for name in re.findall(r"(?:^|(?<!\\);)([^=;]*)", written)]
            twice = sorted({name for name in names if name and names.count(name) > 1})
            if twice:
                raise RefuseError(f"params: {', '.join(twice)} stands more than once")
            self._params[written] = found
        return self._params[written]

    def variant(self, row: dict[str, str]) -> Variant:
        """Of the column ``variant``, as an export has it, and of those of its keys."""
        written = tuple(row.get(key, "").strip() for key in ("variant", *VARIANT_KEYS))
        known = self._variants.get(written)
        if known is None:
            whole = parse_pairs(written[0])
            for key, value in zip(VARIANT_KEYS, written[1:], strict=True):
                if value and whole.setdefault(key, value) != value:
                    raise RefuseError(
                        f'{key}: "{value}" here, and "{whole[key]}" in the column variant'
                    )
            known = self._variants[written] = fields.variant_of(whole)
        return known


def described(
    row: dict[str, str], sha: str, time: datetime, sequence: int, named: Commit | None = None
) -> Commit:
    """The commit with what the optional columns say of it; ``sequence`` where they say none.

    ``named`` is the commit of the command line, of which git has told more.
    """
    position = row.get("position", "").strip()
    parents = row.get("commit_parents", "").strip()
    known = Commit(sha=sha, time=time)
    if named is not None and (named.sha, named.time) == (sha, time):
        known = named
    return msgspec.structs.replace(
        known,
        sequence=int(fields.number(position, "position")) if position else sequence,
        parents=tuple(parents.split(";")) if parents else known.parents,
        subject=row.get("commit_subject", "").strip() or known.subject,
        branch=row.get("commit_branch", "").strip() or known.branch,
        tag=row.get("commit_tag", "").strip() or known.tag,
        dirty=row.get("dirty", "").strip().lower() == "true",
    )
