"""The command ``report``: what a reviewer reads about one commit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from history.cli.options import workspace_options

if TYPE_CHECKING:
    from history.project.workspace import Workspace
    from history.report.review.links import Links
    from history.report.review.result import Review

FORMATS: Final = ("text", "github", "gitlab", "summary", "annotations", "json")


@click.command(short_help="Tell a reviewer what a commit changed.")
@click.option("--base", metavar="REV", default="", help="What the head is held against.")
@click.option(
    "--head", metavar="REV", default="", help="The commit.  [default: what is checked out]"
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A report that --format json wrote, by anybody; no history is read.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="Plain text, Markdown for a comment, a job summary, check-run annotations, or data.",
)
@click.option(
    "--site",
    metavar="PLACE",
    default="",
    help="A built site, or its data/pages.json: only pages that it has are linked.",
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
@workspace_options
def report(
    workspace: Workspace,
    *,
    base: str,
    head: str,
    source: Path | None,
    format_: str,
    site: str,
    html: Path | None,
    out: Path | None,
) -> None:
    """Tell what a commit changed, in one line with the action asked, then in at most ten rows.

    It tells the newest duet of the commit (`collect --against`). Where there is none, it holds the
    stored run of the commit against its nearest measured ancestor on the same machine, and says so.

    The exit code is 0 whatever was found: `collect --against` and `check` are what fails a job.
    """
    found = _given(source) if source is not None else _found(workspace, head, base)
    links = _links(site)
    if html is not None:
        from history.report.review.html import html as written

        html.write_text(written(found, links), encoding="utf-8")
    text = _written(found, format_, links)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _found(workspace: Workspace, head: str, base: str) -> Review:
    from history.report.review import find

    return find.review(workspace, head, base)


def _given(file: Path) -> Review:
    from history.report.review import codec

    return codec.decode(_bytes(file, codec.MOST_BYTES))


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


def _links(site: str) -> Links:
    from history import addresses
    from history.report.review import links
    from history.words.errors import UsageError

    if not site:
        return links.NONE
    if "://" in site:
        raise UsageError(
            f'expected a built site or its {addresses.PAGES}, found the address "{site}".',
            hint=f"Fetch {site.rstrip('/')}/{addresses.PAGES} first and name that file.",
        )
    place = Path(site)
    return links.decode(
        _bytes(place / addresses.PAGES if place.is_dir() else place, links.MOST_BYTES)
    )


def _bytes(file: Path, most: int) -> bytes:
    """What a file holds, but for what is beyond the limit and one byte, which tells that."""
    from history.words.errors import UsageError

    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.",
            hint="A site writes data/pages.json when it is built; a report is written by "
            "`soundmark report --format json -o FILE`.",
        ) from None
