import re
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from collector.speech import audio, corpus
from collector.speech.runtime import Settings
from collector.suites.whisper import Whisper, files, model
from collector.suites.whisper.options import ERROR, WhisperOptions
from collector.suites.whisper.suite import DECODER, METRICS, MODEL, SETUP, STAGES
from history.items import transcripts
from history.words.records import Item
from tests.collector.suites.driver import PlainLaps, opened, run_suite

SMALL = WhisperOptions(corpus="tones", files=2, precisions=("fp32",), threads=(1,))
NAMES = ["1000-1-0000.flac", "1001-1-0001.flac"]


@pytest.fixture(scope="module")
def both(whisper_workspace):
    """The own loop and the baseline on the same files."""
    return run_suite(Whisper(), SMALL, whisper_workspace, repeats=2)


@pytest.fixture(scope="module")
def own(both):
    return both[0]


def items_of(ran):
    return [
        Item(
            suite="whisper",
            benchmark="transcribe",
            item=name,
            facts=facts,
            fingerprint=ran.outcome.fingerprints.get(name, ""),
            text=ran.outcome.texts.get(name, ""),
        )
        for name, facts in ran.outcome.items.items()
    ]


def run_own(workspace, repeats=1, **options):
    chosen = msgspec.structs.replace(SMALL, implementations=("own-loop",), **options)
    (found,) = run_suite(Whisper(), chosen, workspace, repeats=repeats)
    return found


def test_onnx_runtime_makes_the_same_tokens_as_transformers_generate(both):
    found = transcripts.compare(*map(items_of, both), labels=("own-loop", "hf-generate"))
    assert [one.item for one in found.files] == NAMES
    assert [one.diff for one in found.files] == [(), ()]
    assert found.equal == 2
    assert both[0].outcome.fingerprint == both[1].outcome.fingerprint


def test_with_timestamps_too(whisper_workspace):
    options = msgspec.structs.replace(SMALL, timestamps=True, files=1)
    one, other = run_suite(Whisper(), options, whisper_workspace, repeats=1)
    assert one.outcome.fingerprint == other.outcome.fingerprint
    assert one.outcome.texts == other.outcome.texts
    (text,) = one.outcome.texts.values()
    assert re.match(r"<\|[01]\.\d\d\|> \w", text)


def test_every_stage_of_every_file_is_timed(both):
    for ran, stages in zip(both, (STAGES, (*STAGES, SETUP)), strict=True):
        assert len(ran.items[0]) == 2
        for item in ran.items[0].values():
            assert set(item) == {*stages, "total_time"}
            assert sum(item[stage] for stage in stages) <= item["total_time"]


def test_every_metric_it_owes_is_there(both):
    for ran in both:
        owed = set(ran.case.metrics) - {"peak_rss"}
        assert set(METRICS) <= owed
        assert owed <= set(ran.samples) | set(ran.derived) | set(ran.outcome.values)


def test_model_time_rate_and_real_time_factor_follow_from_the_stages(own):
    facts = own.outcome.items.values()
    duration = sum(one["duration_s"] for one in facts)
    assert own.derived["model_only_time"] == pytest.approx(sum(own.samples[s] for s in MODEL))
    assert own.derived["rtf"] == pytest.approx(own.samples["total_time"] / duration)
    decoding = sum(own.samples[stage] for stage in DECODER)
    assert own.derived["tokens_per_second"] == pytest.approx(64 / decoding)


def test_the_first_token_comes_before_the_end(own):
    assert (own.samples["first_token_time"] > 0).all()
    assert (own.samples["first_token_time"] < own.samples["total_time"]).all()


def test_facts_fit_the_audio(own, whisper_workspace):
    made = files.load(whisper_workspace, "", "tones", 2)
    for file in made.utterances:
        facts = own.outcome.items[file.id]
        assert facts["duration_s"] == len(audio.load(file.path)) / 16_000
        assert (facts["tokens"], facts["chunks"], facts["padded_s"]) == (32, 1, 30.0)
        assert len(facts["token_ids"].split()) == 32


def test_transcripts_differ_from_file_to_file(own):
    first, second = own.outcome.texts.values()
    assert first != second
    assert len(set(first.split())) > 3


