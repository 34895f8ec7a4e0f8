"""Commands that documents tell a reader to type are commands of the program."""

import itertools
import re
import shlex

import click
import pytest

from collector.cli.flags import SuiteCommand
from history.formats import registry as formats
from soundmark import main
from tests.conftest import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
QUOTED = re.compile(r"<!-- (help|imports)[^>]*-->.*?<!-- /\1 -->", re.DOTALL)
TYPED = re.compile(r"(?:^|/| && )(soundmark [a-z][^`\n#]*)", re.MULTILINE)
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(soundmark [a-z][^`\n]*)`")


def typed(text: str) -> list[str]:
    """Every command line in shell blocks and in running text, without its comment."""
    text = QUOTED.sub("", text).replace("\\\n", " ")
    in_blocks = [line for block in BLOCK.findall(text) for line in TYPED.findall(block)]
    return [*in_blocks, *INLINE.findall(text)]


def unknown(line: str) -> str:
    """What the program does not know of a command line; empty when it knows all."""
    words = shlex.split(line.replace("…", ""))[1:]
    command: click.Command = main
    context = click.Context(main, **main.context_settings)
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        if found is None:
            return f"no such command: {line}"
        command = found
        context = click.Context(found, parent=context, resilient_parsing=True)
    if isinstance(command, SuiteCommand):
        command.parse_args(context, list(itertools.takewhile(lambda w: w[0] not in "-&", words)))
    options = {name for option in command.get_params(context) for name in option.opts}
    options |= {name for option in command.get_params(context) for name in option.secondary_opts}
    for word in words:
        if word in {"&&", "||", "|", ";", ">", "\\"}:
            break
        if word.startswith("--") and (name := word.split("=")[0]) not in options:
            return f"no such option {name}: {line}"
    return ""


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: path.stem)
def test_commands_that_a_page_types_exist_with_their_options(page):
    assert [said for line in typed(page.read_text()) if (said := unknown(line))] == []


def test_formats_that_readme_imports_can_be_imported():
    named = re.findall(r"`soundmark import ([a-z-]+) ", (ROOT / "README.md").read_text())
    assert len(named) >= 3
    for name in named:
        formats.find(name, formats.IMPORT)


def test_a_wrong_word_would_be_found():
    assert unknown("soundmark colect") == "no such command: soundmark colect"
    assert unknown("soundmark history lst").startswith("no such command")
    assert unknown("soundmark site build --ot x").startswith("no such option --ot")
    assert unknown("soundmark site build --out x") == ""
