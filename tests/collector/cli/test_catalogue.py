"""What `soundmark suites` lists."""

from typing import Any

from collector.cli import catalogue, checkup
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


OWN = ("command", {"name": "mine", "run": "true"}, "soundmark.toml: suite[0]")


def test_what_the_file_has_a_table_for_is_read_first():
    found = catalogue.own_first(catalogue.entries([OWN], "quick"))
    assert [one.name for one in found if one.configured] == ["mine"]
    assert found[0].name == "mine"


def test_what_a_project_did_not_ask_for_and_cannot_run_is_one_line_of_the_doctor():
    (own,) = (one for one in catalogue.entries([OWN], "quick") if one.configured)
    others = [
        catalogue.Entry(name, "", 1, None, {}, "Missing here: a program.")
        for name in ("whisper", "tts")
    ]
    said = checkup._suites_text([*others, own])
    assert said.splitlines()[:-1] == ["Suites:", "  mine: can run"]
    assert said.splitlines()[-1] == (
        "  not configured, and cannot run here: whisper, tts; `soundmark suites` says what each"
        " lacks"
    )
    assert "  tts: cannot run. Missing here: a program." in checkup._suites_text(others)


def test_options_are_shown_as_they_are_written_in_the_file():
    (own,) = (one for one in catalogue.entries([OWN], "quick") if one.configured)
    options, unset = _describe(own)[-3:-1]
    assert 'run = "true"' in options
    assert "timeout_s = 600.0" in options
    assert "None" not in options
    assert unset.startswith("  not set: benchmark, build, ")
