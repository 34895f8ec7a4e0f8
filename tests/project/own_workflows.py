"""This repository's own workflows and action, made of what `soundmark init --github` writes.

`make docs` writes them; a test compares them.
"""

from collector.onboarding import action, workflows
from collector.onboarding.scaffold import template
from collector.onboarding.writing import Wanted
from history.project import config
from tests.conftest import ROOT

ORIGIN = "# Written by `make docs` from collector/onboarding/scaffold/: change it there."
FIRST = """\
      - name: A voice for the corpus
        run: |
          sudo apt-get update -qq
          sudo apt-get install -qq -y --no-install-recommends espeak-ng
      - name: What drives the runner's Chrome, for the first chart of our own site
        run: python -m pip install --quiet --constraint constraints.txt playwright"""
"""Steps before anything is measured."""


def wanted() -> tuple[Wanted, ...]:
    """The files as they should be: the program comes from the checkout, pinned as for tests."""
    suites = [name for name, _, _ in config.suite_tables(config.load(ROOT / "soundmark.toml"))]
    measuring = workflows.Measuring(FIRST, workflows.extras_of(suites), only="micro.*")
    ours = action.Action(action.HERE, constraints="constraints.txt")
    return (
        Wanted(f"{action.PATH}/action.yml", template("action.yml")),
        *workflows.rendered(ours, measuring, ORIGIN),
    )


def write() -> None:
    """Bring the files to what they should be."""
    for file in wanted():
        path = ROOT / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
