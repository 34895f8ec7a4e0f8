"""Refuse options of `soundmark collect` that make no sense together."""

from __future__ import annotations

from typing import Any

from collector.cli.collect import Request
from history.words.errors import UsageError


def check_alone(words: dict[str, Any]) -> None:
    """Raise UsageError for options beside --resume, which uses those of the first start."""
    plain = Request()
    given = {name: value for name, value in words.items() if value is not None}
    others = [name for name, value in given.items() if value != getattr(plain, name, None)]
    if others:
        raise UsageError(
            f"--resume goes on with the words the collection was begun with: not with {others[0]}."
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
    needs = {"budget": "--against", "measure_identical": "--against", "seed": "--against"}
    for name, other in needs.items():
        if getattr(request, name) not in ("", False, None) and not request.against:
            raise UsageError(f"--{name.replace('_', '-')} is about a duet: it needs {other} REV.")
    if request.profile_with and request.commits:
        raise UsageError("--profile-with is about one run: not with --commits.")
    if request.every > 1 and not request.commits:
        raise UsageError("--every chooses among commits: it needs --commits RANGE.")
    if request.harness == "each" and not several:
        raise UsageError("--harness is about commits that are checked out for measuring.")
