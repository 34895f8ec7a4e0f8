"""The registry of formats. A new one is a file in this folder and a line in this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

from history.formats.interface import (
    AsksKinds,
    Format,
    HoldsFiles,
    Importable,
    Parser,
    ParsesFolder,
    ParsesText,
    ReadsFile,
    Recognises,
    RecognisesFolder,
    Writes,
)
from history.words.errors import BrokenEnvironmentError, UsageError
from history.words.registry import Registry, unknown

C = TypeVar("C")

FORMATS: Final = Registry[Format](
    kind="format",
    protocol=Format,
    optional=(
        Recognises,
        RecognisesFolder,
        HoldsFiles,
        ReadsFile,
        ParsesText,
        ParsesFolder,
        AsksKinds,
        Writes,
    ),
    built_in={
        "alignment-jsonl": "history.formats.alignment_jsonl:AlignmentJsonl",
        "alignment-pairs": "history.formats.alignment_pairs:AlignmentPairs",
        "alignment-scaling": "history.formats.alignment_scaling:AlignmentScaling",
        "asv": "history.formats.asv:Asv",
        "benchmarkdotnet": "history.formats.benchmarkdotnet:BenchmarkDotNet",
        "bmf": "history.formats.bmf:Bmf",
        "cargo-bench": "history.formats.cargo_bench:CargoBench",
        "cargo-criterion": "history.formats.cargo_criterion:CargoCriterion",
        "catch2": "history.formats.catch2:Catch2",
        "codspeed": "history.formats.codspeed:Codspeed",
        "conbench": "history.formats.conbench:Conbench",
        "criterion": "history.formats.criterion:Criterion",
        "criterion-text": "history.formats.criterion_text:CriterionText",
        "csv": "history.formats.csv:Csv",
        "divan": "history.formats.divan:Divan",
        "github-action-benchmark": "history.formats.github_action_benchmark:GithubActionBenchmark",
        "gnu-time": "history.formats.gnu_time:GnuTime",
        "go-bench": "history.formats.go_bench:GoBench",
        "golden-table": "history.formats.golden_table:GoldenTable",
        "google-benchmark": "history.formats.google_benchmark:GoogleBenchmark",
        "hyperfine": "history.formats.hyperfine:Hyperfine",
        "iai": "history.formats.iai:Iai",
        "jmh": "history.formats.jmh:Jmh",
        "json": "history.formats.typed_tables:Json",
        "lifecycle-json": "history.formats.lifecycle_json:LifecycleJson",
        "lifecycle-table": "history.formats.lifecycle_table:LifecycleTable",
        "lnt": "history.formats.lnt:Lnt",
        "openmetrics": "history.formats.open_metrics:OpenMetrics",
        "optimum-benchmark": "history.formats.optimum_benchmark:OptimumBenchmark",
        "parquet": "history.formats.typed_tables:Parquet",
        "pytest-benchmark": "history.formats.pytest_benchmark:PytestBenchmark",
        "pytorch-hud": "history.formats.pytorch_hud:PytorchHud",
        "readme-table": "history.formats.readme_table:ReadmeTable",
        "soundmark-lines": "history.formats.soundmark_lines:SoundmarkLines",
        "textgrid": "history.formats.textgrid:TextGrid",
        "tts-json": "history.formats.tts_json:TtsJson",
        "vllm-bench": "history.formats.vllm_bench:VllmBench",
        "whisper-apr": "history.formats.whisper_apr:WhisperApr",
        "whisper-results": "history.formats.whisper_results:WhisperResults",
        "whisper-table": "history.formats.whisper_table:WhisperTable",
        "words-json": "history.formats.textgrid:WordsJson",
    },
    group="soundmark.formats",
)


@dataclass(frozen=True)
class Ability(Generic[C]):
    """An ability of formats."""

    protocols: tuple[type[object], ...]
    """One of these is enough."""
    said: str
    """As a message says it: the format cannot be …"""


IMPORT: Final = Ability[Importable]((ReadsFile, ParsesText, ParsesFolder), "imported")
EXPORT: Final = Ability[Writes]((Writes,), "exported")
PARSE: Final = Ability[Parser]((ParsesText, ParsesFolder), "read after a run")


def find(name: str, wanted: Ability[C]) -> C:
    """The format of that name, able to do what is wanted.

    Raises UsageError when there is none, with the nearest that is able or all of them, and
    BrokenEnvironmentError when a package offers one that cannot be used.
    """
    if not FORMATS.has(name):
        raise unknown("format", name, names(wanted))
    found = FORMATS.find(name)
    if found.name != name:
        raise BrokenEnvironmentError(
            f'the format "{name}" is registered as {FORMATS.target(name)}, which calls itself'
            f' "{found.name}".'
        )
    if not isinstance(found, wanted.protocols):
        raise UsageError(
            f'the format "{name}" cannot be {wanted.said}.',
            hint=f"Formats that can: {', '.join(names(wanted))}.",
        )
    return cast("C", found)


def names(wanted: Ability[C]) -> tuple[str, ...]:
    """Names of all formats that are able, sorted; one that cannot be looked at may be, too."""

    def able(name: str) -> bool:
        try:
            return isinstance(FORMATS.find(name), wanted.protocols)
        except BrokenEnvironmentError:
            return True

    return tuple(sorted(filter(able, FORMATS.names())))
