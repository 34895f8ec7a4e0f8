import subprocess
import sys
from collections import Counter

import msgspec
import numpy as np
import pytest

from collector.contract import SuitePlan, WorkOutcome
from collector.suites.micro import Micro
from collector.suites.micro.suite import MicroOptions
from history.words.errors import BrokenEnvironmentError
from history.words.key import benchmark_id
from history.words.metrics import registry
from tests.collector.suites.driver import opened, run_suite


@pytest.fixture(scope="module")
def plan() -> SuitePlan:
    return Micro().plan(MicroOptions(), "nightly")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    pytest.importorskip("torch")
    found = run_suite(Micro(), MicroOptions(), tmp_path_factory.mktemp("micro"), repeats=1)
    return {
        (benchmark_id("micro", one.case.benchmark, one.case.params), one.case.variant): one
        for one in found
    }


def outcome_of(ran, benchmark: str, implementation: str) -> WorkOutcome:
    found: list[WorkOutcome] = [
        one.outcome
        for (name, variant), one in ran.items()
        if name == benchmark and variant.implementation == implementation
    ]
    (only,) = found
    return only


def test_planning_imports_nothing_heavier_than_numpy():
    code = (
        "import sys; from collector.suites.micro import Micro as M;"
        "M().plan(M.options(), 'quick');"
        "print(sorted({'torch', 'scipy', 'soxr'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_size_that_was_asked_for_is_planned(plan):
    counts = Counter(case.benchmark for case in plan.cases)
    assert counts == {
        "top_k": 16,
        "top_p": 6,
        "temperature": 4,
        "repetition_penalty": 12,
        "suppression": 4,
        "mel": 9,
        "resample": 12,
        "codes_to_tensor": 6,
    }
    assert {case.params["vocab"] for case in plan.cases if case.benchmark == "top_k"} == {
        "1000",
        "3072",
        "32000",
        "152000",
    }
    assert {case.params["previous"] for case in plan.cases if "previous" in case.params} == {
        "0",
        "100",
        "500",
    }


def test_a_quick_run_continues_the_nightly_trends(plan):
    quick = Micro().plan(MicroOptions(), "quick")
    identity = [(case.benchmark, case.params, case.variant, case.metrics) for case in plan.cases]
    assert identity == [
        (case.benchmark, case.params, case.variant, case.metrics) for case in quick.cases
    ]


def test_a_night_is_spread_over_processes_and_a_quick_run_is_not(plan):
    quick = Micro().plan(MicroOptions(), "quick")
    assert {case.sampling.processes for case in plan.cases} == {4}
    assert {case.sampling.processes for case in quick.cases} == {1}


def test_no_two_cases_share_a_series(plan):
    names = {
        (case.benchmark, tuple(sorted(case.params.items())), case.variant) for case in plan.cases
    }
    assert len(names) == len(plan.cases)


def test_every_metric_is_in_the_registry(plan):
    assert {name for case in plan.cases for name in case.metrics} <= set(registry())


def test_every_case_runs_and_gives_every_metric_it_owes(ran, plan):
    assert len(ran) == len(plan.cases)
    for one in ran.values():
        assert one.outcome.fingerprint
        for metric in one.case.metrics:
            assert np.all(one.derived[metric] > 0)


def test_the_real_time_factor_is_time_over_audio(ran):
    (one,) = [
        one
        for (name, variant), one in ran.items()
        if name == "micro.resample[from=12000,to=24000,seconds=10]"
        and variant.implementation == "soxr"
    ]
    assert one.derived["rtf"] == pytest.approx(one.samples["total_time"] / 10)


def test_both_forms_of_codes_to_tensor_give_the_same_tensor(ran):
    name = "micro.codes_to_tensor[frames=240,codebooks=16]"
    assert outcome_of(ran, name, "list").fingerprint == outcome_of(ran, name, "numpy").fingerprint


def test_the_same_work_has_the_same_fingerprint_in_another_session(ran, tmp_path):
    again = run_suite(
        Micro(),
        MicroOptions(),
        tmp_path,
        repeats=3,
        chosen=lambda case: "152000" not in case.params.values() and case.benchmark != "mel",
    )
    for one in again:
        name = benchmark_id("micro", one.case.benchmark, one.case.params)
        assert one.outcome.fingerprint == ran[name, one.case.variant].outcome.fingerprint


def test_facts_say_how_many_threads_are_in_force(tmp_path):
    pytest.importorskip("torch")
    suite = Micro()
    (process,) = suite.plan(MicroOptions(), "quick").processes
    with opened(suite, process, MicroOptions(), tmp_path) as session:
        assert session.facts()["threads"] == 1


def test_on_cuda_only_what_torch_does_is_planned_and_the_device_must_be_in_force():
    found = Micro().plan(MicroOptions(device="cuda"), "quick")
    assert {case.variant.runtime for case in found.cases} == {"torch"}
    assert {case.variant.device for case in found.cases} == {"cuda"}
    assert all(case.expect == {"provider": "cuda"} for case in found.cases)


def test_cuda_asked_for_and_missing_says_what_to_install(tmp_path):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    options = MicroOptions(device="cuda")
    (process,) = Micro().plan(options, "quick").processes
    with pytest.raises(BrokenEnvironmentError, match="Install a CUDA build of torch"):
        Micro().open(process, options, "quick", tmp_path)


def test_an_unknown_option_is_refused():
    with pytest.raises(msgspec.ValidationError, match="blocks_ms"):
        msgspec.convert({"blocks_ms": 3}, MicroOptions)


class TestOperators:
    torch = pytest.importorskip("torch")

    def test_top_k_never_draws_outside_the_k_best(self):
        from collector.suites.micro import operators, session

        generator = self.torch.Generator().manual_seed(1)
        scores = session.logits(1_000)
        best = set(self.torch.topk(scores, 50).indices[0].tolist())
        for draw in (operators.top_k_gather, operators.top_k_mask):
            drawn = {int(draw(scores, 50, generator)) for _ in range(200)}
            assert drawn <= best
            assert len(drawn) > 10

    def test_top_p_keeps_the_fewest_tokens_that_reach_p(self):
        from collector.suites.micro import operators

        shares = self.torch.tensor([[0.5, 0.3, 0.15, 0.05]])
        scores = shares.log() * operators.TEMPERATURE
        generator = self.torch.Generator().manual_seed(1)
        assert {int(operators.top_p_sort(scores, 0.75, generator)) for _ in range(200)} == {0, 1}

    def test_a_repeated_token_is_pushed_down_whatever_its_sign(self):
        from collector.suites.micro import operators

        scores = self.torch.tensor([[2.0, -2.0, 1.0]])
        previous = self.torch.tensor([[0, 1]])
        pushed = operators.repetition_penalty(scores, previous, 2.0)
        assert pushed.tolist() == [[1.0, -4.0, 1.0]]
        assert scores.tolist() == [[2.0, -2.0, 1.0]]

    def test_the_end_token_stays_possible_at_3072(self):
        from collector.suites.micro.session import forbidden_tokens

        mask = forbidden_tokens(3_072)
        assert not mask[2_047]
        assert not mask[2_150]
        assert int(mask.sum()) == 1_023
