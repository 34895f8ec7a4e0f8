"""What is said about planted series, night after night, by the real rules: one file to read."""

from dataclasses import replace

import numpy as np

from history.detect import Observations, detector
from history.judge import answers, judge
from history.read.series import FAILED, INVALID, SKIPPED
from history.report.output import plain
from history.report.wording import numbers
from history.report.wording import verdicts as wording
from tests.history.judge.builders import config, facts, noisy, trend, trends

NIGHTS = (5, 20, 41, 42, 43, 50, 62, 80)
"""Points that were known."""
LAST = max(NIGHTS)
TRIAGE = """
[[change]]
state = "acknowledged"
commit = "c0040"
benchmark = "golden.acknowledged"
until = 2026-02-25
reason = "the new allocator is on its way"

[[change]]
state = "expected"
commit = "c0040"
benchmark = "golden.expected"
reason = "the larger model"

[[change]]
state = "false alarm"
commit = "c0040"
benchmark = "golden.false alarm"
reason = "the runner was replaced"
"""
TABLES = {
    "threshold": [
        {"name": "at most 20 % slower", "metric": "total_time", "worse_by": "20 %"},
    ],
    "target": [
        {"name": "limit", "metric": "total_time", "benchmark": "golden.target*", "limit": "110 ms"}
    ],
}


def levels(*parts, noise=0.01, seed=1):
    """(level, nights) after each other, the last until the end."""
    values = [level for level, nights in parts for _ in range(nights)]
    values += [parts[-1][0]] * (LAST - len(values))
    return np.array(values) * noisy(1.0, n=LAST, noise=noise, seed=seed)


def absent(status, since, reason):
    values = levels((0.1, LAST))
    values[since:] = np.nan
    codes = np.where(np.isnan(values), status, 0)
    return {"values": values, "status": codes, "reason": reason}


def with_spikes():
    values = levels((0.1, LAST))
    values[[12, 30, 41, 60]] *= 1.6
    return values


def two_states():
    fast = np.random.default_rng(4).random(LAST) < 0.5
    return levels((0.1, LAST)) * np.where(fast, 1.0, 1.12)


def ramp():
    return levels((0.1, LAST)) * (1 + 0.3 * np.clip((np.arange(LAST) - 20) / 40, 0, 1))


def widened(values, share):
    return {"values": values, "low": values * (1 - share), "high": values * (1 + share)}


OTHER_OUTPUT = np.where(np.arange(LAST) < 40, 7, 8).astype(np.uint64)
STORIES = {
    "quiet": levels((0.1, LAST)),
    "8 % slower": levels((0.1, 40), (0.108, 40)),
    "3 % slower": levels((0.1, 40), (0.103, 40)),
    "30 % slower": levels((0.1, 40), (0.13, 40)),
    "slower for ten nights": levels((0.1, 40), (0.11, 10), (0.1, 30)),
    "slower, then faster than before": levels((0.1, 40), (0.11, 10), (0.09, 30)),
    "faster": levels((0.1, 40), (0.08, 40)),
    "faster, other output": {"values": levels((0.1, 40), (0.08, 40)), "fingerprint": OTHER_OUTPUT},
    "drift": ramp(),
    "spikes": with_spikes(),
    "two states": two_states(),
    "noise of 10 %": levels((0.1, LAST), noise=0.1),
    "acknowledged": levels((0.1, 40), (0.115, 40)),
    "expected": levels((0.1, 40), (0.115, 40)),
    "false alarm": levels((0.1, 40), (0.115, 40)),
    "target broken": widened(levels((0.1, 40), (0.115, 40)), 0.01),
    "target uncertain": widened(levels((0.108, LAST)), 0.05),
    "no direction": {"values": levels((20, 40), (24, 40)), "direction": "none"},
    "failed": absent(FAILED, 41, "killed after 600 s"),
    "skipped": absent(SKIPPED, 41, "no disk"),
    "never run": absent(SKIPPED, 0, "needs a CUDA device"),
    "invalid": absent(INVALID, 41, "200 tokens asked for, 12 made"),
}


def history(nights):
    series = []
    reasons: dict[tuple[int, int], str] = {}
    for key, (name, told) in enumerate(STORIES.items()):
        story = dict(told) if isinstance(told, dict) else {"values": told}
        reason = story.pop("reason", "")
        metric = "tokens" if name == "no direction" else "total_time"
        made = trend(story.pop("values"), series_id=f"{key:04x}", series_key=key,
                     benchmark=name, metric=metric,
                     unit="count" if name == "no direction" else "s")  # fmt: skip
        made = replace(made, **story)
        arrays = {
            field: getattr(made, field)[:nights]
            for field, value in vars(made).items()
            if isinstance(value, np.ndarray)
        }
        series.append(replace(made, **arrays))
        reasons |= {(key, night): reason for night in range(nights) if reason}
    return trends(*series, runs=[facts(night) for night in range(nights)], reasons=reasons)


def row(judged, series_id):
    verdict = judged.verdicts[series_id]
    changes = [one for one in judged.regressions if one.series_id == series_id]
    share = verdict.minimum_detectable_change
    return {
        "points": verdict.n,
        "verdict": str(verdict.word) + (", never run" if verdict.never_run else ""),
        "detectable": "" if share is None else numbers.share(share),
        "changes": "; ".join(
            f"{one.commit} {numbers.signed(one.change)} {one.kind} {one.status}" for one in changes
        ),
        "reason": wording.verdict(verdict),
    }


def judged_at(nights, folder):
    (folder / "triage.toml").write_text(TRIAGE, encoding="utf-8")
    return judge.judge_view(history(nights), config(folder, **TABLES))


def test_the_verdicts_of_planted_series_are_those_of_the_file(golden, tmp_path):
    found = {nights: judged_at(nights, tmp_path) for nights in NIGHTS}
    parts = [f"Rules: {found[LAST].version}. Steps are planted at c0040.\n"]
    columns = ("nights", "points", "verdict", "detectable", "changes", "reason")
    for key, name in enumerate(STORIES):
        rows = [{"nights": nights} | row(found[nights], f"{key:04x}") for nights in NIGHTS]
        parts.append(f"{name}\n\n{plain(rows, columns)}")
    golden("\n".join(parts), "verdicts.txt")


def test_nothing_but_the_points_decides(tmp_path):
    """Judged night by night with stored answers, or at once without: the same verdicts."""
    at_once = judged_at(LAST, tmp_path)
    finder = detector()
    kept = {
        one.series_id: answers.Kept(
            answers.rules_of(finder),
            answers.inputs_of(Observations(one.values, one.spread, one.n)),
            one.size,
            finder.detect(Observations(one.values, one.spread, one.n)),
            (),
        )
        for one in history(LAST).series
    }
    again = judge.judge_view(history(LAST), config(tmp_path, **TABLES), kept=kept)
    assert again.fresh == ()
    assert again.verdicts == at_once.verdicts
