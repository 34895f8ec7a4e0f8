"""How large a change is, in words."""

import re
from math import inf, nan

import pytest
from click.testing import CliRunner

from history.judge.size import size
from history.report.wording import sizes
from soundmark import main
from tests.history.judge.builders import noisy, point, run, workspace

GROWTH = ("rss_growth_rate", "B/iteration")


def words(metric, unit, before, after):
    return sizes.size(size(metric, unit, before, after))


def test_a_change_is_told_in_percent():
    assert words("total_time", "s", 0.1, 0.1034) == "+3.4 %"
    assert words("total_time", "s", 0.1, 0.05) == "−50.0 %"


def test_ten_times_as_much_is_told_as_a_multiple():
    assert words("total_time", "s", 0.1, 0.99) == "+890.0 %"
    assert words("total_time", "s", 0.1, 1.0) == "×10.0"
    assert words("total_time", "s", 1e-3, 11.625) == "×11\u202f625"


def test_the_interval_is_told_in_the_form_of_the_change():
    wide = size("total_time", "s", 0.1, 1.2, change=11.0, low=-0.5, high=20.0)
    assert sizes.with_interval(wide) == "×12.0 [×0.500, ×21.0]"
    narrow = size("total_time", "s", 0.1, 0.12, change=0.2, low=0.15, high=0.25)
    assert sizes.with_interval(narrow) == "+20.0 % [+15.0 %, +25.0 %]"
    assert sizes.ends(size("total_time", "s", 0.1, 0.12, change=0.2)) == ("", "")


def test_what_began_near_zero_is_told_from_what_to_what():
    assert words(*GROWTH, 90.3, 1.05e6) == "from 90.3 B to 1.05 MB/iteration"
    assert words(*GROWTH, 0.0, 1.05e6) == "from 0 to 1.05 MB/iteration"
    assert words(*GROWTH, -5e3, 1.05e6) == "from −5.00 kB to 1.05 MB/iteration"
    assert words("dp_frame_mismatches", "count", 0.0, 3.0) == "from 0 to 3"


def test_growth_that_ends_near_zero_is_told_in_percent():
    assert words(*GROWTH, 1.05e6, 0.0) == "−100.0 %"


@pytest.mark.parametrize(("before", "after"), [(90.0, 200.0), (0.0, 0.0), (nan, 1.0), (1.0, inf)])
def test_nothing_is_said_between_two_nothings_and_without_a_number(before, after):
    assert words(*GROWTH, before, after) == ""


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Forty nights of 90 bytes an iteration, then a leak of a megabyte; tests only read it."""
    folder = tmp_path_factory.mktemp("grown")
    rates = noisy(90.0, n=40, seed=1) + noisy(1.05e6, n=12, seed=2)
    times = noisy(0.1, n=40, seed=3) + noisy(1.3, n=12, seed=4)
    records = [
        run(
            night,
            point(rate, metric=GROWTH[0], unit=GROWTH[1], suite="lifecycle"),
            point(time),
        )
        for night, (rate, time) in enumerate(zip(rates, times, strict=True))
    ]
    workspace(folder, *records)
    (folder / "soundmark.toml").write_text(
        '[history]\ndatabase = "history.duckdb"\nledger = "runs"\n'
        '[[threshold]]\nmetric = "rss_growth_rate"\nname = "growth"\nbaseline = "median"\n'
        'worse_by = "20 %"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("command", ["regressions --all", "check"])
def test_no_command_prints_a_percentage_of_almost_nothing(command):
    printed = CliRunner().invoke(main, [*command.split(), "--format", "markdown"]).stdout
    assert "from 90.1 B to 1.05 MB/iteration" in printed
    assert "×13.0 " in printed
    shares = [float(share) for share in re.findall(r"([\d.]+) %", printed)]
    assert max(shares) < 900


@pytest.mark.usefixtures("grown")
def test_programs_still_get_the_share():
    printed = CliRunner().invoke(main, ["regressions", "--all", "--format", "csv"]).stdout
    (row,) = [line for line in printed.splitlines() if "rss_growth_rate" in line]
    assert any(part.replace(".", "").isdigit() and float(part) > 1e4 for part in row.split(","))
