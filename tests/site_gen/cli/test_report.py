"""`soundmark report`: which of two measurements it tells, to whom, and what it says without any."""

import json

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from history.report.review import codec, links
from history.report.review.result import How, Outcome
from soundmark import main
from tests.history.builders import record
from tests.history.judge.builders import git, point, repository, run, workspace
from tests.history.store.test_duets import BASE, DUET, HEAD, duet_of, sided


def samples(level, seed):
    generator = np.random.default_rng(seed)
    return (level * np.exp(generator.normal(0, 0.01, 20))).tolist()


def taken(benchmark, level, night, **more):
    found = samples(level, seed=night * 100 + len(benchmark))
    return point(float(np.median(found)), benchmark=benchmark, samples=found, **more)


def nights(count=12, *, slower=1.3, **last):
    """A history in whose last night `slower` became slower, and whatever else is asked for."""
    for night in range(count):
        is_last = night == count - 1
        yield run(
            night,
            taken("pipeline", 2.0 * (slower if is_last else 1), night),
            taken("mel", 1.0, night),
            *(last.get("points", ()) if is_last else (taken("old", 1.0, night),)),
            parents=(f"c{night - 1:04d}",) if night else (),
            branch="main",
            environment={"libraries": {"torch": "2.13" if is_last else "2.12"}},
        )


@pytest.fixture
def made(tmp_path, prepared):
    return workspace(prepared(twelve_nights, tmp_path))


def twelve_nights(folder):
    workspace(folder, *nights(points=(point("exit code 3", benchmark="old"),)))


def asked(made, *words):
    places = ["--history", str(made.history_file), "--ledger", str(made.ledger.folder)]
    return CliRunner().invoke(main, ["report", *words, *places], catch_exceptions=False)


def reviewed(made, *words):
    done = asked(made, "--format", "json", *words)
    assert done.exit_code == 0, done.output
    return codec.decode(done.stdout.encode())


def test_the_stored_run_is_held_against_the_one_before_it(made):
    found = reviewed(made, "--head", "c0011")
    assert (found.setting.how, found.base.sha) == (How.HISTORY, "c0010")
    assert [(row.benchmark, str(row.verdict)) for row in found.rows] == [
        ("golden.pipeline", "regression"),
        ("golden.mel", "no difference shown"),
    ]
    assert found.setting.age_s == 86_400


def test_a_benchmark_that_failed_comes_first_with_its_reason(made):
    found = reviewed(made, "--head", "c0011")
    assert found.outcome is Outcome.FAILED
    (lost,) = found.absences
    assert (lost.benchmark, str(lost.verdict), lost.reason) == (
        "golden.old",
        "failed",
        "exit code 3",
    )
    assert asked(made, "--head", "c0011").output.startswith(
        "1 failed benchmark to look at: golden.old; and 1 regression\n"
    )


def test_what_else_differs_between_the_sides_is_told(made):
    (other,) = reviewed(made, "--head", "c0011").environment
    assert (other.name, other.before, other.now) == ("libraries.torch", "2.12", "2.13")


def test_another_base_can_be_named(made):
    assert reviewed(made, "--head", "c0011", "--base", "c0005").base.sha == "c0005"


def test_a_benchmark_that_is_not_there_any_more_is_missing(tmp_path):
    found = reviewed(workspace(tmp_path, *nights()), "--head", "c0011")
    assert [(one.benchmark, str(one.verdict)) for one in found.absences] == [
        ("golden.old", "missing")
    ]


def test_a_suite_that_was_not_run_is_no_loss_and_is_named(tmp_path):
    other = (taken("step", 1.0, 0, suite="micro"), taken("pipeline", 2.0, 0))
    first = run(0, *other)
    made = workspace(tmp_path, first, run(1, taken("pipeline", 2.0, 1), parents=("c0000",)))
    found = reviewed(made, "--head", "c0001")
    assert found.absences == ()
    assert found.notes == (
        "The suite micro was not run at the head: 1 series of the base are not compared.",
    )


