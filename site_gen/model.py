"""What the pages are made of: runs, series and judgements as plain typed objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from history.words.calibration import Calibration

    Samples = Mapping[str, Sequence[tuple[int, Sequence[float] | NDArray[np.float64]]]]
    """Series id to (position of the run, samples in base units) of its newest points."""

MEASURED, SKIPPED, FAILED, INVALID = range(4)
STATUS_WORDS = ("measured", "skipped", "failed", "invalid")
"""Words of the status codes that series carry, in the order of the codes."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The version of the code that was measured."""

    sha: str
    time: datetime
    subject: str
    branch: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A class of hardware that shares one trend."""

    machine_id: str
    label: str
    cpu_model: str = ""
    cores: int = 0
    memory_gib: int = 0
    gpu: str = ""
    gpu_driver: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution at one commit on one machine."""

    position: int
    """Place among all runs in commit order, from 0; series refer to runs by it."""
    run_id: str
    commit: Commit
    machine: Machine
    environment: dict[str, str]
    """``group.field`` to text, without the calibration."""
    started_at: datetime
    duration_s: float
    origin: str
    source: str
    profile: str
    tool_version: str
    dirty: bool
    warnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """What differs in the environment from the run before on the same machine."""
    calibration: Calibration | None = None
    """What the reference work said about the machine."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One trend. All arrays have the same length and follow the order of runs."""

    series_id: str
    variant: str
    """Text of the variant pairs, empty when it has none."""
    metric: str
    unit: str
    direction: str
    kind: str
    machine: Machine
    runs: NDArray[np.int64]
    """Positions of the runs."""
    status: NDArray[np.uint8]
    """MEASURED, SKIPPED, FAILED or INVALID."""
    values: NDArray[np.float64]
    """Aggregates in base units; NaN where nothing was measured."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counts: NDArray[np.int64]
    reasons: dict[int, str] = field(default_factory=dict)
    """Place in the arrays to why there is no measurement, or what a measurement warns of."""
    qualifiers: dict[int, str] = field(default_factory=dict)
    """Place in the arrays to how a published number was stated; exact ones are left out."""

    @property
    def last(self) -> int:
        """Place of the newest measured point, or -1."""
        kept = (self.status == MEASURED).nonzero()[0]
        return int(kept[-1]) if kept.size else -1


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """One measured piece of work with its parameters: one page."""

    suite: str
    name: str
    params: tuple[tuple[str, str], ...]
    benchmark_id: str
    """``suite.name[a=1]``"""
    path: str
    """Address below the root of the site: ``suites/micro/top_k-1f2e3d4c``; never changes."""
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """A group of benchmarks."""

    name: str
    path: str
    benchmarks: tuple[Benchmark, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A detected shift of one series; the columns of ``soundmark regressions``."""

    series_id: str
    metric: str
    unit: str
    index: int
    commit: str
    previous_commit: str
    direction: str
    """regression, improvement, up or down."""
    kind: str
    status: str
    change: float
    low: float
    high: float
    before: float
    after: float
    n_after: int
    rule: str
    episode: str = ""
    """Id of the episode; stays when the estimate moves by a few commits."""
    output_changed: bool = False
    """Whether the benchmark's output is another one after the change."""
    environment: tuple[str, ...] = ()
    """What else changed between the two sides."""
    decision: str = ""
    """What people decided about it, with reason and end."""
    link: str = ""
    """Where that was discussed."""

    @property
    def worse(self) -> bool:
        """Whether it is for the worse."""
        return self.direction == "regression"

    @property
    def is_open(self) -> bool:
        """Whether someone should still look at it."""
        return self.status in {"suspect", "confirmed"}


@dataclass(frozen=True, slots=True)
class SlaRow:
    """One target on one series; the columns of ``soundmark sla``."""

    target: str
    series_id: str
    """Empty when the target matches nothing."""
    benchmark_id: str
    variant: str
    metric: str
    machine: str
    limit: float
    value: float
    low: float
    high: float
    unit: str
    status: str
    """pass, fail, uncertain, missing, no direction."""
    margin_percent: float
    """Room left in percent of the limit, negative when there is none."""
    compliance_30: float
    broken_by: str
    margin: str = ""
    """The margin in words."""
    reason: str = ""
    qualifier: str = ""
    nights: int = 0
    """Points behind ``compliance_30``."""
    best: float = float("nan")
    best_commit: str = ""
    trend: str = ""
    """improving, worsening or level."""
    detectable: str = ""
    """The smallest change that ten further points would confirm, in words; empty without enough."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said about one series."""

    word: str
    reason: str = ""
    minimum_detectable_change: float = float("nan")
    """The smallest change that ten further points would have confirmed, relative to the level; NaN
    without enough."""
    detectable: str = ""
    """The same in words."""
    never_run: bool = False
    """Whether it was skipped in every run: missing, but nothing was lost."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What the memory of a repeated method does, as the history judged it."""

    series_id: str
    """Of its growth rate."""
    verdict: str
    """leak, no leak, undecided."""
    rate: float
    """Bytes per iteration."""
    low: float
    high: float
    naive: float
    """(last - first) / n, for comparison only."""
    floor: float
    """Growth below it is no leak."""
    n: int
    """Iterations."""
    reason: str = ""
    nights: int = 0
    leaking_nights: int = 0
    since: str = ""
    """First commit of the present leak."""
    is_control: bool = False
    """Whether it leaks on purpose, to prove that a leak is seen."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note of the optimisation history, drawn on the charts."""

    text: str
    commit: str = ""
    date: str = ""
    """ISO date, when it is not about one commit."""
    link: str = ""
    scope: str = "*"
    """Glob over benchmark ids."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that was decided about the history."""

    changes: tuple[Change, ...] = ()
    sla: tuple[SlaRow, ...] = ()
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """By series id."""
    annotations: tuple[Annotation, ...] = ()
    memory: tuple[Growth, ...] = ()
    version: str = ""
    """Detector and rules, such as ``steps 1, rules 1``."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """How the site introduces itself."""

    title: str
    description: str = ""
    url: str = ""
    repository: str = ""
    stale_after_days: float = 3.0
    simulated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The whole history in memory."""

    suites: tuple[Suite, ...]
    runs: tuple[Run, ...]
    machines: tuple[Machine, ...]

    def benchmarks(self) -> tuple[Benchmark, ...]:
        """All benchmarks in order of suite and name."""
        return tuple(one for suite in self.suites for one in suite.benchmarks)
