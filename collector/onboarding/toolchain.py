"""The steps that prepare a fresh CI machine to build and measure a project."""

from __future__ import annotations

from typing import Final, NamedTuple

from collector.onboarding.findings import Findings
from collector.onboarding.tree import inside

_APT: Final = (
    "apt-get update -qq && {sudo}apt-get install -qq -y --no-install-recommends {packages}"
)
_PACKAGES: Final = {"google-benchmark": "libbenchmark-dev", "hyperfine": "hyperfine"}
_SYSTEM: Final = {"cmake": ("cmake", "g++"), "node": ("npm",), "cargo": ("cargo",)}
TODO: Final = (
    "TODO: nothing was found that says what the project is built with: install it here, if anything"
)


class Step(NamedTuple):
    """One command of a job."""

    title: str
    command: str
    folder: str = "."


def hosted(findings: Findings) -> list[Step]:
    """For GitHub's own runners, which have Rust, CMake, compilers and Node."""
    packages = _packages(findings)
    steps = [Step("Tools that measure", "sudo " + _apt(packages, "sudo "))] if packages else []
    for system in findings.systems:
        if system.kind == "cargo":
            steps.append(
                Step("The toolchain of Rust that the project names", "rustup show", system.folder)
            )
        elif system.install:
            steps.append(Step(f"The project ({system.kind})", system.install, system.folder))
    return steps


def image(findings: Findings) -> list[Step]:
    """For an image of Debian without anything but Python, as root."""
    own = [name for system in findings.systems for name in _SYSTEM.get(system.kind, ())]
    packages = list(dict.fromkeys(own)) + _packages(findings)
    steps = [Step("Tools", _apt(packages))] if packages else []
    return steps + [
        Step(f"The project ({system.kind})", system.install, system.folder)
        for system in findings.systems
        if system.install
    ]


def github_yaml(findings: Findings) -> str:
    """As steps of a job of GitHub Actions, indented by six; a TODO where nothing is known."""
    lines: list[str] = []
    for step in hosted(findings):
        lines += [f"      - name: {step.title}", f"        run: {_block(step.command, 10)}"]
        if step.folder != ".":
            lines.append(f"        working-directory: {_quoted(step.folder)}")
    if not findings.systems:
        lines.append(f"      # {TODO}")
    return "\n".join(lines)


def gitlab_yaml(findings: Findings) -> str:
    """As lines of a script of GitLab, indented by four."""
    lines = []
    for step in image(findings):
        command = step.command
        if step.folder != ".":
            command = f"({inside(step.folder, command)})"
        lines.append(f"    - {_block(command, 6)}")
    if not findings.systems:
        lines.append(f"    # {TODO}")
    return "\n".join(lines)


def _packages(findings: Findings) -> list[str]:
    names = [_PACKAGES.get(bench.kind, "") for bench in findings.benches]
    return [name for name in dict.fromkeys(names) if name]


def _apt(packages: list[str], sudo: str = "") -> str:
    return _APT.format(sudo=sudo, packages=" ".join(packages))


def _block(text: str, indent: int) -> str:
    return f"|\n{' ' * indent}{text}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
