"""What the acoustic model is given, and what is made of its logits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from collector.speech.graph_names import Entry, Names
from collector.suites.alignment.forward import check_graph, log_softmax, normalised
from history.words.errors import BrokenDataError

SAMPLES = Entry("samples", ("batch", "n"))

shapes = st.tuples(st.integers(1, 5), st.integers(1, 40))
logits = arrays.arrays(np.float32, shapes, elements=st.floats(-500, 500, width=32))


@given(logits)
def test_probabilities_add_up_to_one_and_the_best_label_stays_the_best(values):
    found = log_softmax(values)
    assert found.dtype == np.float32
    assert np.exp(found.astype(np.float64)).sum(axis=-1) == pytest.approx(1, rel=1e-4)
    best = np.take_along_axis(found, values.argmax(axis=-1)[:, None], axis=-1)
    assert (best[:, 0] == found.max(axis=-1)).all()


def test_samples_are_centred_with_a_spread_of_one_whatever_their_level():
    noise = np.random.default_rng(0).normal(3, 0.1, 1_000).astype(np.float32)
    found = normalised(noise)
    assert found.dtype == np.float32
    assert (found.mean(), found.std()) == pytest.approx((0, 1), abs=1e-4)
    assert normalised(noise * 8) == pytest.approx(found, abs=1e-3)


def test_silence_stays_silence():
    assert not normalised(np.zeros(400, np.float32)).any()


@pytest.mark.parametrize(("last", "length"), [(32, 32), ("labels", 0)])
def test_the_length_of_the_logits_is_known_where_the_graph_says_it(last, length):
    found = Names((SAMPLES,), (Entry("logits", ("batch", "frames", last)),))
    assert check_graph("model.onnx", found) == length


def test_a_graph_may_leave_its_shapes_open():
    assert check_graph("m", Names((Entry("samples", ()),), (Entry("logits", ()),))) == 0


def test_a_graph_without_an_input_is_refused():
    with pytest.raises(BrokenDataError, match=r"m\.onnx: expected a graph with an input"):
        check_graph("m.onnx", Names((), ()))
