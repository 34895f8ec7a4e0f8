"""What is new since a webhook was told last, from one judged history and one memory."""

from history.judge.targets import Compliance
from site_gen.notices import facts, news
from site_gen.notices.memory import Known, Memory
from tests.site_gen.builders import benchmark, change, context, series, target

ROW = series([1.0] * 9, series_id="5e")


def judged(*changes, sla=()):
    return context(benchmark(ROW), changes=changes, sla=sla).judgement


def remembered(found, memory=None):
    """The memory of a webhook that took every message."""
    known = (memory or Memory()).after(found.silent)
    for notice in found.notices:
        known = known.after(notice.known)
    return known


def test_the_first_time_what_is_open_is_news_and_what_is_settled_is_counted():
    found = news.since(None, judged(change(ROW, 3), change(ROW, 6, status="recovered")))
    (notice,) = found.notices
    assert (notice.kind, notice.state, notice.before) == ("event", "confirmed", "")
    assert found.passed_over == 1
    assert len(remembered(found).told) == 2


def test_what_was_told_is_told_again_only_in_another_state():
    suspect, confirmed = (judged(change(ROW, 6, status=one)) for one in ("suspect", "confirmed"))
    memory = remembered(news.since(None, suspect))
    assert news.since(memory, suspect).notices == ()
    (notice,) = news.since(memory, confirmed).notices
    assert (notice.state, notice.before) == ("confirmed", "suspect")
    assert notice.title.endswith(notice.fact.title)


def test_an_open_event_that_is_gone_is_told_and_forgotten_and_a_closed_one_is_forgotten_only():
    memory = Memory(
        told={"event a": Known("confirmed", "slower"), "event b": Known("recovered", "was slower")}
    )
    found = news.since(memory, judged())
    (notice,) = found.notices
    assert (notice.state, notice.before) == (facts.GONE, "confirmed")
    assert remembered(found, memory).told == {}


def test_targets_of_one_machine_are_one_message_and_so_is_that_they_are_met_again():
    broken = [target(ROW, target=name) for name in ("b", "a")]
    first = news.since(None, judged(sla=tuple(broken)))
    (notice,) = first.notices
    assert (notice.kind, notice.state, notice.machine) == ("target", facts.BROKEN, "bench")
    assert "a, b" in notice.title
    assert len(notice.lines) == 2
    met = tuple(target(ROW, Compliance.PASS, target=name) for name in ("a", "b"))
    (notice,) = news.since(remembered(first), judged(sla=met)).notices
    assert (notice.state, notice.before) == (facts.MET, facts.BROKEN)


def test_a_target_of_which_nothing_is_known_now_is_neither_told_nor_forgotten():
    memory = remembered(news.since(None, judged(sla=(target(ROW),))))
    found = news.since(memory, judged(sla=(target(ROW, "missing", value=None),)))
    assert (found.notices, found.silent) == ((), {})
