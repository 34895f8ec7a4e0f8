import pytest

from collector.cli import overrides
from history.words.errors import UsageError

TABLES = [
    ("whisper", {"language": "en"}, "soundmark.toml: suite[0]"),
    ("micro", {}, "soundmark.toml: suite[1]"),
]


def test_without_words_the_tables_stay_as_they_are():
    assert overrides.apply(TABLES, ["whisper"], []) == TABLES


def test_an_option_is_set_in_the_table_of_the_suite_that_is_named():
    found = overrides.apply(TABLES, ["whisper"], ["audio_dir=audio", "max_new_tokens=128"])
    assert found[0] == (
        "whisper",
        {"language": "en", "audio_dir": "audio", "max_new_tokens": 128},
        "soundmark.toml: suite[0] and --set",
    )
    assert found[1] == TABLES[1]


def test_a_suite_without_a_table_gets_one():
    assert overrides.apply([], ["whisper"], ["timestamps=true"]) == [
        ("whisper", {"timestamps": True}, "--set")
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("1.5", 1.5), ('["cpu"]', ["cpu"]), ("en", "en"), ("a=b", "a=b"), ('"3"', "3")],
)
def test_a_value_is_toml_and_else_text(text, value):
    assert overrides.apply([], ["x"], [f"key={text}"])[0][1] == {"key": value}


@pytest.mark.parametrize(
    ("names", "word", "message"),
    [
        ([], "a=1", "expected one suite"),
        (["whisper", "micro"], "a=1", "found 2"),
        (["whisper"], "audio", 'expected KEY=VALUE, found "audio"'),
    ],
)
def test_what_cannot_be_set_is_refused(names, word, message):
    with pytest.raises(UsageError, match=message):
        overrides.apply(TABLES, names, [word])


def test_flags_go_to_the_tables_of_their_suites():
    found = overrides.apply(
        TABLES, ["whisper", "golden"], [], {"whisper": {"language": "de"}, "golden": {"seed": 1}}
    )
    assert found == [
        ("whisper", {"language": "de"}, "soundmark.toml: suite[0] and the command line"),
        TABLES[1],
        ("golden", {"seed": 1}, "the command line"),
    ]


def test_a_flag_goes_before_set():
    found = overrides.apply([], ["whisper"], ["seed=1", "files=2"], {"whisper": {"seed": 3}})
    assert found == [("whisper", {"seed": 3, "files": 2}, "the command line")]


def test_it_is_said_which_suite_and_table_are_changed():
    assert overrides.told(TABLES, "whisper", ["max_new_tokens=128", "audio_dir=a"]) == (
        "--set changes the suite whisper (soundmark.toml: suite[0]), for this run: "
        "max_new_tokens = 128, audio_dir = 'a'"
    )
    assert "(no table: its defaults)" in overrides.told(TABLES, "tts", ["voice=x"])
