"""What the reference work said is kept as fields, and read from runs of before as well."""

import json
from math import isnan
from pathlib import Path

import pytest

from history.words import calibration
from history.words.calibration import Calibration, Reading
from history.words.errors import BrokenDataError

OLD = json.loads((Path(__file__).parent / "samples" / "old_environment.json").read_text())
"""Of a run that was stored before the readings had fields of their own."""


def test_what_a_run_keeps_comes_back_as_it_was():
    kept = Calibration(
        readings=(
            Reading(suite="my suite, the second", work="compute", before_s=0.3, after_s=0.4),
            Reading(suite="tts", work="memory", before_s=0.01, disturbed=True, crowded=True),
        ),
        limit=0.05,
        failure="it is gone",
    )
    stored = json.loads(json.dumps({calibration.GROUP: calibration.encode(kept)}))
    assert calibration.decode(stored) == kept


def test_an_old_environment_says_the_same_in_fields():
    found = calibration.decode(OLD)
    assert found.limit == 0.05
    assert found.failure == ""
    assert {(one.suite, one.work): (one.before_s, one.after_s) for one in found.readings} == {
        ("micro", "compute"): (0.000764764, 0.000683993),
        ("micro", "memory"): (0.0140739385, 0.0137527115),
        ("sleeper", "compute"): (0.0006824995, 0.000764764),
        ("sleeper", "memory"): (0.0138285285, 0.0140739385),
    }
    for one in found.readings:
        said = OLD["calibration"][f"{one.work} drift {one.suite}"]
        assert one.drift == pytest.approx(said, abs=1e-5)
    # Beyond the limit and named; micro moved as far, and its readings were too scattered to tell.
    assert [(one.suite, one.work) for one in found.readings if one.disturbed] == [
        ("sleeper", "compute")
    ]
    assert found.disturbed("sleeper")
    assert not found.disturbed("micro")
    assert found.before("micro") == {"compute": 0.000764764, "memory": 0.0140739385}


def test_what_was_upgraded_is_written_in_the_new_form():
    found = calibration.decode(OLD)
    assert calibration.decode({calibration.GROUP: calibration.encode(found)}) == found


def test_the_oldest_runs_named_no_suites_and_the_limit_marks_them():
    fields = {"compute before tts": "0.10", "compute after tts": "0.12", "drift limit": "0.05"}
    assert calibration.decode({calibration.GROUP: fields}).disturbed("tts")


def test_an_old_number_that_is_none_was_not_read():
    fields = {"compute before x": "<b>", "memory before x": "nan", "memory after x": 0.2}
    found = calibration.decode({calibration.GROUP: fields | {"failed": "it is gone"}})
    assert [(one.before_s, one.after_s) for one in found.readings] == [(None, None), (None, 0.2)]
    assert all(isnan(one.drift) and not one.disturbed for one in found.readings)
    assert found.failure == "it is gone"


@pytest.mark.parametrize("environment", [{}, {"libraries": {"numpy": "2"}}, {"calibration": {}}])
def test_an_environment_without_readings_says_nothing(environment):
    assert calibration.decode(environment) is None


def test_a_group_that_no_version_has_written_is_refused():
    broken = {calibration.GROUP: {"readings": [{"suite": "micro"}]}}
    with pytest.raises(BrokenDataError, match=r"group calibration: .*work"):
        calibration.decode(broken)
