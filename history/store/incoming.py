"""Find the effect of incoming runs on the order of commits.

A new commit on top of the others changes nothing; in any other case all commits are sorted again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from history import sql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb


class Effect(StrEnum):
    """The effect of incoming rows on the order of commits."""

    NOTHING = "nothing"
    AGAIN = "again"
    """Runs at known commits, of which they tell nothing new."""
    NEXT = "next"
    """One commit on top of the newest one: it moves no other."""
    OTHER = "other"


class _Told(NamedTuple):
    row: str
    sha: str
    time: datetime
    started_at: datetime
    sequence: int
    branch: str
    tag: str
    parents: list[str]
    lineage: list[str] | None


class _Measured(NamedTuple):
    sha: str
    time: datetime
    branch: str
    tag: str
    parents: list[str]
    position: int
    abandoned: bool
    first_at: datetime
    last_at: datetime
    sequence: int


class _Known(NamedTuple):
    fresh: dict[str, list[str]]
    """Parents of commits that the incoming rows tell first."""
    old: frozenset[str]
    """Which of the hashes in them are the parents of something known."""
    mentioned: frozenset[str]
    """Every hash that is told of."""


def effect(connection: duckdb.DuckDBPyConnection) -> Effect:
    """The effect that adding the rows of ``incoming`` will have."""
    told = [_Told(*row) for row in connection.execute(sql.query("order_told")).fetchall()]
    if not told:
        return Effect.NOTHING
    rows = connection.execute(sql.query("order_measured")).fetchall()
    measured = [_Measured(*row) for row in rows]
    known = _known(connection, told)
    if not known.fresh and all(_is_again(one, measured) for one in told if one.row == "run"):
        return Effect.AGAIN
    if len(told) == 1 and told[0].row == "run" and measured and _is_next(told[0], measured, known):
        return Effect.NEXT
    return Effect.OTHER


def _known(connection: duckdb.DuckDBPyConnection, told: Sequence[_Told]) -> _Known:
    lines = {line.split()[0]: line.split()[1:] for one in told for line in one.lineage or ()}
    mentioned = frozenset(lines).union(*lines.values())
    rows = connection.execute(sql.query("order_known"), {"shas": sorted(lines)}).fetchall()
    children = {sha for role, sha in rows if role == "child"}
    return _Known(
        fresh={sha: parents for sha, parents in lines.items() if sha not in children},
        old=frozenset(sha for role, sha in rows if role == "parent"),
        mentioned=mentioned,
    )


def _is_again(run: _Told, measured: Sequence[_Measured]) -> bool:
    """Whether the commit is known, and stays where it is."""
    own = next((one for one in measured if (one.sha, one.time) == (run.sha, run.time)), None)
    return (
        own is not None
        and own.first_at <= run.started_at
        and own.sequence >= run.sequence
        and bool(own.branch or not run.branch)
        and bool(own.tag or not run.tag)
        and bool(own.parents or not run.parents)
    )


def _is_next(run: _Told, measured: Sequence[_Measured], known: _Known) -> bool:
    """Whether the commit comes after all others, and leaves them and their fate as they are."""
    top = max(measured, key=lambda one: one.position)
    head = max((one for one in measured if one.branch == top.branch), key=lambda one: one.first_at)
    names = {one.sha for one in measured}
    outside = {parent for parents in known.fresh.values() for parent in parents}
    return (
        run.sha in known.fresh
        and run.sha not in names
        and run.time > max(one.time for one in measured)
        and run.started_at > max(one.last_at for one in measured)
        # The newest commit is the head of its branch, which goes on.
        and (run.branch, top.sha) == (top.branch, head.sha)
        and top.sha in known.mentioned
        # Nothing that was known gets new parents, or is named in full only now.
        and known.old.isdisjoint(known.fresh)
        and names.isdisjoint(known.fresh)
        and not any(sha.startswith(_short(names)) for sha in known.fresh)
        # What was left behind stays so.
        and (
            not any(one.abandoned for one in measured)
            or outside.difference(known.fresh) == {top.sha}
        )
    )


def _short(names: set[str]) -> tuple[str, ...]:
    """Names that may be abbreviations of hashes."""
    return tuple(name for name in names if len(name) < 40)
