"""Store the output of every stage as a golden trace, and compare later outputs with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.items import outputs
from history.items.outputs import Summary
from history.report.wording import outputs as wording
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from history.words.records import Item

FORMAT: Final = "soundmark-golden-trace-1"


class Clip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The output of one piece of audio."""

    params: dict[str, str]
    variant: dict[str, str]
    tokens: tuple[int, ...]
    text: str
    stages: dict[str, Summary]
    """Stage -> shape, dtype, min, max, mean, std, nonzero, nonfinite."""
    times_s: dict[str, float] = {}
    """Aggregates of the run that was saved; for people, not compared."""


class Trace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of clips."""

    format: str
    commit: str
    weights_sha256: str
    clips: tuple[Clip, ...]


def trace_of(items: Iterable[Item], commit: str) -> Trace:
    """A trace of the items of a golden run. Raises UsageError when there are none."""
    chosen = [item for item in items if outputs.stages_of(item.facts)]
    if not chosen:
        raise UsageError(
            "--save-trace: this run measured no golden pipeline.",
            hint="Name the suite: `soundmark collect golden --save-trace FILE`.",
        )
    return Trace(
        format=FORMAT,
        commit=commit,
        weights_sha256=str(chosen[0].facts.get("weights_sha256", "")),
        clips=tuple(_clip(item) for item in chosen),
    )


def save(path: Path, trace: Trace) -> None:
    """Write it as JSON that can be read and compared line by line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(trace, order="deterministic"), indent=2)
    path.write_bytes(text + b"\n")


def load(path: Path) -> Trace:
    """Read it. Raises UsageError naming the file and the reason."""
    if not path.is_file():
        raise UsageError(
            f"trace: there is no file {path.name}.",
            hint="Make one with `soundmark collect golden --save-trace FILE`.",
        )
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Trace)
    except msgspec.DecodeError as error:
        raise UsageError(f"trace: {path.name} is not a golden trace: {error}.") from error
    if found.format != FORMAT:
        raise UsageError(f'trace: {path.name}: expected {FORMAT}, found "{found.format}".')
    return found


def clip_for(trace: Trace, params: Mapping[str, str], precision: str) -> Clip | None:
    """The clip of equal parameters and precision, whatever the threads."""
    for clip in trace.clips:
        if clip.params == dict(params) and clip.variant.get("precision", "") == precision:
            return clip
    return None


def differences(
    clip: Clip, tokens: tuple[int, ...], stages: Mapping[str, Summary], tolerance: float
) -> tuple[str, ...]:
    """What differs from a trace, a sentence each: the stages in order, then the tokens.

    The statistics may differ by ``tolerance`` of the stage's saved spread, the tokens not at all.
    """
    differing = outputs.differences(clip.stages, stages, tolerance)
    found = [wording.difference(one) for one in differing]
    if clip.tokens != tokens:
        pairs = enumerate(zip(clip.tokens, tokens, strict=False))
        shorter = min(len(clip.tokens), len(tokens))
        place = next((n for n, (saved, now) in pairs if saved != now), shorter)
        found.append(f"tokens: the first that differs is number {place + 1}.")
    return tuple(found)


def _clip(item: Item) -> Clip:
    facts: dict[str, Any] = dict(item.facts)
    return Clip(
        params=dict(item.params),
        variant=dict(item.variant.pairs()),
        tokens=tuple(map(int, str(facts.get("token_ids", "")).split())),
        text=item.text,
        stages=outputs.stages_of(item.facts),
        times_s={name: value for name, value in item.values.items() if name.endswith("_time")},
    )
