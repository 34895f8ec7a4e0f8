"""Build the section on how the time of an alignment grows with its frames and states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.items import utterances
from history.report.wording import names, numbers
from site_gen.charts import plane
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from history.read.items import Side
    from history.words.records import Item

METRIC = "dp_time"
MOST_OUTLIERS = 8
_NEEDS = frozenset({"frames", "states"})


@dataclass(frozen=True, slots=True)
class Outlier:
    """An item that its size does not explain."""

    name: str
    residual: str


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The fits of one variant."""

    title: str
    n: int
    per_t: str = ""
    per_t_interval: str = ""
    per_ts: str = ""
    per_ts_interval: str = ""
    unit: str = ""
    """Unit of the vertical axis."""
    r_squared: str = ""
    pearson: str = ""
    spearman: str = ""
    outliers: tuple[Outlier, ...] = ()
    more: int = 0
    """Number of outliers that are not named."""
    no_outliers: str = "none"
    """Text when no outlier is named."""
    exponent: str = ""
    """Exponent of T x S in the power law."""
    exponent_interval: str = ""
    power_r_squared: str = ""
    power_outliers: tuple[Outlier, ...] = ()
    power_more: int = 0
    picture: Markup | None = None
    reason: str = ""
    """Why there is no fit."""


@dataclass(frozen=True, slots=True, eq=False)
class ScalingReport:
    """All variants of a benchmark."""

    metric: str
    fits: tuple[Fit, ...]


def build(sides: Sequence[Side], hidden: frozenset[tuple[str, str]]) -> ScalingReport | None:
    """The report, or nothing when no item has frames, states and this time."""
    usable = {
        side.variant: [
            item for item in side.items if METRIC in item.values and set(item.facts) >= _NEEDS
        ]
        for side in sides
    }
    usable = {variant: items for variant, items in usable.items() if items}
    if not usable:
        return None
    frame = _frame([item for items in usable.values() for item in items])
    return ScalingReport(
        METRIC,
        tuple(
            _fit(names.variant(variant, hidden), usable[variant], frame)
            for variant in variant_pairs.ranked(usable)
        ),
    )


def _frame(items: Sequence[Item]) -> plane.Frame:
    """One plane for all variants, so that their pictures can be compared."""
    size, times = _sizes(items), np.array([item.values[METRIC] for item in items])
    return plane.frame([size], [times], "s")


def _sizes(items: Sequence[Item]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(item.facts["frames"]) * float(item.facts["states"]) for item in items])


def _fit(title: str, items: Sequence[Item], frame: plane.Frame) -> Fit:
    try:
        found = utterances.scale(items, METRIC)
    except ValueError as error:
        return Fit(title, len(items), reason=str(error))
    size, times = _sizes(items), np.array([item.values[METRIC] for item in items])
    residuals = np.array([one.residual for one in found.residuals])
    order = np.argsort(size)
    law = found.power_scale_s * size[order] ** found.power_exponent
    picture = plane.draw(
        frame,
        (
            plane.Curve(size, times, "dots", 0),
            plane.Curve(size[order], (times / (1 + residuals))[order], "line", 1),
            plane.Curve(size[order], law, "line", 2),
        ),
        f"Viterbi time of {numbers.counted(len(items), 'utterance')} against T × S, {title}; "
        f"Pearson {numbers.fixed(found.pearson_ts, 3)}",
    )
    outliers, more = _outliers(found.outliers)
    power_outliers, power_more = _outliers(found.power_outliers)
    return Fit(
        title=title,
        n=found.n,
        per_t=numbers.value(found.per_t_s, "s"),
        per_t_interval=numbers.interval(*found.per_t_interval, "s"),
        per_ts=numbers.value(found.per_ts_s, "s"),
        per_ts_interval=numbers.interval(*found.per_ts_interval, "s"),
        unit=frame.unit,
        r_squared=numbers.fixed(found.r_squared, 4),
        pearson=numbers.fixed(found.pearson_ts, 4),
        spearman=numbers.fixed(found.spearman_ts, 4),
        outliers=outliers,
        more=more,
        no_outliers="none"
        if found.n >= utterances.OUTLIERS_FROM
        else f"not judged below {utterances.OUTLIERS_FROM} utterances",
        exponent=numbers.fixed(found.power_exponent, 3),
        exponent_interval=" – ".join(
            numbers.fixed(end, 3) for end in found.power_exponent_interval
        ),
        power_r_squared=numbers.fixed(found.power_r_squared, 4),
        power_outliers=power_outliers,
        power_more=power_more,
        picture=picture,
    )


def _outliers(found: Sequence[utterances.Outlier]) -> tuple[tuple[Outlier, ...], int]:
    """The farthest outliers in words, and the number of others."""
    order = sorted(found, key=lambda one: -abs(one.residual))
    named = (Outlier(one.item, numbers.signed(one.residual)) for one in order[:MOST_OUTLIERS])
    return tuple(named), max(len(order) - MOST_OUTLIERS, 0)
