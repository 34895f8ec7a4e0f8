import json
from dataclasses import replace

import pytest

from history.formats.soundmark_lines import SoundmarkLines
from history.formats.soundmark_lines.line import schema
from history.formats.take_in import import_file
from history.project.workspace import open_workspace
from history.words.metrics import Direction, Kind, Metric
from history.words.records import Failed
from tests.conftest import ROOT
from tests.history.formats.builders import CONTEXT, outcome

FORMAT = SoundmarkLines()


def lines(*records):
    return "\n".join(json.dumps({"soundmark": 1} | record) for record in records)


def test_repeats_become_samples_and_other_output_is_left_alone():
    found = FORMAT.parse(
        f"loading\n{lines({'metrics': {'dp_time': 0.1}}, {'metrics': {'dp_time': 0.3}})}"
    )
    assert outcome(found, "dp_time").samples == (0.1, 0.3)
    assert found.rows_read == 2


def test_a_number_with_a_unit_is_converted_and_one_without_is_in_base_units():
    found = FORMAT.parse(
        lines(
            {"metrics": {"dp_time": {"value": 5, "unit": "ms"}, "rss": {"value": 2, "unit": "MB"}}}
        )
    )
    assert outcome(found, "dp_time").value == pytest.approx(0.005)
    assert outcome(found, "rss").value == 2e6


def test_stages_and_total_belong_to_one_repeat_and_the_rest_is_shown():
    found = FORMAT.parse(
        lines({"stages": {"forward_time": 0.5, "dp_time": 0.25}, "metrics": {"total_time": 1.0}})
    )
    assert outcome(found, "unattributed_time").value == pytest.approx(0.25)


def test_stages_without_a_total_are_the_total():
    assert outcome(FORMAT.parse(lines({"stages": {"dp_time": 0.25}})), "total_time").value == 0.25


def test_warm_up_repeats_do_not_count():
    found = FORMAT.parse(
        lines({"warmup": True, "metrics": {"dp_time": 9}}, {"metrics": {"dp_time": 1}})
    )
    assert outcome(found, "dp_time").samples == (1,)


def test_items_add_up_to_a_repeat_of_the_whole():
    found = FORMAT.parse(
        lines(
            *({"item": item, "facts": {"duration_s": 2.0}, "text": item.upper(),
               "metrics": {"total_time": time, "peak_rss": 10 * time}}
              for time in (1.0, 1.1) for item in ("a", "b"))
        )
    )  # fmt: skip
    assert outcome(found, "total_time").samples == pytest.approx((2.0, 2.2))
    assert outcome(found, "peak_rss").samples == pytest.approx((10.0, 11.0))
    assert [(item.item, item.text, item.samples["total_time"]) for item in found.items] == [
        ("a", "A", (1.0, 1.1)), ("b", "B", (1.0, 1.1)),
    ]  # fmt: skip


def test_latencies_of_items_are_averaged_and_stages_of_any_name_add_up():
    """Ten sentences do not make a first answer ten times as late."""
    found = FORMAT.parse(
        lines(
            *(
                {"item": f"s{k}", "stages": {"g2p_time": 0.1, "my_stage": 0.1},
                 "metrics": {"first_audio_time": 0.05 + k / 100, "load_time": 1.0,
                             "total_time": 0.25}}
                for k in range(10)
            )
        )
    )  # fmt: skip
    told = {point.metric: point for point in found.points}
    values = {metric: outcome(found, metric).value for metric in told}
    assert values == pytest.approx(
        {"g2p_time": 1.0, "my_stage": 1.0, "total_time": 2.5, "unattributed_time": 0.5,
         "first_audio_time": 0.095, "load_time": 1.0}
    )  # fmt: skip
    assert (told["my_stage"].unit, told["my_stage"].direction) == ("s", "lower")
    assert not found.flagged


SHORT = {"duration_s": 1.0, "words": 1}
LONG = {"duration_s": 99.0, "words": 99}


def item(name, facts, **metrics):
    return {"item": name, "facts": facts, "metrics": metrics}


def test_ratios_of_items_are_ratios_of_sums():
    found = FORMAT.parse(
        lines(
            item("short", SHORT, total_time=1.0, rtf=1.0, tokens=4, tokens_per_second=4.0, wer=1.0),
            item("long", LONG, total_time=9.0, rtf=9 / 99, tokens=196, tokens_per_second=196 / 9,
                 wer=0.0),
        )
    )  # fmt: skip
    assert outcome(found, "rtf").value == pytest.approx(0.100)
    assert outcome(found, "tokens_per_second").value == pytest.approx(20.0)
    assert outcome(found, "wer").value == pytest.approx(0.01)
    assert found.flagged == ()


