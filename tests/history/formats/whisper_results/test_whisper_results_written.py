import csv
import io
import json

import msgspec
import pytest

from history.formats.whisper_results import WhisperResults, reading, writing
from history.project.workspace import open_workspace
from history.words.errors import UsageError
from history.words.records import Item, Measured, Variant
from tests.history.builders import record


def item(name="audio.wav", text="one\ntwo, three", **changes):
    samples: dict[str, tuple[float, ...]] = {
        "end_to_end_time": (0.2, 0.3, 0.25), "encoder_time": (0.1, 0.1, 0.1),
        "model_only_time": (0.15, 0.2, 0.16), "audio_load_time": (0.01, 0.01, 0.01),
        "mel_time": (0.02, 0.02, 0.02), "detokenize_time": (0.001, 0.001, 0.001),
    }  # fmt: skip
    values = {key: sorted(found)[1] for key, found in samples.items()} | {"rtf": 0.025}
    return Item(
        suite="whisper",
        benchmark="transcribe",
        item=name,
        params={"model": "whisper-base", "language": "en"},
        variant=Variant(
            implementation="own-loop", runtime="onnxruntime", device="cpu",
            precision=changes.get("precision", "fp32"), threads="2",
            features=changes.get("features", ""), weights=changes.get("weights", "whisper-base"),
        ),
        facts={"duration_s": 10.0, "tokens": 12, "text_sha256": "ab"},
        values=values,
        samples=samples,
        text=text,
    )  # fmt: skip


FAILED = Item(
    suite="whisper",
    benchmark="transcribe",
    item="bad.wav",
    variant=item().variant,
    facts={"error": "bad.wav: the file is empty"},
)
ENVIRONMENT: dict[str, dict] = {
    "cpu": {"affinity": "all"},
    "whisper/onnxruntime-2t-fp32": {"intra_op": 2, "allow_spinning": False, "language": "en"},
    "whisper/onnxruntime-2t-fp32-spin": {"intra_op": 2, "allow_spinning": True},
    "whisper/onnxruntime-2t-int8": {"intra_op": 2, "graph_opt": "ORT_ENABLE_ALL"},
}


def test_the_files_of_the_public_program_are_written(tmp_path):
    assert writing.write(tmp_path, [item(), FAILED], {}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audio.transcript.txt", "inference_per_file.csv", "inference_per_file.json",
        "inference_summary.json",
    ]  # fmt: skip
    assert (tmp_path / "audio.transcript.txt").read_text() == "one\ntwo, three\n"


def test_the_table_begins_with_the_public_columns_and_keeps_texts_of_several_lines():
    text = writing.per_file_csv(writing.lines([item()]))
    assert text.startswith("file,duration_s,end_to_end_s,rtf,text,")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["text"] == "one\ntwo, three"
    assert (row["duration_s"], row["end_to_end_s"], row["prefill_s"]) == ("10.0", "0.25", "")


def test_every_time_comes_with_its_repeats():
    (line,) = writing.lines([item()])
    assert line["end_to_end_s_repeats"] == [0.2, 0.3, 0.25]
    assert line["encoder_s_repeats"] == [0.1, 0.1, 0.1]


def test_the_summary_is_made_from_the_files(tmp_path):
    items = [item(), item("b.wav")]
    told = writing.summary(writing.lines(items), items, {"intra_op": 2, "numpy": "2.4"})
    assert told["config_used"] == {"intra_op": 2}
    assert told["latency_end_to_end_s"]["median"] == 0.25
    assert told["rtf_end_to_end"] == pytest.approx(0.5 / 20)
    assert told["breakdown_s"]["load_s"] == pytest.approx(0.02)


def test_audio_of_no_length_has_no_ratio_in_the_summary():
    empty = [msgspec.structs.replace(item(), facts={"duration_s": 0.0})]
    told = writing.summary(writing.lines(empty), empty, {})
    assert (told["rtf_end_to_end"], told["rtf_model"]) == (None, None)


def test_a_percentile_needs_files_and_the_notes_say_so():
    one, many = [item()], [item(f"{n}.wav") for n in range(20)]
    told = writing.summary(writing.lines(one), one, {})
    assert told["latency_end_to_end_s"]["p95"] is None
    assert "p95 20; here are 1" in told["notes"]
    assert writing.summary(writing.lines(many), many, {})["latency_end_to_end_s"]["p95"] == 0.25


def test_synthetic_weights_are_said_in_the_notes():
    items = [item(weights="synthetic(seed=0)")]
    assert "synthetic" in writing.summary(writing.lines(items), items, {})["notes"]


@pytest.mark.parametrize(
    ("changes", "spinning"),
    [({}, False), ({"features": "spin"}, True), ({"precision": "int8"}, None)],
)
def test_the_configuration_is_that_of_the_items_own_process(changes, spinning):
    found = writing.facts_for(ENVIRONMENT, item(**changes).variant)
    assert found["intra_op"] == 2
    assert found.get("allow_spinning") is spinning


