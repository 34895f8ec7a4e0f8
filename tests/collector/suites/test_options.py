"""A value that no suite can serve is refused when its table is read, by its key."""

import re

import pytest

from collector.suites import registry
from history.project.config import convert_table
from history.words.errors import ConfigError


def read(suite, **table):
    return convert_table(table, registry.load(suite).options, "soundmark.toml: suite[0]")


@pytest.mark.parametrize(
    ("suite", "key", "value", "expected"),
    [
        ("alignment", "runtimes", ["jax"], 'one of "torch", "onnxruntime"'),
        ("alignment", "backends", ["jax"], 'one of "numpy", "torchaudio"'),
        ("alignment", "device", "tpu", 'one of "cpu", "cuda"'),
        ("alignment", "corpus", "music", 'one of "", "espeak", "tones"'),
        ("alignment", "aggregate", "mode", 'one of "median", "mean"'),
        ("alignment", "threads", [0], "`int` >= 1"),
        ("alignment", "max_seconds", 3_601, "`float` <= 3600.0"),
        ("alignment", "repeats", 0, "`int` >= 1"),
        ("command", "repeats", 0, "`int` >= 1"),
        ("golden", "corpus", "music", 'one of "", "espeak", "tones"'),
        ("golden", "precision", "int4", 'one of "fp32", "int8"'),
        ("golden", "seconds", [31], "`float` <= 30.0"),
        ("golden", "max_new_tokens", 0, "`int` >= 1"),
        ("golden", "repeats", 0, "`int` >= 1"),
        ("micro", "device", "tpu", 'one of "cpu", "cuda"'),
        ("pipeline", "precisions", ["int4"], 'one of "int8", "fp32"'),
        ("pipeline", "beams", ["huge"], 'one of "wide", "narrow"'),
        ("pipeline", "normalisation", "loud", 'one of "words", "cased", "none"'),
        ("pipeline", "threads", [0], "`int` >= 1"),
        ("pipeline", "repeats", 0, "`int` >= 1"),
        ("tts", "threads", 0, "`int` >= 1"),
        ("tts", "iterations", -1, "`int` >= 0"),
        ("whisper", "implementations", ["jax"], 'one of "own-loop", "hf-generate"'),
        ("whisper", "precisions", ["int4"], 'one of "fp32", "int8"'),
        ("whisper", "graph_opt", "some", 'one of "all", "extended", "basic", "disabled"'),
        ("whisper", "execution_mode", "fast", 'one of "sequential", "parallel"'),
        ("whisper", "normalisation", "loud", 'one of "words", "cased", "none"'),
        ("whisper", "max_new_tokens", 500, "`int` <= 444"),
        ("whisper", "warmup", -1, "`int` >= 0"),
        ("whisper", "repeats", 0, "`int` >= 1"),
    ],
)
def test_what_is_expected_is_said_with_the_key(suite, key, value, expected):
    place = f"{key}[0]" if isinstance(value, list) else key
    with pytest.raises(ConfigError, match=re.escape(f"suite[0]: {place}: expected {expected}")):
        read(suite, **{key: value})


def test_a_number_out_of_range_is_named():
    with pytest.raises(ConfigError, match=r"repeats: expected `int` >= 1, found -3\.$"):
        read("whisper", repeats=-3)


def test_the_format_of_an_answer_is_one_that_can_be_checked():
    with pytest.raises(
        ConfigError, match=re.escape('chatllm.format: expected one of "json", "srt"')
    ):
        read("lifecycle", chatllm={"format": "text"})


@pytest.mark.parametrize("suite", registry.SUITES.built_in)
def test_the_defaults_are_read_from_an_empty_table(suite):
    assert read(suite) == registry.load(suite).options()
