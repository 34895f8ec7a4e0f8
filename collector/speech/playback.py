"""Simulate the playback of streamed audio that starts with the first chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Playback(NamedTuple):
    """The result of a simulated playback."""

    underrun_s: float
    """Seconds of silence between chunks because the next one had not arrived."""
    continuity: float
    """Share of the audio, from 0 to 1, in chunks that arrived before the previous one had ended;
    the first counts as on time. 1 for no audio at all.
    """


def simulate(chunks: Iterable[tuple[float, float]]) -> Playback:
    """Play chunks in order: seconds from any beginning to the arrival, and seconds of audio."""
    played_until: float | None = None
    underrun = in_time = whole = 0.0
    for arrived, length in chunks:
        begins = arrived if played_until is None else max(arrived, played_until)
        late = 0.0 if played_until is None else begins - played_until
        played_until = begins + length
        underrun += late
        whole += length
        in_time += length if late == 0 else 0.0
    return Playback(underrun, in_time / whole if whole > 0 else 1.0)
