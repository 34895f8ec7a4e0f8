"""Write a built site into the documentation of a MkDocs project, which builds it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import orjson

from history import addresses
from site_gen.writers.text import clean
from site_gen.writers.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from site_gen.shell.navigation import Entry

_OF_A_SITE: Final = frozenset({"sitemap.xml", "sitemap.xml.gz", "404.html", addresses.PAGES})
"""What the project's own build makes, or would say of addresses that are other ones there."""


def mount(site: Path, into: Path) -> int:
    """Write the files of a site to a folder, pages as Markdown; returns the number written.

    Other files in the folder are removed.
    """
    tree = Tree(into)
    for name in Tree(site).there():
        if name not in _OF_A_SITE:
            tree.copy(_source_name(name), site / name)
    tree.sweep()
    return tree.written


def snippet(entries: Sequence[Entry], folder: str) -> str:
    """The navigation of these pages as part of a ``mkdocs.yml``; ``folder`` is below its docs."""
    return "\n".join(["nav:", "  - Benchmarks:", *_lines(entries, folder, "      ")])


def _lines(entries: Sequence[Entry], folder: str, indent: str) -> Iterator[str]:
    for one in entries:
        file = _quoted("/".join(filter(None, (folder, one.path, "index.md"))))
        title = _quoted(escape(clean(one.title)))  # themes print it as it is
        if one.below:
            yield f"{indent}- {title}:"
            yield f"{indent}    - {file}"
            yield from _lines(one.below, folder, f"{indent}    ")
        else:
            yield f"{indent}- {title}: {file}"


def _quoted(text: str) -> str:
    """A text in YAML, which holds JSON."""
    return orjson.dumps(text).decode()


def _source_name(name: str) -> str:
    is_page = name == "index.html" or name.endswith("/index.html")
    return f"{name.removesuffix('.html')}.md" if is_page else name
