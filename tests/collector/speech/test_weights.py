import subprocess
import sys

import numpy as np
import pytest

from collector.speech import weights

torch = pytest.importorskip("torch")


def model(inputs: int = 2):
    return torch.nn.Sequential(torch.nn.Conv1d(inputs, 8, 3), torch.nn.LayerNorm(4))


def test_another_process_makes_the_same_bytes():
    here = model()
    weights.fill(here, seed=3)
    shapes = {name: tuple(value.shape) for name, value in here.named_parameters()}
    code = (
        "from collector.speech import weights;"
        f"made = {{n: weights.initial(n, s, seed=3) for n, s in {shapes}.items()}};"
        "print(weights.sha256_of(made))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == weights.sha256(here)


def test_another_seed_gives_other_bytes():
    first, second = model(), model()
    weights.fill(first, seed=0)
    weights.fill(second, seed=1)
    assert weights.sha256(first) != weights.sha256(second)


def test_a_new_layer_does_not_change_the_others():
    small, large = model(), torch.nn.Sequential(*model(), torch.nn.Linear(4, 4))
    weights.fill(small, seed=0)
    weights.fill(large, seed=0)
    assert torch.equal(small[0].weight, large[0].weight)


def test_scales_are_one_biases_zero_and_the_rest_has_the_spread_asked_for():
    found = torch.nn.Sequential(torch.nn.Linear(100, 100), torch.nn.LayerNorm(100))
    weights.fill(found, seed=0, std=0.4)
    assert float(found[0].weight.detach().std()) == pytest.approx(0.4, rel=0.05)
    assert not found[0].bias.any()
    assert (found[1].weight == 1).all()


def test_without_a_spread_signals_stay_alive_through_depth():
    deep = torch.nn.Sequential(
        *[layer for _ in range(8) for layer in (torch.nn.Linear(64, 64), torch.nn.ReLU())]
    )
    weights.fill(deep, seed=0)
    with torch.no_grad():
        out = deep(torch.from_numpy(np.random.default_rng(0).normal(size=(50, 64))).float())
    assert 0.3 < float(out.square().mean()) < 3


def test_frozen_parameters_stay():
    found = torch.nn.Linear(4, 4)
    found.weight.requires_grad_(False)  # noqa: FBT003 - torch's own signature
    before = found.weight.clone()
    weights.fill(found, seed=0)
    assert torch.equal(found.weight, before)


def test_the_label_and_the_count_are_part_of_the_facts():
    known = weights.Weights(label=weights.label(0), sha256="a" * 64, parameters=7)
    assert known.facts()["weights"] == "synthetic(seed=0)"
    assert weights.count(model()) == 8 * 2 * 3 + 8 + 4 + 4


def test_the_order_of_a_configuration_does_not_count():
    assert weights.config_sha256({"a": 1, "b": 2}) == weights.config_sha256({"b": 2, "a": 1})
