"""Convert the columns of a batch to the record's units, and mark other values invalid.

This is the last check for results without source rows; readers refuse a wrong unit with its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from history.store import codec, one_unit
from history.store.batch import Batch, Floats, Ints, Lists, Said
from history.words import units
from history.words.metrics import Metric
from history.words.records import Status

_NO_NUMBER: Final = "what was measured is no number"
Mask = NDArray[np.bool_]

# Anything farther from a whole nanosecond than this was not counted in nanoseconds; the second
# number is the error of a double (two roundings of 2^-53) at long times.
_WHOLE_NS_TOLERANCE: Final = 1e-5
_ROUNDING: Final = 4.5e-16


def in_kept_units(batch: Batch, extra_metrics: Mapping[str, Metric] | None) -> Batch:
    """The same with every label in the unit that its metric is kept in, and numbers that are none.

    What was measured in a unit that cannot be made into it, or is no finite number, is invalid.
    ``extra_metrics`` are the project's own, by name.
    """
    kept = [codec.metric_of(label, extra_metrics).unit for label in batch.labels]
    pairs = [(label.unit or unit, unit) for label, unit in zip(batch.labels, kept, strict=True)]
    labels = [
        label._replace(unit=unit) for label, (_, unit) in zip(batch.labels, pairs, strict=True)
    ]
    batch = replace(batch, labels=tuple(labels))
    if not len(batch):
        return batch
    factors = np.array([_factor(*pair) for pair in pairs], dtype=np.float64)
    measured = _is(batch, Status.MEASURED)
    factor = np.where(measured, factors[batch.label], 1.0)
    other_unit = np.isnan(factor)
    if (factor != 1.0).any():
        batch = _times(batch, np.where(other_unit, 1.0, factor))
    no_number = measured & ~other_unit & ~_is_finite(batch)
    reasons = {int(place): _NO_NUMBER for place in np.flatnonzero(no_number)}
    for place in np.flatnonzero(other_unit):
        reasons[int(place)] = one_unit.reason(*pairs[batch.label[place]])
    return _invalid(batch, reasons) if reasons else batch


def whole_nanoseconds(seconds: Floats) -> tuple[Ints, Mask]:
    """Times as integers of 64 bits, and which are a whole number of nanoseconds; both (m,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = seconds * 1e9
        nearest = np.rint(scaled)
        off = np.abs(scaled - nearest)
        whole = off <= _WHOLE_NS_TOLERANCE + _ROUNDING * np.abs(scaled)
        whole &= np.abs(nearest) < 2.0**63
    return np.where(whole, nearest, 0.0).astype(np.int64), whole


def counted(column: Lists, flags: Mask) -> Ints:
    """(n,): how many numbers of each list are flagged; flags: (m,)."""
    before = np.concatenate([[0], np.cumsum(flags)])
    found: Ints = before[column.starts[1:]] - before[column.starts[:-1]]
    return found


def _factor(written: str, kept: str) -> float:
    if written == kept:
        return 1.0
    found = units.factor_between(written, kept)
    return float("nan") if found is None else found


def _is(batch: Batch, status: Status) -> Mask:
    of_said = np.array([one.status is status for one in batch.said], dtype=np.bool_)
    return of_said[batch.about]


def _times(batch: Batch, factor: Floats) -> Batch:
    """The numbers and samples of each point times its factor; (n,)."""
    lists = dict(batch.lists)
    if "samples" in lists:
        flat, starts = lists["samples"]
        lists["samples"] = Lists(flat * np.repeat(factor, np.diff(starts)), starts)
    return replace(
        batch,
        value=batch.value * factor,
        numbers={name: column * factor for name, column in batch.numbers.items()},
        lists=lists,
    )


def _is_finite(batch: Batch) -> Mask:
    found: Mask = np.isfinite(batch.value)
    samples = batch.lists.get("samples")
    if samples is not None:
        found &= counted(samples, ~np.isfinite(samples.flat)) == 0
    return found


def _invalid(batch: Batch, reasons: Mapping[int, str]) -> Batch:
    """The same with these points invalid: the reason stands for the numbers."""
    said: dict[Said, int] = {one: place for place, one in enumerate(batch.said)}
    about, value, n = batch.about.copy(), batch.value.copy(), batch.n.copy()
    for place, reason in reasons.items():
        was = batch.said[about[place]]
        made = Said(
            Status.INVALID, reason, aggregate="", fingerprint=was.fingerprint, side=was.side
        )
        about[place] = said.setdefault(made, len(said))
    places = np.fromiter(reasons, dtype=np.int64)
    value[places], n[places] = np.nan, 0
    return replace(
        batch,
        said=tuple(said),
        about=about,
        value=value,
        n=n,
        numbers={name: _without(column, places) for name, column in batch.numbers.items()},
        lists={name: _emptied(column, places) for name, column in batch.lists.items()},
    )


def _without(column: Floats, places: Ints) -> Floats:
    kept = column.copy()
    kept[places] = np.nan
    return kept


def _emptied(column: Lists, places: Ints) -> Lists:
    lengths = column.lengths()
    gone = np.zeros(lengths.size, dtype=np.bool_)
    gone[places] = True
    kept = np.where(gone, 0, lengths)
    starts = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return Lists(column.flat[~np.repeat(gone, lengths)], starts)
