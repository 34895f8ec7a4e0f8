"""Draw flame graphs of the newest runs, and write them with their stacks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from history import addresses
from history.project import profiles
from history.words.key import benchmark_id
from site_gen.charts import flamegraph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_RUNS: Final = 20
"""Most runs with profile files: of the newest ones, and as many of those beside changes."""
MOST_BYTES: Final = 20_000_000
"""Largest file of stacks; a larger one is only mentioned."""
_NAME: Final = re.compile(r"[a-z0-9_-]+\.folded")


@dataclass(frozen=True, slots=True)
class ShownProfile:
    """One profiled benchmark on the page of a run."""

    label: str
    of: tuple[str, str, str]
    """Address of its benchmark, its variant, and the side of a duet."""
    tool: str
    samples: int
    picture: str = ""
    """Address of the flame graph; empty where there is none."""
    stacks: str = ""
    """Address of the folded stacks."""
    problem: str = ""


def build(
    history_file: Path, newest_first: Iterable[str], beside: Iterable[str] = ()
) -> tuple[dict[str, tuple[ShownProfile, ...]], dict[str, bytes]]:
    """The profiles of each run, and the files.

    ``beside`` are ids of runs and duets beside changes, those that matter most first.
    """
    said: dict[str, tuple[ShownProfile, ...]] = {}
    files: dict[str, bytes] = {}
    for run_ids in (newest_first, beside):
        room = MOST_RUNS
        for run_id in run_ids:
            folder = profiles.folder(history_file, run_id)
            found = () if run_id in said else profiles.read(folder)
            if not found:
                continue
            said[run_id] = tuple(_shown(one, folder, run_id, files) for one in found)
            room -= 1
            if not room:
                break
    return said, files


def _shown(
    one: profiles.Profile, folder: Path, run_id: str, files: dict[str, bytes]
) -> ShownProfile:
    name = benchmark_id(one.suite, one.benchmark, one.params)
    of = (
        addresses.benchmark(one.suite, one.benchmark, one.params),
        one.label.removeprefix(name).strip(),
        one.side,
    )
    told = ShownProfile(one.label, of, one.tool, one.samples, problem=one.problem)
    file = folder / one.file
    if not _NAME.fullmatch(one.file) or not file.is_file():
        return told
    if file.stat().st_size > MOST_BYTES:
        return replace(told, problem="too large to be shown")
    stacks = addresses.profile_of(run_id, one.file)
    picture = f"{stacks.removesuffix('.folded')}.svg"
    files[stacks] = file.read_bytes()
    lines = files[stacks].decode("utf-8", "replace").splitlines()
    files[picture] = flamegraph.svg(lines, one.label).encode()
    return replace(told, picture=picture, stacks=stacks)
