"""What pages say was decided about series, as plain typed objects."""

from __future__ import annotations

from dataclasses import dataclass, field


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
