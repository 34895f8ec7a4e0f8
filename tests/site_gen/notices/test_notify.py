"""Nights of a project, and what its webhook is told of them: each thing once."""

import json

import pytest
from click.testing import CliRunner

from soundmark import main
from tests.history.judge.builders import git, noisy, point, run
from tests.history.judge.builders import workspace as made
from tests.history.vcs.repositories import Repository
from tests.site_gen.forge import jobs
from tests.site_gen.forge.server import Refused
from tests.site_gen.notices.hook import SECRET

LEVEL = noisy(1, 1.4, 1, n=14, noise=0.002)
TARGET = '[[target]]\nname = "quick"\nbenchmark = "*"\nmetric = "total_time"\nlimit = "1.2 s"\n'


def night(number, value=None, **more):
    """One night of the benchmark, and of another that nothing happens to."""
    changing = point(LEVEL[number] if value is None else value, metric="total_time", **more)
    return run(number, changing, point(1.0, benchmark="calm", metric="total_time"))


class Project:
    """A project whose record grows, and a webhook."""

    def __init__(self, hook, folder):
        self.hook, self.folder = hook, folder
        jobs.loaded(folder)
        self.workspace = made(folder)

    def nights(self, *records):
        self.workspace.append(list(records))

    def notify(self, *words, code=0, **variables):
        """What the command says."""
        places = ["--config", str(self.folder / "soundmark.toml"),
                  "--history", str(self.workspace.history_file),
                  "--ledger", str(self.workspace.ledger.folder)]  # fmt: skip
        seen = {"CI": "true", "GITHUB_ACTIONS": None, "SOUNDMARK_WEBHOOK": self.hook.address}
        runner = CliRunner(env=seen | variables)
        done = runner.invoke(main, ["notify", *words, *places], catch_exceptions=False)
        assert done.exit_code == code, done.output
        assert SECRET not in done.output
        return done.output

    def told(self):
        """What arrived since it was asked last."""
        messages, self.hook.messages = self.hook.messages, []
        return messages


@pytest.fixture
def project(hook, tmp_path):
    return Project(hook, tmp_path)


def eighteen_nights(folder):
    made(folder, *map(night, range(18)))


@pytest.fixture
def slower(hook, tmp_path, prepared):
    """A project with an event of which nobody was told."""
    prepared(eighteen_nights, tmp_path)
    return Project(hook, tmp_path)


def test_an_event_is_told_once_and_again_when_its_state_changes(project):
    project.nights(*map(night, range(14)))
    assert "nothing to tell" in project.notify()
    project.nights(night(14), night(15))
    project.notify()
    (first,) = project.told()
    assert (first["kind"], first["state"], first["before"]) == ("event", "suspect", "")
    assert first["direction"] == "regression"
    assert "nothing to tell" in project.notify()
    project.nights(*map(night, range(16, 18)))
    project.notify()
    (second,) = project.told()
    assert (second["state"], second["before"]) == ("confirmed", "suspect")
    assert second["event"] == first["event"]
    project.nights(*map(night, range(18, 30)))
    project.notify()
    states = {(one["direction"], one["state"], one["before"]) for one in project.told()}
    assert ("regression", "recovered", "confirmed") in states
    assert "nothing to tell" in project.notify()
    assert project.told() == []


def test_the_first_time_what_is_settled_is_known_and_not_told(project):
    project.nights(*map(night, range(42)))
    assert "nothing was told before: " in project.notify()
    assert project.told() == []
    assert "nothing to tell" in project.notify()


def test_a_benchmark_that_fails_is_told_and_so_is_that_it_is_back(project):
    project.nights(*map(night, range(3)))
    project.notify()
    broken = point("exit code 3", metric="total_time")
    project.nights(run(3, broken, point(1.0, benchmark="calm", metric="total_time")))
    project.notify()
    (message,) = project.told()
    assert message["title"] == "1 benchmark failed on box: golden.pipeline"
    assert message["lines"] == ["golden.pipeline: exit code 3; measured last at c0002"]
    assert "nothing to tell" in project.notify()
    project.nights(night(4))
    project.notify()
    (message,) = project.told()
    assert message["title"] == ("1 benchmark measured again on box, failed before: golden.pipeline")


def test_a_target_that_is_broken_is_told_and_so_is_that_it_is_met_again(project):
    jobs.loaded(project.folder, TARGET)
    project.nights(*map(night, range(3)))
    project.notify()
    project.nights(night(3, 1.5))
    project.notify()
    (message,) = [one for one in project.told() if one["kind"] == "target"]
    assert message["title"] == "1 target broken on box: quick"
    assert "1.50 s against 1.2 s" in message["lines"][0]
    project.nights(night(4, 1.0))
    project.notify()
    (message,) = [one for one in project.told() if one["kind"] == "target"]
    assert message["title"] == "1 target met again, broken before: quick"


