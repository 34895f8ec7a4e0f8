"""The workflows that measure, publish and answer pull requests."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from collector.onboarding.writing import Wanted

_NAMES: Final = ("soundmark.yml", "soundmark-pull-request.yml", "soundmark-comment.yml")


def github() -> tuple[Wanted, ...]:
    """Three workflows for GitHub Actions."""
    folder = files("collector.cli.scaffold")
    return tuple(
        Wanted(f".github/workflows/{name}", (folder / name).read_text(encoding="utf-8"))
        for name in _NAMES
    )