def test_a_process_that_left_no_facts_has_no_configuration():
    assert writing.facts_for(ENVIRONMENT, item(features="no_arena").variant) == {}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("b/one.wav", "b_one.transcript.txt"),
        ("../../one.wav", "one.transcript.txt"),
        ("/etc/passwd", "etc_passwd.transcript.txt"),
    ],
)
def test_no_name_leads_out_of_the_folder(file, name):
    assert writing.transcript_name(file) == name


def test_nothing_transcribed_is_nothing_to_write(tmp_path):
    with pytest.raises(UsageError, match="none of the files was transcribed"):
        writing.write(tmp_path / "new", [FAILED], {})
    assert not (tmp_path / "new").exists()


def test_standard_output_cannot_hold_several_files():
    with pytest.raises(UsageError, match="expected a folder"):
        WhisperResults().write(None, None)


def test_the_newest_run_is_exported_with_one_folder_for_each_way(tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    made = record("a1", items=(item(), item(precision="int8"), FAILED))
    started = msgspec.structs.replace(made.run, environment=ENVIRONMENT)
    workspace.append([msgspec.structs.replace(made, run=started)])
    with workspace.reading() as connection:
        WhisperResults().write(connection, tmp_path / "results")
    folders = sorted(path.name for path in (tmp_path / "results").iterdir())
    assert folders == ["own-loop-fp32-2t-cpu", "own-loop-int8-2t-cpu"]
    told = json.loads((tmp_path / "results" / folders[0] / "inference_summary.json").read_text())
    assert told["config_used"] == {"intra_op": 2, "allow_spinning": False}


@pytest.mark.parametrize("file", ["inference_per_file.json", "inference_per_file.csv"])
def test_what_was_written_can_be_imported_again(tmp_path, file):
    writing.write(tmp_path, [item(), item("b.wav", text="four")], {})
    found = reading.parse((tmp_path / file).read_text(), file, "own-loop")
    assert found.refused == ()
    assert [one.item for one in found.items] == ["audio.wav", "b.wav"]
    for one in found.items:
        assert one.values["end_to_end_time"] == 0.25
        assert one.values["encoder_time"] == 0.1
    assert [one.text for one in found.items] == ["one\ntwo, three", "four"]


def test_every_file_comes_back_with_its_repeats_as_it_was(tmp_path):
    facts = {"duration_s": 10.0, "tokens": 12, "text_sha256": "ab"}
    more = {"chunks": 1, "padded_s": 30.0, "token_ids": "5 6 7"}
    whole = msgspec.structs.replace(item(), facts=facts | more, fingerprint="0f")
    sent = [
        whole,
        msgspec.structs.replace(item("b/two.wav", text="four"), facts=facts),
    ]
    # The factor of a repeat follows from its time, so a record holds it as well.
    sent = [
        msgspec.structs.replace(
            one,
            samples=one.samples | {"rtf": tuple(t / 10 for t in one.samples["end_to_end_time"])},
        )
        for one in sent
    ]
    writing.write(tmp_path, sent, {})
    found = reading.parse((tmp_path / "inference_per_file.json").read_text(), "x", "folder")
    assert list(found.items) == sent
    assert found.flagged == ()
    assert writing.lines(found.items) == writing.lines(sent)
    points = {point.metric: point for point in found.points}
    outcome = points["end_to_end_time"].outcome
    assert isinstance(outcome, Measured)
    assert outcome.samples == (0.4, 0.6, 0.5)
    assert (outcome.value, outcome.n) == (0.5, 3)
    assert points["end_to_end_time"].variant == sent[0].variant
    assert points["end_to_end_time"].params == sent[0].params


def test_the_summary_can_be_imported_again(tmp_path):
    writing.write(tmp_path, [item()], {"intra_op": 2})
    text = (tmp_path / "inference_summary.json").read_text()
    found = {point.metric: point for point in reading.parse(text, "s.json", "own-loop").points}
    outcome = found["end_to_end_time"].outcome
    assert isinstance(outcome, Measured)
    assert outcome.value == 0.25
    assert found["end_to_end_time"].variant.threads == "2"


def test_a_summary_says_on_which_processor_and_with_which_threads():
    items = [item()]
    facts = {"threads in force": 2, "asked OMP_NUM_THREADS": "2", "affinity": 4, "numpy": "2.4"}
    hardware = {"cpu model": "AMD EPYC", "cores": 4}
    told = writing.summary(writing.lines(items), items, facts, hardware)
    assert told["cpu"] == {"cores": 4, "cpu_model": "AMD EPYC"}
    assert told["threads"] == {"OMP_NUM_THREADS": "2", "affinity": 4, "threads_in_force": 2}