def test_a_ratio_whose_parts_are_missing_has_no_total_and_says_what_it_needs():
    found = FORMAT.parse(lines(item("a", {}, rtf=1.0, hum=1), item("b", {}, rtf=0.5, hum=3)))
    assert [point.metric for point in found.points] == ["hum"]
    assert outcome(found, "hum").value == 2.0
    assert (
        "rtf of items has no total: it is made of audio_duration or duration_s"
        in (found.flagged[0])
    )
    assert "hum is the mean over items" in found.flagged[1]


def test_an_item_that_failed_leaves_no_smaller_total_behind():
    found = FORMAT.parse(
        lines(
            item("a", {}, total_time=1.0),
            {"item": "b", "status": "failed", "reason": "killed", "metrics": {"total_time": None}},
        )
    )
    assert outcome(found, "total_time") == Failed(reason="b: killed")
    assert "total_time is missing for 1 of 2 items, first b" in found.flagged[0]


def test_a_failed_repeat_beside_good_ones_is_mentioned():
    failed = {"status": "failed", "reason": "killed", "metrics": {"dp_time": None}}
    found = FORMAT.parse(lines({"metrics": {"dp_time": 1.0}}, failed))
    assert outcome(found, "dp_time").n == 1
    assert (
        "dp_time is absent in 1 line beside those that have it, first: killed" in (found.flagged[0])
    )


def test_every_line_of_ours_is_counted_and_others_are_not():
    good, warm = {"metrics": {"dp_time": 1}}, {"warmup": True, "metrics": {"dp_time": 9}}
    found = FORMAT.parse(f"hello\n{lines(warm, good, {'metrics': {}}, good)}")
    assert (found.rows_read, found.rows_taken) == (4, 2)
    assert [(one.row, one.reason) for one in found.left_out] == [
        (2, "a warm-up, which does not count")
    ]
    assert [one.row for one in found.refused] == [4]


def test_a_refused_line_leaves_nothing_behind():
    found = FORMAT.parse(
        lines(
            {"metrics": {"hum": {"value": 1, "unit": "B"}, "rss": {"value": 1, "unit": "ms"}}},
            {"metrics": {"hum": {"value": 1, "unit": "ms"}}},
        )
    )
    assert [one.row for one in found.refused] == [1]
    assert found.points[0].unit == "s"


def test_a_line_in_a_unit_that_the_series_does_not_have_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines({"metrics": {"hum": {"value": 1, "unit": "ns/iter"}}}))
    (tmp_path / "b.jsonl").write_text(
        lines(*({"metrics": {"hum": {"value": 1, "unit": unit}}} for unit in ("us/iter", "B")))
    )
    workspace = open_workspace(None, tmp_path / "h.duckdb", tmp_path / "runs")
    import_file(workspace, FORMAT, tmp_path / "a.jsonl", CONTEXT)
    done = import_file(workspace, FORMAT, tmp_path / "b.jsonl", CONTEXT)
    assert [one.row for one in done.imported.refused] == [2]
    assert 'kept in "s/iteration", found the unit "B"' in done.imported.refused[0].reason


def test_a_line_is_held_to_the_projects_own_metrics(tmp_path):
    own = Metric("hum", "B", Direction.LOWER, Kind.MEMORY, "")
    (tmp_path / "a.jsonl").write_text(lines({"metrics": {"hum": {"value": 1, "unit": "ms"}}}))
    found = FORMAT.read(tmp_path / "a.jsonl", replace(CONTEXT, metrics={"hum": own}))
    assert 'hum: is measured in "B", found the unit "ms"' in found.refused[0].reason


def test_parameters_and_variants_are_told_apart_whatever_their_type():
    found = FORMAT.parse(
        lines(
            {"params": {"k": 2}, "variant": {"threads": 1}, "metrics": {"dp_time": 1}},
            {"params": {"k": 2.0}, "variant": {"threads": "1"}, "metrics": {"dp_time": 2}},
            {"params": {"k": 3}, "metrics": {"dp_time": 3}},
        )
    )
    assert outcome(found, "dp_time", k="2").samples == (1, 2)
    assert len(found.points) == 2


