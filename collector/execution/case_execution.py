"""The state of one case while one child samples it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from collector.execution import stopping_rule
from collector.results.aggregate import relative_half_width
from collector.results.samples import CaseResult, Taken, arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import Case, Sampling
    from collector.measure.report import Block, Warm
    from collector.protocol.process import ChildError, ChildProcess, ProblemError

SETTLE_BELOW_S: Final = 0.05
"""Samples shorter than this are slowed by cold caches; a longer one warms them itself."""

PATIENCE: Final = 4.0
"""Time lost to other programs extends a case's limit, up to this multiple of it."""


class Ahead(NamedTuple):
    """A case prepared before its turn, or the reason why it could not be."""

    case: Case
    key: int
    error: ProblemError | ChildError | None = None
    warm: Warm | None = None
    """The result of its warm-up, if that was done too."""


@dataclass(eq=False)
class OpenChild:
    """A child that has opened its suite, with its facts."""

    channel: ChildProcess
    facts: dict[str, object]
    ahead: Ahead | None = None
    """The first case of its process, if it was prepared before anything was timed."""


@dataclass(eq=False)
class CaseExecution:
    """The part of a case that one child measures."""

    key: int
    result: CaseResult
    child: OpenChild
    process: int
    """Index, from 0, among the successive children that the case is spread over."""
    sampling: Sampling
    """Sampling options of this child's part."""
    warm: Warm | None = None
    """The result of a warm-up before its turn."""
    done: bool = False
    first: int = 0
    """Position of its first block among those of the case."""
    spent_s: float = 0.0
    lost_s: float = 0.0
    """The share of that time that other programs took while samples were preempted."""

    @property
    def blocks(self) -> Sequence[Taken]:
        """The blocks of this child, in order of time."""
        return self.result.blocks[self.first :]

    def keep(self, number: int, block: Block) -> None:
        """Add the samples of a round."""
        self.result.blocks.append(Taken(number, block, self.process))
        self.spent_s += block.elapsed_s
        self.lost_s += _lost_s(block)

    def is_short(self) -> bool:
        """Whether cold caches would show in a sample, as far as is known.

        Before the first sample the warm-up decides; a case without a warm-up counts as long.
        """
        if self.blocks:
            return min(self.blocks[-1].block.wall_ns) < SETTLE_BELOW_S * 1e9
        warm = self.result.warm[-1]
        return warm.repeats > 0 and warm.seconds / warm.repeats < SETTLE_BELOW_S

    def reached(self) -> stopping_rule.Reached:
        """The progress of this child."""
        spent_s = max(self.spent_s - self.lost_s, self.spent_s / PATIENCE)
        return reached(self.result, self.blocks, spent_s, self.spent_s)

    def said(self, text: str) -> str:
        """The current step as text."""
        several = self.result.case.sampling.processes
        return f"process {self.process + 1} of {several}, {text}" if several > 1 else text


def reached(
    result: CaseResult, blocks: Sequence[Taken], spent_s: float = 0.0, elapsed_s: float = 0.0
) -> stopping_rule.Reached:
    """The progress of a case after these blocks."""
    if not blocks:
        return stopping_rule.NOTHING
    sampling = result.case.sampling
    data = arrays(result.case, blocks)
    return stopping_rule.Reached(
        samples=data.n,
        clean=data.n - len(data.preempted),
        rounds=len(blocks),
        spent_s=spent_s,
        elapsed_s=elapsed_s,
        half_width=relative_half_width(data.total_s, data.preempted, sampling, data.processes),
    )


def _lost_s(block: Block) -> float:
    """Wall time within preempted samples in which the work had no processor."""
    flags = block.preempted or []
    waits = zip(block.wall_ns, block.cpu_ns, flags, strict=False)
    return sum(max(0, wall - cpu) for wall, cpu, flag in waits if flag) / 1e9
