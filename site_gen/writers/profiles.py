"""Draw what a profiler saw of the newest runs, and put it beside their pages with its stacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import addresses
from history.project import profiles
from site_gen.charts import flamegraph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_RUNS: Final = 20
"""Newest runs with profiles that get files."""
MOST_BYTES: Final = 20_000_000
"""Of one file of stacks; a larger one is told only."""
_NAME: Final = re.compile(r"[a-z0-9_-]+\.folded")


@dataclass(frozen=True, slots=True)
class ShownProfile:
    """What the page of a run says of one benchmark that was profiled."""

    label: str
    tool: str
    samples: int
    picture: str = ""
    """Address of the flame graph; empty where there is none."""
    stacks: str = ""
    """Address of the folded stacks."""
    problem: str = ""


def build(
    history_file: Path, run_ids: Sequence[str]
) -> tuple[dict[str, tuple[ShownProfile, ...]], dict[str, bytes]]:
    """What is said of each run that has any, newest first in ``run_ids``, and the files."""
    said: dict[str, tuple[ShownProfile, ...]] = {}
    files: dict[str, bytes] = {}
    for run_id in run_ids:
        folder = profiles.folder(history_file, run_id)
        found = profiles.read(folder)
        if not found:
            continue
        said[run_id] = tuple(_shown(one, folder, run_id, files) for one in found)
        if len(said) == MOST_RUNS:
            break
    return said, files


def _shown(
    one: profiles.Profile, folder: Path, run_id: str, files: dict[str, bytes]
) -> ShownProfile:
    told = ShownProfile(one.label, one.tool, one.samples, problem=one.problem)
    file = folder / one.file
    if not _NAME.fullmatch(one.file) or not file.is_file():
        return told
    if file.stat().st_size > MOST_BYTES:
        return ShownProfile(one.label, one.tool, one.samples, problem="too large to be shown")
    stacks = addresses.profile_of(run_id, one.file)
    picture = f"{stacks.removesuffix('.folded')}.svg"
    files[stacks] = file.read_bytes()
    lines = files[stacks].decode("utf-8", "replace").splitlines()
    files[picture] = flamegraph.svg(lines, one.label).encode()
    return ShownProfile(one.label, one.tool, one.samples, picture, stacks)
