import msgspec
import pytest

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import plan
from collector.results import points
from collector.suites.golden import Golden
from collector.suites.golden.options import GoldenOptions
from history.words.records import Measured
from tests.collector.harness import Quiet

OPTIONS = GoldenOptions(corpus="tones", seconds=(1.5,), repeats=2)


@pytest.fixture(scope="module")
def made(whisper_workspace, tmp_path_factory):
    """The suite in real children, as `soundmark collect golden` runs it."""
    suite = Golden()
    sent = msgspec.to_builtins(OPTIONS)
    target = "collector.suites.golden:Golden"
    (work,) = plan.assemble(
        [plan.Planned("golden", target, suite, sent, suite.plan(OPTIONS, "quick"))]
    )
    folder = tmp_path_factory.mktemp("child")
    runner = Runner(work, "quick", folder, whisper_workspace, Quiet(), Limits())
    return [points.make(suite, "golden", result) for result in runner.results()]


def outcomes(made, benchmark):
    return {
        point.metric: point.outcome
        for case in made
        for point in case.points
        if point.benchmark == benchmark
    }


def test_everything_that_is_owed_is_measured(made):
    for benchmark in ("load", "pipeline"):
        found = outcomes(made, benchmark)
        assert {type(one) for one in found.values()} == {Measured}, found


def test_the_child_without_torch_stays_below_400_megabytes(made):
    for benchmark in ("load", "pipeline"):
        peak = outcomes(made, benchmark).get("peak_rss")
        if peak is None:
            pytest.skip("this system does not tell the peak")
        assert 30e6 < peak.value < 400e6


def test_the_clip_is_an_item_with_its_text_and_its_stages(made):
    (item,) = [item for case in made for item in case.items if item.benchmark == "pipeline"]
    assert item.item == "clip-1.5s"
    assert item.text.strip()
    assert item.facts["encoder.nonfinite"] == 0
    assert {"first_token_time", "decode_step_time", "rtf"} <= set(item.values)