def test_what_did_not_arrive_is_told_the_next_time_and_nothing_fails(slower):
    slower.hook.fail("POST", "", Refused(404, "no_service"))
    said = slower.notify()
    assert 'Warning: the webhook at 127.0.0.1 answered 404 "no_service".' in said
    assert "1 message left for the next time" in said
    assert "told: " in slower.notify()
    assert len(slower.told()) == 1
    assert "nothing to tell" in slower.notify()


def test_a_message_of_slack_is_one_text_in_which_nothing_from_outside_acts(project):
    hostile = "<!channel>&co"
    project.nights(*(night(number, benchmark=hostile) for number in range(18)))
    project.notify("--shape", "slack")
    (message,) = project.told()
    assert set(message) == {"text"}
    assert "&lt;!channel&gt;&amp;co" in message["text"]
    assert "<!" not in message["text"]


def test_more_than_ten_messages_wait_for_the_next_time_and_are_counted(project):
    jobs.loaded(project.folder, TARGET)
    project.nights(*(
        run(number, point(1.0, metric="total_time"), machine=f"box{place:02}")
        for place in range(13) for number in range(2)
    ))  # fmt: skip
    project.notify()
    project.nights(*(
        run(2, point(2.0, metric="total_time"), machine=f"box{place:02}") for place in range(13)
    ))  # fmt: skip
    assert "3 messages left for the next time" in project.notify()
    assert len(project.told()) == 10
    project.notify()
    assert len(project.told()) == 3


def test_a_dry_run_tells_nothing_and_remembers_nothing(slower):
    assert "would tell: regression" in slower.notify("--dry-run", SOUNDMARK_WEBHOOK=None)
    assert slower.told() == []
    slower.notify()
    assert len(slower.told()) == 1


def test_two_webhooks_of_one_project_have_memories_of_their_own(slower):
    slower.notify()
    slower.notify("--name", "second")
    assert len(slower.told()) == 2


def test_the_record_branch_remembers_for_jobs_that_keep_nothing(slower, tmp_path):
    remote = tmp_path / "remote.git"
    remote.mkdir()
    git(remote, "init", "--quiet", "--bare")
    where = ("--record", remote.as_uri())
    assert "has no branch soundmark-history" in slower.notify(*where)
    assert slower.told() == []
    ledger = ["--ledger", str(slower.workspace.ledger.folder)]
    runner = CliRunner()
    pushed = runner.invoke(main, ["history", "push", remote.as_uri(), *ledger])
    assert pushed.exit_code == 0, pushed.output
    slower.notify(*where)
    assert len(slower.told()) == 1
    assert "nothing to tell" in slower.notify(*where)
    assert not (slower.folder / ".soundmark" / "notices").exists()
    kept = Repository(remote).git("show", "soundmark-history:notices/soundmark.json")
    assert [key.split()[0] for key in json.loads(kept)["told"]] == ["event"]
    elsewhere = ["--ledger", str(tmp_path / "copy"), "--history", str(tmp_path / "copy.duckdb")]
    pulled = runner.invoke(main, ["history", "pull", remote.as_uri(), *elsewhere])
    assert pulled.exit_code == 0, pulled.output
    assert "left out" not in pulled.output
    slower.nights(night(18))
    again = runner.invoke(main, ["history", "push", remote.as_uri(), *ledger])
    assert "run file appended" in again.output


def test_a_folder_that_many_share_remembers_too(slower, tmp_path):
    where = ("--record", (tmp_path / "shared").as_uri())
    slower.notify(*where)
    assert "nothing to tell" in slower.notify(*where)
    assert len(slower.told()) == 1


def test_a_memory_that_cannot_be_read_tells_nothing(slower):
    kept = slower.folder / ".soundmark" / "notices" / "soundmark.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{]")
    said = slower.notify(GITHUB_ACTIONS="true")
    assert "::warning title=soundmark notify::" in said
    assert "expected what was told before, found something else" in said
    assert slower.told() == []


@pytest.mark.parametrize(
    ("words", "address", "said"),
    [
        ((), None, "expected the address of a webhook in SOUNDMARK_WEBHOOK or --webhook"),
        ((), f"hooks.example/{SECRET}", "expected the address of a webhook, found something else"),
        (("--name", "../x"), "https://hooks.example/", "--name: expected letters"),
        (("--shape", "teams"), "https://hooks.example/", "'teams' is not one of"),
    ],
)
def test_a_wrong_option_is_exit_code_2(project, words, address, said):
    assert said in project.notify(*words, code=2, SOUNDMARK_WEBHOOK=address)


def test_a_site_that_does_not_answer_costs_the_link_alone(slower):
    jobs.loaded(slower.folder, '[site]\nurl = "http://127.0.0.1:9/site"\n')
    assert "Warning: no site answers at http://127.0.0.1:9/site" in slower.notify()
    (message,) = slower.told()
    assert message["url"] == ""
