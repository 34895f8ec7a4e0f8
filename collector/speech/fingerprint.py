"""Reduce an output to a short hash, so that a faster run with another output is seen.

Whole numbers and text are hashed exactly. Floating-point output is not equal to the last bit
between processors and library versions, so its shape, its type and a few sums, rounded to three
significant digits, are hashed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DIGITS: Final = 16
"""Hex digits of a fingerprint."""

_PROJECTIONS: Final = 4


def of_text(parts: Iterable[str]) -> str:
    """Hash of texts in order; ``["ab"]`` and ``["a", "b"]`` differ."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()[:DIGITS]


def of_integers(values: NDArray[Any]) -> str:
    """Hash of shape and values of a whole-number array of any integer type."""
    array = np.ascontiguousarray(values, dtype="<i8")
    digest = hashlib.sha256(repr(array.shape).encode())
    digest.update(array.tobytes())
    return digest.hexdigest()[:DIGITS]


def summary(values: NDArray[Any]) -> dict[str, float | int | str]:
    """Summary of an array: shape, dtype, min, max, mean, std, nonzero and non-finite count.

    An empty array has zeros. Non-finite values are counted and left out of the four statistics.
    """
    flat = np.asarray(values, dtype=np.float64).ravel()
    finite = flat[np.isfinite(flat)]
    some = finite if finite.size else np.zeros(1)
    return {
        "shape": "x".join(str(length) for length in np.shape(values)) or "scalar",
        "dtype": str(np.asarray(values).dtype),
        "min": float(some.min()),
        "max": float(some.max()),
        "mean": float(some.mean()),
        "std": float(some.std()),
        "nonzero": int(np.count_nonzero(flat)),
        "nonfinite": int(flat.size - finite.size),
    }


def of_numbers(values: NDArray[Any]) -> str:
    """Hash of a floating-point array that ignores rounding but sees a change of order.

    Mean, spread and four sums along fixed pseudo-random signs go in, rounded to three significant
    digits of the array's own spread: two arrays that agree to about 1e-4 of it almost always
    share a fingerprint, and two with other values or another order almost never.
    """
    found = summary(values)
    flat = np.nan_to_num(np.asarray(values, dtype=np.float64).ravel(), posinf=0.0, neginf=0.0)
    scale = float(found["std"]) or abs(float(found["mean"])) or 1.0
    signs = np.random.default_rng(0).integers(0, 2, (_PROJECTIONS, flat.size), np.int8) * 2.0 - 1.0
    sums = signs @ flat / (scale * max(1, flat.size) ** 0.5)
    parts = [str(found["shape"]), str(found["dtype"]), str(found["nonfinite"])]
    parts += [f"{scale:.2e}", *(f"{number + 0.0:.2f}" for number in sums)]
    return of_text(parts)
