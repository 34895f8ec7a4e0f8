"""The command ``report``: the review of one commit."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from history.cli import completion
from history.cli.options import format_option, workspace_options
from site_gen.cli import places
from site_gen.cli.judged import judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.project.workspace import Workspace
    from history.report.review.links import Links
    from history.report.review.result import Review
    from site_gen.forge.job import Job

_OF_A_REPORT: Final = (
    "--post", "--from", "--artifact", "--head", "--base", "--format", "--html", "--out", "--pr",
)  # fmt: skip
_ALONE: Final = {
    "--issues": ("--alarm", *_OF_A_REPORT),
    "--alarm": _OF_A_REPORT,
    "--post": ("--format", "--html", "--out"),
    "--from": ("--artifact", "--head", "--base"),
    "--artifact": ("--head", "--base"),
}
"""Options that exclude others, which would be ignored."""
_A_REPORT: Final = "`soundmark report --format json -o FILE` writes a report."
FORMATS: Final = ("text", "github", "gitlab", "summary", "annotations", "json")


@click.command(short_help="Report what a commit changed.")
@click.option(
    "--base",
    metavar="REV",
    default="",
    shell_complete=completion.COMMITS,
    help="The base that the head is compared with.",
)
@click.option(
    "--head",
    metavar="REV",
    default="",
    shell_complete=completion.COMMITS,
    help="The commit.  [default: what is checked out]",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A report that --format json wrote, by anybody; no history is read.",
)
@format_option(
    *FORMATS,
    told="Plain text, Markdown for a comment, a job summary, check-run annotations, or data.",
)
@click.option(
    "--site",
    metavar="PLACE",
    default="",
    help="A built site, its data/pages.json, or its address: only pages that it has are linked.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write every line to one HTML file, to keep as an artifact.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write instead of printing.",
)
@click.option("--post", is_flag=True, help="Post it to the pull request: a check and one comment.")
@click.option(
    "--pr", "number", type=click.IntRange(1), help="The pull request.  [default: by its head]"
)
@click.option(
    "--artifact",
    type=click.Path(path_type=Path),
    help="Folder or zip with the review.json of an untrusted job.",
)
@click.option(
    "--issues",
    is_flag=True,
    help="Instead: keep an issue for each open event, and answer what was merged, as configured.",
)
@click.option(
    "--alarm",
    is_flag=True,
    help="Instead: open an issue when the newest run of the published site is older than"
    " site.stale_after_days, and close it again.",
)
@workspace_options
def report(  # noqa: PLR0913 - one for each option
    workspace: Workspace,
    *,
    base: str,
    head: str,
    source: Path | None,
    format_: str,
    site: str,
    html: Path | None,
    out: Path | None,
    post: bool,
    number: int | None,
    artifact: Path | None,
    issues: bool,
    alarm: bool,
) -> None:
    """Report what a commit changed: one line with the action asked, then at most ten rows.

    The report is about the newest duet of the commit (`collect --against`). Without a duet the
    stored run of the commit is compared with its nearest measured ancestor on the same machine.

    The exit code is 0 whatever was found: `collect --against` and `check` are what fails a job.
    With --post it is 0 in a job also where posting fails; a warning says so.
    """
    _refuse_what_would_be_ignored()
    if issues or alarm:
        (_issues if issues else _alarm)(workspace, site)
        return
    review = _source(workspace, source, artifact, head, base)
    if post:
        is_foreign = source is not None or artifact is not None
        named = is_foreign or bool(head or base)
        _post(workspace, review, site, number, is_foreign=is_foreign, named=named)
        return
    found = review()
    links = places.links(site)
    if html is not None:
        from history.report.review.html import html as written

        html.write_text(written(found, links), encoding="utf-8")
    if out is not None:
        out.write_text(_written(found, format_, links), encoding="utf-8")
    elif format_ == "text":
        click.echo(_told(found), nl=False)
    else:
        click.echo(_written(found, format_, links), nl=False)


def _refuse_what_would_be_ignored() -> None:
    """Raise UsageError for combinations in which an option would have no effect."""
    from history.words.errors import UsageError

    context = click.get_current_context()
    names = {one.name: one.opts[-1] for one in context.command.params}
    given = {
        names[name]
        for name in context.params
        if name in names
        and context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    for option, others in _ALONE.items():
        for other in others:
            if {option, other} <= given:
                raise UsageError(f"{option} and {other} exclude each other.", hint="Leave one out.")
    if "--pr" in given and "--post" not in given:
        raise UsageError("--pr is for --post, which is not given.", hint="Add --post.")


def _source(
    workspace: Workspace, source: Path | None, artifact: Path | None, head: str, base: str
) -> Callable[[], Review]:
    """A function that reads the review when it is called."""
    if artifact is not None:
        from site_gen.forge import artifact as artifacts

        return lambda: artifacts.read(artifact)
    if source is not None:
        return lambda: _given(source)
    return lambda: _found(workspace, head, base)


def _found(workspace: Workspace, head: str, base: str) -> Review:
    from history.report.review import find

    return find.review(workspace, head, base)


def _given(file: Path) -> Review:
    from history.report.review import codec

    try:
        return codec.decode(places.content(file, codec.MOST_BYTES, _A_REPORT))
    except codec.ReviewError as error:
        raise codec.ReviewError(f"{file}: {error.message}", hint=error.hint) from None


def _written(found: Review, format_: str, links: Links) -> str:
    from history.report.review import annotations, codec, markdown
    from history.report.review.text import text

    match format_:
        case "json":
            return codec.encode(found).decode() + "\n"
        case "text":
            return text(found)
        case "annotations":
            return annotations.encode(found)
        case _:
            return markdown.comment(found, links, most_bytes=markdown.MOST_BYTES[format_])


def _told(found: Review) -> str:
    """The text, wrapped to the width of the terminal if there is one."""
    from history.report.review.text import text
    from history.report.terminal import fitted, folded

    return text(found, table=fitted, fold=folded)


def _post(
    workspace: Workspace,
    source: Callable[[], Review],
    site: str,
    number: int | None,
    *,
    is_foreign: bool,
    named: bool,
) -> None:
    """Post the review of this job, or of the job that this job's event names."""
    from site_gen.forge import job

    after_another = not named and os.environ.get("GITHUB_EVENT_NAME") == "workflow_run"
    asked = _job(workspace, site)
    job.run(
        replace(
            asked,
            number=number,
            source=None if after_another else source,
            is_foreign=is_foreign or after_another,
        )
    )


def _issues(workspace: Workspace, site: str) -> None:
    """Keep issues for the events of the whole history."""
    from site_gen.forge import job

    job.run_nightly(_job(workspace, site), lambda: judged(workspace))


def _alarm(workspace: Workspace, site: str) -> None:
    """Keep an issue while the published site is stale."""
    from datetime import UTC, datetime

    from site_gen.forge import job

    job.run_alarm(_job(workspace, site), datetime.now(UTC))


def _job(workspace: Workspace, site: str) -> Job:
    """A job that links pages of that site, or of the configured one."""
    from site_gen.forge.job import Job

    published = site or workspace.config.site.url
    return Job(
        loaded=workspace.loaded,
        environ=os.environ,
        say=click.echo,
        links=lambda: places.links(published),
    )
