"""Render every page into its frame, except pages that would not change."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from history.words.metrics import registry
from site_gen import workers
from site_gen.writers.kept import digest, of_program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_gen.pages.interface import Page
    from site_gen.shell.frame import Frame
    from site_gen.shell.interface import Frames
    from site_gen.writers.html import Renderer
    from site_gen.writers.kept import Kept
    from site_gen.writers.tree import Tree


class Stamped(NamedTuple):
    """The result of one page."""

    file: str
    is_new: bool
    """Whether it had to be written."""
    made_of: str
    """Hash of its inputs; empty for a page that is rendered every time."""
    digest: str


def stamp(
    renderer: Renderer,
    pages: Sequence[Page],
    frames: Frames,
    tree: Tree,
    kept: Kept,
    processes: int = 1,
) -> None:
    """Write every page to the tree."""
    context = renderer.context
    # Another package may bring other words for its metrics.
    site = repr((context.site, sorted(context.shared), sorted(registry().items())))
    around = digest(of_program().encode(), site.encode("utf-8", "surrogatepass"))
    description = context.site.description

    def one(page: Page) -> Stamped:
        frame = frames.of(page.path)
        content = renderer.page(page)
        text = frame.stamp(page.title, description or page.title, page.path, content)
        data = text.encode("utf-8")
        is_new = tree.put(page.file, data)
        return Stamped(page.file, is_new, _made_of(page, frame, around), digest(data))

    todo = [
        page
        for page in pages
        if page.settled is None
        or not kept.knows(page.file)
        or not kept.has(tree, page.file, _made_of(page, frames.of(page.path), around))
    ]
    if todo:
        renderer.load()
    for each in workers.in_order(one, todo, processes):
        tree.keep(each.file, is_new=each.is_new)
        if each.made_of:
            kept.note(each.file, each.made_of, each.digest)


def _made_of(page: Page, frame: Frame, around: str) -> str:
    """Hash of all inputs of a page; empty when they are not known."""
    if page.settled is None:
        return ""
    words = repr((around, _digest(frame), page.template, page.title, page.settled))
    return digest(words.encode("utf-8", "surrogatepass"))


@cache
def _digest(frame: Frame) -> str:
    return digest(*(part.encode() for part in frame.parts))
