"""torchaudio's compiled Viterbi as an alternative to ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def load() -> Callable[[Any, Any, int], NDArray[np.int64]]:
    """A function with the same result as ours. Raises ImportError when torchaudio cannot be used.

    A wheel built for CUDA raises OSError under a CPU torch, because its libraries are missing, and
    RuntimeError under a torch of another CUDA; for the reader that is the same as not installed.
    """
    try:
        import torch
        from torchaudio.functional import forced_align
    except (OSError, RuntimeError) as error:
        raise ImportError(f"torchaudio does not fit this torch: {error}") from error

    def best(log_probs: Any, labels: Any, blank: int) -> NDArray[np.int64]:  # noqa: ANN401 - arrays
        emissions = torch.from_numpy(log_probs).unsqueeze(0)
        targets = torch.from_numpy(labels).to(torch.int32).unsqueeze(0)
        path, _ = forced_align(emissions, targets, blank=blank)
        return states_of(path[0].numpy().astype(np.int64), blank)

    return best


def states_of(frame_labels: NDArray[np.int64], blank: int) -> NDArray[np.int64]:
    """States from the label of every frame: (T,) -> (T,).

    A label that differs from the frame before begins the next state; frames between two labels, and
    those outside, are the blank between them.
    """
    spoken = frame_labels != blank
    before = np.concatenate(([blank], frame_labels[:-1]))
    begins = spoken & (frame_labels != before)
    labels_so_far = np.cumsum(begins)
    return np.where(spoken, 2 * labels_so_far - 1, 2 * labels_so_far)
