"""What a suite is, to the planner, to the parent that decides, and to the child that measures.

A suite has two halves. ``plan`` and ``derive`` are pure and cheap, run in the parent and import
nothing heavier than numpy. ``open`` runs in the child, imports what it needs, and gives work to
repeat. A suite never times itself, never aggregates, and never writes to the store: the harness
calls ``Work.run`` again and again, and the parent turns the samples into points.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol, runtime_checkable

import msgspec

from history.words.records import Failed, Invalid, Item, Measured, Point, Skipped, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from history.words.records import RunRecord

    Samples = NDArray[np.float64]
    """(repeats,) float64 in base units, in order of time."""


Place = Annotated[str, msgspec.Meta(extra={"place": True})]
"""An option that names a file or folder: in a table relative to the folder of the configuration
file, on the command line to the current one."""


PositiveInt = Annotated[int, msgspec.Meta(ge=1)]
NonNegativeInt = Annotated[int, msgspec.Meta(ge=0)]
"""Counts of an option, such as repeats and warm-ups: others are refused when it is read."""


NIGHTLY_PROCESSES: Final = 4
"""Processes of a benchmark that loads fast, in the nightly profile. Runs of the same code lay half
as far apart with four as with one (docs/method/measuring.md); fewer do not tell how they differ."""


class Sampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When to stop repeating; times in seconds."""

    warmup: int | None = None
    """Repeats before the first sample; ``None`` warms up until two block medians agree."""
    repeats: int | None = None
    """Exactly this many samples; ``None`` samples until the interval is narrow enough."""
    min_repeats: int = 10
    max_repeats: int = 200
    max_s: float = 15.0
    """Longest time spent on one case in all its processes, warm-up left out."""
    half_width: float = 0.02
    """Stop when the half-width of the 95 % interval is at most this share of the aggregate."""
    block_s: float = 0.0
    """Shortest sample: calls shorter than this are repeated inside one sample. 0: one call."""
    rounds: int = 4
    """Rounds the samples are spread over when variants are interleaved (A B B A)."""
    processes: int = 1
    """Children, one after the other, that the samples are spread over: a child keeps its addresses
    and its place among the caches for life, and only another child has others."""
    sequence: bool = False
    """Whether a repeat builds on the one before, so that no other process may go on with it."""
    aggregate: str = "median"
    """``median`` or ``mean``."""
    repeat_limit_s: float = 0.0
    """Longest single repeat, where it may take longer than the harness allows; 0: it may not."""


