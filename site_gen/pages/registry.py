"""List the kinds of pages that a site has, in the order of its navigation.

A kind is a function that receives all known data and yields its pages: address, navigation title,
template and its variables. Ours are one module each; those of other packages follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.words.errors import BrokenEnvironmentError
from history.words.registry import Registry
from site_gen.pages.interface import Details, Known, Page, PageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history.read.samples import Samples
    from site_gen.pages.context import Context
    from site_gen.writers.downloads import Downloads

_OURS: Final = (
    "overview",
    "suites",
    "benchmarks",
    "verdicts",
    "sla",
    "regressions",
    "events",
    "comparisons",
    "duets",
    "memory",
    "golden",
    "runs",
    "machines",
    "data",
    "method",
)
KINDS: Final = Registry[PageKind](
    kind="kind of page",
    protocol=PageKind,
    built_in={name: f"site_gen.pages.{name}:pages" for name in _OURS},
    group="soundmark.pages",
)


def pages(
    context: Context,
    samples: Samples,
    downloads: Downloads,
    docs: tuple[tuple[str, str], ...] = (),
    details: Details | None = None,
) -> Iterator[Page]:
    """Every page, the front page first. The list depends on the history alone.

    Raises BrokenEnvironmentError where two pages have one address.
    """
    known = Known(context, samples, downloads, docs, details or Details())
    taken: dict[str, str] = {}
    for name in KINDS.names():
        for page in _listed(name, known):
            if page.path in taken:
                raise BrokenEnvironmentError(
                    f'the address "{page.path}" is that of two pages: one of the kind '
                    f'"{taken[page.path]}" and one of the kind "{name}".',
                    hint="The package that offers the second has to choose another.",
                )
            taken[page.path] = name
            yield page


def _listed(name: str, known: Known) -> Iterator[Page]:
    kind = KINDS.find(name)
    if not callable(kind):
        raise BrokenEnvironmentError(
            f'the kind of page "{name}" is registered as {KINDS.target(name)}, which is no '
            "function that lists pages.",
            hint="The package that offers it has to be mended.",
        )
    yield from kind(known)
