"""Build the demo: a simulated year in a folder of its own, labelled so on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.words import temporary
from site_gen.demo.simulate import year
from site_gen.shell.build import Built, build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
ANNOTATIONS = """\
[[annotation]]
date = 2026-06-12
text = "Viterbi keeps two rows instead of the whole lattice"
scope = "alignment.*"

[[annotation]]
date = 2026-07-21
text = "Decoder loop without copies of the cache"
scope = "whisper.*"
"""


def build_demo(out: Path, nights: int, say: Callable[[str], None]) -> Built:
    """Write the site of a simulated year to `out`."""
    from history.project.workspace import open_workspace

    with temporary.scratch() as folder:
        (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "annotations.toml").write_text(ANNOTATIONS, encoding="utf-8")
        workspace = open_workspace(folder / "soundmark.toml")
        say(f"inventing {nights} nights")
        workspace.append(year(nights))
        return build(workspace, out, say)
