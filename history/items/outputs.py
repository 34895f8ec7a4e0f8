"""Find the stage of a pipeline whose output changed.

Suites reduce the output of a stage to a few numbers and keep them as facts of the item:
``encoder.shape``, ``encoder.mean``, ``encoder.nonzero``. A stage is recognised by its shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Summary = dict[str, float | int | str]
"""shape, dtype, min, max, mean, std, nonzero, nonfinite; what a suite did not take is missing."""

EXACT: Final = ("shape", "dtype", "nonfinite")
NEAR: Final = ("min", "max", "mean", "std")
TOLERANCE: Final = 1e-3
"""Share of a stage's spread by which its statistics may differ: sums are rounded differently on
other processors and by other versions of a library."""

_KEYS: Final = (*EXACT, *NEAR, "nonzero")
_ORDER: Final = ("mel", "encoder", "prefill", "decode")
"""Stages in the order in which they run; the store keeps facts in order of name."""


class StageDifference(NamedTuple):
    """One number of one stage that changed."""

    stage: str
    key: str
    """Name of the number; empty where the whole stage is missing now."""
    before: float | str = ""
    now: float | str | None = None
    """None where it is missing now."""
    allowed: float | None = None
    """The difference that would be tolerated; None where it must be equal."""


def facts_of(stages: Mapping[str, Summary]) -> Summary:
    """Stage summaries as facts of an item: ``encoder.mean``."""
    return {f"{stage}.{key}": value for stage, one in stages.items() for key, value in one.items()}


def stages_of(facts: Mapping[str, float | int | str]) -> dict[str, Summary]:
    """The inverse of ``facts_of``, in the order of the pipeline.

    Other facts are left out, and texts where a number belongs, as an imported file may have.
    """
    split = (name.rpartition(".") for name in facts)
    stages = [stage for stage, dot, last in split if dot and last == "shape"]
    return {stage: _summary(stage, facts) for stage in sorted(stages, key=_place)}


def differences(
    before: Mapping[str, Summary], now: Mapping[str, Summary], tolerance: float = TOLERANCE
) -> tuple[StageDifference, ...]:
    """What differs, in the order of the stages before.

    Shapes and types must be equal; statistics may differ by ``tolerance`` of the spread before, and
    the number of values that are not zero by that share.
    """
    return tuple(one for stage in before for one in _of_stage(stage, before, now, tolerance))


def last_other(
    outputs: Sequence[Mapping[str, Summary]], tolerance: float = TOLERANCE
) -> int | None:
    """Position of the newest output that differs from the last one; None when none does."""
    if not outputs:
        return None
    now = outputs[-1]
    for position in range(len(outputs) - 2, -1, -1):
        if differences(outputs[position], now, tolerance) or set(now) - set(outputs[position]):
            return position
    return None


def _summary(stage: str, facts: Mapping[str, float | int | str]) -> Summary:
    found = {key: facts[f"{stage}.{key}"] for key in _KEYS if f"{stage}.{key}" in facts}
    return {
        key: value for key, value in found.items() if key in EXACT or not isinstance(value, str)
    }


def _place(stage: str) -> tuple[int, str]:
    return (_ORDER.index(stage) if stage in _ORDER else len(_ORDER), stage)


def _of_stage(
    stage: str, before: Mapping[str, Summary], now: Mapping[str, Summary], tolerance: float
) -> list[StageDifference]:
    was, found = before[stage], now.get(stage)
    if found is None:
        return [StageDifference(stage, "")]
    differing = [
        StageDifference(stage, key, was[key], found.get(key))
        for key in EXACT
        if key in was and was[key] != found.get(key)
    ]
    allowed = tolerance * max(abs(float(was.get("std", 0.0))), 1e-6)
    differing += [
        StageDifference(stage, key, float(was[key]), float(found[key]), allowed)
        for key in NEAR
        if key in was and key in found and abs(float(was[key]) - float(found[key])) > allowed
    ]
    before_, now_ = float(was.get("nonzero", 0)), float(found.get("nonzero", 0))
    allowed = tolerance * max(before_, 1.0)
    if abs(before_ - now_) > allowed:
        differing.append(StageDifference(stage, "nonzero", before_, now_, allowed))
    return differing
