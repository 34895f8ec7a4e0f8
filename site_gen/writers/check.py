"""Check a finished site: every page exists and every link has a target."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from site_gen import workers
from site_gen.writers.tree import names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

# As HTML has it: what stands between quotes is a value, whatever it looks like.
_TAG = re.compile(
    r"""<(a|link|script|img|iframe|source|video|audio|form|object|use)\b"""
    r"""((?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_ADDRESSES = frozenset({"href", "src", "srcset", "action", "data"})
# Begins with a plain word, which is looked for many times faster than a boundary.
_DATA = re.compile(r'data-(?:page|runs|samples|index)="([^"]*)"')
_EXTERNAL = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')]+)", re.IGNORECASE)
# Links that a person follows, and canonical addresses; browsers load nothing by them.
_HARMLESS_RELATIONS = ("canonical", "alternate", "next", "prev", "license")


class Finding(NamedTuple):
    """One fault of the site."""

    page: str
    problem: str


def check(
    site: Path,
    expected: Collection[str],
    only: Collection[str] | None = None,
    processes: int = 1,
) -> list[Finding]:
    """All faults, sorted by page.

    ``expected`` names every required file, relative to the site. Links are checked in the files of
    ``only``, which suffices if the others were checked before and no file was removed.
    """
    there = frozenset(names_of(site))
    found = [Finding(name, "was not built") for name in expected if name not in there]

    def one(name: str) -> list[Finding]:
        text = (site / name).read_text(encoding="utf-8")
        if name.endswith(".css"):
            return [Finding(name, f"loads {link}") for link in _STYLE.findall(text)]
        return list(_page(name, text, there))

    asked = there if only is None else there.intersection(only)
    texts = [name for name in asked if name.endswith((".html", ".css")) and name != "404.html"]
    for more in workers.in_order(one, sorted(texts), processes):
        found += more
    return sorted(found)


def _page(name: str, text: str, there: Collection[str]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    folder = posixpath.dirname(name)
    for tag, text_of_attributes in _TAG.findall(text):
        attributes = _attributes(text_of_attributes)
        for attribute in _ADDRESSES & attributes.keys():
            target = attributes[attribute]
            if (tag, target) in seen:
                continue
            seen.add((tag, target))
            if _EXTERNAL.match(target):
                if _loads(tag.lower(), attribute, attributes):
                    yield Finding(name, f"loads {target}")
            elif not _exists(folder, target, there):
                yield Finding(name, f"links to {target}, which is not there")
    for written in _DATA.findall(text):
        target = unescape(written)
        if not _exists(folder, target, there):
            yield Finding(name, f"reads {target}, which is not there")


@lru_cache(maxsize=4096)
def _attributes(text: str) -> dict[str, str]:
    """Name of each attribute of a tag, in small letters, to its value; the first of a name counts.

    Most tags of a site come again on its next page.
    """
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        value = next((value for value in values if value), "")
        found.setdefault(name.lower(), unescape(value))
    return found


def _loads(tag: str, attribute: str, attributes: Mapping[str, str]) -> bool:
    """Whether a browser would fetch this address by itself."""
    if tag == "a" and attribute == "href":
        return False
    if tag == "link":
        relation = attributes.get("rel", "").lower().split()
        return not relation or relation[0] not in _HARMLESS_RELATIONS
    return True


def _exists(folder: str, target: str, there: Collection[str]) -> bool:
    path = unquote(target.partition("#")[0].partition("?")[0])
    if not path or path.startswith(("/", "data:", "mailto:", "javascript:")):
        return not path.startswith("javascript:")
    here = posixpath.normpath(f"{folder}/{path}" if folder else path)
    if path.endswith(("/", ".")) or here == ".":
        here = "index.html" if here == "." else f"{here}/index.html"
    return here in there
