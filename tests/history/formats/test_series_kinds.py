"""A series keeps the unit and direction that it had first, in the file or in the history."""

import pytest

from history.formats.fields import RefuseError
from history.formats.interface import SeriesKind
from history.formats.series_kinds import SeriesKinds
from history.words.records import Machine, series_id
from tests.history.builders import MACHINE, point

HUM = point(metric="hum")
SECONDS = SeriesKind("s", "lower")


def test_the_first_row_decides_where_the_history_does_not():
    kinds = SeriesKinds({})
    assert kinds.check(HUM, SECONDS, MACHINE) == ""
    assert kinds.check(HUM, SeriesKind("ms", "none"), MACHINE) == ""
    with pytest.raises(RefuseError, match='hum: its series is kept in "s", found the unit "B"'):
        kinds.check(HUM, SeriesKind("B", "lower"), MACHINE)


def test_the_history_decides_before_the_file():
    kinds = SeriesKinds({series_id(HUM, MACHINE): SeriesKind("", "none")})
    with pytest.raises(RefuseError, match='kept without a unit, found the unit "s"'):
        kinds.check(HUM, SECONDS, MACHINE)


def test_another_machine_is_another_series():
    kinds = SeriesKinds({})
    kinds.check(HUM, SECONDS, MACHINE)
    assert kinds.check(HUM, SeriesKind("B", "lower"), Machine(name="other")) == ""


def test_another_direction_is_named_and_the_first_one_holds():
    kinds = SeriesKinds({})
    kinds.check(HUM, SECONDS, MACHINE)
    said = kinds.check(HUM, SeriesKind("s", "higher"), MACHINE)
    assert "stated as higher is better, and its series as lower; the series holds" in said
