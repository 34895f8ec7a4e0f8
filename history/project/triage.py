"""Read ``triage.toml``: decisions about changes, each with a reason."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from history.project import toml
from history.project.config import Config, convert_table, read_beside
from history.words.errors import ConfigError
from history.words.globs import matches, matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.config import LoadedConfig

_ID: Final = re.compile(r"[0-9a-f]{12}")
STATES: Final = ("acknowledged", "expected", "false alarm")


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[change]]``: one decision about the changes of a commit."""

    state: str
    """``acknowledged`` (known, to be mended), ``expected`` (a deliberate cost) or ``false alarm``
    (there is no change).
    """
    reason: str
    """Why; shown wherever the change is."""
    commit: str = ""
    """Hash, or its beginning, within the commit range of the change. Either this, or ``episode``,
    or ``event``."""
    episode: str = ""
    """Id of one change, as tables show it."""
    event: str = ""
    """Id of an event, as tables show it: all changes of one machine that began together."""
    benchmark: str = "*"
    """Glob over ``suite.benchmark[params]``."""
    variant: str = "*"
    metric: str = "*"
    machine: str = "*"
    until: date | None = None
    """Last day on which an acknowledgement holds."""
    link: str = ""
    """Where it is discussed."""


class Accepted(Decision, frozen=True, kw_only=True):
    """A decision by a commit's trailer instead of the file: the change is ``expected``."""

    sha: str
    """Whole hash of the commit with the trailer."""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    change: tuple[Decision, ...] = ()


def load(loaded: LoadedConfig) -> tuple[Decision, ...]:
    """The decisions of the project, in the order of the file; none when there is no file.

    Raises ConfigError that names the file and the key path.
    """
    name = loaded.values.triage
    return parse(read_beside(loaded, name, Config().triage), name)


def parse(text: str, where: str) -> tuple[Decision, ...]:
    """The decisions of a TOML text; ``where`` starts every error."""
    found = convert_table(toml.parse(text, where), _File, where).change
    for position, decision in enumerate(found):
        _check(decision, f"{where}: change[{position}]")
    return found


def applies(
    decision: Decision,
    *,
    benchmark: str,
    variant: str,
    metric: str,
    machine: str,
    commits: Sequence[str],
    episodes: Sequence[str],
    events: Sequence[str],
) -> bool:
    """Whether the decision matches a change with this range of commits and these ids."""
    if decision.episode:
        return decision.episode in episodes
    if decision.event:
        begun = decision.event in events
    else:
        begun = any(commit.startswith(decision.commit) for commit in commits)
    return (
        begun
        and matches_benchmark(decision.benchmark, benchmark)
        and matches(decision.variant, variant)
        and matches(decision.metric, metric)
        and matches(decision.machine, machine)
    )


def in_force(decision: Decision, today: date) -> bool:
    """Whether an acknowledgement has not expired; other decisions never expire."""
    return decision.until is None or today <= decision.until


def _check(decision: Decision, where: str) -> None:
    if decision.state not in STATES:
        known = ", ".join(f'"{state}"' for state in STATES)
        raise ConfigError(f'{where}.state: expected one of {known}, found "{decision.state}".')
    if not decision.reason.strip():
        raise ConfigError(f"{where}.reason: expected a sentence, found nothing.")
    if sum(map(bool, (decision.commit, decision.episode, decision.event))) != 1:
        raise ConfigError(
            f"{where}: expected exactly one of `commit`, `episode` and `event`.",
            hint="`soundmark regressions` shows all three.",
        )
    if decision.event and not _ID.fullmatch(decision.event):
        raise ConfigError(
            f'{where}.event: expected the twelve hex digits of an event, found "{decision.event}".',
            hint="`soundmark regressions --all` shows them.",
        )
    if decision.until is not None and decision.state != "acknowledged":
        raise ConfigError(f'{where}.until: only state "acknowledged" runs out; remove the line.')
    if decision.state == "acknowledged" and decision.until is None:
        raise ConfigError(
            f"{where}.until: expected the day on which to ask again.",
            hint="Write a date without quotes, such as until = 2026-03-31.",
        )
    check_link(decision.link, where)


def check_link(link: str, where: str) -> None:
    """Refuse a link that pages would not show; ``where`` starts the error."""
    if link and not link.startswith(("https://", "http://")):
        raise ConfigError(f'{where}.link: expected a web address, found "{link}".')