def test_a_target_that_the_base_held_is_crossed_once(tmp_path):
    target = {"name": "real time", "metric": "first_token_time", "limit": "2.2 s"}
    made = workspace(tmp_path, *nights(), target=[target])
    # The command reads the configuration of the folder.
    (tmp_path / "soundmark.toml").write_text(
        '[[target]]\nname = "real time"\nmetric = "first_token_time"\nlimit = "2.2 s"\n'
    )
    config = ("--config", str(tmp_path / "soundmark.toml"))
    found = reviewed(made, "--head", "c0011", *config)
    assert [(one.target, one.benchmark) for one in found.targets] == [
        ("real time", "golden.pipeline")
    ]
    assert (found.counts.targets, found.counts.targets_still_broken) == (2, 0)


def test_a_machine_that_became_slower_is_a_note_and_no_regression_of_the_commit(tmp_path):
    nights = (
        run(
            night,
            taken("mel", 1.0, night),
            taken("reference", 1.0 + night, night, suite="calibration"),
            parents=("c0000",) if night else (),
            branch="main",
        )
        for night in range(2)
    )
    found = reviewed(workspace(tmp_path, *nights), "--head", "c0001")
    assert [row.benchmark for row in found.rows] == ["golden.mel"]
    assert found.outcome is not Outcome.REGRESSION
    assert sum("The machine itself was not as before" in note for note in found.notes) == 1


def test_the_first_run_ever_has_nothing_to_be_compared_with(made):
    found = reviewed(made, "--head", "c0000")
    assert (found.setting.how, found.outcome) == (How.NOTHING, Outcome.NOTHING_COMPARED)
    assert "nothing was measured before it there" in asked(made, "--head", "c0000").output


def test_series_that_change_together_at_the_head_are_one_event(tmp_path):
    steps = [f"step-{place}" for place in range(6)]
    made = workspace(
        tmp_path,
        *(
            run(
                night,
                *(taken(step, 1.3 if night == 24 else 1.0, night) for step in steps),
                parents=(f"c{night - 1:04d}",) if night else (),
            )
            for night in range(25)
        ),
    )
    found = reviewed(made, "--head", "c0024")
    (event,) = found.events
    assert (event.series, event.of, event.worse, event.of_machine) == (6, 6, 6, True)
    assert (event.previous, event.commit) == ("c0023", "c0024")
    assert event.change == pytest.approx(0.3, abs=0.02)
    told = asked(made, "--head", "c0024").output
    assert "6 of 6 series on box changed together at c0024: 6 worse by 3" in told
    assert "the machine or its software is the likelier cause" in told


def test_a_duet_of_the_head_is_told_instead_of_its_stored_run(tmp_path):
    made = workspace(tmp_path, record(HEAD))
    made.append([DUET, duet_of(*sided(change=1.0), night=2)])
    found = reviewed(made, "--head", HEAD[:9])
    assert (found.setting.how, found.base.sha) == (How.DUET, BASE.sha)
    assert found.counts.verdicts == {"no difference shown": 1}
    assert found.notes == ("1 other duet of this head is not told here.",)


def test_a_duet_says_how_its_base_was_found(tmp_path):
    about = {"duet": {"against": "origin/main", "base is": "merge base"}}
    told = msgspec.structs.replace(DUET, run=msgspec.structs.replace(DUET.run, environment=about))
    made = workspace(tmp_path)
    made.append([told])
    setting = reviewed(made, "--head", HEAD).setting
    assert (setting.asked, setting.is_merge_base) == ("origin/main", True)


def test_a_duet_against_another_base_is_not_taken_for_it(tmp_path):
    made = workspace(tmp_path)
    made.append([DUET])
    done = asked(made, "--head", HEAD, "--base", "d" * 40)
    assert done.exit_code == 2
    assert reviewed(made, "--head", HEAD, "--base", BASE.sha).setting.how is How.DUET


