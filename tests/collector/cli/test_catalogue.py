"""What `soundmark suites` lists."""

from typing import Any

from collector.cli import catalogue
from collector.cli.listing import _describe


def test_every_table_of_a_suite_that_stands_twice_in_the_file_is_listed():
    tables: list[tuple[str, dict[str, Any], str]] = [
        ("golden", {"seconds": [1.5]}, "soundmark.toml: suite[0]"),
        ("golden", {"seconds": [3.0], "threads": 2}, "soundmark.toml: suite[1]"),
    ]
    found = [one for one in catalogue.entries(tables, "quick") if one.name == "golden"]
    assert [one.table for one in found] == ["soundmark.toml: suite[0]", "soundmark.toml: suite[1]"]
    assert [one.options["threads"] for one in found] == [1, 2]
    assert [one.document()["table"] for one in found] == [one.table for one in found]
    assert "soundmark.toml: suite[1])" in _describe(found[1])[0]


def test_a_suite_that_stands_once_or_not_at_all_needs_no_place():
    found = catalogue.entries([("golden", {}, "soundmark.toml: suite[0]")], "quick")
    assert {one.table for one in found} == {""}
    assert len({one.name for one in found}) == len(found)
