"""What one child knows about the case that it samples."""

import pytest

from collector.contract import Case, Sampling
from collector.execution.case_execution import CaseExecution
from collector.measure.report import Warm
from collector.results.samples import CaseResult


@pytest.mark.parametrize(
    ("repeats", "seconds", "short"), [(4, 0.1, True), (4, 4.0, False), (0, 0.0, False)]
)
def test_the_warm_up_tells_whether_caches_are_settled_before_the_first_sample(
    repeats, seconds, short
):
    result = CaseResult(Case(benchmark="work", process="p", metrics=("total_time",)))
    result.warm.append(Warm(repeats=repeats, converged=True, loops=1, seconds=seconds))
    execution = CaseExecution(
        key=0, result=result, child=None, process=0, sampling=Sampling(warmup=repeats)
    )
    assert execution.is_short() is short
