import json

import pytest

from history.formats.whisper_results import WhisperResults
from history.formats.whisper_results.reading import parse
from tests.history.formats.builders import CONTEXT, SHARED, outcome

FILES = [
    {"file": "a.wav", "duration_s": 10.0, "end_to_end_s": 1.0, "rtf": 0.1, "text": "one\ntwo"},
    {"file": "/data/b.wav", "duration_s": 30.0, "end_to_end_s": 2.0, "rtf": 0.07, "text": ""},
]
CSV = 'file,duration_s,end_to_end_s,rtf,text\na.wav,10.0,1.0,0.1,"one\ntwo, three"\n'
SUMMARY = {
    "config_used": {"intra_op": 4, "allow_spinning": True}, "n_files": 1,
    "latency_end_to_end_s": {"min": 1, "median": 2, "max": 3, "p95": 3},
    "breakdown_s": {"model_only_s": {"min": 1, "median": 1.5, "max": 2}},
    "rtf_end_to_end": {"min": 0.1, "median": 0.2, "max": 0.3}, "model_id": "openai/whisper-base",
}  # fmt: skip
MATRIX = "implementation,precision,beam_size,time_s,ram_mb\nrust,int8,1,15.5,1316\npy,fp32,1,0,1\n"


def test_files_become_items_and_add_up():
    found = parse(json.dumps(FILES), folder="rust")
    assert [(item.item, item.text) for item in found.items] == [
        ("a.wav", "one\ntwo"),
        ("b.wav", ""),
    ]
    assert outcome(found, "end_to_end_time", files="2").value == 3.0
    assert outcome(found, "rtf").value == pytest.approx(3 / 40)
    assert found.points[0].variant.implementation == "rust"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("b/a.wav", "b/a.wav"),
        ("/home/me/a.wav", "a.wav"),
        ("C:\\me\\a.wav", "a.wav"),
        ("../a.wav", "a.wav"),
    ],
)
def test_a_file_keeps_its_place_below_the_folder_and_no_other(file, name):
    found = parse(json.dumps([FILES[0] | {"file": file}]))
    assert [item.item for item in found.items] == [name]


@pytest.mark.parametrize("folders", [("/data/clean", "/data/noisy"), ("../clean", "../noisy")])
def test_two_files_of_one_name_stay_two(folders):
    found = parse(json.dumps([FILES[0] | {"file": f"{folder}/clip 1.wav"} for folder in folders]))
    assert [item.item for item in found.items] == ["clean/clip 1.wav", "noisy/clip 1.wav"]
    assert found.refused == ()


def test_files_that_are_listed_twice_are_two_files_with_two_repeats_each():
    again = [
        FILES[0] | {"end_to_end_s": 1.2, "rtf": 0.12},
        FILES[1] | {"end_to_end_s": 2.2, "rtf": 0.073},
    ]
    found = parse(json.dumps(FILES + again))
    assert [item.samples["end_to_end_time"] for item in found.items] == [(1.0, 1.2), (2.0, 2.2)]
    assert found.items[0].values["end_to_end_time"] == pytest.approx(1.1)
    total = outcome(found, "end_to_end_time", files="2")
    assert total.samples == pytest.approx((3.0, 3.4))
    assert (found.rows_read, found.rows_taken) == (4, 4)
    assert "2 of 2 files stand in several rows: each is a repeat" in found.flagged
    assert not any("one run of each" in text for text in found.flagged)


def test_a_row_that_is_a_copy_is_no_repeat():
    found = parse(json.dumps([*FILES, FILES[0]]))
    assert [one.samples["end_to_end_time"] for one in found.items] == [(1.0,), (2.0,)]
    assert [(one.row, one.reason) for one in found.left_out] == [(3, "the row is a copy of row 1")]


def test_rows_of_one_file_that_differ_in_more_than_time_say_so():
    found = parse(json.dumps([FILES[0], FILES[0] | {"text": "two"}]))
    assert "a.wav: its rows differ in text; the first counts" in found.flagged


@pytest.mark.parametrize("row", [{"file": ""}, {"end_to_end_s_repeats": "1"}, {"duration_s": None}])
def test_a_row_that_cannot_be_read_is_refused_alone(row):
    found = parse(json.dumps([FILES[0] | row, FILES[1]]))
    assert [refused.row for refused in found.refused] == [1]
    assert [item.item for item in found.items] == ["b.wav"]


