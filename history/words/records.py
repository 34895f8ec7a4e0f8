"""The records of runs, points and items, used everywhere.

They are frozen, they travel as JSON between the collector and its children, and they hold values in
base units (``history.words.units``). A measurement that did not happen is a typed absence with a
reason, never ``None`` and never a missing row.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from history.words import key
from history.words.metrics import Direction

HARDWARE: Final = "hardware"
"""Environment group of the hardware: machines of one given name may differ."""
DURATIONS: Final = "durations"
"""Environment group of the duration of each benchmark, by its title, for dealing out shards."""
SHARD: Final = "shard"
"""Environment group of the shard of a run."""
VARIANT_KEYS: Final = (
    "implementation",
    "runtime",
    "device",
    "precision",
    "threads",
    "features",
    "weights",
    "dataset",
)


class Status(StrEnum):
    """Whether a point is a measurement or which kind of absence."""

    MEASURED = "measured"
    SKIPPED = "skipped"
    FAILED = "failed"
    INVALID = "invalid"


class Qualifier(StrEnum):
    """How exactly a published number was stated; a measured one is exact."""

    EXACT = "exact"
    ABOUT = "about"
    BELOW = "below"
    ABOVE = "above"


class Origin(StrEnum):
    """The origin of a run, shown on every page."""

    MEASURED = "measured"
    IMPORTED = "imported"
    SIMULATED = "simulated"


class RunKind(StrEnum):
    """The kind of a run."""

    COLLECTION = "collection"
    """Results of one commit."""
    DUET = "duet"
    """Two commits measured in turn, in one job; never part of a trend."""


class Side(StrEnum):
    """Which of the two commits of a duet a point is of."""

    BASE = "base"
    HEAD = "head"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all records: immutable, by keyword, strict when read back."""


class Variant(Record, omit_defaults=True, frozen=True, kw_only=True):
    """How a benchmark ran; with its parameters it identifies what is compared."""

    implementation: str = ""
    """Which program or which of several ways, such as ``numpy`` or ``hf-generate``."""
    runtime: str = ""
    """``torch``, ``onnxruntime``, ``numpy``."""
    device: str = ""
    """``cpu``, ``cuda``."""
    precision: str = ""
    """``fp32``, ``int8``, ``bf16``."""
    threads: str = ""
    """Threads asked for, as text."""
    features: str = ""
    """Options that change the work, such as ``spin``."""
    weights: str = ""
    """Label of the weights; synthetic ones read ``synthetic(seed=0)``."""
    dataset: str = ""
    """Label of the input data."""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Non-empty fields in the fixed order."""
        values = ((key, getattr(self, key)) for key in VARIANT_KEYS)
        return tuple((key, value) for key, value in values if value)

    def text(self) -> str:
        """``runtime=torch;device=cpu``: the form of the CSV columns and of SQL."""
        return key.pairs_text(self.pairs())


class Machine(Record, frozen=True, kw_only=True):
    """A class of hardware that may share one trend."""

    name: str
    """A given name, else one made of the hardware (``history.words.records.machine_label``)."""
    cpu_model: str = ""
    cores: int = 0
    """Logical cores this process may use; 0 when not known."""
    memory_gib: int = 0
    """Installed (or container) memory, rounded; 0 when not known."""
    gpu: str = ""
    gpu_driver: str = ""

    def key(self) -> str:
        """Eight hex digits over all fields: two machines share a trend when these are equal."""
        return key.digest(msgspec.json.encode(self), 8)


class Commit(Record, frozen=True, kw_only=True):
    """The version of the code that was measured."""

    sha: str
    """Full hash; imported histories may carry any text."""
    time: datetime
    """Commit time, UTC."""
    sequence: int = 0
    """Order among commits of equal time: number of first-parent ancestors (0: not known), or the
    row of an import."""
    parents: tuple[str, ...] = ()
    lineage: tuple[tuple[str, ...], ...] = ()
    """Known ancestors, its own parents first: hash, then its parents. A hash without an entry has
    unknown parents. The order of commits is made from this.
    """
    subject: str = ""
    branch: str = ""
    tag: str = ""
    dirty: bool = False
    """Whether the working tree differed from the commit when it was measured."""


class Measured(
    Record, tag="measured", tag_field="status", omit_defaults=True, frozen=True, kw_only=True
):
    """An aggregate with its interval and the samples it was made from."""

    value: float
    """The aggregate, in the metric's base unit."""
    n: int
    """Samples behind the aggregate."""
    aggregate: str = "value"
    """``median``, ``mean``, ``min``, ``sum``, ``slope`` or ``value`` (one number, no samples)."""
    low: float | None = None
    """Lower end of the 95 % interval of the aggregate."""
    high: float | None = None
    interval: str = ""
    """Method of the interval: ``order-statistics``, ``batches``, ``student``, ``constant``,
    ``exact-binomial``, ``stated``; empty if none. ``range`` is no interval: ``low`` and ``high``
    are the extremes of two or three samples. Runs of earlier versions also have ``bootstrap``, and
    ``student`` of so few.
    """
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    samples: tuple[float, ...] = ()
    """One per repeat, in order of time."""
    cpu_samples: tuple[float, ...] = ()
    """Processor seconds of the same repeats; empty when not taken."""
    preempted: tuple[int, ...] = ()
    """Positions of samples during which the scheduler took the processor away."""
    rounds: tuple[int, ...] = ()
    """Round of each sample when variants were interleaved; empty when there was one round."""
    processes: tuple[int, ...] = ()
    """Process of each sample, from 0, when several were started in turn; empty when one was."""
    warnings: tuple[str, ...] = ()
    """Warnings, one sentence each: what was seen, the likely cause, the next step."""
    qualifier: Qualifier = Qualifier.EXACT

    @property
    def is_range(self) -> bool:
        """Whether ``low`` and ``high`` are a range of two or three samples, not an interval."""
        return self.interval == "range"


