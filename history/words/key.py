"""The identity of a series: its fields, their text and their hash."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from history.words.errors import UsageError
from history.words.metrics import shown_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MARK: Final = ":"
"""Separator of the fields in a key's text."""


@dataclass(frozen=True)
class SeriesKey:
    """The identity of a series: benchmark, variant, metric and machine."""

    suite: str
    benchmark: str
    """Name within the suite, without parameters: ``top_k``."""
    params: str
    """``vocab=32000;k=50``, in the order in which they are shown."""
    variant: str
    """``runtime=torch;device=cpu``, in the order of ``history.words.records.VARIANT_KEYS``."""
    metric: str
    unit: str
    """Base unit of the values."""
    machine: str
    """Unique label of the machine in the history."""

    @property
    def shown_in(self) -> str:
        """Display unit of its values: ``%`` for an error rate, else the base unit."""
        return shown_in(self.metric, self.unit)

    @cached_property
    def benchmark_id(self) -> str:
        """``suite.benchmark[params]``, the form that globs match."""
        return benchmark_id(self.suite, self.benchmark, parse_pairs(self.params))

    def text(self) -> str:
        """``micro:top_k:vocab=32000;k=50:runtime=torch:operation_time:s:laptop``, for `parse`."""
        return _MARK.join(_escape(field, _MARK) for field in astuple(self))

    def series_id(self, machine_key: str) -> str:
        """The identity as sixteen hex digits, see `series_id`; labels may change."""
        params, variant = parse_pairs(self.params), tuple(parse_pairs(self.variant).items())
        return series_id(self.suite, self.benchmark, params, variant, self.metric, machine_key)


FIELDS: Final = tuple(field.name for field in fields(SeriesKey))
"""The fields of a key, in the order of its text and of tables."""


def parse(text: str) -> SeriesKey:
    """The key of this text. Raises UsageError when it is invalid."""
    parts = _split(text, _MARK)
    if len(parts) != len(FIELDS):
        raise UsageError(
            f'"{text}" names no series: expected {len(FIELDS)} fields between colons '
            f"({_MARK.join(FIELDS)}), found {len(parts)}.",
            hint="A colon inside a field is written with a backslash before it.",
        )
    return SeriesKey(*(_unescape(part, _MARK) for part in parts))


def series_id(
    suite: str,
    benchmark: str,
    params: Mapping[str, str],
    variant: tuple[tuple[str, str], ...],
    metric: str,
    machine_key: str,
) -> str:
    """Sixteen hex digits over benchmark, parameters, variant, metric and machine.

    ``machine_key`` is the hash of the hardware, not its label. The order of the parameters is not
    part of it, nor is the unit, which follows from the metric. Library versions, kernel and runner
    image are environment and deliberately not in here.
    """
    identity = (suite, benchmark, sorted(params.items()), variant, metric, machine_key)
    return digest(msgspec.json.encode(identity), 16)


def benchmark_id(suite: str, benchmark: str, params: Mapping[str, str]) -> str:
    """``micro.top_k[vocab=32000,k=50]``: how a benchmark is named on pages and in globs.

    Without a suite ``top_k[vocab=32000,k=50]``.
    """
    inside = ",".join(f"{key}={value}" for key, value in params.items())
    name = f"{suite}.{benchmark}" if suite else benchmark
    return f"{name}[{inside}]" if inside else name


def pairs_text(pairs: Iterable[tuple[str, str]]) -> str:
    """``(("k", "50"), ("vocab", "3072"))`` -> ``"k=50;vocab=3072"``; separators are escaped."""
    return ";".join(f"{_escape(key, ';=')}={_escape(value, ';')}" for key, value in pairs)


def parse_pairs(text: str, *, strip: bool = True) -> dict[str, str]:
    """The inverse of ``pairs_text``; a part without ``=`` becomes a key with an empty value.

    Spaces around names and values are dropped unless ``strip`` is false: people write them.
    """
    return dict(_pairs(text, strip))


@functools.lru_cache(maxsize=4096)
def _pairs(text: str, strip: bool) -> tuple[tuple[str, str], ...]:  # noqa: FBT001 - of parse_pairs
    """Cached: a history has few texts, which are parsed for every series of every page."""
    found: list[tuple[str, str]] = []
    for part in _split(text, ";"):
        if part.strip():
            key, *rest = _split(part, "=", at_most=1)
            value = "".join(rest)
            if strip:
                key, value = key.strip(), value.strip()
            found.append((_unescape(key, ";="), _unescape(value, ";=")))
    return tuple(found)


def in_natural_order(params: Mapping[str, str]) -> dict[str, str]:
    """By name, then by number where they are numbers: 3072 before 32000."""
    return dict(sorted(params.items(), key=lambda pair: natural(*pair)))


def natural(name: str, text: str) -> tuple[str, float, str]:
    """Sort key of parameters."""
    try:
        return name, float(text), text
    except ValueError:
        return name, float("inf"), text


def digest(data: bytes, digits: int) -> str:
    """The first hex digits of a SHA-256, for ids that must stay the same for ever."""
    return hashlib.sha256(data).hexdigest()[:digits]


def _escape(text: str, marks: str) -> str:
    return re.sub(rf"([\\{marks}])", r"\\\1", text)


def _unescape(text: str, marks: str) -> str:
    return re.sub(rf"\\([\\{marks}])", r"\1", text)


def _split(text: str, mark: str, at_most: int = -1) -> list[str]:
    """Split at a mark that no backslash stands before; backslashes are left as they are."""
    parts = [""]
    escaped = False
    for character in text:
        if character == mark and not escaped and len(parts) - 1 != at_most:
            parts.append("")
        else:
            parts[-1] += character
        escaped = character == "\\" and not escaped
    return parts
