import numpy as np
import pytest

from history.items import utterances
from history.words.records import Item


def item(name: str, seconds: float, frames: int = 100, states: int = 50, output: str = "a") -> Item:
    return Item(
        suite="alignment",
        benchmark="align",
        item=name,
        facts={"frames": frames, "states": states},
        values={"dp_time": seconds, "total_time": seconds},
        fingerprint=output,
    )


def made(n: int, noise: float = 0.0) -> list[Item]:
    rng = np.random.default_rng(2)
    found = []
    for k in range(n):
        frames, states = int(rng.integers(100, 1_000)), int(rng.integers(40, 400))
        seconds = (6.6e-6 * frames + 0.034e-6 * frames * states) * (1 + noise * rng.normal())
        found.append(item(f"u{k:02d}", seconds, frames, states))
    return found


def test_both_terms_of_a_known_law_are_found():
    found = utterances.scale(made(12, 0.001))
    assert found.per_t_s == pytest.approx(6.6e-6, rel=0.02)
    assert found.per_ts_s == pytest.approx(0.034e-6, rel=0.02)
    assert found.per_ts_interval[0] < found.per_ts_s < found.per_ts_interval[1]
    assert 0.9 < found.pearson_ts < 1  # a T term is left, so T x S alone is no line


def test_an_utterance_its_size_does_not_explain_is_named():
    given = made(12, 0.002)
    slow = given[4]
    given[4] = item(
        "slow", slow.values["dp_time"] * 1.5, int(slow.facts["frames"]), int(slow.facts["states"])
    )
    assert [one.item for one in utterances.scale(given).outliers] == ["slow"]


def test_a_few_utterances_call_none_of_them_an_outlier():
    given = made(9, 0.002)
    slow = given[4]
    given[4] = item(
        "slow", slow.values["dp_time"] * 1.5, int(slow.facts["frames"]), int(slow.facts["states"])
    )
    found = utterances.scale(given)
    assert found.outliers == found.power_outliers == ()
    assert max(found.residuals, key=lambda one: one.residual).item == "slow"


def test_two_utterances_are_too_few_for_two_terms():
    with pytest.raises(ValueError, match="needs 3 utterances"):
        utterances.scale(made(2))


def test_utterances_are_compared_with_themselves_not_with_each_other():
    before = [item(f"u{k}", 0.01 * 2**k) for k in range(8)]
    after = [item(f"u{k}", 0.009 * 2**k, output="b" if k == 3 else "a") for k in range(8)]
    found = utterances.compare(before, after)
    assert found.ratio == pytest.approx(0.9)
    assert found.high < 1
    assert found.p < 0.01
    assert found.same_output == 7
    assert found.different == ("u3",)


def test_what_only_one_side_has_is_named_and_left_out():
    found = utterances.compare([item("a", 1.0), item("b", 1.0)], [item("b", 2.0), item("c", 1.0)])
    assert (found.n, found.ratio, found.missing) == (1, 2.0, ("a", "c"))


def test_nothing_in_common_is_an_error():
    with pytest.raises(ValueError, match="no utterance in common"):
        utterances.compare([item("a", 1.0)], [item("b", 1.0)])
