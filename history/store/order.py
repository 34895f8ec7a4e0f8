"""Compute the position of every commit and run from the known graph of commits.

Positions depend on all stored commits, never on the order in which run files arrived.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from history import sql
from history.store.incoming import Effect
from history.vcs import order
from history.vcs.graph import Answer, Graph, is_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb


class Placed(NamedTuple):
    """The commits of a history in order, and the graph that put them there."""

    commits: tuple[order.OnBranch, ...]
    graph: Graph


def read_graph(connection: duckdb.DuckDBPyConnection) -> Graph:
    """What the history knows of the parents of commits."""
    rows = connection.execute(sql.query("order_lineage")).fetchall()
    return Graph({sha: tuple(parents.split()) for sha, parents in rows})


def place(connection: duckdb.DuckDBPyConnection, what: Effect) -> None:
    """Give commits and runs that were taken in their places; inside the same transaction."""
    if what is Effect.OTHER:
        renumber(connection)
    elif what is Effect.AGAIN:
        connection.execute(sql.query("order_runs"))
    elif what is Effect.NEXT:
        connection.execute(sql.query("order_next"))
        connection.execute(sql.query("order_next_run"))


def renumber(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the places of all commits and runs; to be called inside a transaction."""
    graph = read_graph(connection)
    rows = _rows(connection)
    # Time, then what decides where neither graph nor time do: see the query.
    keys = [(*row[2:6], row[1]) for row in rows]
    in_order = [rows[place] for place in order.ordered([row[1] for row in rows], keys, graph)]
    left_behind = order.abandoned([_on_branch(row) for row in in_order], graph)
    moved = [
        {"commit_key": row[0], "position": place, "abandoned": is_left}
        for place, (row, is_left) in enumerate(zip(in_order, left_behind, strict=True))
        if (row[9], row[10]) != (place, is_left)
    ]
    if moved:
        _execute_rows(connection, "order_place", moved)
    connection.execute(sql.query("order_runs"))


def placed(connection: duckdb.DuckDBPyConnection) -> Placed:
    """The commits in the order that was written last."""
    in_order = sorted(_rows(connection), key=lambda row: row[9])
    return Placed(tuple(_on_branch(row) for row in in_order), read_graph(connection))


def is_decided(known: Placed) -> bool:
    """Whether every commit is known to lie behind what is judged, or known not to.

    That is the newest commit, and that of the branch with most commits. Where it is not known, a
    repository at hand may tell.
    """
    hashes = [one for one in known.commits if is_hash(one.sha)]
    if not hashes:
        return True
    (main, _), *_ = Counter(one.branch for one in hashes).most_common(1)
    judged = {hashes[-1].sha, *[one.sha for one in hashes if one.branch == main][-1:]}
    return all(
        known.graph.is_behind(one.sha, sha) is not Answer.UNKNOWN
        for sha in judged
        for one in hashes
    )


def forget_learned(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what a repository told: of commits that are added now it may know nothing."""
    connection.execute("delete from lineage where learned")


def learn(connection: duckdb.DuckDBPyConnection, lineage: Mapping[str, Sequence[str]]) -> None:
    """Store the parents of commits that a repository knows, and renumber."""
    rows = [{"sha": sha, "parents": list(parents)} for sha, parents in sorted(lineage.items())]
    _execute_rows(connection, "order_learn", rows)
    renumber(connection)


def _rows(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return connection.execute(sql.query("order_commits")).fetchall()


def _on_branch(row: tuple[Any, ...]) -> order.OnBranch:
    return order.OnBranch(row[1], row[6], row[7], row[8].replace(tzinfo=UTC))


def _execute_rows(
    connection: duckdb.DuckDBPyConnection, query: str, rows: list[dict[str, Any]]
) -> None:
    connection.execute(sql.query(query), {"rows": orjson.dumps(rows).decode()})
