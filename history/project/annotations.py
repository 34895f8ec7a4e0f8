"""Read ``annotations.toml``: notes about optimisations, drawn on the trends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from history.project import toml
from history.project.config import Config, convert_table, read_beside
from history.project.triage import check_link
from history.words.errors import ConfigError
from history.words.globs import matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.config import LoadedConfig
    from history.read.view import View


class Annotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[annotation]]``: one note."""

    text: str
    """What was done or happened; shown as written, escaped."""
    commit: str = ""
    """Hash, or its beginning; either this or ``date``."""
    date: date | None = None
    link: str = ""
    scope: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    kind: Literal["", "applied", "planned", "estimate"] = ""
    """``applied``, ``planned`` or ``estimate``."""

    @property
    def shown(self) -> str:
        """The text, prefixed with its kind if it has one."""
        return f"{self.kind}: {self.text}" if self.kind else self.text


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    annotation: tuple[Annotation, ...] = ()


def load(loaded: LoadedConfig) -> tuple[Annotation, ...]:
    """The notes of the project, in the order of the file; none when there is no file.

    Raises ConfigError that names the file and the key path.
    """
    name = loaded.values.annotations
    return parse(read_beside(loaded, name, Config().annotations), name)


def parse(text: str, where: str) -> tuple[Annotation, ...]:
    """The notes of a TOML text; ``where`` starts every error."""
    found = convert_table(toml.parse(text, where), _File, where).annotation
    for position, note in enumerate(found):
        here = f"{where}: annotation[{position}]"
        if not note.text.strip():
            raise ConfigError(f"{here}.text: expected a note, found nothing.")
        if bool(note.commit) == (note.date is not None):
            raise ConfigError(
                f"{here}: expected either `commit` or `date`, not both, not none.",
                hint="Write a date without quotes, such as date = 2025-12-15.",
            )
        check_link(note.link, here)
    return found


def undrawn(notes: Sequence[Annotation], history: View) -> list[str]:
    """A sentence for each note that is on no trend: its commit or scope was not measured."""
    commits = {run.commit.sha for run in history.runs}
    benchmarks = {series.key.benchmark_id for series in history.series}
    found = []
    for note in notes:
        if note.commit and not any(commit.startswith(note.commit) for commit in commits):
            found.append(f'nothing was measured at commit "{note.commit}"')
        elif not any(about(note, benchmark) for benchmark in benchmarks):
            found.append(f'no benchmark fits the scope "{note.scope}"')
    return found


def about(note: Annotation, benchmark: str) -> bool:
    """Whether the scope of the note matches ``suite.benchmark[params]``."""
    return matches_benchmark(note.scope, benchmark)
