"""The files that `soundmark init` writes for CI services, written for one project of each kind."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from collector.onboarding import action
from collector.onboarding.detect import detect
from collector.onboarding.workflows import github as workflows
from collector.onboarding.workflows import gitlab as jobs
from collector.onboarding.writing import settle
from tests.collector.onboarding import repositories as of
from tests.collector.onboarding.repositories import made

SOURCE = "soundmark @ git+https://code.example.org/speech/soundmark@v1.0"
ADDRESS = f"speech/soundmark/{action.PATH}@{'1' * 40} # v1.0.0"
_ROOM = TemporaryDirectory(prefix="scaffold-")


@cache
def _written() -> Path:
    folder = Path(_ROOM.name)
    kinds = (of.WORKSPACE, of.GOOGLE_BENCHMARK, of.PYTEST_BENCHMARK, of.HYPERFINE, of.NPM)
    for files in kinds:
        made(folder, files)
    found = detect(folder)
    wanted = (
        *workflows(action.of(SOURCE), found, ("speech",)),
        *jobs(folder, found, SOURCE),
    )
    settle(folder, wanted, overwrite=False)
    return folder


def github() -> list[Path]:
    """The workflows, by name."""
    return sorted((_written() / ".github" / "workflows").glob("*.yml"))


@cache
def github_by_address() -> list[Path]:
    """The same for a program on GitHub, whose action they use at its address."""
    folder = Path(_ROOM.name) / "by-address"
    settle(folder, workflows(action.Action(ADDRESS), detect(_written())), overwrite=False)
    return sorted(folder.rglob("*.yml"))


def action_file() -> Path:
    """The copy of the action that they use."""
    return _written() / action.PATH / "action.yml"


def gitlab() -> list[Path]:
    """The jobs, and the file that includes them."""
    return [_written() / ".gitlab" / "soundmark.yml", _written() / ".gitlab-ci.yml"]
