import pytest

from history.formats import alignment_pairs
from history.words.records import Item, Variant


def items(runtime: str, factor: float, n: int = 10, *, dp: bool = True) -> list[Item]:
    return [
        Item(
            suite="alignment",
            benchmark="align",
            item=f"u{k:02d}",
            variant=Variant(runtime=runtime),
            values={"total_time": 0.01 * (k + 1) * factor} | ({"dp_time": 0.001} if dp else {}),
            fingerprint="same",
        )
        for k in range(n)
    ]


def test_a_tenth_faster_on_every_utterance_is_faster():
    found = alignment_pairs.report([*items("torch", 1.0), *items("onnxruntime", 0.9)])
    (total,) = [entry for entry in found if entry["metric"] == "total_time"]
    assert (total["before"], total["after"]) == ("runtime=torch", "runtime=onnxruntime")
    assert total["ratio"] == pytest.approx(0.9)
    assert total["verdict"] == "faster"
    assert total["same_output"] == 10


def test_equal_times_show_no_difference():
    found = alignment_pairs.report([*items("torch", 1.0), *items("onnxruntime", 0.9)])
    (dp,) = [entry for entry in found if entry["metric"] == "dp_time"]
    assert dp["verdict"] == "no difference shown"


def test_more_comparisons_make_each_harder():
    found = alignment_pairs.report(
        [
            *items("torch", 1.0),
            *items("onnxruntime", 0.9),
            *items("other", 0.9999),
        ]
    )
    assert all(entry["p_adjusted"] >= entry["p"] for entry in found)


def test_a_stage_that_one_side_lacks_is_left_out():
    found = alignment_pairs.report([*items("torch", 1.0), *items("python", 1.1, dp=False)])
    assert [entry["metric"] for entry in found] == ["total_time"]


def test_one_way_alone_has_nothing_to_be_compared_with():
    assert alignment_pairs.report(items("torch", 1.0)) == []
