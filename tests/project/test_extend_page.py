"""The package that docs/how-to/extend.md makes works as the page says, file for file."""

import csv
import re
import shlex
import sys
import tomllib
from contextlib import chdir
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from hatchling.build import build_wheel

from collector.cli.checkup import hidden
from history.compare.results import ComparisonVerdict
from history.words import metrics
from site_gen.forge.registry import FORGES
from soundmark import main
from tests.conftest import ROOT
from tests.history.report.review.reviews import HEAD, review, row
from tests.site_gen.forge import jobs
from tests.site_gen.forge.gitea_server import GiteaServer
from tests.site_gen.forge.server import running

PAGE = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
FILE = re.compile(r"```\w+\n# (\S+)\n(.*?)```", re.DOTALL)
FILES = dict(FILE.findall(PAGE))
HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples"


def commands(section: str) -> list[str]:
    """What a section of the page types, pip left out."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [line for line in lines if line.startswith("soundmark ")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package of the page, built as pip builds it, and unpacked."""
    source, folder = (tmp_path_factory.mktemp(name) for name in ("source", "site-packages"))
    for name, text in FILES.items():
        if name == "pyproject.toml" or name.startswith("energy/"):
            (source / name).parent.mkdir(exist_ok=True)
            (source / name).write_text(text)
    with chdir(source):
        wheel = build_wheel(str(source / "dist"))
    with ZipFile(source / "dist" / wheel) as packed:
        packed.extractall(folder)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "energy"]:
        del sys.modules[name]


@pytest.fixture
def project(installed, tmp_path, monkeypatch):
    """An empty project; the package of the page is installed beside soundmark."""
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=":")
    monkeypatch.chdir(tmp_path)
    metrics._gathered.cache_clear()
    yield tmp_path
    metrics._gathered.cache_clear()


def soundmark(line: str, *, exit_code=0) -> str:
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    assert result.exit_code == exit_code, result.output
    return result.output


def test_the_suite_is_listed_and_measured_in_its_stages(project):
    assert hidden() == ()
    listed, collect = commands("A suite")
    assert "Voice activity by energy." in soundmark(listed)
    measured = soundmark(collect + " --no-calibration")
    assert "vad" in measured
    rows = csv.DictReader(soundmark("soundmark export csv").splitlines())
    found = {row["metric"]: row["value"] for row in rows}
    stages = {"total_time", "energy_time", "decide_time", "unattributed_time"}
    assert set(found) == stages | {"kept_frames"}
    assert float(found["kept_frames"]) == pytest.approx(200 * 5 / 6, abs=1)


def test_the_format_takes_three_laps_and_names_the_line_that_is_none(project):
    (project / "laps.txt").write_text(FILES["laps.txt"])
    (imported,) = commands("A format")
    said = soundmark(imported)
    assert "stopwatch" in said
    assert "expected a number of seconds, found 'lap fast'" in said
    rows = soundmark("soundmark export csv").splitlines()
    assert len(rows) == 2


def test_the_detector_is_chosen_and_named_by_every_verdict(project):
    (project / "soundmark.toml").write_text(FILES["soundmark.toml"])
    nights = (
        f"s,b,,total_time,s,lower,box,c{night:02},2026-01-{night:02}T00:00:00Z,{value},"
        for night, value in enumerate([1.0, 1.01] * 5 + [1.5, 1.51, 1.5, 1.51, 1.5], start=1)
    )
    (project / "points.csv").write_text("\n".join([HEADER, *nights, ""]))
    soundmark("soundmark import csv points.csv")
    regressions, check = commands("A detector")
    assert "c11" in soundmark(regressions)
    assert "newest-five 1" in soundmark(check, exit_code=1), "a confirmed change fails"


def test_the_page_is_in_the_navigation_and_lists_what_the_suite_measured(project):
    rows = (
        f"{suite},{name},,total_time,s,lower,box,c1,2026-01-01T00:00:00Z,1.0,"
        for suite, name in (("energy", "vad"), ("other", "sort"))
    )
    (project / "points.csv").write_text("\n".join([HEADER, *rows, ""]))
    soundmark("soundmark import csv points.csv")
    (build,) = commands("A page")
    soundmark(f"{build} --shell plain")
    assert "<li>vad</li></ul>" in (project / "site/energy/index.html").read_text()
    assert 'href="./energy/"' in (project / "site/index.html").read_text()


def test_the_forge_gets_the_comment_with_its_own_token_and_header(project):
    configured = FILES["our-git.toml"]
    slower = review(row(0.05, verdict=ComparisonVerdict.REGRESSION))
    variables = {"FORGE_TOKEN": "bot-token", "GITEA_TOKEN": "another"}
    with running(GiteaServer()) as server:
        server.pull(7, HEAD.sha)
        loaded = jobs.loaded(project, f'{configured}api = "{server.url}"\n')
        said = jobs.posted(loaded, variables, source=lambda: slower, number=7)
        assert said[-1] == "comment on #7: made"
        assert len(server.texts(7, "bench-bot")) == 1
    kind = FORGES.find("our-git")
    assert (kind.headers, kind.usual_url) == (
        {"X-Gateway": "benchmarks"},
        "https://git.example.com/api/v1",
    )
    assert commands("A forge") == ["soundmark report --post --pr 7"]


def test_every_file_of_the_page_is_part_of_the_package_or_given_to_it():
    declared = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"].values()
    modules = {target.split(":")[0] for entries in declared for target in entries.values()}
    named = {name.removesuffix(".py").replace("/", ".") for name in FILES if name.endswith(".py")}
    assert named == {*modules, "energy.__init__"}
