"""The CI workflows that measure, publish and comment on pull requests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from collector.onboarding import action as actions
from collector.onboarding import source, toolchain
from collector.onboarding.action import Action
from collector.onboarding.findings import Findings
from collector.onboarding.scaffold import template
from collector.onboarding.writing import Wanted
from collector.suites import registry
from history.words.errors import SoundmarkError

NAMES: Final = (
    "soundmark.yml", "soundmark-pull-request.yml", "soundmark-comment.yml", "soundmark-bench.yml",
    "soundmark-alarm.yml",
)  # fmt: skip
"""Names of the workflows for GitHub."""
_GITLAB: Final = ".gitlab/soundmark.yml"
INCLUDE: Final = f"include:\n  - local: {_GITLAB}\n"
_ORIGIN: Final = "# Written by `soundmark init --github`; it is yours to change."
_SOURCE: Final = """\
env:
  SOUNDMARK: {source} # what pip installs; keep a version in it"""
_TORCH: Final = "speech"
"""The extra that brings torch."""
_SPEECH: Final = """\
    env:
      # Set this variable of the repository to PyTorch's index of builds for processors (or for your
      # CUDA): unset, pip takes the usual build, gigabytes of CUDA.
      PIP_EXTRA_INDEX_URL: ${{ vars.TORCH_INDEX_URL }}"""
_SPEECH_GITLAB: Final = """\
    # Set the variable TORCH_INDEX_URL to PyTorch's index of builds for processors (or for your
    # CUDA): unset, pip takes the usual build, gigabytes of CUDA.
    PIP_EXTRA_INDEX_URL: $TORCH_INDEX_URL"""


class Measuring(NamedTuple):
    """The parts of a job that measures."""

    steps: str
    """Steps that make the project ready, as YAML."""
    extras: tuple[str, ...] = ()
    """Of soundmark, for its suites."""
    only: str = ""
    """Glob of the benchmarks that a pull request measures; empty: all."""


def github(action: Action, findings: Findings, extras: Sequence[str] = ()) -> tuple[Wanted, ...]:
    """The workflows for GitHub Actions, and a copy of the action where they use one."""
    measuring = Measuring(toolchain.github_yaml(findings), tuple(extras))
    return (*actions.files(action), *rendered(action, measuring, _ORIGIN))


def rendered(action: Action, measuring: Measuring, origin: str) -> tuple[Wanted, ...]:
    """The workflows as files; ``origin`` is the line that says where each comes from."""
    blocks = {
        "ORIGIN": origin,
        "SOURCE": "\n" + _SOURCE.format(source=json.dumps(action.source)) if action.source else "",
        "SPEECH": _SPEECH if _TORCH in measuring.extras else "",
        "INSTALL": actions.yaml(action),
        "INSTALL TO MEASURE": actions.yaml(action, measuring.extras),
        "TOOLCHAIN": measuring.steps,
    }
    only = f" || '{measuring.only}'" if measuring.only else ""
    return tuple(
        Wanted(f".github/workflows/{name}", _filled(template(name), blocks).replace("@ONLY@", only))
        for name in NAMES
    )


def gitlab(
    folder: Path, findings: Findings, wanted: str, extras: Sequence[str] = ()
) -> tuple[Wanted, ...]:
    """The jobs for GitLab, and a ``.gitlab-ci.yml`` that includes them where there is none.

    ``wanted`` is the requirement that pip is given.
    """
    measuring = source.with_extras(wanted, tuple(extras))
    blocks = {
        "TOOLCHAIN": toolchain.gitlab_yaml(findings),
        "SPEECH": _SPEECH_GITLAB if _TORCH in extras else "",
    }
    text = _filled(template("gitlab.yml"), blocks).replace("@SOURCE@", json.dumps(measuring))
    jobs = Wanted(_GITLAB, text)
    if (folder / ".gitlab-ci.yml").exists():
        return (jobs,)
    return (jobs, Wanted(".gitlab-ci.yml", INCLUDE))


def lacks_include(folder: Path) -> bool:
    """Whether an existing ``.gitlab-ci.yml`` does not include our jobs."""
    path = folder / ".gitlab-ci.yml"
    return path.exists() and _GITLAB not in path.read_text(encoding="utf-8", errors="replace")


def extras_of(suites: Sequence[str]) -> tuple[str, ...]:
    """The extras that these suites need, sorted; what no extra brings is not ours to install."""
    found: set[str] = set()
    for name in dict.fromkeys(suites):
        try:
            needed = registry.load(name).requirements
        except SoundmarkError:
            continue  # of another package, which is not here: `check` and `collect` say so
        for need in needed:
            found.update(re.findall(r"soundmark\[([\w-]+)\]", need.install))
    return tuple(sorted(found))


def _filled(text: str, blocks: Mapping[str, str]) -> str:
    """The text with each line ``# @NAME@`` replaced by its block, or removed when that is empty."""
    for name, block in blocks.items():
        given = f"{block}\n".replace("\\", r"\\") if block else ""
        text = re.sub(rf"^ *# @{name}@\n", given, text, flags=re.MULTILINE)
    return text
