from typing import Any

import pytest

from history.project.workspace import open_workspace
from history.read import items, view
from history.read.items import Side
from history.words.records import Item, Variant
from site_gen.catalogue import catalogue
from site_gen.demo.simulate import year
from site_gen.demo.simulate_items import UTTERANCES
from site_gen.pages import items as report
from site_gen.pages import scaling, transcripts, variant_pairs

NOTHING: frozenset[tuple[str, str]] = frozenset()


def item(name, runtime="torch", *, values=None, **facts):
    known: dict[str, Any] = {
        "facts": {"duration_s": 2.0},
        "values": values or {"total_time": 0.1},
    } | facts
    return Item(suite="s", benchmark="b", item=name, variant=Variant(runtime=runtime), **known)


def side(runtime, *rows):
    return Side(f"runtime={runtime}", "r", tuple(rows))


def test_items_of_the_newest_run_are_read_once_per_variant(tmp_path):
    workspace = open_workspace(history=tmp_path / "h.duckdb", ledger=tmp_path / "runs")
    workspace.append(year(6))
    with workspace.reading() as connection:
        found = items.read(connection, 200)
        known = view.read(connection)
    paths = {one.path for one in catalogue(known.series).benchmarks()}
    runs = {run.run_id: run.position for run in known.runs}
    assert set(found) <= paths
    for sides in found.values():
        assert all(len(one.items) == UTTERANCES for one in sides)
        assert {runs[one.run_id] >= len(runs) - 2 for one in sides} == {True}


def test_a_difference_is_against_the_way_that_people_know():
    torch = side("torch", item("a", values={"total_time": 0.2}), item("b"))
    onnx = side("onnxruntime", item("a", "onnxruntime"), item("c", "onnxruntime"))
    found = report.build((onnx, torch), NOTHING)
    assert found.titles == ("torch", "onnxruntime")
    assert [row.name for row in found.rows] == ["a", "b", "c"]
    assert [cell.change for cell in found.rows[0].cells] == ["", "−50.0 %"]
    assert found.rows[1].cells[1].reason == "not run"
    assert found.facts == ("Duration",)


def test_an_interval_stands_where_there_are_samples():
    repeats = {"total_time": (0.1, 0.11, 0.12, 0.1, 0.1, 0.11)}
    found = report.build((side("torch", item("a", samples=repeats), item("b")),), NOTHING)
    assert [row.cells[0].interval for row in found.rows] == ["100 – 116 ms", ""]


def test_another_output_is_seen_beside_its_time():
    torch = side("torch", item("a", fingerprint="1"), item("b", fingerprint="2"))
    onnx = side("onnxruntime", item("a", fingerprint="1"), item("b", fingerprint="3"))
    found = report.build((torch, onnx), NOTHING)
    assert [row.same for row in found.rows] == ["same", "differs"]
    assert found.pairs[0].outputs == "1 of 2 outputs equal"


def test_two_ways_over_the_same_items_have_a_ratio_an_effect_and_a_test():
    names = "abcdefgh"
    torch = [item(name, values={"total_time": 0.2 + n / 100}) for n, name in enumerate(names)]
    onnx = [
        item(one.item, "onnxruntime", values={"total_time": one.values["total_time"] / 2})
        for one in torch
    ]
    (pair,) = report.build((side("torch", *torch), side("onnxruntime", *onnx)), NOTHING).pairs
    assert (pair.n, pair.ratio, pair.interval) == (8, "0.50×", "0.50 – 0.50×")
    assert pair.effect == "−1.00"
    assert pair.p == "p = 0.0078"


def test_an_item_that_failed_says_why():
    gone = item("a", values={"rtf": 1.0}, facts={"error": "too short"})
    found = report.build((side("torch", item("b"), gone),), NOTHING)
    assert found.rows[0].cells[0].reason == "too short"


def test_items_without_numbers_make_no_table():
    bare = Item(suite="s", benchmark="b", item="a")
    assert report.build((side("torch", bare),), NOTHING) is None
    assert report.build((), NOTHING) is None


