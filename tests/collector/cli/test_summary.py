"""What a person reads at the end of a collection."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from collector.cli import summary
from collector.cli.outcome import outcome_line
from collector.cli.progress import Lines, clock
from history.words.records import Commit, Failed, Machine, Measured, Point, Run, Skipped, Variant


def point(benchmark: str, outcome: Any, *, runtime: str = "torch", metric: str = "total_time"):
    return Point(
        suite="alignment",
        benchmark=benchmark,
        metric=metric,
        outcome=outcome,
        variant=Variant(runtime=runtime, device="cpu"),
    )


def measured(value: float = 0.0123, **more: Any) -> Measured:
    fields: dict[str, Any] = {"value": value, "n": 30, "low": value * 0.98, "high": value * 1.02}
    return Measured(**fields | more)


def run(*warnings: str) -> Run:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return Run(
        run_id="a" * 32,
        started_at=now,
        commit=Commit(sha="b" * 40, time=now),
        machine=Machine(name="m"),
        warnings=warnings,
    )


def test_the_table_shows_headlines_with_intervals_and_says_once_what_all_share():
    text = summary.table(
        [
            point("align", measured()),
            point("align", measured(), metric="forward_time"),
            point("align", measured(0.02), runtime="onnxruntime"),
        ]
    )
    assert text.count("alignment.align") == 2
    assert "12.3 ms" in text
    assert "±2.0 %" in text
    assert "All of them: device=cpu." in text
    assert "forward_time" not in text


def test_the_table_tells_what_people_of_the_field_read_first():
    """Real-time factor and errors of a recogniser, first audio of a synthesiser, whole of a
    pipeline: never simply the first stage."""

    def metrics(*names):
        told = summary.of_one([point("work", measured(), metric=name) for name in names])
        return [one.metric for one in told]

    assert metrics("recognition_time", "rtf", "wer", "cer", "peak_rss") == ["rtf", "wer"]
    assert metrics("recognition_time", "rtf", "peak_rss") == ["rtf"]
    assert metrics("end_to_end_time", "mel_time", "rtf", "wer") == ["rtf", "wer"]
    assert metrics("total_time", "first_audio_time", "rtf") == ["first_audio_time", "rtf"]
    assert metrics("total_time", "acoustic_time", "rtf") == ["rtf", "total_time"]
    assert metrics("total_time", "forward_time", "align_time", "rtf") == ["total_time"]
    assert metrics("alignment_time", "rtf") == ["alignment_time"]
    whole = ("total_time", "synthesis_time", "vad_time", "recognition_time", "rtf")
    assert metrics(*whole) == ["total_time", "rtf"]
    assert metrics("operation_time", "peak_rss") == ["operation_time"]


def test_the_table_says_of_an_error_rate_what_it_consists_of():
    heard = [
        point("work", measured(0.0824, n=10), metric="wer"),
        point("work", measured(5.0, n=1), metric="substitutions"),
        point("work", measured(2.0, n=1), metric="deletions"),
        point("work", measured(1.0, n=1), metric="insertions"),
    ]
    (line,) = (line for line in summary.table(heard).splitlines() if "wer" in line)
    assert "8.2 %" in line
    assert "5 sub + 2 del + 1 ins" in line


def test_absences_stand_in_the_table_with_their_reason():
    text = summary.table([point("align", Failed(reason="the child was killed by SIGSEGV"))])
    assert "failed" in text
    assert "SIGSEGV" in text


def test_left_out_samples_are_told():
    outcome = measured(n=10, samples=(1.0,) * 13, preempted=(1, 2, 3))
    assert "3 preempted left out" in summary.table([point("align", outcome)])


def test_equal_advice_is_given_once_with_the_number_of_its_benchmarks():
    advice = "the machine was not quiet: measure again."
    points = [
        point(f"b{n}", measured(warnings=(f"Stopped at {n} s, interval ±{n}.1 %; {advice}",)))
        for n in range(5)
    ]
    (warning,) = summary.warnings(run(), points)
    assert warning.startswith("alignment.b0: Stopped at 0 s")
    assert warning.endswith("(4 more like this)")


def test_warnings_of_the_run_come_first_and_a_flood_is_cut():
    points = [point(f"b{n}", measured(warnings=(f"warning number {n}.",))) for n in range(40)]
    found = summary.warnings(run("the whole run."), points)
    assert found[0] == "the whole run."
    assert len(found) == summary.MOST_WARNINGS + 1
    assert "more; the run's page shows them all" in found[-1]


def test_hostile_names_cannot_move_the_cursor():
    text = summary.table([point("a\x1b[2Jb", measured())])
    assert "\x1b" not in text


def test_counts_leave_out_what_did_not_happen():
    points = [point("a", measured()), point("b", Skipped(reason="no GPU"))]
    assert summary.count(points).text() == "1 measured, 1 skipped"
    assert summary.count([]).text() == "nothing measured"


def test_a_line_of_progress_names_what_was_measured_and_how_surely():
    from tests.collector import toys
    from tests.collector.harness import work_of

    work = work_of(toys.Sleep)
    (case,) = work.plan.cases
    assert outcome_line(work, case, [point("work", measured())]) == (
        "toy.work implementation=main: 12.3 ms ±2.0 % (n=30)"
    )
    few = measured(n=2, interval="range")
    assert outcome_line(work, case, [point("work", few)]) == (
        "toy.work implementation=main: 12.3 ms range 12.1 – 12.5 ms (n=2)"
    )
    heard = [
        point("work", measured(), metric="recognition_time"),
        point("work", measured(0.131, low=0.129, high=0.133), metric="rtf"),
        point("work", measured(0.0824, low=0.0514, high=0.1331, n=10), metric="wer"),
    ]
    assert outcome_line(work, case, heard) == (
        "toy.work implementation=main: rtf 0.131× ±1.5 % (n=30), wer 8.2 % [5.1 – 13.3 %] (n=10)"
    )
    kinds = [
        point("work", measured(count, n=1), metric=kind)
        for kind, count in (("substitutions", 5.0), ("deletions", 2.0), ("insertions", 0.0))
    ]
    assert outcome_line(work, case, heard + kinds).endswith("(n=10; 5 sub + 2 del + 0 ins)")
    stream = io.StringIO()
    lines = Lines(3, stream)
    lines.suite_started(work)
    lines.case_done(work, case, [point("work", Failed(reason="it broke"))])
    lines.close()
    first, second = stream.getvalue().splitlines()
    assert first == "toy: 1 benchmark"
    assert second.startswith("[1/3] 0:00 toy.work")
    assert second.endswith("failed: it broke")


def test_without_a_terminal_a_long_case_says_where_it_is_every_half_minute():
    from tests.collector import toys
    from tests.collector.harness import work_of

    (case,) = work_of(toys.Sleep).plan.cases
    now = 0.0
    stream = io.StringIO()
    lines = Lines(1, stream, lambda: now)
    lines.phase(case, "round 1")
    for done in range(70):
        lines.progress(case, done, 100)
        now += 1.0
    assert stream.getvalue().splitlines() == [
        "  0:30 work implementation=main: round 1, 30 of 100",
        "  1:00 work implementation=main: round 1, 60 of 100",
    ]


def test_without_a_terminal_the_rounds_of_a_duet_say_where_they_are_every_half_minute():
    from tests.collector import toys
    from tests.collector.harness import work_of

    (case,) = work_of(toys.Sleep).plan.cases
    now = 0.0
    stream = io.StringIO()
    lines = Lines(1, stream, lambda: now)
    for round_ in range(1, 5):
        lines.phase(case, f"base, round {round_}")
        now += 20.0
    assert stream.getvalue() == "  0:40 work implementation=main: base, round 3\n"


def test_time_is_written_as_a_clock_shows_it():
    assert clock(187.9) == "3:07"
