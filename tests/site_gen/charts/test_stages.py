import re

import numpy as np
import orjson
import pytest

from collector.suites.alignment import suite as alignment
from collector.suites.golden import suite as golden
from collector.suites.pipeline import plan as pipeline
from collector.suites.tts import engine as tts
from collector.suites.whisper import suite as whisper
from collector.suites.whisper.suite import SETUP
from history.report.wording import numbers
from history.words.metrics import title_of
from site_gen.charts.stages import stack
from site_gen.pages.breakdown import breakdown, splits
from site_gen.writers import data
from site_gen.writers.coding import read
from tests.site_gen.builders import benchmark, context, series

SUITES = {
    "alignment": ("total_time", alignment.STAGES),
    "golden": ("total_time", golden.STAGES),
    "whisper": ("end_to_end_time", whisper.STAGES),
    "whisper, baseline": ("end_to_end_time", (*whisper.STAGES[:2], SETUP, *whisper.STAGES[2:])),
    "tts": ("total_time", tts.STAGES),
    "pipeline": ("total_time", pipeline.WHOLE),
    "pipeline, speaking": ("total_time", pipeline.SPEAKING),
    "lifecycle": ("total_time", ("inference_time", "reset_time")),
}
REPEATS = 21


def measured(whole, stages, seed=1):
    """Series and raw repeats of a night whose stages are slow in turn, so that medians do not add
    up: what is left over in each repeat is 20 us, and the medians say another thing."""
    rng = np.random.default_rng(seed)
    raw = {stage: 0.01 + 0.05 * (rng.random(REPEATS) < 0.4) for stage in stages}
    left = 20e-6 * rng.uniform(0.9, 1.1, REPEATS)
    raw |= {whole: sum(raw.values()) + left, "unattributed_time": left}
    rows = [
        series([float(np.median(values))], metric=metric, series_id=metric)
        for metric, values in raw.items()
    ]
    return benchmark(*rows), {metric: [(0, values)] for metric, values in raw.items()}, raw


@pytest.mark.parametrize("suite", SUITES)
def test_picture_table_and_data_are_the_medians_of_the_raw_records(suite):
    whole, stages = SUITES[suite]
    one, samples, raw = measured(whole, stages)
    (part,) = breakdown(one, "bench", frozenset(), samples)
    table = {row.label: row.value for row in part.parts}
    expected = {title_of(name): numbers.value(float(np.median(raw[name])), "s") for name in stages}
    remainder = float(np.median(raw[whole] - sum(raw[name] for name in stages)))
    assert table == expected | {"Unattributed": numbers.value(remainder, "s")}
    assert part.whole == numbers.value(float(np.median(raw[whole])), "s")
    medians = [float(np.median(raw[name])) for name in stages]
    assert abs(float(np.median(raw[whole])) - sum(medians)) > 100 * remainder
    (found,) = splits(one, samples)
    drawn = stack(found.whole.values, found.parts, found.rest)
    assert [float(values[0]) for _, values in drawn.parts] == pytest.approx([*medians, remainder])
    told = orjson.loads(data.benchmark_file(context(one), one, samples))
    assert told["stages"] == [whole, list(stages), [["bench", ""]]]
    (rest,) = (row for row in told["series"] if row["m"] == "unattributed_time")
    scale = {"µs": 1e-6, "ms": 1e-3}[rest["u"]]
    assert read(np.array(rest["y"][0]), rest["q"]) * scale == pytest.approx(remainder, rel=1e-3)


def test_a_stage_that_no_whole_knows_is_not_lost_in_the_remainder():
    one, samples, raw = measured("total_time", (*pipeline.SPEAKING, "my_stage"))
    (part,) = breakdown(one, "bench", frozenset(), samples)
    kept = sum(float(np.median(raw[name])) for name in pipeline.SPEAKING)
    rest = float(np.median(raw["total_time"])) - kept
    assert part.parts[-1].label == "Unattributed, by difference of medians"
    assert part.parts[-1].value == numbers.value(rest, "s")


def test_without_repeats_the_remainder_is_a_difference_and_says_so():
    one, _, _ = measured("total_time", alignment.STAGES)
    (part,) = breakdown(one, "bench", frozenset(), {})
    assert part.parts[-1].label == "Unattributed, by difference of medians"


def test_pictures_of_one_page_have_one_scale_and_name_the_total_they_split():
    rows = [
        series(values, metric=metric, variant=f"runtime={runtime}", series_id=f"{metric} {runtime}")
        for runtime, factor in (("torch", 1.0), ("tract", 4.0))
        for metric, values in (
            ("total_time", [3.0 * factor, 3.1 * factor]),
            ("forward_time", [1.0 * factor, 1.1 * factor]),
            ("dp_time", [2.0 * factor, 2.0 * factor]),
        )
    ]
    small, large = sorted(breakdown(benchmark(*rows), "bench", frozenset(), {}), key=_highest)
    assert (small.title, large.title) == ("tract", "torch")
    assert small.of == large.of == "Total time"
    # Heights count down from the top of the picture: 4 % of room above the largest of the page.
    assert _highest(small) < 50
    assert 1000 - _highest(large) == pytest.approx((1000 - _highest(small)) / 4, abs=10)


def _highest(part):
    places = re.findall(r"[ML](-?\d+) (-?\d+)", part.picture.replace(",", " "))
    return min(int(y) for _, y in places)


def test_sums_of_floats_leave_no_remainder():
    parts, whole = {"a": np.array([0.1]), "b": np.array([0.2])}, np.array([0.30000000000000004])
    rest = whole - 0.1 - 0.2
    assert rest[0] != 0
    assert stack(whole, parts, rest).parts[-1][1].tolist() == [0.0]


def test_a_run_without_a_part_is_not_stacked():
    parts = {"a": np.array([np.nan]), "b": np.array([5.0])}
    found = stack(np.array([10.0]), parts, np.array([0.0]))
    assert np.isnan(found.whole[0])
