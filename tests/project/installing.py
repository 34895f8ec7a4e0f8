"""An environment as `pip install` would make it, without asking a registry for anything."""

import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.history.vcs.repositories import Repository, made

BUILDS = "hatchling"
"""What builds this program."""


def base_distributions(*more: str) -> dict[str, metadata.Distribution]:
    """What `pip install soundmark` brings, by name: the declared dependencies and theirs.

    ``more`` are further requirements that are installed here.
    """
    found: dict[str, metadata.Distribution] = {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in [*project["dependencies"], *more]]
    while waiting:
        requirement = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if requirement.name not in found:
            found[requirement.name] = metadata.distribution(requirement.name)
            waiting += [Requirement(line) for line in found[requirement.name].requires or []]
    return found


def about(name: str, file: str) -> str:
    """A file of what is noted of an installed distribution, such as ``METADATA``."""
    return str(metadata.distribution(name).read_text(file))


def link(environment: Path, *more: str) -> None:
    """Make an environment without pip that has links to all that this program stands on."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    packages = next((environment / "lib").glob("python*")) / "site-packages"
    for distribution in base_distributions(*more).values():
        here = Path(str(distribution.locate_file("")))
        for name in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            if not (packages / name).exists():
                (packages / name).symlink_to(here / name)


def repository(folder: Path, tag: str) -> Repository:
    """This program as it stands, in a repository of its own with one commit of that tag."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place)
    source = made(folder)
    source.commit("the program")
    source.git("tag", tag)
    return source
