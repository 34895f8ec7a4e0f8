"""Other utterances are other work: a change or a comparison says so."""

import numpy as np
from click.testing import CliRunner

from history.compare import two_sides
from history.judge import judge
from history.read import item_sets, view
from history.report.wording import changes, confounders
from history.words.key import SeriesKey
from soundmark import main
from tests.history.judge.builders import item, noisy, point, run, workspace

NIGHTS, AT = 60, 50
KEY = SeriesKey("golden", "pipeline", "", "", "first_token_time", "s", "box")


def spoken(**durations):
    """Items of these lengths in seconds; 0 is one about which nothing is known."""
    return [
        item(name, value=seconds, facts={"duration_s": seconds} if seconds else {})
        for name, seconds in durations.items()
    ]


def night(number, value, items):
    around = noisy(value, n=20, noise=0.01, seed=number)
    return run(number, point(float(np.median(around)), samples=tuple(around)), items=items)


OLD = spoken(a=1.0, b=2.0, c=3.0)
NEW = spoken(a=1.0, b=2.5, d=4.0)


def test_a_change_with_another_set_of_items_names_it(tmp_path):
    made = workspace(
        tmp_path,
        *(
            night(number, 0.1 if number < AT else 0.15, OLD if number < AT else NEW)
            for number in range(NIGHTS)
        ),
    )
    with made.reading() as connection:
        found = judge.judge(connection, made.loaded, view.read(connection))
    (row,) = found.regressions
    assert row.suspects[0] == item_sets.OtherItems(gone=("c",), new=("d",), altered=("b",), same=1)
    told = confounders.words(row.suspects[0])
    assert told == "other items: 1 gone (c), 1 new (d), 1 altered (b), 1 the same"
    assert f"changed too: {told}" in changes.why(row)


def test_a_change_on_the_same_items_suspects_none_of_them(tmp_path):
    made = workspace(
        tmp_path,
        *(night(number, 0.1 if number < AT else 0.15, OLD) for number in range(NIGHTS)),
    )
    with made.reading() as connection:
        found = judge.judge(connection, made.loaded, view.read(connection))
    (row,) = found.regressions
    assert not any(isinstance(one, item_sets.OtherItems) for one in row.suspects)


def test_compare_names_benchmarks_that_were_measured_on_other_items(tmp_path):
    made = workspace(tmp_path, night(0, 0.1, OLD), night(1, 0.1, NEW), night(2, 0.1, NEW))
    with made.reading() as connection:
        ((key, differing),) = two_sides.compare_sides(
            connection, made.root, "c0000", "c0001"
        ).other_items
        assert (key.benchmark_id, differing.same) == ("golden.pipeline", 1)
        same = two_sides.compare_sides(connection, made.root, "c0001", "c0002")
        assert same.other_items == ()
    text = CliRunner().invoke(
        main, ["compare", "c0000", "c0001", "--history", str(tmp_path / "history.duckdb")]
    )
    assert "1 benchmark was measured on other items, so totals differ by more" in text.output
    assert "1 gone (c), 1 new (d), 1 altered (b), 1 the same" in text.output


def test_what_is_not_known_of_an_item_alters_nothing():
    sets: dict[tuple[str, ...], dict[str, str]] = {
        ("r1", *("golden", "pipeline", "", "")): {"a": "1.0", "b": "2.0"},
        ("r2", *("golden", "pipeline", "", "")): {"a": "", "b": "2.0"},
        ("r3", *("golden", "pipeline", "", "")): {"a": "1.0"},
    }
    assert item_sets.between(sets, KEY, "r1", "r2") is None
    assert item_sets.between(sets, KEY, "r1", "unmeasured") is None
    assert item_sets.between(sets, KEY, "r1", "r3") == item_sets.OtherItems(("b",), (), (), 1)
