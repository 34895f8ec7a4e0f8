"""Words for a change: the rule that found it, the decision about it, its confounders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.detect.interface import CLEAR, DRIFT, NEWEST, STEP, ChangeStatus
from history.project.triage import Accepted
from history.report.wording import confounders, names, numbers, sizes, trades

if TYPE_CHECKING:
    from history.detect.interface import Change
    from history.judge.changes import ChangeRow
    from history.judge.size import Amount, Size
    from history.project.triage import Decision


def moved(row: ChangeRow) -> str:
    """``from 198 ms to 215 ms at 886850812, seen in 22 runs since``."""
    before, after = (numbers.value(one, row.key.shown_in) for one in (row.before, row.after))
    where = f"at {names.short(row.commit)}"
    if row.end_commit not in {"", row.commit}:
        where = f"between {names.short(row.commit)} and {names.short(row.end_commit)}"
    return f"from {before} to {after} {where}, seen in {numbers.counted(row.n_after, 'run')} since"


def rule(row: ChangeRow) -> str:
    """The rule with its limit and the numbers that met it, in one sentence."""
    return rule_of(row.found, row.size, row.noise)


def briefly(row: ChangeRow) -> str:
    """``step, of 40 points before and 40 after``: only facts that later points do not change."""
    before = numbers.counted(row.n_before, "point")
    return f"{row.found.evidence.rule}, of {before} before and {row.n_after} after"


def rule_of(change: Change, size: Size, noise: Amount) -> str:
    """The rule of a detector's change, which has no metric and no unit."""
    return (
        f"{_found(change)}; {sizes.with_interval(size)}, "
        f"noise {sizes.amount(noise, 2)}, rho {numbers.fixed(change.rho, 2)}"
    )


def _found(change: Change) -> str:
    by, t = change.evidence, numbers.fixed(abs(change.statistic), 1)
    limit = numbers.fixed(by.limit, 1)
    sides = f"{numbers.counted(change.n_before, 'point')} before and {change.n_after} after"
    if by.rule == STEP:
        doubt = ", which noise as it was here may still explain: rerun to confirm"
        moves = ", ".join(map(numbers.signed, by.ignored))
        return (
            f"step: |t| = {t} >= {limit} with {sides}"
            f"{doubt if change.status is ChangeStatus.SUSPECT else ''}"
            f"{f'; small moves near it may be noise: {moves}' if moves else ''}"
        )
    if by.rule == DRIFT:
        return (
            f"drift: a ramp over {numbers.counted(by.points, 'point')} fits better than "
            f"{numbers.counted(by.steps, 'step')}; |t| = {t} between its ends"
        )
    if by.rule == NEWEST:
        newest = numbers.counted(by.points, "point is", "points are")
        return (
            f"suspect: the newest {newest} {t} sigma from the level (limit {limit}); "
            f"fewer than 3 points, rerun to confirm"
        )
    if by.rule == CLEAR:
        newest = numbers.counted(by.points, "point is", "points are")
        doubt = "; rerun to confirm" if change.status is ChangeStatus.SUSPECT else ""
        return (
            f"clear step: the newest {newest} {t} times as far from the level as either is wide "
            f"(limit {limit}), with {sides}{doubt}"
        )
    needed = f" >= {limit}" if by.limit else ""
    return f"{by.rule}: {t}{needed} with {sides}"


def decided(row: ChangeRow) -> str:
    """``acknowledged until 2026-03-31: waits for the allocator``; empty without a decision."""
    if row.decision is None:
        return ""
    ended = " (ran out)" if row.expired else ""
    return f"{row.decision.state}{until(row.decision)}{ended}{by(row.decision)}"


def by(decision: Decision) -> str:
    """``, accepted by 1a2b3c4d5e6f: reason`` where a commit says so, else ``: reason``."""
    if isinstance(decision, Accepted):
        return f", accepted by {names.short(decision.sha)}: {decision.reason}"
    return f": {decision.reason}"


def idle(decision: Decision) -> str:
    """A sentence about a decision without a matching change."""
    if decision.event:
        return (
            f'no change was found for event "{decision.event}" '
            f"(soundmark regressions --all lists the events there are)"
        )
    kind = "commit" if decision.commit else "episode"
    return f'no change was found for {kind} "{decision.commit or decision.episode}"'


def until(decision: Decision) -> str:
    """`` until 2026-03-31``, or nothing."""
    return f" until {decision.until}" if decision.until else ""


def status(row: ChangeRow) -> str:
    """``confirmed``, ``suspect drift``, ``confirmed improvement``."""
    words = str(row.status) if row.kind == "step" else f"{row.status} {row.kind}"
    return words if row.is_open_regression else f"{words} {row.direction}"


def traded(row: ChangeRow) -> str:
    """``bought with wer 8.2 % to 16.4 % (+100.0 %)``; of lost quality what it bought; or empty."""
    return trades.told(row.trades, is_loss=row.is_regression)


def why(row: ChangeRow) -> str:
    """Its reason, confounders and numbers in one line."""
    parts = []
    if row.suspects:
        more = f" and {len(row.suspects) - 1} more" if len(row.suspects) > 1 else ""
        parts.append(f"changed too: {confounders.words(row.suspects[0])}{more}")
    if row.status == "suspect":
        parts.append("measure that commit again")
    if row.trades:
        parts.append(traded(row))
    if row.output_changed:
        parts.append("output changed")
    if row.decision is not None:
        ended = "ran out: " if row.expired else ""
        parts.append(f"{ended}{by(row.decision).lstrip(',: ')}")
    if row.recovered_at:
        parts.append(f"recovered at {names.short(row.recovered_at)}")
    parts.append(
        f"{numbers.counted(row.n_before, 'point')} before, {row.n_after} after, detectable from "
        f"{sizes.could_show(row.detectable)}; episode {row.episode}"
    )
    return "; ".join(parts)
