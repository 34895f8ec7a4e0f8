"""Documents say what the program does."""

import re
import subprocess
import sys
import tomllib
from typing import get_args

import msgspec
import pytest
import yaml

from history.project.config import Config, load
from tests.conftest import ROOT
from tests.project import generated

LOCAL_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


@pytest.mark.parametrize("document", generated.DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_quotes_is_what_the_program_says(document):
    text = document.read_text()
    assert text == generated.refreshed(text), "make docs rewrites the quoted blocks"


def test_every_command_is_documented_once_and_has_help():
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert generated.documented(reference) == list(generated.commands())


def keys(table: type[msgspec.Struct]) -> set[str]:
    """Every key a configuration table understands, with those of the tables inside it."""
    found = set()
    for field in msgspec.structs.fields(table):
        found.add(field.encode_name)
        for inner in (field.type, *get_args(field.type)):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                found |= keys(inner)
    return found


def test_every_configuration_key_is_documented():
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    missing = [key for key in keys(Config) if f"`{key}`" not in page and f"[{key}]" not in page]
    assert sorted(key for key in missing if f"[{key}." not in page) == []


def test_the_configuration_example_is_valid(tmp_path):
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    example = tmp_path / "soundmark.toml"
    example.write_text(re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1])
    assert load(example).values.project == "my recogniser"


def test_the_documentation_builds_strictly(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_links_between_documents_lead_somewhere(name):
    links = LOCAL_LINK.findall((ROOT / name).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.stem)
def test_files_a_page_speaks_of_exist(page):
    named = re.findall(
        r"`((?:collector|history|site_gen|tests|\.ci|\.github)/[\w./-]+)`", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_verb_of_the_makefile_is_explained():
    makefile = (ROOT / "Makefile").read_text()
    verbs = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    setup = (ROOT / "docs" / "contributing" / "setup.md").read_text()
    assert [verb for verb in verbs if verb != "help" and f"`make {verb}`" not in setup] == []
    assert [
        verb for verb in verbs if not re.search(rf"^{verb}:.*## ", makefile, re.MULTILINE)
    ] == []


def test_hooks_type_the_same_verbs():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["make lint", "make types"]


def test_constraints_pin_everything_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["speech"],
        *(item for group in project["dependency-groups"].values() for item in group),
    ]
    names = {re.match(r"[\w-]+", item)[0].lower() for item in asked if isinstance(item, str)}
    pinned = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if not line.startswith("#")
    )
    assert names - set(pinned) == set()
    assert pinned["torch"] == "2.13.0"
