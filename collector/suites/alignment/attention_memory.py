"""Check whether memory suffices for an utterance: attention needs the square of its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psutil

from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRY_FROM_S: Final = 30.0
"""Utterances from this length on are tried once before anything is timed."""
_FLOAT: Final = 4
_SCORES: Final = 3
"""Copies of the attention's matrix that are alive at once: scores, their softmax, a transpose."""
_FIRST_FRAMES: Final = 64
"""Frames of the first convolution for one of the last."""


def needed_bytes(frames: int, config: Mapping[str, Any]) -> int:
    """Approximate memory of one forward pass without the weights; ``config`` is transformers'."""
    heads = int(config.get("num_attention_heads") or 12)
    channels = int((config.get("conv_dim") or [512])[0])
    attention = _SCORES * heads * frames**2 * _FLOAT
    return attention + 2 * channels * _FIRST_FRAMES * frames * _FLOAT


def check(name: str, frames: int, config: Mapping[str, Any], free_bytes: int | None = None) -> None:
    """Raise BrokenDataError when a pass over so many frames does not fit into free memory."""
    needed = needed_bytes(frames, config)
    free = psutil.virtual_memory().available if free_bytes is None else free_bytes
    if needed > free:
        raise BrokenDataError(
            f"{name}: a pass over {frames} frames needs about {needed / 1e9:.1f} GB of memory,"
            f" {free / 1e9:.1f} GB are free.",
            hint="Cut it into shorter files, or leave it out by max_seconds.",
        )


def try_once(name: str, run: Callable[[], object]) -> None:
    """Run once. Raises BrokenDataError when memory ran out, and whatever else went wrong."""
    try:
        run()
    except Exception as error:
        said = str(error).lower()
        if not isinstance(error, MemoryError) and not ("memory" in said or "alloc" in said):
            raise
        raise BrokenDataError(
            f"{name}: memory ran out ({type(error).__name__}).",
            hint="Cut it into shorter files, or leave it out by max_seconds.",
        ) from error
