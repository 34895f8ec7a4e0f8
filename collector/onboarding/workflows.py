"""The files by which a CI service measures, publishes, and answers whoever proposes a change."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from collector.onboarding import source, toolchain
from collector.onboarding.findings import Findings
from collector.onboarding.scaffold import template
from collector.onboarding.writing import Wanted
from collector.suites import registry
from history.words.errors import SoundmarkError

_GITHUB: Final = ("soundmark.yml", "soundmark-pull-request.yml", "soundmark-comment.yml")
_GITLAB: Final = ".gitlab/soundmark.yml"
INCLUDE: Final = f"include:\n  - local: {_GITLAB}\n"
_SPEECH: Final = """\
    env:
      SOUNDMARK: {source} # with what its suites measure
      # Set this variable of the repository to PyTorch's index of builds for processors (or for your
      # CUDA): unset, pip takes the usual build, gigabytes of CUDA.
      PIP_EXTRA_INDEX_URL: ${{{{ vars.TORCH_INDEX_URL }}}}"""

_SPEECH_GITLAB: Final = """\
    # Set the variable TORCH_INDEX_URL to PyTorch's index of builds for processors (or for your
    # CUDA): unset, pip takes the usual build, gigabytes of CUDA.
    PIP_EXTRA_INDEX_URL: $TORCH_INDEX_URL"""


def github(findings: Findings, wanted: str, extras: Sequence[str] = ()) -> tuple[Wanted, ...]:
    """Three workflows for GitHub Actions. ``wanted`` is the requirement that pip is given."""
    measuring = source.with_extras(wanted, tuple(extras))
    speech = _SPEECH.format(source=json.dumps(measuring)) if extras else ""
    return tuple(
        Wanted(
            f".github/workflows/{name}",
            _filled(template(name), wanted, toolchain.github_yaml(findings), speech),
        )
        for name in _GITHUB
    )


def gitlab(
    folder: Path, findings: Findings, wanted: str, extras: Sequence[str] = ()
) -> tuple[Wanted, ...]:
    """The jobs for GitLab, and a ``.gitlab-ci.yml`` that includes them where there is none."""
    measuring = source.with_extras(wanted, tuple(extras))
    speech = _SPEECH_GITLAB if extras else ""
    text = _filled(template("gitlab.yml"), measuring, toolchain.gitlab_yaml(findings), speech)
    jobs = Wanted(_GITLAB, text)
    if (folder / ".gitlab-ci.yml").exists():
        return (jobs,)
    return (jobs, Wanted(".gitlab-ci.yml", INCLUDE))


def lacks_include(folder: Path) -> bool:
    """Whether the ``.gitlab-ci.yml`` that is there says nothing of our jobs."""
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


def _filled(text: str, wanted: str, steps: str, speech: str) -> str:
    for name, block in (("TOOLCHAIN", steps), ("SPEECH", speech)):
        given = f"{block}\n".replace("\\", r"\\") if block else ""
        text = re.sub(rf"^ *# @{name}@\n", given, text, flags=re.MULTILINE)
    return text.replace("@SOURCE@", json.dumps(wanted))
