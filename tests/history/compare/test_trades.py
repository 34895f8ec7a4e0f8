"""A comparison tells of a gain what quality it cost."""

import csv
import io

import pytest
from click.testing import CliRunner

from history.compare import decide, trades
from history.compare.duet import Line, Why
from history.compare.results import ComparisonVerdict
from history.report.wording import comparisons
from history.words.key import SeriesKey
from soundmark import main
from tests.history.compare.test_decide import samples, side
from tests.history.judge.builders import point, run, workspace

WORSE = "bought with wer 8.2 % to 16.4 % (+100.0 %)"


def both(time, wer, *, metric="total_time", **variant):
    """What one side measured: thirty times and an error rate over ten sentences."""
    named = {"metric": "wer", "unit": "x", "kind": "quality", "n": 10}
    errors = side((wer,), key="errors", benchmark="pipeline", **named, **variant)
    return side(samples(time), metric=metric, benchmark="pipeline", **variant) | errors


def told(base, head):
    rows = decide.compare(base, head).rows
    return {row.key.metric: comparisons.traded(row) for row in rows}


def test_a_fourfold_speed_up_with_twice_the_errors_is_told_as_that_on_one_line():
    found = told(both(0.4, 0.082), both(0.1, 0.164))
    assert found["total_time"] == WORSE
    assert found["wer"].startswith("bought total_time 399 ms to 99")
    assert found["wer"].endswith(" ms (\N{MINUS SIGN}75.0 %)")


@pytest.mark.parametrize(
    ("time", "wer"),
    [(0.1, 0.082), (0.1, 0.04), (0.4, 0.164), (0.8, 0.164), (0.1, 0.0825), (0.8, 0.0815)],
    ids=["same errors", "fewer errors", "same time", "slower", "below 2 %", "barely better"],
)
def test_what_is_no_trade_is_not_called_one(time, wer):
    assert not any(told(both(0.4, 0.082), both(time, wer)).values())


def test_fewer_errors_for_more_time_are_told_so_too():
    found = told(both(0.1, 0.164), both(0.4, 0.082))
    assert found["total_time"] == "bought wer 16.4 % to 8.2 % (\N{MINUS SIGN}50.0 %)"
    assert found["wer"].startswith("bought with total_time 99")


def test_errors_where_there_were_none_are_a_price():
    found = told(both(0.4, 0.0), both(0.1, 0.05))
    assert found["total_time"] == "bought with wer 0.0 % to 5.0 % (from 0 to 5.0 %)"


def test_the_counts_behind_a_rate_are_not_told_beside_it():
    def more(wer):
        named = {"metric": "substitutions", "unit": "count", "kind": "quality"}
        return side((100 * wer,), key="counts", benchmark="pipeline", **named)

    found = told(both(0.4, 0.082) | more(0.082), both(0.1, 0.164) | more(0.164))
    assert found["total_time"] == WORSE


def test_a_gain_of_a_duet_that_put_out_something_else_is_a_trade_too():
    def line(metric, unit, kind, before, after, verdict, why=Why.NOTHING):
        key = SeriesKey("whisper", "run", "", "", metric, unit, "box")
        return Line(
            key, "lower", kind, is_headline=True,
            before=before, after=after, verdict=verdict, why=why,
        )  # fmt: skip

    lines = [
        line("total_time", "s", "time", 0.4, 0.1, ComparisonVerdict.SUSPECT, Why.OUTPUT),
        line("wer", "x", "quality", 0.1, 0.2, ComparisonVerdict.NOT_ENOUGH_DATA, Why.FEW),
    ]
    assert trades.of_lines(lines) == {}
    found = trades.of_lines(lines, lambda one: one.why is Why.OUTPUT)
    assert [one.metric for one in found[0]] == ["wer"]
    assert [one.metric for one in found[1]] == ["total_time"]


def test_programs_and_people_read_it(tmp_path):
    def night(number, level, wer):
        return run(
            number,
            point(level, samples=samples(level, seed=number)),
            point(wer, metric="wer"),
        )

    made = workspace(tmp_path, night(0, 0.4, 0.082), night(1, 0.1, 0.164))
    command = ["compare", "c0000", "c0001", "--history", str(made.history_file), "--format"]
    text = CliRunner().invoke(main, [*command, "csv"]).stdout
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["first_token_time"]["trade"] == WORSE
    assert rows["first_token_time"]["verdict"] == "improvement"
    markdown = CliRunner().invoke(main, [*command, "markdown"]).stdout
    before, _, _ = markdown.partition("<details>")
    assert "bought with wer" in before
    assert before.count("bought") == 2