def test_a_typed_absence_has_a_reason():
    line = {"status": "failed", "reason": "no device", "metrics": {"dp_time": None}}
    assert outcome(FORMAT.parse(lines(line)), "dp_time") == Failed(reason="no device")
    refused = FORMAT.parse(lines({"status": "failed", "metrics": {"dp_time": None}})).refused
    assert "needs a" in refused[0].reason


def test_a_metric_of_ones_own_says_its_direction():
    found = FORMAT.parse(
        lines({"metrics": {"words": {"value": 9, "unit": "words/min", "direction": "higher"}}})
    )
    assert (found.points[0].unit, found.points[0].direction) == ("words/min", Direction.HIGHER)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"soundmark": 2, "metrics": {"x": 1}}', "Invalid enum value 2"),
        ('{"soundmark": 1, "metric": {"x": 1}}', "unknown field `metric`"),
        ('{"soundmark": 1}', "at least one of"),
        ('{"soundmark": 1, "metrics": {"dp_time": {"value": 1, "unit": "MB"}}}', 'measured in "s"'),
        ('{"soundmark": 1, "metrics": {"dp_time": []}}', "at least one sample"),
        ('{"soundmark": 1, "metrics": {"dp_time": "fast"}}', "Expected"),
        ('{"soundmark": 1, "variant": {"gpu": "a"}, "metrics": {"x": 1}}', "variant"),
        ('{"soundmark": 1, "metrics": {"dp_ti', "truncated"),
        ('{"soundmark": 1, "stages": {"a": 1}, "metrics": {"a": 1}}', "both a stage and a metric"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(line, reason):
    found = FORMAT.parse(f"\n{line}\n")
    assert [refused.row for refused in found.refused] == [2]
    assert reason in found.refused[0].reason
    assert found.points == ()


def test_recognised_by_content():
    assert FORMAT.recognise('hello\n{"soundmark": 1, "metrics": {"x": 1}}')
    assert not FORMAT.recognise('"soundmark" is a program\n')


def test_the_published_schema_is_the_one_of_the_reader():
    published = json.loads((ROOT / "docs/schemas/soundmark-lines.schema.json").read_text())
    assert published == json.loads(json.dumps(schema()))


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ({"soundmark": 1, "metrics": {"total_time": 0.5}}, True),
        ({"soundmark": 1, "status": "failed", "reason": "no GPU", "metrics": {"rtf": None}}, True),
        ({"soundmark": 1, "status": "failed", "metrics": {"rtf": None}}, False),
        ({"soundmark": 2, "metrics": {"total_time": 0.5}}, False),
        ({"soundmark": 1, "stages": {"dp_time": "fast"}}, False),
        ({"soundmark": 1, "colour": "red"}, False),
    ],
)
def test_the_published_schema_refuses_what_the_reader_refuses(line, fits):
    jsonschema = pytest.importorskip("jsonschema")
    assert jsonschema.Draft202012Validator(schema()).is_valid(line) is fits
    assert (FORMAT.parse(json.dumps(line)).refused == ()) is fits


def test_the_line_shown_on_the_page_fits_the_schema_and_is_read():
    jsonschema = pytest.importorskip("jsonschema")
    page = (ROOT / "docs/suites/command.md").read_text()
    shown = json.loads(page.split("```json\n")[1].split("```")[0])
    jsonschema.Draft202012Validator(schema()).validate(shown)
    found = FORMAT.parse(json.dumps(shown))
    assert found.refused == ()
    assert outcome(found, "forward_time", "align", frames="400").value == 0.0052
    assert outcome(found, "peak_rss").value == 145e6


def test_only_line_ends_end_a_line():
    ours = json.dumps({"soundmark": 1, "text": "a\u2028b", "metrics": {"dp_time": 1}})
    ours = ours.replace("\\u2028", "\u2028")
    found = FORMAT.parse(f"10 %\r{ours}\r\n20 %\r{ours}")
    assert outcome(found, "dp_time").samples == (1, 1)
    assert found.refused == ()


def test_two_items_of_one_name_stay_two():
    lines = [
        f'{{"soundmark": 1, "item": "/data/{kind}/clip1.wav", "metrics": {{"total_time": 1.0}}}}'
        for kind in ("clean", "noisy")
    ]
    found = SoundmarkLines().parse("\n".join(lines))
    assert [one.item for one in found.items] == ["clean/clip1.wav", "noisy/clip1.wav"]
