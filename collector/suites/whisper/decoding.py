"""Choose the next token greedily, under the rules of generation_config.

The rules and their order are those of transformers' ``generate``, so that both choose the same
tokens; timestamps follow the rules of the original Whisper (openai/whisper, decoding.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collector.suites.whisper.model import Generation

    Logits = NDArray[np.floating[Any]]


class Rules:
    """The tokens allowed next, given those generated so far (without the prompt)."""

    def __init__(
        self,
        generation: Generation,
        vocab: int,
        *,
        timestamps: bool,
        min_new: int = 0,
        words_only: bool = False,
    ) -> None:
        """``words_only`` suppresses timestamps, which random weights would choose most often."""
        self._generation = generation
        self._timestamps = timestamps
        self._min_new = min_new
        self._never = np.array(
            [n for n in suppressed(generation, vocab, words_only=words_only) if n < vocab], np.int64
        )
        first = [n for n in generation.begin_suppress if n < vocab]
        self._not_first = np.array(first, np.int64)

    def choose(self, logits: Logits, made: Sequence[int]) -> int:
        """Greedy choice. logits: (V,), overwritten."""
        if len(made) < self._min_new:
            logits[self._generation.eos] = -np.inf
        if not made:
            logits[self._not_first] = -np.inf
        logits[self._never] = -np.inf
        if self._timestamps:
            self._pair_timestamps(logits, made)
        return int(np.argmax(logits))

    def _pair_timestamps(self, logits: Logits, made: Sequence[int]) -> None:
        """Timestamps come in pairs, never decrease, begin the text, and win if likelier."""
        rules, begin = self._generation, self._generation.timestamp_begin
        logits[rules.no_timestamps] = -np.inf
        last = bool(made) and made[-1] >= begin
        before = len(made) < 2 or made[-2] >= begin
        if last:
            if before:
                logits[begin:] = -np.inf
            else:
                logits[: rules.eos] = -np.inf
        said = [token for token in made if token >= begin]
        if said:
            logits[begin : said[-1] + (0 if last and not before else 1)] = -np.inf
        if not made:
            logits[:begin] = -np.inf
            if rules.max_initial_timestamp is not None:
                logits[begin + rules.max_initial_timestamp + 1 :] = -np.inf
        if _log_sum_exp(logits[begin:]) > logits[:begin].max():
            logits[:begin] = -np.inf


def suppressed(generation: Generation, vocab: int, *, words_only: bool) -> tuple[int, ...]:
    """Tokens that are never chosen."""
    if not words_only:
        return generation.suppress
    return (*generation.suppress, *range(generation.timestamp_begin, vocab))


def _log_sum_exp(values: Logits) -> float:
    top = float(values.max()) if values.size else -np.inf
    if not np.isfinite(top):
        return top
    return top + float(np.log(np.exp(values.astype(np.float64) - top).sum()))
