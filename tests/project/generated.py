"""Keep what documents quote from the program equal to the program.

A block stands between `<!-- help: soundmark collect -->`, `<!-- metrics -->`, `<!-- formats -->`,
`<!-- imports -->`, `<!-- not read -->` or `<!-- action -->` and the same word with a stroke before
it. Run this module to rewrite all of them (`make docs`), with this repository's own workflows;
tests compare them.
"""

import re
from collections.abc import Iterator

import click
import yaml
from click.testing import CliRunner

from collector.onboarding.scaffold import template
from history.formats import listing
from history.formats import registry as formats
from history.formats.interface import Writes
from history.words.metrics import registry
from soundmark import main
from tests.conftest import ROOT
from tests.project import own_workflows

REFERENCE = ROOT / "docs" / "reference"
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "docs" / "getting-started.md",
    *(REFERENCE / f"{name}.md" for name in ("commands", "formats", "metrics")),
]
HELP = re.compile(r"<!-- help: (?P<command>[\w -]+) -->\n.*?<!-- /help -->", re.DOTALL)
METRICS = re.compile(r"<!-- metrics -->\n.*?<!-- /metrics -->", re.DOTALL)
IMPORTS = re.compile(r"<!-- imports -->\n.*?<!-- /imports -->", re.DOTALL)
FORMATS = re.compile(r"<!-- formats -->\n.*?<!-- /formats -->", re.DOTALL)
NOT_READ = re.compile(r"<!-- not read -->\n.*?<!-- /not read -->", re.DOTALL)
ACTION = re.compile(r"<!-- action -->\n.*?<!-- /action -->", re.DOTALL)


def commands(group: click.Group = main, path: str = "soundmark") -> Iterator[str]:
    """Every command and subcommand, as it is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield f"{path} {name}"
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def documented(text: str) -> list[str]:
    """The commands that have a block in this text."""
    return [match["command"] for match in HELP.finditer(text)]


def refreshed(text: str) -> str:
    """The same text with every block as the program has it now."""
    text = HELP.sub(lambda match: _help(match["command"]), text)
    text = METRICS.sub(lambda _: _metrics(), text)
    text = IMPORTS.sub(lambda _: _imports(), text)
    text = FORMATS.sub(lambda _: _formats(), text)
    text = NOT_READ.sub(lambda _: _not_read(), text)
    return ACTION.sub(lambda _: _action(), text)


def _help(command: str) -> str:
    program, *arguments = command.split()
    result = CliRunner().invoke(
        main, [*arguments, "--help"], prog_name=program, terminal_width=100, max_content_width=100
    )
    assert result.exit_code == 0, f"{command} --help: {result.output}"
    return f"<!-- help: {command} -->\n```text\n{result.output.strip()}\n```\n<!-- /help -->"


def _metrics() -> str:
    rows = [
        f"| `{name}` | {m.unit} | {m.direction} | {m.kind} | {m.summary} |"
        for name, m in registry().items()
    ]
    table = "\n".join(
        ["| metric | unit | better | kind | what it is |", "|---|---|---|---|---|", *rows]
    )
    return f"<!-- metrics -->\n{table}\n<!-- /metrics -->"


def _formats() -> str:
    goes_in, read = formats.names(formats.IMPORT), formats.names(formats.PARSE)
    rows = ["| format | what it is | goes in | `reads` | goes out |", "|---|---|---|---|---|"]
    for name in formats.FORMATS.built_in:
        found = formats.FORMATS.find(name)
        marks = ["yes" if name in among else "" for among in (goes_in, read)]
        out = found.written if isinstance(found, Writes) else ""
        rows.append(
            f"| `{name}` | {found.summary} | {' | '.join(marks)} | {out} |".replace("  ", " ")
        )
    return "\n".join(["<!-- formats -->", *rows, "<!-- /formats -->"])


def _imports() -> str:
    lines = [
        "| format | metrics | samples | commit | machine | to say |",
        "|---|---|---|---|---|---|",
    ]
    for row in listing.rows():
        said = f"`{row.to_say}`".replace(", ", "`, `") if row.to_say else ""
        cells = (f"`{row.format}`", row.metrics, row.samples, row.commit, row.machine, said)
        lines.append(f"| {' | '.join(cells)} |".replace("  ", " "))
    return "\n".join(["<!-- imports -->", *lines, "<!-- /imports -->"])


def _not_read() -> str:
    lines = [f"- {what}: {why}." for what, why in listing.NOT_READ.items()]
    return "\n".join(["<!-- not read -->", *lines, "<!-- /not read -->"])


def _action() -> str:
    inputs = yaml.safe_load(template("action.yml"))["inputs"]
    rows = ["| input | default | what it is |", "|---|---|---|"]
    for name, one in inputs.items():
        default = f"`{one['default']}`" if one["default"] else ""
        rows.append(f"| `{name}` | {default} | {one['description'].strip()} |")
    return "\n".join(["<!-- action -->", *rows, "<!-- /action -->"])


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(refreshed(document.read_text()))
    own_workflows.write()
