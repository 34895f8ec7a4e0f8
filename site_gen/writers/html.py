"""Render reports to the HTML of pages; text from outside is escaped."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemBytecodeCache,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
)

from history import addresses
from history.report.wording import (
    absences,
    changes,
    confounders,
    events,
    memory,
    moments,
    names,
    numbers,
    sizes,
    targets,
    verdicts,
)
from history.words import metrics
from history.words.errors import ConfigError
from site_gen import format as text
from site_gen.pages import fragments
from site_gen.pages.findings import in_common
from site_gen.pages.marks import listed
from site_gen.pages.number_rows import choices, number_rows, reasons
from site_gen.writers import raw_samples
from site_gen.writers.forge_links import ForgeLinks
from site_gen.writers.indented import IndentedLoader
from site_gen.writers.text import clean, safe_url, unbroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping, Sequence
    from pathlib import Path

    from history.judge.changes import ChangeRow
    from history.read.runs import Run
    from site_gen.pages.change_groups import ChangeGroup
    from site_gen.pages.context import Context
    from site_gen.pages.events import EventPart
    from site_gen.pages.interface import Page
    from site_gen.shell.own_theme import OwnTheme


class Renderer:
    """Renders pages of one site."""

    def __init__(
        self, context: Context, compiled: Path | None = None, own: OwnTheme | None = None
    ) -> None:
        """Templates see the context as ``context`` and its site as ``site``.

        ``compiled`` is a folder that keeps compiled templates from one build to the next; ``own``
        has templates that stand in the place of ours, which they find below ``soundmark/``.
        """
        self.context = context
        kept = None
        if compiled is not None:
            compiled.mkdir(parents=True, exist_ok=True)
            kept = FileSystemBytecodeCache(str(compiled))
        self._own = own
        self._environment = _environment().overlay(bytecode_cache=kept, loader=_loader(own))
        self._environment.globals = dict(_environment().globals) | {
            "context": context,
            "site": context.site,
            "forge": ForgeLinks(context.site.repository),
            "samples_command": self._samples_command,
        }
        self._hidden = context.shared
        self._templates: dict[str, Any] = {}

    def load(self) -> None:
        """Compile every template, so that forked processes need not do it again."""
        for name in self._environment.list_templates():
            with suppress(TemplateError):  # the page that needs it raises
                self._environment.get_template(name)

    def page(self, page: Page) -> str:
        """The content of the page: one HTML element."""
        try:
            body = self._template(page.template).render(
                root=page.root, hidden=self._hidden, **page.make()
            )
        except TemplateError as error:
            if self._own is None or not self._own.templates:
                raise
            raise ConfigError(
                f"site.theme_dir: {page.template} cannot be written with the templates of "
                f"{self._own.folder}: {error.message}.",
                hint="Those of this version are in site_gen/pages/templates: compare yours.",
            ) from error
        return unbroken(clean(body)).strip()

    def _template(self, name: str) -> Any:  # noqa: ANN401 - Jinja's
        if name not in self._templates:
            is_file = name.endswith(".html")
            find = self._environment.get_template if is_file else self._environment.from_string
            self._templates[name] = find(name)
        return self._templates[name]

    def _samples_command(self, runs: Sequence[Run]) -> str:
        """Command that prints every sample of some runs; it fetches only needed parts of files."""
        return raw_samples.command(self.context.site.root, runs)


def _loader(own: OwnTheme | None) -> BaseLoader:
    ours = IndentedLoader("site_gen", "pages/templates")
    if own is None or not own.templates:
        return ours
    return ChoiceLoader([DictLoader(own.templates), ours, PrefixLoader({"soundmark": ours})])


class _Environment(Environment):
    """Jinja's environment, with one dictionary of globals for every template.

    Each import in a template compares the globals, which is slow for a chain of maps.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template."""
        return {**self.globals, **d} if d else self.globals


@cache
def _environment() -> Environment:
    environment = _Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # nobody changes a template while a site is built
    )
    environment.globals |= _FUNCTIONS
    environment.filters["confounder"] = confounders.words
    environment.filters["metric_title"] = metrics.title_of
    return environment


def _variants_of(groups: Iterable[ChangeGroup]) -> Iterator[str]:
    """The variant of every series in these rows."""
    for group in groups:
        yield group.row.series.key.variant
        yield from (row.series.key.variant for row, _ in group.others)


def _variants_in(parts: Iterable[EventPart]) -> Iterator[str]:
    """The variant of every series in the rows of these events."""
    for part in parts:
        yield from _variants_of((*part.first, *part.folded))


def _told(row: ChangeRow) -> sizes.Told:
    return sizes.told(row.size)


def _file_size(size_bytes: int) -> str:
    return numbers.value(size_bytes, "B")


def _summary(metric: str) -> str:
    return metrics.find(metric).summary


_FUNCTIONS: Final[dict[str, object]] = {
    "absence": absences,
    "sign": text.sign,
    "value": numbers.value,
    "size_of": _told,
    "could_show": sizes.could_show,
    "number": text.number,
    "counted": numbers.counted,
    "whole": numbers.whole,
    "rule": changes.rule,
    "rule_briefly": changes.briefly,
    "decided": changes.decided,
    "traded": changes.traded,
    "moved": changes.moved,
    "event_words": events,
    "why": verdicts.verdict,
    "why_plainly": verdicts.plainly,
    "briefly": verdicts.briefly,
    "target_reason": targets.reason,
    "unbroken": targets.unbroken,
    "targets_in_common": in_common,
    "leak_reason": memory.of_row,
    "leak_ground": memory.on_what,
    "short": names.short,
    "day": moments.day,
    "minute": moments.minute,
    "iso": text.iso,
    "duration": moments.duration,
    "file_size": _file_size,
    "metric_title": metrics.title_of,
    "metric_summary": _summary,
    "variant_title": names.variant,
    "in_common": names.common,
    "variants_of": _variants_of,
    "variants_in": _variants_in,
    "better": names.better,
    "addresses": addresses,
    "safe_url": safe_url,
    "listed": listed,
    "choices": choices,
    "number_rows": number_rows,
    "reasons": reasons,
    "pill": fragments.pill,
    "commit": fragments.commit,
    "sha": fragments.sha,
    "params": fragments.params,
    "name": fragments.name,
}
"""Functions that templates may call, by name."""
