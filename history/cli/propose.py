"""Print ``sla --propose``: targets for the configuration, and the series without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from history.judge import proposals
from history.project.limits import share
from history.report.output import print_rows
from history.report.terminal import say
from history.report.wording import proposals as wording
from history.words.errors import UsageError

if TYPE_CHECKING:
    from history.judge.judge import Judgement
    from history.judge.proposals import Proposal
    from history.project.config import LoadedConfig

COLUMNS: Final = (
    "suite", "benchmark", "params", "variant", "metric", "machine", "unit", "direction", "limit",
    "limit_text", "level", "margin_percent", "clean_runs", "other_points", "false_alarms",
    "false_alarm_percent", "false_alarm_percent_highest",
)  # fmt: skip


def print_proposals(
    judged: Judgement, loaded: LoadedConfig, asked: proposals.Asked, format_: str
) -> None:
    """Lines for ``soundmark.toml``, or rows. Raises UsageError where nothing can be proposed."""
    found = proposals.propose(judged, loaded.targets, asked)
    limits = [one for one in found.proposals if one.limit is not None]
    if not limits:
        raise UsageError(
            wording.nothing(found),
            hint=f"A limit needs {proposals.FEWEST} clean runs: of a committed tree, without a "
            "warning, after the newest change of the series."
            if found.proposals
            else "",
        )
    if format_ == "text":
        click.echo(wording.toml(limits), nl=False)
    else:
        print_rows(map(_row, limits), COLUMNS, format_)
    for line in wording.left(found):
        say(f"note: {line}", err=True)


def allowed(text: str) -> float:
    """``"1 %"`` -> 0.01. Raises ConfigError, which is wrong usage here too."""
    return share(text, "--false-alarms")


def _row(one: Proposal) -> dict[str, Any]:
    limit = one.limit
    assert limit is not None  # noqa: S101 - only those that have one are printed
    return {
        "suite": one.key.suite,
        "benchmark": one.key.benchmark,
        "params": one.key.params,
        "variant": one.key.variant,
        "metric": one.key.metric,
        "machine": one.key.machine,
        "unit": one.key.unit,
        "direction": one.direction,
        "limit": limit.value,
        "limit_text": wording.written(one, limit),
        "level": one.level,
        "margin_percent": 100 * limit.margin,
        "clean_runs": one.clean,
        "other_points": one.others,
        "false_alarms": limit.failed,
        "false_alarm_percent": 100 * limit.failed / one.clean,
        "false_alarm_percent_highest": 100 * limit.highest,
    }
