"""The tables of ``soundmark.toml`` as written; unknown keys are forbidden."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from history.store.admission.limits import Limits
from history.words.metrics import Direction, Kind
from history.words.patterns import form

_NAME: Final = form(
    r"\A[A-Za-z0-9._-]{1,60}\Z", '1 to 60 letters, digits, dots, - and _, such as "nightly-gpu"'
)

_FOLDER: Final = form(
    r"\A(?!\.)[A-Za-z0-9._-]+(?:/(?!\.)[A-Za-z0-9._-]+)*\Z",
    'a folder of the site, such as "dev/bench"',
)


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the file."""


class RetentionTable(Table, frozen=True, kw_only=True):
    """``[history.retention]``: what ``history compact`` may remove; nothing by default."""

    item_samples_days: Annotated[int, msgspec.Meta(ge=1, le=36_525)] | None = None
    """Days after the end of a year for which the samples of its items are kept."""


class HistoryTable(Table, frozen=True, kw_only=True):
    """``[history]``: where the record lives."""

    database: str = ".soundmark/history.duckdb"
    """Relative to the folder of the configuration file."""
    ledger: str = ".soundmark/runs"
    wait_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 60
    """How long a command waits for another one that is using the database."""
    limits: Limits = Limits()
    retention: RetentionTable = RetentionTable()


class MachineTable(Table, frozen=True, kw_only=True):
    """``[machine]``: the name of this computer."""

    name: str = ""
    """Empty: a name made from the hardware."""


class CollectTable(Table, frozen=True, kw_only=True):
    """``[collect]``: options of measuring."""

    drift: str = "5 %"
    """A suite during which the machine changed speed by more than this is marked."""
    no_effect: tuple[str, ...] = ()
    """Patterns of files that no suite depends on: a change of them alone is not measured where
    suites say their ``paths``."""


class DetectionTable(Table, frozen=True, kw_only=True):
    """``[detection]``: how changes are detected."""

    detector: str = "steps"
    """Name of a detector, ours or one that another package offers."""


class SiteTable(Table, frozen=True, kw_only=True):
    """``[site]``: options of the website."""

    title: str = ""
    description: str = ""
    url: str = ""
    """Where it will be published; feeds, badges and comments link there."""
    repository: str = ""
    """Web address of the code; commits link there."""
    stale_after_days: float = 3.0
    """Age of the newest run from which the overview turns red."""
    size_limit: str = "1 GB"
    """What the built site may take up, as GitHub Pages has it; empty: anything."""
    moved: dict[Annotated[str, _FOLDER], Literal["asv", "github-action-benchmark"]] = {}
    """Folder of the site in which a page of another tool stood, to that tool: old links lead on."""
    theme_dir: str = ""
    """Folder with styles and templates of the project's own, beside the configuration file."""


CheckMode = Literal["informational", "required", "off"]


class ReportTable(Table, frozen=True, kw_only=True):
    """``[report]``: what is posted to the forge."""

    name: Annotated[str, _NAME] = "soundmark"
    """Name of the check; distinguishes the comments of several projects in one repository."""
    comment: Literal["when needed", "always", "never"] = "when needed"
    """Whether a pull request gets a comment without any finding."""
    check: CheckMode = "informational"
    """Whether a regression fails the check, leaves it neutral, or makes no check."""
    issues: bool = False
    """Whether `report --issues` may open, update and close issues."""
    nightly: bool = False
    """Whether it may also answer the merged pull request that a regression began with."""
    forge: str = ""
    """github, gitlab, gitea or that of a package; empty asks the job, or the host in
    `site.repository`.
    """
    api: str = ""
    """Address of the forge's API; empty asks the job, or takes the usual one."""
    author: str = ""
    """Login of the author of our comments; empty asks the forge."""


class MetricTable(Table, frozen=True, kw_only=True):
    """``[metrics.NAME]``: a metric of your own."""

    unit: str = ""
    direction: Direction = Direction.NONE
    kind: Kind = Kind.OTHER
    summary: str = ""


class TargetTable(Table, frozen=True, kw_only=True):
    """``[[target]]``: one line of the SLA table, as written; see ``limits.Target``."""

    metric: str
    limit: str
    """A quantity with a unit: ``"120 ms"``, ``"145 MB"``, ``"1.8 x"``."""
    name: str = ""
    """Name of the target; empty: made from benchmark and metric."""
    benchmark: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    variant: str = "*"
    """Glob over ``key=value;key=value``."""
    machine: str = "*"
    profile: str = ""
    """The only profile that measures it: without a run of that profile nothing is missing."""


class ThresholdTable(Table, frozen=True, kw_only=True):
    """``[[threshold]]``: a gate that may fail a build on one point; see ``limits.Threshold``."""

    name: str
    metric: str = "*"
    """Glob over metric names."""
    benchmark: str = "*"
    variant: str = "*"
    machine: str = "*"
    worse_by: str = ""
    """Share by which it may be worse than its baseline: ``"20 %"``."""
    limit: str = ""
    """Absolute limit with a unit: ``"150 MB"``."""
    severity: str = "fail"
    """``fail`` or ``warn``."""
    baseline: str = "median"
    """``median`` of the last points on the same machine, ``parent``, or ``release:TAG``."""
