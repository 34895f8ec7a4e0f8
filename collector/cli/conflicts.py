"""Refuse options of `soundmark collect` that make no sense together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collector.cli.collect import Request
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


_USUAL = Request()


def check_alone(options: Mapping[str, Any], spelled: Mapping[str, str]) -> None:
    """Raise UsageError for options beside --resume, which uses those of the first start.

    ``spelled`` has each name as it is written on the command line.
    """
    for name, value in options.items():
        if value is not None and value != getattr(_USUAL, name, None):
            word = value[0].word if name == "files" else spelled.get(name, name)
            raise UsageError(
                f"--resume uses the options that the collection was started with: not with {word}."
            )


def check_suspects(request: Request, *, dry_run: bool) -> None:
    """Raise UsageError for options that choose something else than --suspects."""
    named = {
        "--only": request.only,
        "--against": request.against,
        "--commits": request.commits,
        "--dry-run": dry_run,
    }
    if others := [word for word, given in named.items() if given]:
        raise UsageError(f"--suspects chooses what is measured: not with {others[0]}.")


def check_dry(request: Request, word: str) -> None:
    """Raise UsageError for options beside --dry-run that concern storing or other commits."""
    if request.commits or request.files:
        other = request.files[0].word if request.files else "--commits"
        raise UsageError(f"{word} shows the plan of this commit alone: not with {other}.")


def check_together(request: Request) -> None:
    """Raise UsageError for options that need another one, or exclude it."""
    several = [name for name in ("against", "commits") if getattr(request, name)]
    if len(several) > 1:
        raise UsageError("--against measures two commits in turn, --commits many: choose one.")
    if several and request.files:
        raise UsageError(
            f"{request.files[0].word} writes files of one run: not with --{several[0]}."
        )
    for name in ("budget", "measure_identical", "seed"):
        if getattr(request, name) != getattr(_USUAL, name) and not request.against:
            raise UsageError(f"--{name.replace('_', '-')} is about a duet: it needs --against REV.")
    if request.profile_with and request.commits:
        raise UsageError("--profile-with is about one run: not with --commits.")
    if request.every > 1 and not request.commits:
        raise UsageError("--every chooses among commits: it needs --commits RANGE.")
    if request.harness == "each" and not several:
        raise UsageError("--harness is about commits that are checked out for measuring.")
