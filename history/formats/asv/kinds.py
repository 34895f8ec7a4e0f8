"""The metric, unit, direction and parameter names of an asv benchmark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from history.formats.outcomes import metric_of
from history.words import units
from history.words.metrics import Direction, Metric, registry

_FIXED: Final = {
    "time": ("operation_time", "seconds"),
    "timeraw": ("operation_time", "seconds"),
    "memory": ("object_size", "bytes"),
    "peakmemory": ("peak_rss", "bytes"),
}
"""Type of a benchmark -> its fixed metric and unit."""
_NO_UNIT: Final = "unit"
"""Unit that asv writes for a ``track_`` benchmark without one."""
_BY_NAME: Final = (
    (re.compile(r"(Time|Timeraw)[A-Z_].+|(time|timeraw)_.+"), "time"),
    (re.compile(r"PeakMem[A-Z_].+|peakmem_.+"), "peakmemory"),
    (re.compile(r"Mem[A-Z_].+|mem_.+"), "memory"),
)
"""Prefixes of functions by which asv recognises the type of a benchmark."""


class Kind(NamedTuple):
    """What is measured."""

    metric: str
    unit: str
    """Base unit."""
    factor: float
    """How many base units one of the file's unit is."""
    direction: Direction | None
    """None where the registry has it."""
    param_names: tuple[str, ...]
    is_fixed: bool
    """Whether the type alone defines the unit, so that it can never change."""
    has_no_unit: bool
    """Whether the unit is missing or unknown and nothing else defines a direction."""


def kind_of(name: str, about: Mapping[str, Any] | None, known: Mapping[str, Metric]) -> Kind:
    """The kind of a benchmark; ``about`` is its entry of ``benchmarks.json``.

    The result of a ``track_`` benchmark goes by the name of its function. Its unit is free text,
    and one that is not known gives no direction. ``known`` has the project's own metrics.
    """
    function = name.rpartition(".")[2] or name
    type_ = str(about.get("type", "")) if about else _type(function)
    stated = str(about.get("unit") or "") if about else ""
    stated = "" if stated == _NO_UNIT else stated
    metric, unit = _FIXED.get(type_, (function, stated))
    base, direction = metric_of(metric, unit, None, known.get(metric))
    # A unit that is missing is taken for that of a registered metric.
    factor = units.canonical(unit).factor if unit else 1.0
    return Kind(
        metric=metric,
        unit=base,
        factor=factor,
        direction=None if metric in registry() else direction,
        param_names=_param_names(about),
        is_fixed=type_ in _FIXED,
        has_no_unit=direction is Direction.NONE and not (unit and units.is_known(unit)),
    )


def _type(function: str) -> str:
    return next((type_ for pattern, type_ in _BY_NAME if pattern.fullmatch(function)), "")


def _param_names(about: Mapping[str, Any] | None) -> tuple[str, ...]:
    names = about.get("param_names") if about else None
    return tuple(map(str, names)) if isinstance(names, list) else ()


def params_by_name(names: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    """Parameters by name; as in asv, ``param1`` and so on when the names do not fit."""
    if len(names) != len(values) or len(set(names)) != len(names):
        names = tuple(f"param{number}" for number in range(1, len(values) + 1))
    return dict(zip(names, values, strict=True))
