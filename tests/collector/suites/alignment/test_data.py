"""What the alignment suite makes of recordings that it cannot use."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from collector.speech import audio, corpus, librispeech
from collector.suites.alignment import Alignment, attention_memory
from collector.suites.alignment.options import ERROR
from history.words.errors import BrokenDataError
from tests.collector.suites.alignment.tiny import TINY
from tests.collector.suites.driver import run_suite


def bad_data(root: Path) -> Path:
    import soundfile

    folder = root / "test-clean" / "5" / "1"
    folder.mkdir(parents=True)
    good = corpus.tones("GOOD ONE", 0)
    audio.save(folder / "5-1-0000.flac", good)
    audio.save(folder / "5-1-0001.flac", good)
    audio.save(folder / "5-1-0002.flac", good[:2_000])
    soundfile.write(str(folder / "5-1-0003.wav"), good, 8_000)
    soundfile.write(str(folder / "5-1-0004.wav"), np.stack([good, good], 1), 16_000)
    texts = ["GOOD ONE", "CAFÉ", "FAR TOO LONG FOR THIS", "SLOW", "WIDE", "GONE"]
    librispeech.write(
        root / "test-clean", "5-1", {f"5-1-{n:04d}": text for n, text in enumerate(texts)}
    )
    return root


def test_bad_files_are_named_and_the_others_go_on(tmp_path, workspace):
    pytest.importorskip("transformers")
    options = msgspec.structs.replace(
        TINY, dataset_root=str(bad_data(tmp_path)), subsets=("test-clean",), utterances=0
    )
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    errors = {
        name: str(facts[ERROR]) for name, facts in found.outcome.items.items() if ERROR in facts
    }
    assert "no 'É'" in errors["5-1-0001"]
    assert "5-1-0002: expected at least" in errors["5-1-0002"]
    assert "found 8000 Hz" in errors["5-1-0003"]
    assert "found 2" in errors["5-1-0004"]
    assert "no such audio file" in errors["5-1-0005"]
    assert set(found.items[0]) == {0}
    assert len(found.outcome.warnings) == 5
    empty = Alignment().derive_item(
        found.case, "5-1-0001", found.samples, found.outcome.items["5-1-0001"]
    )
    assert all(np.isnan(values).all() for values in empty.values())


def test_an_utterance_longer_than_allowed_is_left_out_with_its_length(workspace):
    pytest.importorskip("transformers")
    options = msgspec.structs.replace(TINY, max_seconds=4.0)
    with pytest.raises(BrokenDataError, match=r"at most 4 s of audio, found \d+ s"):
        run_suite(Alignment(), options, workspace, repeats=1)


def test_without_espeak_tones_stand_in_and_the_point_says_so(workspace, monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(corpus, "kind_here", lambda: "tones")
    options = msgspec.structs.replace(TINY, corpus="")
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    assert found.case.variant.dataset == "tones-2"
    assert "espeak-ng is not installed" in found.outcome.warnings[0]


def test_a_data_set_without_one_good_file_is_an_error_that_shows_the_first(tmp_path, workspace):
    pytest.importorskip("transformers")
    (tmp_path / "5-1.trans.txt").write_text("5-1-0000 HELLO\n")
    options = msgspec.structs.replace(TINY, dataset_root=str(tmp_path))
    with pytest.raises(BrokenDataError, match=r"the first: 5-1-0000\.flac: no such audio file"):
        run_suite(Alignment(), options, workspace, repeats=1)


def test_an_utterance_too_long_for_memory_is_left_out_and_the_others_go_on(tmp_path, workspace):
    pytest.importorskip("transformers")
    folder = tmp_path / "5" / "1"
    audio.save(folder / "5-1-0000.flac", corpus.tones("GOOD ONE", 0))
    audio.save(folder / "5-1-0001.flac", np.zeros(audio.RATE * 1_800, np.float32))
    librispeech.write(tmp_path, "5-1", {"5-1-0000": "GOOD ONE", "5-1-0001": "HALF AN HOUR"})
    options = msgspec.structs.replace(TINY, dataset_root=str(tmp_path), max_seconds=3_600.0)
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    reason = str(found.outcome.items["5-1-0001"][ERROR])
    assert reason.startswith("5-1-0001: a pass over 89999 frames needs about 195.9 GB")
    assert "GB are free" in reason
    assert found.outcome.texts.keys() == {"5-1-0000"}


def test_memory_that_runs_out_costs_the_utterance_and_any_other_mistake_is_not_hidden():
    with pytest.raises(BrokenDataError, match=r"5-1: memory ran out \(.*MemoryError\)"):
        attention_memory.try_once("5-1", lambda: np.zeros(1 << 56))
    with pytest.raises(ZeroDivisionError):
        attention_memory.try_once("5-1", lambda: 1 / 0)


def test_what_a_pass_needs_grows_with_the_square_of_its_length():
    base = {"num_attention_heads": 12, "conv_dim": [512] * 7}
    two_minutes = attention_memory.needed_bytes(5_999, base)
    assert two_minutes == pytest.approx(5.2e9 + 1.6e9, rel=0.05)
    assert attention_memory.needed_bytes(2 * 5_999, base) > 3 * two_minutes
    attention_memory.check("a", 5_999, base, free_bytes=8 * 10**9)
    with pytest.raises(BrokenDataError, match=r"needs about 6\.8 GB of memory, 4\.0 GB are free"):
        attention_memory.check("a", 5_999, base, free_bytes=4 * 10**9)


def test_recordings_that_do_not_fit_are_converted_when_that_is_asked_for(tmp_path, workspace):
    pytest.importorskip("transformers")
    import soundfile

    folder = tmp_path / "5" / "1"
    folder.mkdir(parents=True)
    good = corpus.tones("GOOD ONE", 0)
    soundfile.write(str(folder / "5-1-0000.wav"), np.stack([good, good], 1), 8_000)
    librispeech.write(tmp_path, "5-1", {"5-1-0000": "GOOD ONE"})
    options = msgspec.structs.replace(TINY, dataset_root=str(tmp_path), convert=True)
    (found,) = run_suite(Alignment(), options, workspace, repeats=1)
    facts = found.outcome.items["5-1-0000"]
    assert facts["duration_s"] == pytest.approx(len(good) / 8_000, 1e-3)
    assert float(facts["resample_time"]) > 0
