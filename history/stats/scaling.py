"""Relate time to the size of the input: two-term and power-law fits, correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from history.stats.effect import ranks_of
from history.stats.student import student_975

Floats = NDArray[np.float64]

OUTLIER_SIGMA = 3.5
"""Modified z score from which a residual is an outlier (Iglewicz and Hoaglin, How to Detect and
Handle Outliers, 1993)."""
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, eq=False)
class TwoTerm:
    """time = a * T + b * T * S, with T frames and S states (or any second factor)."""

    a: float
    """Seconds per T (in the unit of the times per unit of T)."""
    b: float
    """Seconds per T * S."""
    a_interval: tuple[float, float]
    b_interval: tuple[float, float]
    """95 % intervals of the coefficients."""
    residuals: Floats
    """(n,) measured less fitted, relative to fitted."""
    outliers: tuple[int, ...]
    """Positions whose residual lies far outside the others."""
    r_squared: float


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """time = scale * size ** exponent."""

    exponent: float
    exponent_interval: tuple[float, float]
    """95 % interval of the exponent."""
    scale: float
    residuals: Floats
    """(n,) measured / fitted - 1."""
    outliers: tuple[int, ...]
    r_squared: float
    """Of the logarithms."""


@dataclass(frozen=True)
class Correlation:
    """How closely two quantities move together, -1 .. 1; NaN if one of them is constant."""

    pearson: float
    """Of the values: are they on a line?"""
    spearman: float
    """Of the ranks: does one grow with the other?"""
    n: int


def two_term(T: ArrayLike, S: ArrayLike, times: ArrayLike) -> TwoTerm:
    """Least squares of times = a * T + b * T * S; three arrays (n,), positive, n >= 3.

    Relative errors are minimised (each row is divided by its time), since timing noise is
    proportional to the time. Raises ValueError for too few rows or if S does not vary.
    """
    frames, states, y = _columns(T, S, times)
    design = np.column_stack((frames, frames * states)) / y[:, None]
    coefficients, errors = _least_squares(design, np.ones_like(y))
    fitted = design @ coefficients * y
    residuals = y / fitted - 1
    half = student_975(y.size - 2) * errors
    a, b = (float(c) for c in coefficients)
    return TwoTerm(
        a=a,
        b=b,
        a_interval=(a - float(half[0]), a + float(half[0])),
        b_interval=(b - float(half[1]), b + float(half[1])),
        residuals=residuals,
        outliers=residual_outliers(residuals),
        r_squared=_explained(y, fitted),
    )


def power_law(sizes: ArrayLike, times: ArrayLike) -> PowerLaw:
    """Least squares of ln(time) on ln(size); two arrays (n,), positive, n >= 3."""
    x, y = (np.log(column) for column in _columns(sizes, times))
    design = np.column_stack((x, np.ones_like(x)))
    (slope, offset), errors = _least_squares(design, y)
    fitted = slope * x + offset
    residuals = np.expm1(y - fitted)
    half = student_975(y.size - 2) * float(errors[0])
    return PowerLaw(
        exponent=float(slope),
        exponent_interval=(float(slope) - half, float(slope) + half),
        scale=float(np.exp(offset)),
        residuals=residuals,
        outliers=residual_outliers(residuals),
        r_squared=_explained(y, fitted),
    )


def correlation(x: ArrayLike, y: ArrayLike) -> Correlation:
    """Pearson's and Spearman's coefficients of two arrays (n,), n >= 2."""
    first = np.asarray(x, dtype=np.float64).ravel()
    second = np.asarray(y, dtype=np.float64).ravel()
    if first.size != second.size or first.size < 2:
        raise ValueError(
            f"a correlation needs two equally long arrays of two or more values, "
            f"got {first.size} and {second.size}"
        )
    return Correlation(
        pearson=_pearson(first, second),
        spearman=_pearson(ranks_of(first)[0], ranks_of(second)[0]),
        n=first.size,
    )


def residual_outliers(residuals: Floats) -> tuple[int, ...]:
    """Positions whose distance from the median residual exceeds 3.5 robust sigma."""
    distance = np.abs(residuals - np.median(residuals))
    sigma = MAD_TO_SIGMA * float(np.median(distance))
    # An exact fit has rounding errors only; none of them is an outlier.
    limit = max(OUTLIER_SIGMA * sigma, 1e-9)
    return tuple(int(i) for i in np.flatnonzero(distance > limit))


def _columns(*columns: ArrayLike) -> tuple[Floats, ...]:
    arrays = tuple(np.asarray(column, dtype=np.float64).ravel() for column in columns)
    if len({array.size for array in arrays}) != 1 or arrays[0].size < 3:
        sizes = ", ".join(str(array.size) for array in arrays)
        raise ValueError(f"a fit needs equally long columns of three or more rows, got {sizes}")
    for array in arrays:
        if not (np.isfinite(array).all() and (array > 0).all()):
            raise ValueError("a fit needs finite, positive sizes and times")
    return arrays


def _least_squares(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Coefficients (p,) and their standard errors (p,); columns are scaled before solving."""
    scale = np.sqrt((design * design).sum(axis=0))
    scaled = design / scale
    coefficients, _, rank, _ = np.linalg.lstsq(scaled, y, rcond=1e-10)
    if rank < design.shape[1]:
        raise ValueError("the sizes do not vary enough to tell the terms apart")
    residual = y - scaled @ coefficients
    variance = float(residual @ residual) / max(y.size - design.shape[1], 1)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(scaled.T @ scaled)))
    return coefficients / scale, errors / scale


def _explained(y: Floats, fitted: Floats) -> float:
    around = y - y.mean()
    total = float(around @ around)
    missed = y - fitted
    return 1 - float(missed @ missed) / total if total > 0 else 1.0


def _pearson(x: Floats, y: Floats) -> float:
    dx, dy = x - x.mean(), y - y.mean()
    size = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return min(max(float(dx @ dy) / size, -1.0), 1.0) if size > 0 else float("nan")
