"""Play streamed audio in thought: what a listener hears who starts with the first chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Playback(NamedTuple):
    """How a stream was heard."""

    underrun_s: float
    """Silence between chunks, because the next one was not there yet."""
    continuity: float
    """Share of the audio, from 0 to 1, in chunks that were there before the one before had ended;
    the first counts as there. 1 for no audio at all."""


def heard(chunks: Iterable[tuple[float, float]]) -> Playback:
    """Of chunks in order: seconds from any beginning to its arrival, and seconds of its audio."""
    played_until: float | None = None
    underrun = in_time = whole = 0.0
    for arrived, length in chunks:
        late = 0.0 if played_until is None else max(0.0, arrived - played_until)
        played_until = length + max(arrived, arrived if played_until is None else played_until)
        underrun += late
        whole += length
        in_time += length if late == 0 else 0.0
    return Playback(underrun, in_time / whole if whole > 0 else 1.0)
