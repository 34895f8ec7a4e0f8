"""Store the limits of the targets with every run, so that old points keep their limits.

Raising a limit must not turn last month's failures into passes: compliance of a point is judged by
the limit that was in force when its run was recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from history.words import units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.limits import Target
    from history.words.records import Run

GROUP: Final = "targets"
"""Group of a run's environment that keeps the limits: key of the target to limit with its unit."""


def key_of(target: Target) -> str:
    """The key of a target's stored limit: its globs, without the limit."""
    globs = (
        ("benchmark", target.benchmark),
        ("variant", target.variant),
        ("machine", target.machine),
    )
    return " ".join([target.metric, *(f"{name}={glob}" for name, glob in globs if glob != "*")])


def keep(runs: Sequence[Run], targets: Sequence[Target]) -> tuple[Run, ...]:
    """The runs with today's limits in their environment; runs that have limits keep them."""
    limits = {key_of(target): units.written(target.limit) for target in targets}
    if not limits:
        return tuple(runs)
    return tuple(
        run
        if GROUP in run.environment
        else msgspec.structs.replace(run, environment={**run.environment, GROUP: limits})
        for run in runs
    )
