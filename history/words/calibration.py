"""What fixed reference work said about the machine around each suite of a run.

It is kept in the environment of the run, in a group of its own, as the fields of ``Calibration``.
Runs of before say the same in keys made of words (``compute before micro``); ``_upgraded`` is the
only place that knows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite, nan
from typing import Any, Final

import msgspec

from history.words.errors import BrokenDataError

GROUP: Final = "calibration"
"""Group of the environment, and suite of the reference work itself."""

_OLD_KEY: Final = re.compile(r"(\w+) (before|after) (.+)")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of reference work before and after one suite."""

    suite: str
    work: str
    """``compute`` or ``memory``."""
    before_s: float | None = None
    """Median time of the work; None where it was not read."""
    after_s: float | None = None
    disturbed: bool = False
    """Whether the machine plainly changed speed in between, by more than the limit."""
    crowded: bool = False
    """Whether a reading had to count preempted samples: it gauges the neighbours as well."""

    @property
    def drift(self) -> float:
        """0.1: the work took ten percent longer after than before; NaN where that is not known."""
        if not self.before_s or self.after_s is None:
            return nan
        return self.after_s / self.before_s - 1


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the reference work said in one run."""

    readings: tuple[Reading, ...] = ()
    limit: float | None = None
    """Share from which a plain change of speed marks the suite; None where that is not known."""
    failure: str = ""
    """Why the machine was not gauged, or not to the end; empty when it was."""

    def disturbed(self, suite: str) -> bool:
        """Whether the machine plainly changed speed while this suite ran."""
        return any(one.disturbed for one in self.readings if one.suite == suite)

    def before(self, suite: str) -> dict[str, float]:
        """Work to its time in seconds just before this suite, where it was read."""
        return {
            one.work: one.before_s
            for one in self.readings
            if one.suite == suite and one.before_s is not None
        }


def encode(calibration: Calibration) -> dict[str, Any]:
    """The group of the environment."""
    found: dict[str, Any] = msgspec.to_builtins(calibration)
    return found


def decode(environment: Mapping[str, Any]) -> Calibration | None:
    """What an environment says; None when it says nothing.

    Raises BrokenDataError for a group that no version has written.
    """
    fields = environment.get(GROUP)
    if not isinstance(fields, Mapping) or not fields:
        return None
    if not {"readings", "failure"} & fields.keys():
        return _upgraded(fields)
    try:
        return msgspec.convert(fields, Calibration)
    except msgspec.ValidationError as error:
        raise BrokenDataError(f"environment of a run, group {GROUP}: {error}.") from None


def _upgraded(fields: Mapping[str, Any]) -> Calibration:
    """The same, from the keys that were written before this record was there.

    ``compute before micro``, ``compute after micro``, ``drift limit``, ``failed``, and the names of
    ``disturbed suites`` joined by commas, or ``none``. They did not say which work marked a suite,
    nor what was crowded. A number that is none counts as not read.
    """
    times: dict[tuple[str, str], dict[str, float | None]] = {}
    for key, value in fields.items():
        parts = _OLD_KEY.fullmatch(key)
        if parts is not None:
            work, moment, suite = parts.groups()
            times.setdefault((suite, work), {})[moment] = _number(value)
    limit = _number(fields.get("drift limit"))
    named = fields.get("disturbed suites")
    marked = None if named is None else {name.strip() for name in str(named).split(",")}
    readings = []
    for (suite, work), found in times.items():
        reading = Reading(
            suite=suite, work=work, before_s=found.get("before"), after_s=found.get("after")
        )
        small = limit is not None and abs(reading.drift) <= limit
        large = limit is not None and abs(reading.drift) > limit
        disturbed = large if marked is None else suite in marked and not small
        readings.append(msgspec.structs.replace(reading, disturbed=disturbed))
    return Calibration(readings=tuple(readings), limit=limit, failure=str(fields.get("failed", "")))


def _number(value: object) -> float | None:
    """A finite number, which simulated runs kept as text."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None
