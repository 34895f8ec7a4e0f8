"""Look at a finished site from outside: is every page there, does every link lead somewhere."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_TAG = re.compile(
    r"<(a|link|script|img|iframe|source|video|audio|form|object|use)\b([^>]*)>", re.IGNORECASE
)
_TARGET = re.compile(
    r"""\b(href|src|srcset|action|data)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
# Begins with a plain word, which is looked for many times faster than a boundary.
_DATA = re.compile(r'data-(?:page|runs|samples|index)="([^"]*)"')
_EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')]+)", re.IGNORECASE)
# Links a person may follow, and addresses that say where this page is; nothing is loaded by them.
_HARMLESS_RELATIONS = ("canonical", "alternate", "next", "prev", "license")


class Finding(NamedTuple):
    """One thing that is wrong with the site."""

    page: str
    problem: str


def check(site: Path, expected: Collection[str]) -> list[Finding]:
    """Everything that is wrong, sorted by page.

    ``expected`` names every file that must be there, relative to the site.
    """
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    found = [Finding(name, "was not built") for name in expected if name not in there]
    for name in there:
        if name.endswith(".html") and name != "404.html":
            found += _page(name, (site / name).read_text(encoding="utf-8"), there)
        elif name.endswith(".css"):
            text = (site / name).read_text(encoding="utf-8")
            found += [Finding(name, f"loads {link}") for link in _STYLE.findall(text)]
    return sorted(found)


def _page(name: str, text: str, there: Collection[str]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    folder = posixpath.dirname(name)
    for tag, attributes in _TAG.findall(text):
        for attribute, *values in _TARGET.findall(attributes):
            target = next((value for value in values if value), "")
            if (tag, target) in seen:
                continue
            seen.add((tag, target))
            if _EXTERNAL.match(target):
                if _loads(tag.lower(), attribute.lower(), attributes):
                    yield Finding(name, f"loads {target}")
            elif not _exists(folder, target, there):
                yield Finding(name, f"links to {target}, which is not there")
    for target in _DATA.findall(text):
        if not _exists(folder, target, there):
            yield Finding(name, f"reads {target}, which is not there")


def _loads(tag: str, attribute: str, attributes: str) -> bool:
    """Whether a browser would fetch this address by itself."""
    if tag == "a" and attribute == "href":
        return False
    if tag == "link":
        relation = re.search(r"""\brel=["']?([\w-]+)""", attributes, re.IGNORECASE)
        return relation is None or relation.group(1).lower() not in _HARMLESS_RELATIONS
    return attribute in {"href", "src", "srcset", "data", "action"}


def _exists(folder: str, target: str, there: Collection[str]) -> bool:
    path = unquote(target.partition("#")[0].partition("?")[0].replace("&amp;", "&"))
    if not path or path.startswith(("/", "data:", "mailto:", "javascript:")):
        return not path.startswith("javascript:")
    here = posixpath.normpath(f"{folder}/{path}" if folder else path)
    if path.endswith(("/", ".")) or here == ".":
        here = "index.html" if here == "." else f"{here}/index.html"
    return here in there
