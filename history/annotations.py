"""Read ``annotations.toml``: the optimisation history that is drawn on the trends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from history.config import convert_table
from history.errors import ConfigError
from history.globs import matches_benchmark
from history.judgement.triage import parse_toml

if TYPE_CHECKING:
    from history.config import LoadedConfig


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


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    annotation: tuple[Annotation, ...] = ()


def load(loaded: LoadedConfig) -> tuple[Annotation, ...]:
    """The notes of the project, in the order of the file; none when there is no file.

    Raises ConfigError that names the file and the key path.
    """
    name = loaded.values.annotations
    file = loaded.root / name
    return parse(file.read_text(encoding="utf-8") if file.is_file() else "", name)


def parse(text: str, where: str) -> tuple[Annotation, ...]:
    """The notes of a TOML text; ``where`` starts every error."""
    found = convert_table(parse_toml(text, where), _File, where).annotation
    for position, note in enumerate(found):
        here = f"{where}: annotation[{position}]"
        if not note.text.strip():
            raise ConfigError(f"{here}.text: expected a note, found nothing.")
        if bool(note.commit) == (note.date is not None):
            raise ConfigError(
                f"{here}: expected either `commit` or `date`, not both, not none.",
                hint="Write a date without quotes, such as date = 2025-12-15.",
            )
        if note.link and not note.link.startswith(("https://", "http://")):
            raise ConfigError(f'{here}.link: expected a web address, found "{note.link}".')
    return found


def about(note: Annotation, benchmark: str) -> bool:
    """Whether the note concerns ``suite.benchmark[params]``."""
    return matches_benchmark(note.scope, benchmark)
