"""Read and write ``exclusions.toml``: excluded runs and series, each with a reason.

Exclusions are decisions and belong in git: whoever delivers a run file must not decide what counts.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from history.project import toml
from history.project.config import Config, convert_table, read_beside
from history.words.errors import BrokenEnvironmentError, ConfigError
from history.words.records import Exclusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.config import LoadedConfig

_RUN: Final = re.compile(r"[0-9a-f]{8,32}")
_SERIES: Final = re.compile(r"[0-9a-f]{16}")
_HEAD: Final = """\
# Runs and series that no trend counts, each with a reason. `soundmark history exclude` adds to this
# file; of two entries about the same the later one holds.
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[exclusion]]``: a run, or one series of it, that is excluded or included again."""

    run: str
    """Id of the run, or its beginning, of at least eight digits."""
    series: str = ""
    """Id of one series of it; empty means the whole run."""
    reason: str = ""
    """The reason; shown wherever the run would have been."""
    undo: bool = False
    """Whether it is included again, overriding earlier entries."""
    date: date | None = None
    """Day on which it was decided."""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    exclusion: tuple[Entry, ...] = ()


def load(loaded: LoadedConfig) -> tuple[Exclusion, ...]:
    """The entries of the project, in the order of the file; empty without a file.

    ``run_id`` may be the beginning of one. Raises ConfigError that names the file and the key path.
    """
    name = loaded.values.exclusions
    return parse(read_beside(loaded, name, Config().exclusions), name)


def parse(text: str, where: str) -> tuple[Exclusion, ...]:
    """The entries of a TOML text; ``where`` starts every error."""
    found = convert_table(toml.parse(text, where), _File, where).exclusion
    return tuple(
        _exclusion(entry, f"{where}: exclusion[{position}]") for position, entry in enumerate(found)
    )


def add(loaded: LoadedConfig, exclusions: Sequence[Exclusion]) -> str:
    """Add decisions to the file, which is made if need be; returns its name.

    Existing entries stay unchanged. Raises BrokenEnvironmentError when it cannot be written.
    """
    name = loaded.values.exclusions
    file = loaded.root / name
    before = read_beside(loaded, name, name) or _HEAD
    after = "\n\n".join([before.rstrip(), *(_written(one).rstrip() for one in exclusions)]) + "\n"
    parse(after, name)
    try:
        _replace(file, after)
    except OSError as error:
        raise BrokenEnvironmentError(
            f"{name} cannot be written: {error.strerror}.", hint="Mend the rights of its folder."
        ) from None
    return name


def _written(exclusion: Exclusion) -> str:
    lines = ["[[exclusion]]", f'run = "{exclusion.run_id}"']
    if exclusion.series_id:
        lines.append(f'series = "{exclusion.series_id}"')
    lines.append(f"reason = {_quoted(exclusion.reason)}" if exclusion.reason else "undo = true")
    lines.append(f"date = {exclusion.made_at:%Y-%m-%d}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: as in JSON, but for the control character that JSON allows."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(file: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=file.parent, prefix=".writing-", delete=False
    ) as scratch:
        scratch.write(text)
        scratch.flush()
        os.fsync(scratch.fileno())
    Path(scratch.name).chmod(0o644)
    Path(scratch.name).replace(file)


def _exclusion(entry: Entry, where: str) -> Exclusion:
    if _RUN.fullmatch(entry.run) is None:
        raise ConfigError(
            f'{where}.run: expected 8 to 32 hex digits of a run id, found "{entry.run}".',
            hint="`soundmark history list --format csv` shows whole ids.",
        )
    if entry.series and _SERIES.fullmatch(entry.series) is None:
        raise ConfigError(f'{where}.series: expected 16 hex digits, found "{entry.series}".')
    if entry.undo == bool(entry.reason.strip()):
        raise ConfigError(f"{where}: expected a `reason`, or `undo = true` without one.")
    day = entry.date or date(1970, 1, 1)
    return Exclusion(
        run_id=entry.run,
        series_id=entry.series,
        reason=entry.reason.strip(),
        made_at=datetime.combine(day, time(), tzinfo=UTC),
    )