def test_error_rates_are_never_given_with_synthetic_weights(own):
    assert "wer" not in own.derived


def test_transcripts_may_be_kept_out_of_the_record(whisper_workspace, own):
    found = run_own(whisper_workspace, write_txt=False)
    assert found.outcome.texts == {}
    assert found.outcome.fingerprint == own.outcome.fingerprint
    assert all("token_ids" not in facts for facts in found.outcome.items.values())


def test_facts_say_what_is_in_force(whisper_workspace):
    found = Whisper().plan(SMALL, "quick")
    for process, case in zip(found.processes, found.cases, strict=True):
        with opened(Whisper(), process, SMALL, whisper_workspace) as session:
            facts = session.facts()
        assert {key: facts[key] for key in case.expect} == case.expect
        assert facts["weights"] == "synthetic(seed=0)"
        assert facts["threads in force"] == 1
        assert facts["corpus"].startswith("tones-2(")


def test_session_options_are_reported_as_they_are_in_force(whisper_workspace):
    options = msgspec.structs.replace(
        SMALL, implementations=("own-loop",), threads=(2,), spinning=(True,), mem_pattern=False,
        cpu_mem_arena=False, graph_opt="basic",
    )  # fmt: skip
    (process,) = Whisper().plan(options, "nightly").processes
    with opened(Whisper(), process, options, whisper_workspace) as session:
        facts = session.facts()
    keys = ("intra_op", "inter_op", "allow_spinning", "mem_pattern", "cpu_mem_arena")
    assert [facts[key] for key in keys] == [2, 1, True, False, False]
    assert facts["graph_opt"] == "ORT_ENABLE_BASIC"
    assert facts["execution_mode"] == "ORT_SEQUENTIAL"


