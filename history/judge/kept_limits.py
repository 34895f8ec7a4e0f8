"""Keep the limits of the targets with every run, so that a target keeps the value it had then.

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
    """What a target is called where its limit is kept: all that it is about, never its limit."""
    globs = (
        ("benchmark", target.benchmark),
        ("variant", target.variant),
        ("machine", target.machine),
    )
    return " ".join([target.metric, *(f"{name}={glob}" for name, glob in globs if glob != "*")])


def keep(runs: Sequence[Run], targets: Sequence[Target]) -> tuple[Run, ...]:
    """The same runs with today's limits in their environment; those that have some keep them."""
    limits = {key_of(target): units.written(target.limit) for target in targets}
    if not limits:
        return tuple(runs)
    return tuple(
        run
        if GROUP in run.environment
        else msgspec.structs.replace(run, environment={**run.environment, GROUP: limits})
        for run in runs
    )
