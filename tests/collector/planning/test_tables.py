"""Which tables of a configuration are planned, and under which names."""

import pytest

from collector.planning.tables import of_suite, work_list
from history.words.errors import ConfigError, UsageError

TOY = "tests.collector.toys:Toy"
LACKS = "tests.collector.toys:Lacks"


def command(name, **table):
    return ("command", {"name": name, "run": "true", **table}, f"suite {name}")


def planned(tables, *names, profile="quick", folder):
    return [work.name for work in work_list(tables, names, profile, folder=folder)]


def test_without_names_all_tables_of_the_profile_are_planned(tmp_path):
    tables = [command("one"), command("two", profile="nightly"), (TOY, {}, "suite[2]")]
    assert planned(tables, folder=tmp_path) == ["one", "toy"]
    assert planned(tables, profile="nightly", folder=tmp_path) == ["one", "two", "toy"]


def test_a_name_chooses_by_what_a_table_uses_or_by_its_own_name_whatever_its_profile(tmp_path):
    tables = [command("one"), command("two", profile="nightly")]
    assert planned(tables, "two", folder=tmp_path) == ["two"]
    assert planned(tables, "command", folder=tmp_path) == ["one", "two"]
    assert of_suite(tables, "three") == []


def test_a_suite_without_a_table_takes_its_defaults(tmp_path):
    assert planned([command("one")], TOY, folder=tmp_path) == ["toy"]


def test_a_suite_that_lacks_something_is_planned_as_absences(tmp_path):
    (work,) = work_list([(LACKS, {}, "suite[0]")], (), "quick", folder=tmp_path)
    assert work.groups == ()
    assert "no_such_package (pip install it)" in work.plan.absences[0].outcome.reason


def test_options_are_sent_as_plain_types_with_the_target_of_the_suite(tmp_path):
    (work,) = work_list([(TOY, {"speed": 3}, "suite[0]")], (), "quick", folder=tmp_path)
    assert (work.options, work.target) == ({"speed": 3}, TOY)


def test_a_mistake_is_named_with_the_place_of_its_table(tmp_path):
    with pytest.raises(ConfigError, match=r'suite\[0\]: unknown key "sped"'):
        work_list([(TOY, {"sped": 3}, "suite[0]")], (), "quick", folder=tmp_path)
    with pytest.raises(UsageError, match='Did you mean "micro"'):
        work_list([], ["micr"], "quick", folder=tmp_path)
