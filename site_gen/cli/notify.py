"""The command ``notify``: send news to a webhook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from history.cli.options import workspace_options
from history.report.terminal import say
from site_gen.cli.judged import judged

if TYPE_CHECKING:
    from history.project.workspace import Workspace
    from history.report.review.links import Links
    from history.words.errors import SoundmarkError
    from site_gen.forge.webhook import Webhook
    from site_gen.notices.memory import Keeper

VARIABLE: Final = "SOUNDMARK_WEBHOOK"
SHAPES: Final = ("json", "slack")


@click.command(short_help="Send news to a webhook.")
@click.option(
    "--webhook",
    metavar="URL",
    envvar=VARIABLE,
    default="",
    help=f"Address of the webhook.  [default: {VARIABLE} of the environment]",
)
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default=SHAPES[0],
    show_default=True,
    help="Fields by name, or a text in Slack's format.",
)
@click.option(
    "--record",
    metavar="REMOTE",
    default="",
    help="The shared record that stores what was sent.  [default: a file in .soundmark]",
)
@click.option(
    "--branch", default="soundmark-history", show_default=True, help="Branch that holds it."
)
@click.option(
    "--name",
    default="",
    help="Name of the webhook in that memory; give each one its own.  [default: report.name]",
)
@click.option("--site", metavar="PLACE", default="", help="As `soundmark report` has it.")
@click.option("--dry-run", is_flag=True, help="Print the messages without sending them.")
@workspace_options
def notify(
    workspace: Workspace,
    *,
    webhook: str,
    shape: str,
    record: str,
    branch: str,
    name: str,
    site: str,
    dry_run: bool,
) -> None:
    """Tell a webhook of each event and each change of its state, once.

    Benchmarks that are newly without a number come first, then broken targets, then events; what
    is alike on one machine is one message. At most ten are sent at once, the others the next time.

    The exit code is 0 also where nothing could be told: a warning says why. It is 2 for a wrong
    option or configuration.
    """
    from contextlib import closing, nullcontext

    from history.words.errors import ConfigError, SoundmarkError, UsageError

    keeper = _keeper(workspace, record, branch, name)
    hook = _hook(webhook, dry_run=dry_run)
    with closing(hook) if hook else nullcontext():
        try:
            _tell(workspace, hook, keeper, shape, site)
        except (UsageError, ConfigError):
            raise
        except SoundmarkError as error:
            _warn(error)
        except Exception as error:  # noqa: BLE001 - a notice never fails a night
            _warn(SoundmarkError(f"nothing more was told: {type(error).__name__}: {error}"))


def _tell(
    workspace: Workspace, hook: Webhook | None, keeper: Keeper, shape: str, site: str
) -> None:
    from site_gen.notices import shapes, tell

    telling = tell.Telling(
        keeper=keeper,
        links=_links(site or workspace.config.site.url),
        shape=shapes.SHAPES[shape],
        project=workspace.config.project,
        say=say,
        warn=_warn,
    )
    tell.tell(telling, hook, judged(workspace))


def _keeper(workspace: Workspace, record: str, branch: str, name: str) -> Keeper:
    from history.store.transport import shared
    from history.words.errors import UsageError
    from site_gen.notices import memory

    called = name or workspace.config.report.name
    if not all(one.isascii() and (one.isalnum() or one in "._-") for one in called):
        raise UsageError(
            f'--name: expected letters, digits, dots, - and _, found "{called}".',
            hint="It names a file: `team-channel` is one.",
        )
    if not record:
        return memory.FolderKeeper(workspace.root / ".soundmark", called)
    return memory.RecordKeeper(shared.at(record, branch, Path.cwd()), called)


def _hook(address: str, *, dry_run: bool) -> Webhook | None:
    """The webhook. Raises UsageError without a valid address."""
    from history.words.errors import UsageError
    from site_gen.forge.webhook import Webhook

    if dry_run:
        return None
    if not address:
        raise UsageError(
            f"expected the address of a webhook in {VARIABLE} or --webhook, found none.",
            hint="--dry-run says what would be told without one.",
        )
    return Webhook(address)


def _links(site: str) -> Links:
    """Pages of the site; none, with a message, when it does not answer."""
    from history.report.review import links
    from history.words.errors import SoundmarkError
    from site_gen.cli import places

    try:
        return places.links(site)
    except SoundmarkError as error:
        _warn(error)
        return links.NONE


def _warn(error: SoundmarkError) -> None:
    from site_gen.forge import job

    click.echo(job.annotation("warning", "soundmark notify", str(error), os.environ))
