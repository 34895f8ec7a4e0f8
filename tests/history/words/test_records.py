import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.words.key import pairs_text, parse_pairs
from history.words.records import (
    Failed,
    Invalid,
    Machine,
    Measured,
    Point,
    RunRecord,
    Skipped,
    Variant,
    machine_label,
    series_id,
)
from tests.history.builders import MACHINE, point, record

text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip)
names = text.filter(bool)


@given(st.dictionaries(names, names))
def test_parameters_survive_being_written_as_text(params):
    assert parse_pairs(pairs_text(tuple(params.items()))) == params


@given(st.permutations(["vocab", "k", "threads"]))
def test_the_order_of_parameters_is_not_part_of_a_series(order):
    params = {"vocab": "32000", "k": "50", "threads": "1"}
    shuffled = {key: params[key] for key in order}
    assert series_id(point(params=shuffled), MACHINE) == series_id(point(params=params), MACHINE)


@pytest.mark.parametrize(
    "other",
    [
        point(params={"k": "51"}),
        point(metric="rtf"),
        point(benchmark="other"),
        point(suite="whisper"),
        point(variant=Variant(runtime="onnxruntime")),
    ],
)
def test_what_is_compared_is_part_of_a_series(other):
    assert series_id(other, MACHINE) != series_id(point(params={"k": "50"}), MACHINE)


def test_a_value_is_not_part_of_a_series():
    assert series_id(point(1.0), MACHINE) == series_id(point(2.0), MACHINE)


def test_another_driver_is_another_machine_even_under_the_same_name():
    one = Machine(name="gpu-box", gpu="H200", gpu_driver="580.1")
    two = Machine(name="gpu-box", gpu="H200", gpu_driver="585.2")
    assert one.key() != two.key()


@pytest.mark.parametrize(
    "outcome",
    [
        Measured(value=0.1, n=2, samples=(0.1, 0.2), low=0.1, high=0.2),
        Skipped(reason="no GPU here"),
        Failed(reason="killed by signal 9"),
        Invalid(reason="ran on the CPU", samples=(0.1,)),
    ],
)
def test_every_outcome_travels_as_json(outcome):
    sent = Point(suite="s", benchmark="b", metric="m", outcome=outcome)
    assert msgspec.json.decode(msgspec.json.encode(sent), type=Point) == sent


def test_a_run_travels_as_json():
    sent = record("a1", point(0.1, samples=(0.1, 0.11)))
    assert msgspec.json.decode(msgspec.json.encode(sent), type=RunRecord) == sent


def test_a_record_with_a_field_nobody_knows_is_refused():
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"runtim": "torch"}', type=Variant)


@pytest.mark.parametrize(
    ("cpu", "gpu", "label"),
    [
        ("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", "", "xeon-platinum-8481c-2c-24g"),
        ("AMD EPYC 7763 64-Core Processor", "NVIDIA H200", "epyc-7763-64-core-2c-24g-h200"),
        ("", "", "2c-24g"),
    ],
)
def test_a_machine_without_a_name_is_named_after_its_hardware(cpu, gpu, label):
    assert machine_label(cpu, 2, 24, gpu) == label
