"""Projects in Python, and benchmarks by pytest-benchmark."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath
from typing import Any, Final

from collector.onboarding.findings import Bench, Need, System
from collector.onboarding.tree import Tree, folder_of, inside, is_below, listed, table, within

_PLUGIN: Final = re.compile(r"^[\s\"']*pytest[-_.]benchmark\b", re.IGNORECASE | re.MULTILINE)
_TAKES_FIXTURE: Final = re.compile(
    r"^\s*(?:async\s+)?def test\w*\([^)]*\bbenchmark\b", re.MULTILINE
)


def look(tree: Tree) -> tuple[list[System], list[Bench]]:
    """Each topmost pyproject.toml, and a suite where its tests take the fixture ``benchmark``."""
    systems, benches = [], []
    for file in tree.topmost("pyproject.toml"):
        folder = folder_of(file)
        tables = tree.toml(file)
        project = table(tables.get("project"))
        lists = [one for one in tree.named(r"requirements[\w.-]*\.txt") if is_below(one, folder)]
        install = _install(tables, lists, folder, tree)
        systems.append(System("python", file, folder, str(project.get("name", "")), install))
        says = [one for one in (file, *lists) if _PLUGIN.search(tree.text(one))] or (
            [file] if "pytest-benchmark" in _declared(tables) else []
        )
        tests = _tests(tree, folder)
        if says and tests:
            benches.append(_bench(says[0], folder, tests, install))
    return systems, benches


def _bench(file: str, folder: str, tests: list[str], install: str) -> Bench:
    own = install.replace("python -m pip", "$SOUNDMARK_ENV/bin/python -m pip -q")
    return Bench(
        "pytest-benchmark", file, "python", folder, "python",
        run=f"python -m pytest {shlex.join(tests)} --benchmark-only"
        " --benchmark-json={scratch}/out.json --benchmark-save-data",
        prepare=inside(folder, f"python -m venv $SOUNDMARK_ENV && {own}") if own else "",
        reads="pytest-benchmark", path="{scratch}/out.json",
        needs=(
            Need("program", "python", "activate the environment of the project"),
            Need("module", "pytest_benchmark", "python -m pip install pytest-benchmark"),
        ),
    )  # fmt: skip


def _tests(tree: Tree, folder: str) -> list[str]:
    """Files with benchmarks, as seen from the folder; the folder where all of one are meant."""
    files = [
        within(folder, file)
        for file in tree.named(r"(?:test|bench)\w*\.py|\w*_(?:test|bench)\.py")
        if is_below(file, folder) and _TAKES_FIXTURE.search(tree.text(file))
    ]
    folders = {PurePosixPath(file).parent.as_posix() for file in files}
    plain = all(re.fullmatch(r"[\w./-]+", file) for file in files)
    return files if plain and len(files) <= 4 else sorted(folders)


def _declared(tables: dict[str, Any]) -> str:
    """Every requirement in the file, one a line."""
    return "\n".join(text for _, text in _groups(tables))


def _groups(tables: dict[str, Any]) -> list[tuple[str, str]]:
    """(requirement for pip, contents) of the project and of each of its extras."""
    project = table(tables.get("project"))
    groups = [(".", "\n".join(map(str, listed(project.get("dependencies")))))]
    for name, given in table(project.get("optional-dependencies")).items():
        groups.append((f".[{name}]", "\n".join(map(str, listed(given)))))
    for name, given in table(tables.get("dependency-groups")).items():
        groups.append((f". --group {name}", "\n".join(map(str, listed(given)))))
    return groups


def _install(tables: dict[str, Any], lists: list[str], folder: str, tree: Tree) -> str:
    """The command that installs the project with the extra that brings pytest-benchmark."""
    for how, text in _groups(tables):
        if _PLUGIN.search(text):
            return (
                f"python -m pip install '{how}'" if "[" in how else f"python -m pip install {how}"
            )
    for file in lists:
        if _PLUGIN.search(tree.text(file)):
            return f"python -m pip install -r {shlex.quote(within(folder, file))} ."
    return "python -m pip install ." if "project" in tables or "build-system" in tables else ""