def test_what_is_checked_out_is_the_head(tmp_path, monkeypatch):
    first, second = repository(tmp_path, "one", "two")
    made = workspace(
        tmp_path,
        run(0, taken("pipeline", 2.0, 0), sha=first),
        run(1, taken("pipeline", 2.0, 1), sha=second, parents=(first,)),
    )
    monkeypatch.chdir(tmp_path)
    assert reviewed(made).head.sha == second
    git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "three")
    third = git(tmp_path, "rev-parse", "HEAD")
    done = asked(made)
    assert done.exit_code == 2
    assert f"nothing was measured at {third[:12]}" in done.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--head", "c0011", "--base", "c0011"), "the head itself"),
        (("--head", "c0011", "--base", "nowhere"), "nowhere"),
        (("--head", "c0011", "--site", "nowhere.json"), "cannot be read"),
        (("--from", "nowhere.json"), "cannot be read"),
        (("--from", "a.json", "--head", "c0011"), "--from and --head exclude each other"),
        (("--from", "a.json", "--artifact", "a.zip"), "--from and --artifact exclude each other"),
        (("--artifact", "a.zip", "--base", "c0011"), "--artifact and --base exclude each other"),
        (("--post", "--format", "json"), "--post and --format exclude each other"),
        (("--post", "--html", "a.html"), "--post and --html exclude each other"),
        (("--post", "-o", "a.md"), "--post and --out exclude each other"),
        (("--issues", "--post"), "--issues and --post exclude each other"),
        (("--issues", "--head", "c0011"), "--issues and --head exclude each other"),
        (("--pr", "3"), "--pr is for --post"),
    ],
)
def test_a_mistake_of_the_user_says_what_to_do(made, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    done = asked(made, *words)
    assert done.exit_code == 2
    assert told in done.output


def test_a_site_that_does_not_answer_says_what_to_do(made):
    done = asked(made, "--head", "c0011", "--site", "http://127.0.0.1:9")
    assert done.exit_code == 3
    assert "no site answers at http://127.0.0.1:9" in done.output
    assert "Publish it first" in done.output


def test_a_report_from_elsewhere_is_told_or_refused(made, tmp_path):
    given = tmp_path / "review.json"
    assert asked(made, "--head", "c0011", "--format", "json", "-o", str(given)).exit_code == 0
    assert asked(made, "--from", str(given)).output == asked(made, "--head", "c0011").output
    given.write_text(given.read_text().replace('"outcome":"failed"', '"outcome":"improvement"'))
    done = asked(made, "--from", str(given))
    assert done.exit_code == 3
    assert "its counts say" in done.output
    assert f"{given}: the review calls itself" in done.output


def test_only_pages_that_the_site_has_are_linked(made, tmp_path):
    folder = tmp_path / "site"
    (folder / "data").mkdir(parents=True)
    pages = ["suites/golden/pipeline", "commits/c0010"]
    (folder / "data" / "pages.json").write_bytes(links.encode("https://example.org/x", pages, []))
    told = asked(made, "--head", "c0011", "--format", "github", "--site", str(folder)).output
    assert "](https://example.org/x/suites/golden/pipeline/?m=first_token_time&on=box)" in told
    assert "[`c0010`](https://example.org/x/commits/c0010/)" in told
    assert "suites/golden/mel" not in told


def test_a_site_that_does_not_say_where_it_is_cannot_be_linked(made, tmp_path):
    (tmp_path / "pages.json").write_bytes(links.encode("", ["commits/c0010"], []))
    done = asked(made, "--head", "c0011", "--site", str(tmp_path / "pages.json"))
    assert done.exit_code == 3
    assert "url" in done.output


def test_annotations_are_what_a_check_run_takes(made):
    done = asked(made, "--head", "c0011", "--format", "annotations")
    found = json.loads(done.stdout)
    assert [(one["annotation_level"], one["title"]) for one in found] == [
        ("failure", "failed: golden.old"),
        ("failure", "regression: golden.pipeline first_token_time +30.3 %"),
    ]


def test_every_line_can_be_kept_in_one_file(made, tmp_path):
    page = tmp_path / "review.html"
    assert asked(made, "--head", "c0011", "--html", str(page)).exit_code == 0
    assert page.read_text().count("<tr>") == 2 + 2
