"""What is said of a target that is not held."""

import pytest

from history.report.wording import targets
from tests.site_gen.builders import series, target


@pytest.mark.parametrize(
    ("status", "broken_by", "told"),
    [("fail", "", "never held on the record"), ("fail", "c1", ""), ("pass", "", "")],
)
def test_a_target_that_no_commit_broke_says_so(status, broken_by, told):
    assert targets.unbroken(target(series([1.5]), status, broken_by=broken_by)) == told
