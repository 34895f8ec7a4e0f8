"""One table of formats, and what each of them can do."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from history.formats import registry
from history.formats.interface import Recognises
from history.formats.registry import EXPORT, FORMATS, IMPORT, PARSE
from history.words.errors import BrokenEnvironmentError, UsageError
from soundmark import main

SEVERAL_RUNS = {
    "asv", "conbench", "csv", "github-action-benchmark", "json", "parquet", "pytorch-hud",
}  # fmt: skip


def test_what_goes_in_and_what_goes_out_is_what_it_always_was():
    assert registry.names(IMPORT) == (
        "alignment-jsonl", "asv", "benchmarkdotnet", "bmf", "cargo-bench", "cargo-criterion",
        "catch2", "codspeed", "conbench", "criterion", "criterion-text", "csv", "divan",
        "github-action-benchmark", "gnu-time", "go-bench", "google-benchmark", "hyperfine", "iai",
        "jmh", "json", "lifecycle-json", "lnt", "optimum-benchmark", "parquet", "pytest-benchmark",
        "pytorch-hud", "soundmark-lines", "tts-json", "vllm-bench", "whisper-apr",
        "whisper-results",
    )  # fmt: skip
    assert registry.names(EXPORT) == (
        "alignment-jsonl", "alignment-pairs", "alignment-scaling", "asv", "bmf", "csv",
        "github-action-benchmark", "golden-table", "json", "lifecycle-json", "lifecycle-table",
        "openmetrics", "parquet", "readme-table", "textgrid", "tts-json", "whisper-results",
        "whisper-table", "words-json",
    )  # fmt: skip


def test_a_command_suite_reads_every_format_that_is_one_run():
    assert set(registry.names(PARSE)) == set(registry.names(IMPORT)) - SEVERAL_RUNS


@pytest.mark.parametrize("name", registry.names(IMPORT))
def test_every_format_that_goes_in_knows_its_own_files(name):
    found = registry.find(name, IMPORT)
    assert isinstance(found, Recognises)
    assert not found.recognise("")
    assert found.summary


@pytest.mark.parametrize(
    ("ability", "name", "said"),
    [
        (IMPORT, "cvs", 'no format called "cvs". Did you mean "csv"'),
        (IMPORT, "benchstat", "Known formats: alignment-jsonl, asv, benchmarkdotnet, bmf"),
        (EXPORT, "parqet", 'Did you mean "parquet"'),
        (IMPORT, "textgrid", 'the format "textgrid" cannot be imported. Formats that can: align'),
        (EXPORT, "hyperfine", 'the format "hyperfine" cannot be exported. Formats that can:'),
        (PARSE, "csv", 'the format "csv" cannot be read after a run. Formats that can:'),
    ],
)
def test_what_cannot_be_found_is_answered_with_those_that_can_do_it(ability, name, said):
    with pytest.raises(UsageError) as refusal:
        registry.find(name, ability)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "cvs", "results.csv"), 'Did you mean "csv"?'),
        (("export", "cvs"), 'Did you mean "csv"?'),
    ],
)
def test_the_commands_propose_the_nearest_name(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_format_that_calls_itself_otherwise_is_refused(install):
    install("other", {FORMATS.group: {"ours": "history.formats.hyperfine:Hyperfine"}})
    with pytest.raises(BrokenEnvironmentError, match=r'"ours" is .* calls itself "hyperfine"'):
        registry.find("ours", IMPORT)


def test_a_format_that_cannot_be_loaded_is_listed_with_those_that_may_do_it(install):
    install("other", {FORMATS.group: {"ours": "no_such_module:Ours"}})
    assert "ours" in registry.names(EXPORT)
    with pytest.raises(BrokenEnvironmentError, match="No module named 'no_such_module'"):
        registry.find("ours", EXPORT)


def test_a_method_of_another_shape_is_found_when_it_is_asked_for_and_not_in_the_middle(install):
    source = """
        class Ours:
            name = "ours"
            summary = "our own"
            repeats_itself = False
            def parse(self, text): ...
    """
    install("other", {FORMATS.group: {"ours": "other_module:Ours"}}, other_module=source)
    with pytest.raises(BrokenEnvironmentError, match=r"expected parse\(text, name\)"):
        registry.find("ours", IMPORT)
