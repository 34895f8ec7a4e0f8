"""Read the run of an asv file: environment, start, hardware."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.words.records import HARDWARE, Commit, Machine, Origin, Run, hardware

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_MACHINE_KEYS: Final = frozenset({"machine", "arch", "cpu", "num_cpu", "os", "ram", "python"})


def environment_of(data: dict[str, Any]) -> str:
    """``python 3.11, numpy 2.1, THREADS=1``: what asv's matrix chose, never where it lay."""
    about = fields.table(data.get("params"))
    python = str(data.get("python") or about.get("python") or "")
    python = re.split(r"[/\\]", python)[-1].removeprefix("python").removesuffix(".exe")
    parts = [f"python {python}".strip() if python[:1].isdigit() or not python else python]
    required = data.get("requirements")
    if not isinstance(required, dict):
        required = {key: value for key, value in about.items() if key not in _MACHINE_KEYS}
    parts += [f"{key} {value or ''}".strip() for key, value in sorted(required.items())]
    chosen = fields.table(data.get("env_vars"))
    parts += [f"{key}={value or ''}" for key, value in sorted(chosen.items())]
    return ", ".join(parts)


def run_of(
    data: dict[str, Any],
    commit: Commit,
    machine: Machine,
    started: Sequence[object],
    project: str,
) -> Run:
    """The run of a file, without its id.

    ``started`` is when each of its benchmarks began; without any, the run began with the commit.
    """
    about = fields.table(data.get("params"))
    processor = hardware(str(about.get("cpu") or ""), fields.count_of(about.get("num_cpu")))
    return Run(
        run_id="",
        started_at=_earliest(started) or commit.time,
        commit=commit,
        machine=machine,
        project=project,
        origin=Origin.IMPORTED,
        source="import asv",
        environment={HARDWARE: processor} if processor else {},
    )


def _earliest(started: Sequence[object]) -> datetime | None:
    """The first of those that are times; the others are passed over, as nothing depends on them."""
    numbers = [one for one in started if type(one) is int or type(one) is float]
    with suppress(RefuseError):
        if len(numbers) == len(started) and numbers:
            return fields.of_milliseconds(min(numbers), "started_at")
    return min(_moments(started), default=None)


def _moments(started: Sequence[object]) -> list[datetime]:
    """Those that are times."""
    found = []
    for one in started:
        try:
            found.append(fields.of_milliseconds(one, "started_at"))
        except RefuseError:
            continue
    return found
