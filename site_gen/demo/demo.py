"""Build the demo: a simulated year in a folder of its own, labelled so on every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from history.words import temporary
from site_gen.demo.beside import whole_year
from site_gen.demo.simulate import LAST_NIGHT, night_at, sha_of
from site_gen.shell.build import Built, build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENOUGH_NIGHTS: Final = 60
"""Nights from which every change with a decision is found."""
CONFIG = """\
project = "simulated speech project"

[site]
title = "Simulated speech project"
description = "A year of invented numbers, to show what a history looks like. Nothing was measured."

[[target]]
name = "alignment of five seconds"
metric = "total_time"
benchmark = "alignment.pipeline*"
limit = "130 ms"

[[target]]
name = "real-time factor of alignment"
metric = "rtf"
benchmark = "alignment.*"
limit = "0.05 x"

[[target]]
name = "first token"
metric = "first_token_time"
benchmark = "whisper.*"
limit = "150 ms"

[[target]]
name = "memory of transcription"
metric = "peak_rss"
benchmark = "whisper.*"
limit = "650 MB"

[[target]]
name = "first audio"
metric = "first_audio_time"
benchmark = "tts.*"
limit = "100 ms"

[[target]]
name = "first token of the golden pipeline"
metric = "first_token_time"
benchmark = "golden.*"
limit = "120 ms"

[[target]]
name = "encoder of the golden pipeline"
metric = "encoder_time"
benchmark = "golden.*"
limit = "90 ms"

[[threshold]]
name = "a stage more than 20 % slower"
metric = "*_time"
worse_by = "20 %"

[[threshold]]
name = "the whole more than 10 % slower"
metric = "total_time"
worse_by = "10 %"
severity = "warn"
"""


def notes_of_year(last: datetime = LAST_NIGHT) -> str:
    """The notes of the year that ends at `last`, as annotations.toml."""
    notes = (
        (192, "Viterbi keeps two rows instead of the whole lattice", "alignment.*"),
        (153, "Decoder loop without copies of the cache", "whisper.*"),
    )
    return "".join(
        f'[[annotation]]\ndate = {last - timedelta(days=days):%Y-%m-%d}\ntext = "{text}"\n'
        f'scope = "{scope}"\n\n'
        for days, text, scope in notes
    )


def decisions_of_year(nights: int, last: datetime = LAST_NIGHT) -> str:
    """The decisions about changes of that year, as triage.toml.

    Empty where the year has too few nights for its changes to be found.
    """
    if nights < ENOUGH_NIGHTS:
        return ""
    until = last + timedelta(days=30)
    decided = (
        ("acknowledged", 0.945, "alignment.*", "waits for the next onnxruntime", until),
        ("expected", 0.86, "micro.mel*", "windows of 400 samples, as the model was trained", None),
        ("expected", 0.5, "alignment.*", "both rows of the lattice are kept for debugging", None),
    )
    return "".join(
        f'[[change]]\nstate = "{state}"\ncommit = "{sha_of(night_at(share, nights))}"\n'
        f'benchmark = "{benchmark}"\nreason = "{reason}"\n'
        + (f"until = {day:%Y-%m-%d}\n\n" if day else "\n")
        for state, share, benchmark, reason, day in decided
    )


def last_night(now: datetime) -> datetime:
    """Start of the newest simulated night, which must not lie in the future."""
    return now.replace(hour=2, minute=30, second=0, microsecond=0) - timedelta(days=1)


def build_demo(out: Path, nights: int, say: Callable[[str], None]) -> Built:
    """Write the site of a simulated year, the last night of which was yesterday, to `out`."""
    from history.project.workspace import open_workspace

    last = last_night(datetime.now(UTC))
    with temporary.scratch() as folder:
        (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "annotations.toml").write_text(notes_of_year(last), encoding="utf-8")
        decisions = decisions_of_year(nights, last)
        (folder / "triage.toml").write_text(decisions, encoding="utf-8")
        workspace = open_workspace(folder / "soundmark.toml")
        say(f"inventing {nights} nights")
        workspace.append(whole_year(nights, last=last))
        return build(workspace, out, say)
