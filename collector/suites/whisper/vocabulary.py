"""Make a tokenizer for synthetic weights: invented words and Whisper's special tokens.

Random weights choose among all tokens, so the words are chosen to be readable: two or three
syllables each. The 256 single bytes come first, as in every byte-level vocabulary.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final

from collector.suites.whisper import model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SYLLABLES: Final = tuple(first + second for first, second in product("bdfgklmnprstvwz", "aeiou"))
_SPACE: Final = "\u0120"
"""How byte-level vocabularies write the space before a word."""


def words(count: int) -> tuple[str, ...]:
    """``count`` different words; neighbours differ in their first syllable."""
    return tuple(islice(_words(), count))


def _words() -> Iterator[str]:
    for length in (2, 3, 4):
        for parts in product(_SYLLABLES, repeat=length):
            yield "".join(reversed(parts))


def entries(size: str) -> tuple[str, ...]:
    """Every ordinary token of a synthetic size, in order of id."""
    first_special = next(iter(model.special_tokens(size).values()))
    made = (_SPACE + word for word in words(first_special - 256))
    return (*_bytes(), *made)


def _bytes() -> tuple[str, ...]:
    """The printable stand-ins of the 256 bytes, as GPT-2 assigned them."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [n for n in range(256) if n not in shown]
    stand_in = {n: chr(n) for n in shown} | {n: chr(256 + k) for k, n in enumerate(hidden)}
    return tuple(stand_in[n] for n in range(256))


def write(size: str, path: Path) -> None:
    """Write ``tokenizer.json``."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: n for n, token in enumerate(entries(size))}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    # Timestamps are ordinary added tokens in Whisper's own file too.
    tokenizer.add_tokens(
        [
            AddedToken(text, special="." not in text, normalized=False)
            for text in model.special_tokens(size)
        ]
    )
    tokenizer.save(str(path))
