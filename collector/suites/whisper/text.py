"""Turn token ids into text with the tokenizer that belongs to a model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.suites.whisper.model import Generation

STEP_S: Final = 0.02
"""Between two timestamp tokens."""


class Detokenizer:
    """A tokenizer that was checked against the model's special tokens."""

    def __init__(self, path: Path, generation: Generation, vocab: int) -> None:
        """``vocab``: length of the logits, 0 when not known.

        Raises BrokenDataError for a file that is no tokenizer and for one that does not fit.
        """
        # Threads of the tokenizer's own would run beside the ones that are measured.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises plain Exception
            raise BrokenDataError(
                f"{path.name}: expected a tokenizer, found something else: {error}."
            ) from error
        _check(path.name, self._tokenizer, generation, vocab)
        self._begin = generation.timestamp_begin

    def decode(self, tokens: Sequence[int], *, timestamps: bool = False) -> str:
        """Text without special tokens; with ``timestamps`` each is written as ``<|1.20|>``."""
        if not timestamps:
            return self._words([token for token in tokens if token < self._begin])
        parts: list[str] = []
        words: list[int] = []
        for token in tokens:
            if token < self._begin:
                words.append(token)
                continue
            parts += [self._words(words), f"<|{(token - self._begin) * STEP_S:.2f}|>"]
            words = []
        return "".join([*parts, self._words(words)])

    def moved(self, tokens: list[int], seconds: float) -> list[int]:
        """Tokens of a piece with timestamps counted from the start of the file.

        Beyond 30 s these are tokens no model has; only ``decode`` meets them.
        """
        steps = round(seconds / STEP_S)
        if not steps:
            return tokens
        return [token + steps if token >= self._begin else token for token in tokens]

    def _words(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))


def _check(name: str, tokenizer: object, generation: Generation, vocab: int) -> None:
    size = tokenizer.get_vocab_size(with_added_tokens=True)  # type: ignore[attr-defined] # no types
    hint = "Take tokenizer.json from the folder of the very model that was exported."
    if vocab and size > vocab:
        raise BrokenDataError(
            f"{name} does not fit the model: it has {size} tokens, the model {vocab}.", hint=hint
        )
    # Older files lack the timestamps only.
    if size < generation.no_timestamps:
        raise BrokenDataError(
            f"{name} does not fit the model: it has {size} tokens, and generation_config.json"
            f" names token {generation.no_timestamps}.",
            hint=hint,
        )
    for text, wanted in (
        ("<|startoftranscript|>", generation.start),
        ("<|endoftext|>", generation.eos),
        ("<|notimestamps|>", generation.no_timestamps),
    ):
        found = tokenizer.token_to_id(text)  # type: ignore[attr-defined] # as above
        if found is not None and found != wanted:
            raise BrokenDataError(
                f"{name} does not fit the model: {text} is {found} here and {wanted} in"
                " generation_config.json.",
                hint=hint,
            )
