"""A regression that a commit of its range accepts is expected, and it is told by which and why."""

import subprocess
from datetime import date

import pytest

from history.judge import judge
from history.judge.episodes import State
from history.project.triage import Accepted
from history.report.wording import changes as wording
from history.report.wording import events, verdicts
from tests.history.judge.builders import config, facts, noisy, trend, trends
from tests.history.vcs.repositories import Repository, made

NIGHTS, STEP = 40, 20
LEVELS = noisy(1.0, 1.3, n=STEP)
ACCEPTS = "A wider beam\n\nSoundmark-Accept: golden.pipeline: half the word errors"


@pytest.fixture
def project(tmp_path):
    """`project({20: message})`: a commit for each night with these messages; their hashes."""
    repository = made(tmp_path)

    def build(at, merged=""):
        subjects = {night: f"night {night}" for night in range(NIGHTS)} | at
        stream = []
        for night, message in subjects.items():
            before = [f"from :{night}"] if night else []
            if merged and night == STEP:
                stream.append(written("wider", NIGHTS + 1, merged, *before))
                before.append(f"merge :{NIGHTS + 1}")
            stream.append(written("main", night + 1, message, *before))
        subprocess.run(
            ["git", "fast-import", "--quiet"], cwd=tmp_path, input="".join(stream), text=True,
            check=True,
        )  # fmt: skip
        return repository.git("rev-list", "--first-parent", "--reverse", "main").split()

    return build


def written(branch, mark, message, *before):
    """A commit as `git fast-import` takes it."""
    about = f"commit refs/heads/{branch}\nmark :{mark}\ncommitter t <t@example.org> {mark} +0000\n"
    return f"{about}data {len(message)}\n{message}\n" + "".join(f"{one}\n" for one in before)


def judged(root, shas, values=LEVELS, **about):
    runs = [facts(night, sha=sha) for night, sha in enumerate(shas)]
    return judge.judge_view(trends(trend(values, **about), runs=runs), config(root))


def test_the_commit_that_made_it_slower_accepts_it(project, tmp_path):
    shas = project({STEP: ACCEPTS})
    found = judged(tmp_path, shas)
    (row,) = found.regressions
    assert (row.status, row.is_open) == (State.EXPECTED, False)
    said = f"expected, accepted by {shas[STEP][:12]}: half the word errors"
    assert wording.decided(row) == said
    assert f"accepted by {shas[STEP][:12]}: half the word errors" in wording.why(row)
    (event,) = found.events
    assert events.decided(event) == said
    (verdict,) = found.verdicts.values()
    assert str(verdict.word).lower() == "ok"
    assert verdicts.verdict(verdict) == said


def test_a_commit_that_a_merge_brought_accepts_it(project, tmp_path):
    shas = project({}, merged=ACCEPTS)
    (row,) = judged(tmp_path, shas).regressions
    assert row.status is State.EXPECTED
    assert isinstance(row.decision, Accepted)
    assert row.decision.sha == Repository(tmp_path).git("rev-parse", "wider")
    assert row.decision.sha != shas[STEP]


@pytest.mark.parametrize("night", [STEP - 1, STEP + 1])
def test_a_commit_before_or_after_its_range_accepts_nothing(project, tmp_path, night):
    (row,) = judged(tmp_path, project({night: ACCEPTS})).regressions
    assert (row.status, row.decision) == (State.CONFIRMED, None)


@pytest.mark.parametrize(
    "trailer", ["golden.other: worth it", "golden.pipeline", "golden.pipeline:", ": worth it"]
)
def test_a_trailer_about_another_benchmark_or_without_a_reason_accepts_nothing(
    project, tmp_path, trailer
):
    shas = project({STEP: f"Wider\n\nSoundmark-Accept: {trailer}"})
    (row,) = judged(tmp_path, shas).regressions
    assert (row.status, row.decision) == (State.CONFIRMED, None)


def test_only_what_became_worse_is_accepted(project, tmp_path):
    shas = project({STEP: ACCEPTS.replace("golden.pipeline", "*")})
    (row,) = judged(tmp_path, shas, noisy(1.3, 1.0, n=STEP)).regressions
    assert (row.direction, row.decision) == ("improvement", None)


def test_the_file_goes_before_a_trailer(project, tmp_path):
    shas = project({STEP: ACCEPTS})
    (tmp_path / "triage.toml").write_text(
        f'[[change]]\nstate = "acknowledged"\ncommit = "{shas[STEP][:12]}"\n'
        'reason = "not as much as that"\nuntil = 2030-01-01\n'
    )
    (row,) = judged(tmp_path, shas).regressions
    assert (row.status, row.decision.until) == (State.ACKNOWLEDGED, date(2030, 1, 1))


def test_what_recovered_stays_so_and_is_told_as_accepted(project, tmp_path):
    shas = project({STEP: ACCEPTS})
    back = [*LEVELS[:30], *LEVELS[:10]]
    row = judged(tmp_path, shas, back).regressions[0]
    assert row.status is State.RECOVERED
    assert wording.decided(row).startswith("expected, accepted by")


def test_without_a_repository_nothing_is_accepted(project, tmp_path):
    shas = project({STEP: ACCEPTS})
    elsewhere = tmp_path / "elsewhere"
    made(elsewhere)
    (row,) = judged(elsewhere, shas).regressions
    assert row.status is State.CONFIRMED
