"""The registry of suites by name; nothing is imported before it is used."""

from __future__ import annotations

from typing import Final

from collector.contract import Concludes, DerivesItems, Suite, WritesFiles
from history.words import suites
from history.words.registry import Registry

SUITES: Final = Registry[Suite](
    kind="suite",
    protocol=Suite,
    optional=(Concludes, DerivesItems, WritesFiles),
    built_in={
        "alignment": "collector.suites.alignment:Alignment",
        "command": "collector.suites.command:CommandSuite",
        "golden": "collector.suites.golden:Golden",
        "lifecycle": "collector.suites.lifecycle:Lifecycle",
        "micro": "collector.suites.micro:Micro",
        "pipeline": "collector.suites.pipeline:Pipeline",
        "tts": "collector.suites.tts:Tts",
        "whisper": "collector.suites.whisper:Whisper",
    },
    group=suites.GROUP,
)


def target_of(name: str) -> str:
    """``module:Class`` of a suite; a name that already has that form is taken as it is.

    Raises UsageError with the nearest name when there is no such suite.
    """
    return name if ":" in name else SUITES.target(name)


def load(name: str) -> Suite:
    """The suite of that name, or of that ``module:Class``.

    Raises UsageError when there is none, BrokenEnvironmentError when it cannot be used.
    """
    return SUITES.load(target_of(name), name)
