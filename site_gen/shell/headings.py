"""Note the headings of the documentation: MkDocs loads this file as a hook while it builds.

The index that the theme makes for its search has the whole text as well. Making it takes a quarter
of the time of a build, and nobody looks into it: ``assets/search.js`` finds headings alone. So the
pages are taken out of the theme's search once their headings are known.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = "headings.json"
"""In the folder of the site: title and address of each, in order."""
_MARK: Final = re.compile(r"<[^>]+>")
_noted: list[tuple[str, str]] = []


def on_pre_build(**_: Any) -> None:  # noqa: ANN401 - what MkDocs hands over
    """Nothing is known yet."""
    _noted.clear()


def on_page_content(html: str, *, page: Any, **_: Any) -> str:  # noqa: ANN401 - as above
    """Note the headings of a page, which stays as it is."""
    search = page.meta.setdefault("search", {})
    if not search.get("exclude"):
        _noted.extend(_headings(page))
        search["exclude"] = True
    return html


def on_post_build(*, config: Any, **_: Any) -> None:  # noqa: ANN401 - as above
    """Write down all of them."""
    Path(config["site_dir"], FILE).write_bytes(orjson.dumps(_noted))


def _headings(page: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    """The page by its title, then every heading below that."""
    first, *others = [*page.toc] or [None]
    if first is None or first.level != 1:
        yield _text(str(page.title)), page.url
        others = [*page.toc]
    else:
        yield _text(first.title), page.url
        others = [*first.children, *others]
    for one in others:
        yield from _below(one, page.url)


def _below(link: Any, url: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    yield _text(link.title), url + link.url
    for one in link.children:
        yield from _below(one, url)


def _text(title: str) -> str:
    return unescape(_MARK.sub("", title))
