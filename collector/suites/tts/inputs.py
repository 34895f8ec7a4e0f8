"""The texts to speak, and the number of frames of each."""

from __future__ import annotations

from typing import Final, NamedTuple


class Input(NamedTuple):
    """One text."""

    text: str
    frames: int
    """Codec frames of 80 ms, the same for every engine; 0 lets it stop by itself."""


INPUTS: Final = {
    "short": Input("Good morning to you.", 12),
    "medium": Input(
        "The old lighthouse keeper wrote down the weather every evening, although nobody had asked"
        " him to for many years.",
        60,
    ),
    "long": Input(
        "When the first trains came through the valley, the farmers stopped their work and stood"
        " along the fences to look at them. Within a few weeks they hardly raised their heads. The"
        " children gave each engine a name and knew its whistle from the next one, and in the"
        " evening they laid copper coins on the rails to see them grow flat and thin.",
        250,
    ),
}
"""About 1, 5 and 20 seconds of speech at 12.5 frames a second; a trained voice that stops by itself
takes 1.7, 6.7 and about 20 (hibari-tts 0.2.1)."""

MOST_FRAMES: Final = 1_500
"""Two minutes: an engine that has not stopped by then never does."""


def per_text(text: str) -> int:
    """Number of frames for an own text that needs a length: one for each character, 80 ms.

    English is spoken at 12 to 15 characters a second.
    """
    return min(MOST_FRAMES, max(12, len(text)))