def test_text_that_spans_lines_of_a_csv_stays_whole():
    found = parse(CSV)
    assert found.items[0].text == "one\ntwo, three"
    assert outcome(found, "end_to_end_time").value == 1.0


def test_a_summary_gives_medians_and_no_percentile_of_one_file():
    found = parse(json.dumps(SUMMARY))
    assert outcome(found, "end_to_end_time").value == 2
    assert outcome(found, "model_only_time").value == 1.5
    assert "latency_p95" not in {point.metric for point in found.points}
    assert (found.points[0].variant.threads, found.points[0].variant.features) == ("4", "spin")


def test_a_matrix_is_one_variant_a_row_and_zero_times_are_refused():
    found = parse(MATRIX)
    assert outcome(found, "wall_time").value == 15.5
    assert outcome(found, "peak_rss").value == 1316 * 2**20
    assert [refused.row for refused in found.refused] == [3]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_every_real_file_is_recognised_and_read():
    importer = WhisperResults()
    root = SHARED / "whisper-rust-ort"
    paths = [
        path for path in sorted(root.rglob("*"))
        if path.name.startswith(("inference_", "RESULTS.csv", "summary_table.csv"))
    ]  # fmt: skip
    assert len(paths) > 10
    for path in paths:
        assert importer.recognise(path.read_text()[:65536]), path.name
        imported = importer.read(path, CONTEXT)
        assert imported.records, path.name
        assert imported.refused == (), path.name


def test_a_real_time_factor_is_made_of_its_parts_and_a_disagreement_is_named():
    found = parse(json.dumps([FILES[0] | {"rtf": 10.0}]))
    assert found.items[0].values["rtf"] == 0.1
    assert "rtf is 10 in the file and 0.1 of end_to_end_s and duration_s" in found.flagged[0]
    assert not any("rtf is" in text for text in parse(json.dumps(FILES)).flagged)


def test_audio_of_no_length_only_lacks_its_ratio():
    found = parse(json.dumps([FILES[0] | {"duration_s": 0}]))
    assert found.refused == ()
    assert "rtf" not in {point.metric for point in found.points}
    assert outcome(found, "end_to_end_time").value == 1.0


def test_ways_of_transcribing_are_never_added_up():
    rows = [
        FILES[0] | {"file": f"{way}.wav", "variant": {"implementation": way}}
        for way in ("ours", "theirs")
    ]
    found = parse(json.dumps(rows))
    times = [point for point in found.points if point.metric == "end_to_end_time"]
    assert {point.variant.implementation for point in times} == {"ours", "theirs"}


def test_tokens_of_all_files_are_divided_by_the_time_of_all():
    rows = [
        FILES[0] | {"tokens": 4, "tokens_per_s": 4.0},
        FILES[1] | {"tokens": 196, "tokens_per_s": 196 / 9},
    ]
    assert outcome(parse(json.dumps(rows)), "tokens_per_second").value == pytest.approx(20.0)
    rows[0]["tokens"] = ""
    assert "tokens_per_second" not in {point.metric for point in parse(json.dumps(rows)).points}


@pytest.mark.parametrize("cell", [[1.0], {"s": 1}, True])
def test_a_cell_of_another_kind_is_refused_alone(cell):
    found = parse(json.dumps([FILES[0] | {"end_to_end_s": cell}, FILES[1]]))
    assert [refused.row for refused in found.refused] == [1]


def test_a_row_of_csv_that_is_too_short_is_refused_with_its_line():
    found = parse("file,duration_s,end_to_end_s,rtf,text\na.wav,1.0\nb.wav,1.0,1.0,1.0,x\n")
    assert [refused.row for refused in found.refused] == [2]
    assert [item.item for item in found.items] == ["b.wav"]


def test_a_transcript_of_any_length_is_read():
    text = "word " * 40_000
    found = parse(f'file,duration_s,end_to_end_s,rtf,text\na.wav,1.0,1.0,1.0,"{text}"\n')
    assert found.items[0].text == text


def test_a_matrix_of_several_machines_is_imported_one_by_one():
    rows = "box,a,fp32,1.5,10\nother,a,int8,1.5,10"
    found = parse(f"sut_name,implementation,precision,time_s,ram_mb\n{rows}\n")
    assert [(one.row, one.reason.partition(":")[0]) for one in found.refused] == [(3, "sut_name")]


def test_a_summary_without_any_median_is_refused():
    found = parse(json.dumps({"n_files": 1, "latency_end_to_end_s": {"median": "fast"}}))
    assert (found.rows_read, found.rows_taken, found.points) == (1, 0, ())
