"""Load recordings as a recogniser takes them, and name those that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from collector.speech import audio
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collector.suites.pipeline.sentences import Heard, Sentence


class Recording(NamedTuple):
    """One utterance that can be listened to."""

    position: int
    """Among the items of the case."""
    sentence: Sentence
    pcm: NDArray[np.int16]
    """(samples,) at 16 kHz."""

    @property
    def id(self) -> str:
        """Name of the utterance."""
        return self.sentence.id

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return self.pcm.size / audio.RATE


class Recordings(NamedTuple):
    """Those of a data set, and why some are missing."""

    usable: tuple[Recording, ...]
    problems: dict[str, str]
    """Name -> reason."""


def load(heard: Heard, limit: int = 0) -> Recordings:
    """The first ``limit`` sentences, 0 for all. Raises BrokenDataError when none can be used."""
    usable: list[Recording] = []
    problems: dict[str, str] = {}
    for position, one in enumerate(heard.sentences[:limit] if limit else heard.sentences):
        if not one.file:
            problems[one.id] = f"{one.id}: {one.problem}"
            continue
        try:
            samples = audio.load(heard.path(one))
        except audio.AudioError as error:
            problems[one.id] = str(error)
            continue
        pcm = np.clip(np.round(samples * 32_768), -32_768, 32_767).astype(np.int16)
        usable.append(Recording(position, one, pcm))
    if not usable:
        first = next(iter(problems.values()))
        raise BrokenDataError(f"no recording can be used; the first: {first}")
    return Recordings(tuple(usable), problems)
