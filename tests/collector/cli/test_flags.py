import subprocess
import sys

import click
import msgspec
import pytest
from click.testing import CliRunner

from collector.cli.flags import SuiteCommand
from collector.contract import Place
from collector.planning.declared import options_of
from collector.suites import registry
from soundmark import main


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--timeout", "3"), "--timeout"),
        (("--no-calibration",), "--no-calibration"),
        (("--set", "seed=1"), "--set"),
        (("--plan", "json"), "--plan"),
        (("--dry-run",), "--dry-run"),
        (("--suspects",), "--suspects"),
        (("whisper",), "SUITES"),
    ],
)
def test_an_option_beside_resume_is_refused_as_it_is_written(words, named):
    assert refused("--resume", *words).endswith(f"was started with: not with {named}.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--seed", "0"), "--seed is about a duet"),
        (("--suspects", "--only=*"), "not with --only"),
        (("--suspects", "--dry-run"), "not with --dry-run"),
        (("--plan", "json", "--commits=HEAD"), "not with --commits"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(words, told):
    assert told in refused(*words)


@click.command(cls=SuiteCommand)
@click.argument("suites", nargs=-1)
@click.option("--timeout", type=float)
@click.pass_context
def collect(ctx, suites, timeout, flags, files):
    """Show what arrives."""
    ctx.obj.update(suites=suites, timeout=timeout, flags=flags, files=files)


def received(*words):
    """What the command receives; raises with its output when the words are refused."""
    found: dict = {}
    result = CliRunner().invoke(collect, words, obj=found, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return found


def given(*words):
    """The options of suites among it."""
    return received(*words)["flags"]


def refused(*words):
    result = CliRunner().invoke(main, ["collect", *words])
    assert result.exit_code == 2, result.output
    return " ".join(result.output.replace("│", " ").split())


def test_every_option_of_the_public_whisper_program_is_a_flag(tmp_path):
    found = given(
        "whisper", "--audio-dir", str(tmp_path), "--onnx-dir", str(tmp_path), "--language", "de",
        "--task", "translate", "--max-new-tokens", "128", "--warmup", "0", "--write-txt",
        "--tokenizer-json", str(tmp_path / "t.json"), "--timestamps", "--beam", "1",
    )  # fmt: skip
    assert found == {
        "whisper": {
            "audio_dir": str(tmp_path),
            "onnx_dir": str(tmp_path),
            "language": "de",
            "task": "translate",
            "max_new_tokens": 128,
            "warmup": 0,
            "write_txt": True,
            "tokenizer_json": str(tmp_path / "t.json"),
            "timestamps": True,
            "beam": 1,
        }
    }


def test_what_is_not_given_is_left_to_the_table():
    assert given("whisper") == {"whisper": {}}
    assert given() == {}


def test_the_file_of_a_suite_is_asked_for_whether_it_is_named_or_configured():
    asked = received("--perf-out", "out.jsonl", "--perf-append")["files"]
    assert [(one.suite, one.field, one.value) for one in asked] == [
        ("alignment", "perf_out", "out.jsonl"),
        ("alignment", "perf_append", True),
    ]
    assert received("golden")["files"] == ()


def test_a_folder_is_refused_where_a_file_is_written(tmp_path):
    with pytest.raises(click.BadParameter, match="is a directory"):
        received("--save-trace", str(tmp_path))


def test_a_switch_can_be_turned_off():
    assert given("whisper", "--no-write-txt")["whisper"] == {"write_txt": False}


def test_a_choice_of_the_table_can_be_taken_back_where_empty_makes_none():
    assert given("command", "--counts", "")["command"] == {"counts": ""}
    with pytest.raises(click.BadParameter, match="not one of 'callgrind', 'perf'"):
        given("command", "--counts", "gdb")
    with pytest.raises(click.BadParameter, match="not one of 'cpu', 'cuda'"):
        given("micro", "--device", "")


def test_a_list_is_given_word_by_word():
    found = given("whisper", "--threads", "1", "--threads", "4", "--limits", "4c4g")["whisper"]
    assert found == {"threads": (1, 4), "limits": ("4c4g",)}


def test_a_path_starts_from_the_folder_it_was_typed_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert given("alignment", "--dataset-root", "speech")["alignment"] == {
        "dataset_root": str(tmp_path / "speech")
    }


def test_a_flag_goes_to_every_suite_that_knows_it_and_to_no_other():
    found = given("whisper", "golden", "micro", "--language", "de", "--threads", "2")
    assert found == {
        "whisper": {"language": "de", "threads": (2,)},
        "golden": {"language": "de", "threads": 2},
        "micro": {},
    }


def test_a_suite_that_takes_one_value_says_so():
    with pytest.raises(click.UsageError, match="--threads takes one value, found 2"):
        given("whisper", "golden", "--threads", "1", "--threads", "2")


def test_an_option_of_a_suite_does_not_hide_one_of_the_command():
    assert given("tts", "--timeout", "3", "--timeout-s", "5")["tts"] == {"timeout_s": 5.0}


def test_every_flag_of_a_suite_is_an_option_of_its_table():
    for name in registry.SUITES.names():
        table = registry.load(name).options
        assert {option.name for option in options_of(table)} <= set(table.__struct_fields__)


def test_every_option_of_the_recognition_suites_is_a_flag_with_help():
    for name in ("alignment", "golden", "whisper"):
        table = registry.load(name).options
        found = options_of(table)
        assert {option.name for option in found} == set(table.__struct_fields__)
        assert [option.name for option in found if not option.help] == []


def test_what_no_word_can_state_is_no_flag():
    class Table(msgspec.Struct):
        plain: int | None = None
        """A number."""
        where: Place = ""
        inner: dict[str, int] = {}
        either: str | tuple[str, ...] = ""
        bare: bool = False

    found = {option.name: option for option in options_of(Table)}
    assert {name: (one.kind, one.help) for name, one in found.items()} == {
        "plain": ("whole number", "A number."),
        "where": ("place", ""),
        "bare": ("switch", ""),
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["whisper", "--warmup", "x"], "'--warmup': 'x' is not a valid integer"),
        (["whisper", "--beam", "5", "--audio-dir", "."], "beam: expected 1, found 5"),
        (["whisper", "--onnx-dri", "x"], "Did you mean '--onnx-dir'?"),
        (["micro", "--onnx-dir", "x"], "--onnx-dir is an option of golden and whisper."),
        (["--no-timestamps"], "Name the suite: `soundmark collect whisper --no-timestamps ...`"),
        (["--nonsense"], "No such option '--nonsense'"),
        (["whisper", "--device", "tpu"], "'--device': 'tpu' is not one of 'cpu', 'cuda'"),
    ],
)
def test_a_wrong_word_is_refused_with_what_would_be_right(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*words)


def test_the_help_of_a_suite_imports_no_inference_library():
    code = (
        "import sys; from soundmark import main; main(sys.argv[1:], standalone_mode=False);"
        "print(sorted({'torch', 'transformers', 'onnxruntime', 'duckdb'} & set(sys.modules)))"
    )
    words = ["collect", "whisper", "alignment", "golden", "--help"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for section in ("whisper", "alignment", "golden"):
        assert f"Options of {section}:" in done.stdout
    assert "--max-new-tokens INTEGER" in done.stdout
