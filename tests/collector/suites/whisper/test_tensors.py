"""The names that the decoder loop needs in three graphs."""

import re

import pytest

from collector.speech.graph_names import Entry, Names
from collector.suites.whisper.model import GRAPHS
from collector.suites.whisper.tensors import cache_pairs
from history.words.errors import BrokenDataError

CACHE = [f"0.{side}.{part}" for side in ("decoder", "encoder") for part in ("key", "value")]
OWN = [name for name in CACHE if "decoder" in name]
NAMES = {
    GRAPHS[0]: (["input_features"], ["last_hidden_state"]),
    GRAPHS[1]: (
        ["input_ids", "encoder_hidden_states"],
        ["logits", *(f"present.{name}" for name in CACHE)],
    ),
    GRAPHS[2]: (
        ["input_ids", *(f"past_key_values.{name}" for name in CACHE)],
        ["logits", *(f"present.{name}" for name in OWN)],
    ),
}


def graphs(changed="", old="", new=""):
    """The names of the three graphs, one tensor of one file under another name."""

    def entries(file, names):
        here = file == changed
        return tuple(Entry(new if here and name == old else name, ()) for name in names)

    return [
        Names(entries(file, inputs), entries(file, outputs))
        for file, (inputs, outputs) in NAMES.items()
    ]


def test_every_cache_input_of_the_step_is_an_output_of_the_first_pass():
    assert cache_pairs(graphs()) == {f"past_key_values.{name}": f"present.{name}" for name in CACHE}


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (GRAPHS[0], "input_features", "mel", "expected an input called input_features, found mel"),
        (GRAPHS[0], "last_hidden_state", "out", "expected an output called last_hidden_state"),
        (GRAPHS[1], "logits", "scores", "expected an output called logits"),
        (GRAPHS[1], "present.0.encoder.key", "x", "present.0.encoder.key is missing"),
        (GRAPHS[2], "past_key_values.0.decoder.key", "old", "nothing to give to the input old"),
    ],
)
def test_a_tensor_of_another_name_is_named_with_its_file(file, old, new, reason):
    where = GRAPHS[2] if "missing" in reason else file
    with pytest.raises(BrokenDataError, match=f"^{re.escape(where)}: .*{re.escape(reason)}"):
        cache_pairs(graphs(file, old, new))


@pytest.mark.parametrize("name", ["cache_position", "encoder_hidden_states"])
def test_inputs_that_older_exports_ask_for_are_given(name):
    encoder, first, step = graphs()
    asks = step._replace(inputs=(*step.inputs, Entry(name, ())))
    assert cache_pairs([encoder, first, asks]) == cache_pairs([encoder, first, step])
