"""Find the decision in ``triage.toml`` about a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.project import triage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.triage import Decision
    from history.read.series import Series


def last_about(
    decisions: Sequence[Decision],
    series: Series,
    commits: Sequence[str],
    own: Sequence[str],
    episode: str,
    events: Sequence[str],
) -> Decision | None:
    """The last decision about the change: later lines of the file overrule earlier ones.

    A change that undid a regression also matches the ``episode`` of the regression.
    ``acknowledged`` and ``expected`` do not apply to the end of a regression; ``false alarm`` does.
    """
    for decision in reversed(decisions):
        ids = (*own, episode) if decision.state == "false alarm" else own
        if applies(decision, series, commits, ids, events):
            return decision
    return None


def applies(
    decision: Decision,
    series: Series,
    commits: Sequence[str],
    episodes: Sequence[str],
    events: Sequence[str],
) -> bool:
    """Whether a decision is about a change of this series at these commits, or with these ids."""
    return triage.applies(
        decision,
        benchmark=series.key.benchmark_id,
        variant=series.key.variant,
        metric=series.key.metric,
        machine=series.key.machine,
        commits=commits,
        episodes=episodes,
        events=events,
    )
