import msgspec
import numpy as np

from history.read.series import FAILED, MEASURED
from history.words.calibration import GROUP, Calibration, Reading, encode
from site_gen.pages import health, runs
from tests.site_gen.builders import benchmark, context, series

TIMES = (
    Reading(suite="tts", work="compute", before_s=0.001, after_s=0.0012, disturbed=True),
    Reading(suite="tts", work="memory", before_s=0.010, after_s=0.010),
)


def calibrated(*readings):
    return Calibration(readings=readings, limit=0.05)


def test_a_machine_that_changed_speed_is_marked_where_it_did():
    found = health.calibration(calibrated(*TIMES))
    assert [(row.work, row.drift, row.speed) for row in found.rows] == [
        ("compute", "+20.0 %", "changed"),
        ("memory", "0.0 %", "steady"),
    ]
    assert found.changed
    assert (found.limit, found.rows[0].before, found.rows[0].after) == (
        "5.0 %",
        "1.00 ms",
        "1.20 ms",
    )


def test_readings_that_scatter_too_much_do_not_mark_the_run():
    compute, memory = TIMES
    unsure = msgspec.structs.replace(compute, disturbed=False)
    found = health.calibration(calibrated(unsure, memory))
    assert [row.speed for row in found.rows] == ["unclear", "steady"]
    assert not found.changed


def test_a_run_without_reference_work_says_nothing():
    assert health.calibration(None) is None
    assert health.calibration(Calibration(failure="it is gone")) is None


def test_times_that_were_not_read_are_dashes():
    found = health.calibration(Calibration(readings=(Reading(suite="x", work="compute"),)))
    assert (found.rows[0].before, found.rows[0].speed, found.changed) == ("–", "steady", False)


def test_warnings_that_differ_in_numbers_alone_stand_together():
    words = [f"stopped at 30 s, interval ±{number} %" for number in (4.1, 5.2)]
    rows = [
        series([1.0], metric=name, reasons={0: said})
        for name, said in zip(("total_time", "dp_time"), words, strict=True)
    ]
    quiet = series([1.0], metric="rtf")
    failed = series([np.nan], metric="rss", status=[FAILED], reasons={0: "killed"})
    one = benchmark(*rows, quiet, failed)
    (found,) = health.warned([(one, row, 0) for row in one.series])
    assert found.words == "stopped at … s, interval ±… %"
    assert [(place.metrics, place.words) for place in found.places] == [
        (("total_time",), words[0]),
        (("dp_time",), words[1]),
    ]


def test_one_warning_of_a_benchmark_is_said_once():
    rows = [series([1.0], metric=f"m{n}", reasons={0: "busy"}, status=[MEASURED]) for n in range(3)]
    one = benchmark(*rows)
    (found,) = health.warned([(one, row, 0) for row in one.series])
    assert (found.words, len(found.places), found.places[0].words) == ("busy", 1, "")
    assert len(found.places[0].metrics) == 3


def test_a_run_shows_its_calibration_beside_its_environment():
    known = {1: {"libraries": {"torch": "2.13"}, GROUP: encode(calibrated(*TIMES))}}
    (report,), _ = runs.build(context(benchmark(series([1.0])), environments=known))
    assert report.facts == (("libraries.torch", "2.13"),)
    assert report.calibration.changed
