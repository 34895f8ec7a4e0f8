"""A gain that cost quality is told with it, on one line."""

from history.judge import judge
from history.report.wording import changes
from history.report.wording import verdicts as wording
from tests.history.judge.builders import config, noisy, trend, trends

NIGHTS = 40
AT = 30


def level(before, after, noise=0.01, seed=1):
    values = noisy(1.0, n=NIGHTS, noise=noise, seed=seed) if noise else [1.0] * NIGHTS
    return [value * (before if night < AT else after) for night, value in enumerate(values)]


def time(before=0.4, after=0.1, **facts):
    return trend(level(before, after), metric="recognition_time", series_id="time", **facts)


def errors(before=0.082, after=0.164, **facts):
    told = {"metric": "wer", "unit": "x", "kind": "quality", "series_id": "wer", "series_key": 2}
    return trend(level(before, after, noise=0.0), n=1, **(told | facts))


def judged(tmp_path, *series):
    return judge.judge_view(trends(*series), config(tmp_path))


def by_metric(found):
    return {row.key.metric: row for row in found.regressions}


def test_a_fourfold_speed_up_bought_with_twice_the_errors_is_told_as_that_on_one_line(tmp_path):
    found = judged(tmp_path, time(), errors())
    rows = by_metric(found)
    assert changes.traded(rows["recognition_time"]) == "bought with wer 8.2 % to 16.4 % (+100.0 %)"
    assert changes.traded(rows["wer"]).startswith("bought recognition_time 40")
    assert changes.traded(rows["wer"]).endswith(" ms (\N{MINUS SIGN}75.0 %)")
    assert "bought with wer" in changes.why(rows["recognition_time"])
    verdict = found.verdicts["time"]
    assert str(verdict.word) == "warn"
    assert wording.verdict(verdict).startswith("better, but bought with wer 8.2 % to 16.4 %")


def test_a_gain_at_another_commit_or_of_another_variant_has_no_price(tmp_path):
    later = errors()
    early = [0.082] * 15 + [0.164] * (NIGHTS - 15)
    found = judged(tmp_path, time(), trend(
        early, metric="wer", unit="x", kind="quality", series_id="wer", series_key=2, n=1,
    ))  # fmt: skip
    assert all(not row.trades for row in found.regressions)
    found = judged(tmp_path, time(variant="device=cuda"), later)
    assert all(not row.trades for row in found.regressions)
    assert str(found.verdicts["time"].word) == "improved"


def test_fewer_errors_and_less_time_are_both_gains(tmp_path):
    found = judged(tmp_path, time(), errors(0.164, 0.082))
    assert all(not row.trades for row in found.regressions)
    assert str(found.verdicts["time"].word) == "improved"


def test_slower_and_less_right_is_no_trade(tmp_path):
    found = judged(tmp_path, time(0.1, 0.4), errors())
    assert all(not row.trades for row in found.regressions)
