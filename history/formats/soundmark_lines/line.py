"""One of soundmark's own JSON lines: its fields, its schema, and when it is refused.

``docs/suites/command.md`` describes the format and ``docs/schemas/soundmark-lines.schema.json``
checks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from history.formats.fields import TOO_DEEP, RefuseError
from history.words.metrics import Direction

MARK: Final = '"soundmark"'


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number with what is known about it."""

    value: float | None = None
    samples: list[float] | None = None
    """Several repeats at once, in order of time; instead of ``value``."""
    unit: str = ""
    """Empty takes the metric's base unit: seconds, bytes."""
    direction: Direction | None = None
    """Only for metrics that the registry does not know."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line."""

    soundmark: Literal[1]
    """Version of the format; also what tells such a line from other output."""
    benchmark: str = ""
    params: dict[str, str | float | bool] = {}
    variant: dict[str, str | float] = {}
    item: str = ""
    facts: dict[str, str | float] = {}
    """About the item, such as its duration."""
    stages: dict[str, float | Reading] = {}
    """Times of the parts of this repeat, in order; the rest of the total is unattributed."""
    metrics: dict[str, float | list[float] | Reading | None] = {}
    """null only in a line with a status: the metrics that are absent."""
    fingerprint: str = ""
    """Hash of the output; equal work has equal fingerprints."""
    text: str = ""
    warmup: bool = False
    """The repeat was made and does not count."""
    status: Literal["skipped", "failed", "invalid"] | None = None
    reason: str = ""


_decoder: Final = msgspec.json.Decoder(Line)


def is_ours(line: str) -> bool:
    """Whether a line of output is one of these, well made or not."""
    return line.lstrip().startswith("{") and MARK in line


def decode(line: str) -> Line:
    """The line, or RefuseError saying what is wrong with it."""
    try:
        one = _decoder.decode(line.strip())
    except RecursionError:
        raise RefuseError(TOO_DEEP) from None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RefuseError(f"{error}") from None
    if one.status is not None and not one.reason:
        raise RefuseError(f'"status": "{one.status}" needs a "reason"')
    if not one.metrics and not one.stages:
        raise RefuseError('expected at least one of "metrics" and "stages"')
    return one


def schema() -> Mapping[str, Any]:
    """The JSON Schema of one line, made from the types that read it."""
    made = msgspec.json.schema(Line)
    made["$defs"]["Line"]["dependentRequired"] = {"status": ["reason"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of soundmark's JSON lines",
        **made,
    }
