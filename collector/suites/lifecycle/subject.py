"""What is loaded, used and released, again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Tell = Callable[[], None]
"""Called by a subject at the moment its first token is there."""


class Subject(Protocol):
    """One thing with a life: a session, a model, a cache."""

    size_bytes: int
    """Of the model's files or weights; the floor of the verdict is a share of it."""

    transcript: str
    """What is said in its audio, where that is known."""

    def load(self) -> None:
        """Make it ready. Called every iteration (recreate) or once (reuse)."""

    def infer(self, first_token: Tell) -> str:
        """Use it once; gives its output as text."""

    def reset(self) -> None:
        """Bring it back to its start without letting go of it."""

    def unload(self) -> None:
        """Let go of everything ``load`` and ``infer`` took."""

    def facts(self) -> dict[str, Any]:
        """What is in force: provider, weights, sizes."""
