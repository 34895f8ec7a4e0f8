"""Render every page into its frame; those that would say the same are left alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from site_gen.writers.html import Renderer
from site_gen.writers.kept import Kept, digest, of_program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_gen.pages.context import Context
    from site_gen.pages.registry import Page
    from site_gen.shell.frame import Frame
    from site_gen.shell.interface import Frames
    from site_gen.writers.tree import Tree


def stamp(context: Context, pages: Iterable[Page], frames: Frames, tree: Tree, kept: Kept) -> None:
    """Put every page into the tree."""
    renderer = Renderer(context)
    site = repr((context.site, sorted(context.shared)))
    around = digest(of_program().encode(), site.encode("utf-8", "surrogatepass"))
    for page in pages:
        frame = frames.of(page.path)
        made_of = ""
        if page.settled is not None:
            words = repr((around, _digest(frame), page.template, page.title, page.settled))
            made_of = digest(words.encode("utf-8", "surrogatepass"))
            if kept.has(tree, page.file, made_of):
                continue
        description = context.site.description or page.title
        text = frame.stamp(page.title, description, page.path, renderer.page(page))
        tree.put(page.file, text)
        if made_of:
            kept.note(page.file, made_of, text.encode("utf-8"))


@cache
def _digest(frame: Frame) -> str:
    return digest(*(part.encode() for part in frame.parts))