def test_the_child_that_reports_its_peak_imports_neither_torch_nor_transformers(
    whisper_workspace,
):
    code = (
        "import sys; from pathlib import Path; from collector.suites.whisper import Whisper as W;"
        "o = W.options(corpus='tones', files=2, implementations=('own-loop',),"
        " precisions=('fp32',)); p = W().plan(o, 'quick');"
        f"s = W().open(p.processes[0], o, 'quick', Path({str(whisper_workspace)!r}));"
        "s.prepare(p.cases[0]); print(sorted({'torch', 'transformers', 'onnx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_int8_is_another_model_on_the_same_files(whisper_workspace, own):
    found = run_own(whisper_workspace, precisions=("int8",))
    assert found.case.variant.precision == "int8"
    assert list(found.outcome.items) == NAMES
    assert found.outcome.fingerprint != own.outcome.fingerprint


class TestOwnData:
    def test_an_exported_folder_drops_in_and_is_judged_against_texts(
        self, whisper_workspace, exported, tmp_path
    ):
        audio.save(tmp_path / "b" / "one.wav", corpus.tones("ONE TWO", 0))
        audio.save(tmp_path / "two.flac", corpus.tones("THREE", 1))
        (tmp_path / "two.txt").write_text("Three!")
        found = run_own(
            whisper_workspace, onnx_dir=str(exported.tokenizer.parent), audio_dir=str(tmp_path),
            files=None, max_new_tokens=6,
        )  # fmt: skip
        assert list(found.outcome.items) == ["b/one.wav", "two.flac"]
        assert "wer" not in found.outcome.items["b/one.wav"]
        rate = found.outcome.items["two.flac"]["wer"]
        assert found.derived["wer"].value == rate > 0
        assert found.case.variant.dataset.endswith("-2")

    def test_long_audio_is_cut_into_pieces_that_overlap(self, whisper_workspace, tmp_path):
        speech = corpus.tones("A GOOD MEASUREMENT IS REPEATED UNTIL ITS ERROR IS KNOWN", 0)
        audio.save(tmp_path / "long.wav", np.tile(speech, 9)[: 16_000 * 40])
        found = run_own(whisper_workspace, audio_dir=str(tmp_path), files=None)
        facts = found.outcome.items["long.wav"]
        assert (facts["duration_s"], facts["chunks"], facts["padded_s"]) == (40.0, 2, 60.0)
        assert facts["tokens"] == 64
        assert len(facts["token_ids"].split()) <= 64


def bad_data(folder):
    import soundfile

    good = corpus.tones("GOOD ONE", 0)
    audio.save(folder / "good.wav", good)
    soundfile.write(str(folder / "slow.wav"), good, 8_000)
    soundfile.write(str(folder / "wide.wav"), np.stack([good, good], 1), 16_000)
    soundfile.write(str(folder / "empty.wav"), good[:0], 16_000)
    soundfile.write(str(folder / "click.wav"), good[:1], 16_000)
    (folder / "text.wav").write_text("no audio at all")
    audio.save(folder / "hours.wav", good)
    with (folder / "hours.wav").open("r+b") as long:  # three hours; the header alone is judged
        size = 2 * 16_000 * 3 * 3_600
        for place, number in ((4, size + 36), (40, size)):
            long.seek(place)
            long.write(number.to_bytes(4, "little"))
        long.truncate(size + 44)
    return folder


def test_bad_files_are_named_and_the_others_go_on(whisper_workspace, tmp_path):
    found = run_own(whisper_workspace, audio_dir=str(bad_data(tmp_path)), files=None)
    reasons = {name: facts[ERROR] for name, facts in found.outcome.items.items() if ERROR in facts}
    for name, reason in {
        "slow.wav": "expected 16000 Hz, found 8000 Hz",
        "wide.wav": "expected one channel, found 2",
        "empty.wav": "the file is empty",
        "click.wav": "expected at least 25 ms, found 1 samples",
        "text.wav": "expected audio",
        "hours.wav": "expected at most 3600 s of audio, found 10800 s",
    }.items():
        assert reasons.pop(name).startswith(f"{name}: {reason}")
    assert reasons == {}
    assert found.outcome.texts.keys() == {"good.wav"}
    assert len(found.outcome.warnings) == 6


def test_audio_that_does_not_fit_is_converted_and_the_time_of_it_is_a_stage(
    whisper_workspace, tmp_path
):
    soundfile = pytest.importorskip("soundfile")
    good = corpus.tones("GOOD ONE", 0)
    soundfile.write(str(tmp_path / "wide.wav"), np.stack([good, good], 1), 32_000)
    found = run_own(whisper_workspace, audio_dir=str(tmp_path), files=None, convert=True)
    assert "resample_time" in found.case.metrics
    assert (found.samples["resample_time"] > 0).all()
    stages = sum(found.samples[stage] for stage in found.case.stages)
    assert np.allclose(stages, found.samples["total_time"], rtol=0.05, atol=1e-3)
    assert found.outcome.items["wide.wav"]["duration_s"] == pytest.approx(len(good) / 32_000, 1e-3)


def test_both_end_where_the_model_ends(whisper_workspace, exported, monkeypatch):
    """A token both make often is declared the end; the end itself is in neither transcript."""
    pytest.importorskip("torch")
    from collector.suites.whisper.baseline import GenerateDecoder
    from collector.suites.whisper.length import Length
    from collector.suites.whisper.loop import LoopDecoder

    (one, other) = files.load(whisper_workspace, "", "tones", 2).utterances
    samples = audio.load(one.path)
    prompt = model.prompt(exported.generation, language="en", task="transcribe", timestamps=False)
    whole = LoopDecoder(
        exported.graphs, Settings(), exported.generation, prompt, Length(24, exactly=True)
    ).decode(samples, PlainLaps())
    end = next(token for place, token in enumerate(whole) if place > 4 and token not in whole[:4])
    config = model.generation_config("micro") | {"eos_token_id": end}
    config["suppress_tokens"] += [n for n in model.special_tokens("micro").values() if n != end]
    monkeypatch.setattr(model, "generation_config", lambda _size: config)
    generation = model.parse_generation(msgspec.json.encode(config), "generation_config.json")
    limit = Length(24, exactly=False)
    own = LoopDecoder(exported.graphs, Settings(), generation, prompt, limit)
    baseline = GenerateDecoder(
        SMALL, generation, limit, len(prompt), threads=1, weights_folder=None
    )
    for path in (one.path, other.path):
        samples = audio.load(path)
        assert own.decode(samples, PlainLaps()) == baseline.decode(samples, PlainLaps())
    assert own.decode(audio.load(one.path), PlainLaps()) == whole[: whole.index(end)]
