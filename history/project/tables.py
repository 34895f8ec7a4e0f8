"""What stands in ``soundmark.toml``: its tables as they are written, unknown keys forbidden."""

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
    """``[history.retention]``: what ``history compact`` may let go; nothing unless it is said."""

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
    """``[machine]``: what this computer is called."""

    name: str = ""
    """Empty makes a name of the hardware."""


class CollectTable(Table, frozen=True, kw_only=True):
    """``[collect]``: how this project measures."""

    drift: str = "5 %"
    """A suite during which the machine changed speed by more than this is marked."""
    no_effect: tuple[str, ...] = ()
    """Patterns of files that no suite depends on: a change of them alone is not measured where
    suites say their ``paths``."""


class DetectionTable(Table, frozen=True, kw_only=True):
    """``[detection]``: how changes are looked for."""

    detector: str = "steps"
    """Name of a detector, ours or one that another package offers."""


class SiteTable(Table, frozen=True, kw_only=True):
    """``[site]``: how the website introduces itself."""

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
    """``[report]``: what is posted to the place where the code is reviewed."""

    name: Annotated[str, _NAME] = "soundmark"
    """Of the check, and what tells our comments apart where one repository has several projects."""
    comment: Literal["when needed", "always", "never"] = "when needed"
    """Whether a pull request gets a comment before there is anything to look at."""
    check: CheckMode = "informational"
    """Whether a regression is a red cross, a grey line, or no line."""
    issues: bool = False
    """Whether `report --issues` may open, update and close issues."""
    nightly: bool = False
    """Whether it may also answer the merged pull request that a regression began with."""
    forge: str = ""
    """github, gitlab or gitea; empty asks the job, or the host in `site.repository`."""
    api: str = ""
    """Address of the forge's API; empty asks the job, or takes the usual one."""
    author: str = ""
    """Login that our comments are by; empty asks the forge."""


class MetricTable(Table, frozen=True, kw_only=True):
    """``[metrics.NAME]``: a metric of your own."""

    unit: str = ""
    direction: Direction = Direction.NONE
    kind: Kind = Kind.OTHER
    summary: str = ""


class TargetTable(Table, frozen=True, kw_only=True):
    """``[[target]]``: one line of the SLA table, as it is written; see ``limits.Target``."""

    metric: str
    limit: str
    """A quantity with a unit: ``"120 ms"``, ``"145 MB"``, ``"1.8 x"``."""
    name: str = ""
    """Empty is made of benchmark and metric."""
    benchmark: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    variant: str = "*"
    """Glob over ``key=value;key=value``."""
    machine: str = "*"
    profile: str = ""
    """The one profile that measures it: where no run had it, nothing is missing."""


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
