"""The calibration of a run: readings of fixed reference work before and after each suite.

It is stored in the run's environment, in its own group, as the fields of ``Calibration``. Older
runs have keys such as ``compute before micro``, which only ``_upgraded`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite, nan
from typing import Any, Final

import msgspec

from history.words.errors import BrokenDataError

GROUP: Final = "calibration"
"""Name of the group, and of the suite of the reference work."""

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
    """Whether a reading had to include preempted samples, so that it includes the neighbours' load.
    """

    @property
    def drift(self) -> float:
        """0.1: the work took ten percent longer after than before; NaN where that is not known."""
        if not self.before_s or self.after_s is None:
            return nan
        return self.after_s / self.before_s - 1


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """All calibration readings of one run."""

    readings: tuple[Reading, ...] = ()
    limit: float | None = None
    """Change of speed from which a suite is marked, as a share; None when unknown."""
    failure: str = ""
    """Why the calibration failed or ended early; empty when it did not."""

    def disturbed(self, suite: str) -> bool:
        """Whether the machine plainly changed speed while this suite ran."""
        return any(one.disturbed for one in self.readings if one.suite == suite)

    def before(self, suite: str) -> dict[str, float]:
        """Work -> its time in seconds just before this suite, if it was read."""
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
    """The calibration in an environment; None without one.

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
    """The calibration from the keys of older runs.

    ``compute before micro``, ``compute after micro``, ``drift limit``, ``failed``, and the names of
    ``disturbed suites`` joined by commas, or ``none``. They lack which work marked a suite, and
    what was crowded. An invalid number counts as not read.
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
