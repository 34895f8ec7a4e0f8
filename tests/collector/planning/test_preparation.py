"""Keys that the table of every suite may have."""

import pytest

from collector.planning.preparation import Preparation, is_left_out, split
from collector.suites import registry
from history.words.errors import ConfigError


def test_common_keys_are_taken_out_of_the_table_and_the_rest_is_the_suites():
    own, found = split({"run": "true", "profile": "nightly", "paths": ["src/**"]}, "suite[0]")
    assert own == {"run": "true"}
    assert found == Preparation(profile="nightly", paths=("src/**",))


def test_a_profile_that_is_none_is_named_with_its_place():
    with pytest.raises(ConfigError, match=r"suite\[0\].*profile"):
        split({"profile": "weekly"}, "suite[0]")


@pytest.mark.parametrize(
    ("table", "left_out"),
    [({}, False), ({"profile": "quick"}, False), ({"profile": "nightly"}, True)],
)
def test_a_suite_of_the_other_profile_is_left_out(table, left_out):
    assert is_left_out(table, "quick") is left_out


@pytest.mark.parametrize("pattern", ["/etc/**", "../rust/**", ""])
def test_a_pattern_that_leads_out_of_the_folder_is_refused(pattern):
    with pytest.raises(ConfigError, match=r"suite\[0\]\.paths: expected a pattern below"):
        split({"paths": [pattern]}, "suite[0]")


@pytest.mark.parametrize("suite", registry.SUITES.names())
def test_no_key_that_every_table_may_have_hides_an_option_of_a_suite(suite):
    common = {*Preparation.__struct_fields__, "sampling"}
    assert not common & set(registry.load(suite).options.__struct_fields__)
