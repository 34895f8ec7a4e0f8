"""What people decided about changes is read strictly and used exactly."""

from datetime import date

import pytest

from history.cli import judge_output
from history.judge import judge
from history.project import triage
from history.words.errors import ConfigError
from tests.history.judge.builders import config, noisy, trend, trends

GOOD = """
[[change]]
state = "acknowledged"
commit = "c0031"
benchmark = "golden.*"
reason = "waits for the new allocator"
until = 2026-03-31
link = "https://example.org/issues/7"
"""


def test_a_project_without_decisions_has_none(tmp_path):
    assert triage.load(config(tmp_path)) == ()


def test_decisions_are_read_from_the_file_of_the_configuration(tmp_path):
    (tmp_path / "triage.toml").write_text(GOOD)
    (decision,) = triage.load(config(tmp_path))
    assert (decision.state, decision.until) == ("acknowledged", date(2026, 3, 31))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"acknowledged"', '"ignored"', 'change[0].state: expected one of "acknowledged"'),
        ("reason =", "raeson =", 'change[0]: unknown key "raeson". Did you mean "reason"?'),
        ('"waits for the new allocator"', '" "', "change[0].reason: expected a sentence"),
        ('reason = "waits for the new allocator"', "", 'change[0]: the key "reason" is missing.'),
        ("https://example.org", "javascript:alert", "change[0].link: expected a web address"),
        ('commit = "c0031"', "", "change[0]: expected exactly one of"),
        ("until = 2026-03-31", "", "change[0].until: expected the day on which to ask again"),
        ("2026-03-31", '"soon"', "change[0].until: expected a date without quotes, such as 2026-"),
        ('"acknowledged"', '"expected"', 'change[0].until: only state "acknowledged" runs out'),
        ("[[change]]", "[[change", "triage.toml: not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(old, new, message):
    with pytest.raises(ConfigError) as raised:
        triage.parse(GOOD.replace(old, new), "triage.toml")
    assert message in str(raised.value)
    assert str(raised.value).startswith("triage.toml")


def applies(text, **about):
    (decision,) = triage.parse(text, "triage.toml")
    plain = {
        "benchmark": "golden.pipeline",
        "variant": "",
        "metric": "first_token_time",
        "machine": "box",
        "commits": ["c0030", "c0031"],
        "episodes": ["abc"],
        "events": ["0123456789ab"],
    }
    return triage.applies(decision, **(plain | about))


def test_a_decision_is_about_the_changes_whose_range_holds_its_commit():
    assert applies(GOOD)
    assert not applies(GOOD, commits=["c0040"])


def test_a_decision_is_about_the_benchmarks_it_names():
    assert not applies(GOOD, benchmark="micro.top_k")


def test_a_decision_about_an_episode_is_about_nothing_else():
    text = GOOD.replace('commit = "c0031"', 'episode = "abc"')
    assert applies(text)
    assert not applies(text, episodes=["abd"])


def test_an_acknowledgement_holds_through_its_last_day():
    (decision,) = triage.parse(GOOD, "triage.toml")
    assert triage.in_force(decision, date(2026, 3, 31))
    assert not triage.in_force(decision, date(2026, 4, 1))


def test_a_decision_about_nothing_is_named(tmp_path):
    (tmp_path / "triage.toml").write_text(GOOD.replace("c0031", "c0020") + GOOD)
    found = judge.judge_view(trends(trend(noisy(1.0, 1.2, n=20))), config(tmp_path))
    assert [row.status for row in found.regressions] == ["acknowledged"]
    assert [one.commit for one in found.idle] == ["c0031"]
    (note,) = judge_output.idle_notes(found, config().values)
    assert note.startswith('triage.toml: no change was found for commit "c0031"')


def test_a_decision_about_an_event_is_about_its_changes_of_the_benchmarks_named():
    text = GOOD.replace('commit = "c0031"', 'event = "0123456789ab"')
    assert applies(text)
    assert not applies(text, events=["ba9876543210"])
    assert not applies(text, benchmark="micro.top_k")


def test_an_event_that_is_no_id_is_refused():
    text = GOOD.replace('commit = "c0031"', 'event = "the big one"')
    with pytest.raises(ConfigError, match="twelve hex digits of an event") as caught:
        triage.parse(text, "triage.toml")
    assert "regressions --all" in caught.value.hint