class Skipped(Record, tag="skipped", tag_field="status", frozen=True, kw_only=True):
    """Not run, because a requirement is missing."""

    reason: str


class Failed(Record, tag="failed", tag_field="status", frozen=True, kw_only=True):
    """Run, but not finished."""

    reason: str


class Invalid(Record, tag="invalid", tag_field="status", frozen=True, kw_only=True):
    """Finished, but it did not measure what was requested."""

    reason: str
    samples: tuple[float, ...] = ()


Outcome = Measured | Skipped | Failed | Invalid


class Point(Record, omit_defaults=True, frozen=True, kw_only=True):
    """One series in one run."""

    suite: str
    benchmark: str
    """Name within the suite, without parameters: ``top_k``."""
    metric: str
    outcome: Outcome
    params: dict[str, str] = {}
    """Parameters in the order they are shown; the order is not part of identity."""
    variant: Variant = Variant()
    unit: str = ""
    """Base unit; empty takes the metric's own."""
    direction: Direction | None = None
    """Only for metrics the registry does not know."""
    side: Side | None = None
    """Only in a duet."""
    fingerprint: str = ""
    """Hash of the benchmark's output; a faster run with another one is not an improvement."""


class Item(Record, omit_defaults=True, frozen=True, kw_only=True):
    """One utterance or file inside a benchmark, with its own facts and times."""

    suite: str
    benchmark: str
    item: str
    """Name of the utterance or file, never a path outside the data set."""
    params: dict[str, str] = {}
    variant: Variant = Variant()
    facts: dict[str, float | int | str] = {}
    """Such as ``duration_s``, ``frames``, ``states``."""
    values: dict[str, float] = {}
    """Metric name to aggregate, in base units."""
    samples: dict[str, tuple[float, ...]] = {}
    """Metric name to repeats, in base units."""
    fingerprint: str = ""
    text: str = ""
    """Transcript or aligned words; hostile text, escaped wherever it is shown."""


class Run(Record, frozen=True, kw_only=True):
    """One execution of the collector, or one import, at one commit on one machine."""

    run_id: str
    """32 hex digits, unique; an import derives it from its content so that repeating is safe."""
    started_at: datetime
    """UTC."""
    recorded_at: datetime | None = None
    """When it was written to the ledger, UTC: the order of imports, and no part of identity."""
    commit: Commit
    machine: Machine
    project: str = ""
    origin: Origin = Origin.MEASURED
    source: str = "collect"
    """``collect`` or ``import csv`` and so on."""
    kind: RunKind = RunKind.COLLECTION
    base: Commit | None = None
    """The base of a duet, whose head is ``commit``; only in a duet."""
    profile: str = ""
    tool_version: str = ""
    duration_s: float = 0.0
    environment: dict[str, Any] = {}
    """Group -> field -> value, flat except for the readings of ``calibration``; no path, user name,
    secret or token.
    """
    warnings: tuple[str, ...] = ()
    ci_url: str = ""
    """Page of the CI run that it was a part of; no part of identity."""


class Exclusion(Record, frozen=True, kw_only=True):
    """A correction: a run, or one series of it, that is excluded from trends (or not any more)."""

    run_id: str
    made_at: datetime
    """UTC; the newest correction of a run holds."""
    reason: str
    """Empty: the run is included again."""
    series_id: str = ""
    """Empty means the whole run."""


class RunRecord(Record, frozen=True, kw_only=True):
    """A run with all its points and items: the content of one ledger file."""

    run: Run
    points: tuple[Point, ...]
    items: tuple[Item, ...] = ()


def name_in_run(one: Point | Item) -> tuple[object, ...]:
    """The identity of a point or an item within its run; the order of parameters does not count."""
    last = one.metric if isinstance(one, Point) else one.item
    return one.suite, one.benchmark, tuple(sorted(one.params.items())), one.variant, last


def series_id(point: Point, machine: Machine) -> str:
    """The identity of the series of a point, see ``history.words.key.series_id``."""
    return key.series_id(
        point.suite,
        point.benchmark,
        point.params,
        point.variant.pairs(),
        point.metric,
        machine.key(),
    )


def hardware(cpu_model: str, cores: int) -> dict[str, Any]:
    """The group ``hardware`` of an environment, without unknown fields."""
    fields = {"cpu model": cpu_model, "cores": cores}
    return {name: value for name, value in fields.items() if value}


def machine_label(cpu_model: str, cores: int, memory_gib: int, gpu: str) -> str:
    """A short name made of the hardware: ``xeon-8481c-2c-24g``, ``epyc-7763-4c-16g-h200``."""
    words = re.sub(r"\(.*?\)|@.*$", " ", cpu_model.lower())
    noise = {"intel", "amd", "cpu", "processor", "core", "with", "radeon", "graphics", "nvidia"}
    kept = [word for word in re.findall(r"[a-z0-9-]+", words) if word not in noise][:3]
    parts = [*kept, f"{cores}c", f"{memory_gib}g"]
    parts += [word for word in re.findall(r"[a-z0-9]+", gpu.lower()) if word not in noise][:2]
    return "-".join(parts)
