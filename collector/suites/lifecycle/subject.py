"""The interface of what is loaded, used and released repeatedly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Report = Callable[[], None]
"""Called by a subject at the moment its first token is there."""


class Subject(Protocol):
    """A session, a model or a cache that is loaded, used and released."""

    size_bytes: int
    """Size of the model's files or weights; the leak threshold is a share of it."""

    transcript: str
    """The transcript of its audio, if known."""

    def load(self) -> None:
        """Make it ready. Called every iteration (recreate) or once (reuse)."""

    def infer(self, first_token: Report) -> str:
        """Use it once; gives its output as text."""

    def reset(self) -> None:
        """Reset its state without releasing it."""

    def unload(self) -> None:
        """Release everything that ``load`` and ``infer`` allocated."""

    def facts(self) -> dict[str, Any]:
        """Facts in force: provider, weights, sizes."""