def sized(number, *, factor=1.0):
    frames, states = 50 + 20 * number, 21 + 9 * (number * 7 % 5)
    time = (2e-6 * frames + 1e-8 * frames * states) * factor
    return item(f"u{number}", values={"dp_time": time}, facts={"frames": frames, "states": states})


def test_a_planted_cost_per_frame_and_state_is_found():
    (fit,) = scaling.build((side("torch", *map(sized, range(9))),), NOTHING).fits
    assert (fit.per_t, fit.per_ts, fit.outliers) == ("2.00 µs", "10.0 ns", ())
    assert "<svg" in fit.picture


def test_the_power_law_stands_beside_the_two_terms():
    (fit,) = scaling.build((side("torch", *map(sized, range(9))),), NOTHING).fits
    low, high = (float(end) for end in fit.exponent_interval.split(" – "))
    assert low < float(fit.exponent) < high
    # A cost per frame alone makes the time grow more slowly than T x S.
    assert 0.5 < float(fit.exponent) < 1
    assert float(fit.spearman) > 0.8


def test_an_utterance_that_its_size_does_not_explain_is_named():
    rows = [sized(number, factor=1 + number % 3 / 100) for number in range(12)]
    odd = sized(12, factor=2.0)
    (fit,) = scaling.build((side("torch", *rows, odd),), NOTHING).fits
    assert [one.name for one in fit.outliers] == ["u12"]


def test_too_few_utterances_for_a_fit_say_so():
    (fit,) = scaling.build((side("torch", sized(1)),), NOTHING).fits
    assert "3 utterances" in fit.reason
    assert scaling.build((side("torch", item("a")),), NOTHING) is None


def heard(name, runtime, text, tokens):
    return item(name, runtime, text=text, facts={"token_ids": tokens})


def test_transcripts_that_differ_are_shown_word_by_word():
    torch = side("torch", heard("a", "torch", "one two", "1 2"), heard("b", "torch", "x", "9"))
    onnx = side(
        "onnxruntime",
        heard("a", "onnxruntime", "one <b>", "1 3"),
        heard("b", "onnxruntime", "x", "9"),
    )
    (pair,) = transcripts.build((torch, onnx), NOTHING)
    assert (pair.verdict, pair.equal, pair.n) == ("differs", 1, 2)
    (one,) = pair.different
    assert one.tokens == "first different token 1, 50.0 % agree"
    assert one.diff[-2:] == ("-two", "+<b>")


def test_a_difference_has_an_end():
    long = " ".join(f"{number}" for number in range(500)) + " " + "x" * 9000
    sides = [side(way, heard("a", way, said, "")) for way, said in (("torch", ""), ("numpy", long))]
    (pair,) = transcripts.build(sides, NOTHING)
    assert len(pair.different[0].diff) <= 81
    assert max(map(len, pair.different[0].diff)) <= transcripts.MOST_LETTERS + 1


def test_one_way_has_nothing_to_be_compared_with():
    assert transcripts.build((side("torch", heard("a", "torch", "x", "1")),), NOTHING) == ()


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        (("runtime=onnxruntime", "runtime=torch"), [("torch", "onnxruntime")]),
        (("threads=4", "threads=1", "threads=2"), [("1", "2"), ("1", "4")]),
        (("weights=a", "weights=b"), []),
        (("dataset=a;runtime=torch", "dataset=b;runtime=numpy"), []),
    ],
)
def test_what_is_worth_comparing(variants, expected):
    found = variant_pairs.pairs(variants)
    assert [pair.differs[0][1:] for pair in found] == expected


def test_two_ways_that_differ_in_more_are_compared_when_nothing_is_nearer():
    base = "implementation=hf-generate;runtime=torch;precision=fp32"
    own = "implementation=own-loop;runtime=onnxruntime;precision=fp32"
    small = "implementation=own-loop;runtime=onnxruntime;precision=int8"
    pairs = {(one.base, one.head) for one in variant_pairs.pairs((small, own, base))}
    assert pairs == {(base, own), (own, small)}