class Process(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One child process: everything in it shares threads, environment and memory."""

    name: str
    threads: int = 1
    environment: dict[str, str] = {}
    """Added to the isolation environment, before anything is imported."""
    light: bool = False
    """The child must import neither torch nor transformers; the harness checks it at the end."""
    interpreter: str = ""
    """Another Python to run the child in; empty takes this one."""
    under: tuple[str, ...] = ()
    """Command that starts the child's interpreter and becomes it: ``systemd-run --scope …``."""
    spawns: bool = False
    """The work is done by programs the child starts and waits for: their processor time counts as
    the sample's own, and ``StageTimer.waited`` says whether it was preempted."""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One benchmark with its parameters in one variant.

    Cases of different processes with equal benchmark and parameters are interleaved.
    """

    benchmark: str
    process: str
    metrics: tuple[str, ...]
    """The metrics of the case, headline first; one that is not reported becomes a failure.

    A metric is filled from what ``derive`` gives, else a stage, else a reading of
    ``StageTimer.record``, else ``WorkOutcome.values``, else what the harness reads itself:
    ``total_time``, ``cpu_time``, ``rss``, ``pss``, ``uss``, ``peak_rss`` (with stages also the peak
    of each, as ``forward_peak_rss``), and on a device ``gpu_used``, ``gpu_process_used``,
    ``gpu_allocated_peak``, ``gpu_reserved_peak``. A headline metric
    without a value of its own takes the total."""
    params: dict[str, str] = {}
    variant: Variant = Variant()
    stages: tuple[str, ...] = ()
    """Metrics that ``StageTimer`` splits one repeat into, in order."""
    items: tuple[str, ...] = ()
    """Utterances or files of one repeat, in order; empty when the repeat is one piece."""
    sampling: Sampling = Sampling()
    once: bool = False
    """Done a single time, such as a build: a duet does not repeat it in rounds."""
    expect: dict[str, str] = {}
    """Facts that must be in force, such as ``provider``; anything else makes the points invalid."""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """A case that cannot run here, so that the site can show it as what it is."""

    case: Case
    outcome: Skipped | Failed | Invalid


class SuitePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a suite will do with given options."""

    processes: tuple[Process, ...]
    cases: tuple[Case, ...]
    absences: tuple[Absence, ...] = ()


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """Something a suite cannot run without."""

    kind: str
    """``module`` (importable, checked without importing it), ``program`` (on PATH) or ``path``."""
    name: str
    install: str
    """What to type to get it."""


class StageTimer(Protocol):
    """Splits one repeat into stages; given to ``Work.run`` by the harness.

    Time not given to any stage is part of the total and is shown as unattributed.
    """

    def begin_item(self, item: int = 0) -> None:
        """Start the clock of one item; what happened since the last item is not counted."""

    def end_stage(self, stage: str) -> None:
        """Give the time since ``begin_item`` or the last ``end_stage`` to this stage."""

    def end_item(self) -> None:
        """Stop the clock of the item: its total is the time since ``begin_item``."""

    def record(self, metric: str, value: float) -> None:
        """Keep one reading of this repeat that is not a stage time, in base units.

        Between ``begin_item`` and ``end_item`` it is a reading of the item as well, and the
        repeat's reading is the mean over its items.
        """

    def waited(self, seconds: float) -> None:
        """Report how long the programs of this repeat were runnable without a core.

        Above 2 % of the sample, the sample counts as preempted.
        """

    def progress(self, done: int, total: int) -> None:
        """Report the progress of a long repeat. Call it between two items: it takes time."""


class WorkOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the child knows after a case was sampled."""

    fingerprint: str = ""
    """Hash of the output; equal work has equal fingerprints."""
    items: dict[str, dict[str, float | int | str]] = {}
    """Facts by item name, such as duration_s, frames, states."""
    texts: dict[str, str] = {}
    fingerprints: dict[str, str] = {}
    """Output hash by item name."""
    values: dict[str, float] = {}
    """Deterministic metrics with n = 1, such as ``tokens``; also facts for ``derive``."""
    warnings: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    """Further series that no plan could know, such as those a program's output names. The suite's
    name is filled in by the harness; a series that the case owes itself does not belong here."""
    found: tuple[Item, ...] = ()
    """Items of those points."""
    invalid: str = ""
    """Why the case did not do the work it was asked for; makes its points invalid."""
    failed: str = ""
    """What failed in a run that went on: the case's own points are failed, ``points`` stay."""


class Work(Protocol):
    """One case made ready."""

    def run(self, timer: StageTimer) -> object:
        """One repeat. The result is kept alive until the repeat's clock has stopped."""

    def finish(self) -> WorkOutcome:
        """Facts and outputs of the last repeat; called once, outside all timing."""


class Session(Protocol):
    """A suite opened in a child."""

    def facts(self) -> dict[str, Any]:
        """Facts in force, not those requested: threads, providers, hashes of weights and corpus."""

    def prepare(self, case: Case) -> Work:
        """Load and build what the case needs; not timed unless ``load_time`` is a stage."""

    def close(self) -> None:
        """Release what ``open`` and ``prepare`` allocated."""


class Suite(Protocol):
    """A group of benchmarks collected together."""

    name: str
    version: int
    """Increased when a change makes new numbers incomparable with old ones."""
    summary: str
    requirements: tuple[Requirement, ...]
    options: type[msgspec.Struct]
    """The suite's own table in ``soundmark.toml``; a frozen Struct that forbids unknown fields."""

    def plan(self, options: Any, profile: str) -> SuitePlan:  # noqa: ANN401 - each suite has its own options
        """Processes and cases for ``quick`` or ``nightly``; pure and cheap."""

    def open(self, process: Process, options: Any, profile: str, workspace: Path) -> Session:  # noqa: ANN401
        """In the child: import, load, build. ``workspace`` is a cache folder that may be reused."""

    def derive(
        self, case: Case, samples: Mapping[str, Samples], outcome: WorkOutcome
    ) -> dict[str, Samples | Measured | Invalid]:
        """Metrics computed from stages, per repeat where possible; pure.

        ``samples`` has every stage, every recorded reading and ``total_time``.
        """


@runtime_checkable
class Concludes(Protocol):
    """A suite with a table of its own for the terminal; the method may be left out."""

    def conclude(self, points: Sequence[Point]) -> str:
        """What is printed below the summary, from the suite's points of this run; pure."""


@runtime_checkable
class WritesFiles(Protocol):
    """A suite that can also write files of its own from a run; both members may be left out."""

    files: type[msgspec.Struct]
    """What can be asked for: a frozen Struct, each field a flag of ``soundmark collect`` with the
    docstring under it as help, and a default that asks for nothing."""

    def write_files(self, asked: Any, record: RunRecord) -> Iterable[str]:  # noqa: ANN401 - each suite has its own files
        """Write what was asked for, a line for each file that says so.

        ``record`` is the run as it was stored, with the points and items of this suite alone.
        """


@runtime_checkable
class DerivesItems(Protocol):
    """A suite that also derives metrics of single items; the method may be left out."""

    def derive_item(
        self,
        case: Case,
        item: str,
        samples: Mapping[str, Samples],
        facts: Mapping[str, float | int | str],
    ) -> Mapping[str, Samples]:
        """Further metrics of one item, per repeat; pure.

        ``samples`` has the item's stages, its readings and its total.
        """
