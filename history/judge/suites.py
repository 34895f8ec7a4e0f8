"""Find the newest commits of each suite, and thereby its missing series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from history.read.series import Series
    from history.read.view import View

Measured = dict[tuple[str, str, str], tuple[str, ...]]
"""(suite, machine, profile) -> commits, newest first."""

GIVEN_UP_AFTER: Final = 30
"""Commits of the suite after which a missing series counts as removed."""


def newest_commits_of(view: View) -> Measured:
    """(suite, machine, profile) to the commits at which the suite was measured, newest first.

    At most one more than ``GIVEN_UP_AFTER``. Imported runs are left out: each may hold other
    benchmarks.
    """
    found: dict[tuple[str, str, str], set[int]] = {}
    for series in view.series:
        for position in series.runs[-GIVEN_UP_AFTER - 1 :]:
            run = view.runs[int(position)]
            if run.origin != "imported":
                key = (series.key.suite, series.key.machine, run.profile)
                found.setdefault(key, set()).add(int(position))
    return {
        key: tuple(dict.fromkeys(view.runs[place].commit.sha for place in sorted(places)[::-1]))[
            : GIVEN_UP_AFTER + 1
        ]
        for key, places in found.items()
    }


def later(view: View, series: Series, newest: Measured) -> int:
    """Number of later commits at which the suite was measured without this series."""
    run = view.run(series, series.size - 1)
    commits = newest.get((series.key.suite, series.key.machine, run.profile), ())
    last = run.commit.sha
    return commits.index(last) if last in commits else len(commits)
