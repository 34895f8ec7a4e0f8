"""Write the list of all pages for search engines; the theme's scripts read it as well."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_gen.writers.tree import Tree


def sitemap(url: str, pages: Iterable[str]) -> str:
    """The sitemap; empty when the site has no address.

    It has no dates, so that unchanged pages do not get new ones.
    """
    base = url if url.endswith("/") else f"{url}/"
    rows = [
        f"    <url><loc>{escape(f'{base}{page}/' if page else base)}</loc></url>\n"
        for page in (pages if url else ())
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(rows)}</urlset>\n"
    )


def write(tree: Tree, url: str, pages: Iterable[str]) -> None:
    """Put the list into a site, plain and packed."""
    text = sitemap(url, pages)
    tree.put("sitemap.xml", text)
    tree.put("sitemap.xml.gz", gzip.compress(text.encode(), mtime=0))
