"""Read ``soundmark.toml`` and report precisely what is wrong with it.

Every table is a frozen Struct that forbids unknown keys; an error names the file, the key path and
the nearest key that exists.
"""

from __future__ import annotations

import difflib
import re
from enum import Enum
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args, get_origin

import msgspec

from history.project import limits, tables, toml
from history.project.limits import Target, Threshold
from history.words import suites, units
from history.words.errors import ConfigError, UsageError
from history.words.metrics import Metric, registry
from history.words.patterns import in_words

FILE_NAME: Final = "soundmark.toml"

Table = TypeVar("Table", bound=msgspec.Struct)


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file, with defaults for missing keys."""

    project: str = ""
    history: tables.HistoryTable = tables.HistoryTable()
    machine: tables.MachineTable = tables.MachineTable()
    collect: tables.CollectTable = tables.CollectTable()
    detection: tables.DetectionTable = tables.DetectionTable()
    site: tables.SiteTable = tables.SiteTable()
    report: tables.ReportTable = tables.ReportTable()
    suite: tuple[dict[str, Any], ...] = ()
    """``[[suite]]`` tables: ``use`` names the suite, the rest are its own options."""
    target: tuple[tables.TargetTable, ...] = ()
    threshold: tuple[tables.ThresholdTable, ...] = ()
    metrics: dict[str, tables.MetricTable] = {}
    annotations: str = "annotations.toml"
    triage: str = "triage.toml"
    exclusions: str = "exclusions.toml"


class LoadedConfig(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A configuration and where it came from."""

    values: Config
    root: Path
    """Folder that relative paths start from."""
    file: Path | None = None
    """None when no file was found and the defaults hold."""

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The registry with this project's own metrics; built-in ones cannot be redefined."""
        own = {
            name: Metric(name, table.unit, table.direction, table.kind, table.summary)
            for name, table in self.values.metrics.items()
        }
        return own | registry()

    @property
    def name(self) -> str:
        """Name of the file in errors."""
        return self.file.name if self.file else FILE_NAME

    @cached_property
    def drift(self) -> float:
        """Share by which the machine may change speed during a suite without a mark."""
        return limits.share(self.values.collect.drift, f"{self.name}: collect.drift")

    @cached_property
    def size_limit_bytes(self) -> float | None:
        """What the built site may take up; None: anything."""
        return limits.size_bytes(self.values.site.size_limit, f"{self.name}: site.size_limit")

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets, with limits in base units; raises ConfigError naming what is wrong."""
        return limits.targets(self.values.target, self.metrics, self.name)

    @cached_property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The thresholds of the file, in the same way."""
        return limits.thresholds(self.values.threshold, self.metrics, self.name)


def _find_file(start: Path) -> Path | None:
    """``soundmark.toml`` in this folder or the nearest one above it."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def load(file: Path | None = None, *, start: Path | None = None) -> LoadedConfig:
    """The configuration of that file, else of the nearest one upwards, else the defaults.

    Raises ConfigError when a named file is missing or any file has a mistake in it.
    """
    here = (start or Path.cwd()).resolve()
    found = file.resolve() if file is not None else _find_file(here)
    if found is None:
        return LoadedConfig(values=Config(), root=here)
    if not found.is_file():
        raise ConfigError(
            f"{file}: there is no such file.", hint="Write one with `soundmark init`."
        )
    values = convert_table(toml.parse(_text(found, found.name), found.name), Config, found.name)
    loaded = LoadedConfig(values=values, root=found.parent, file=found)
    _check(loaded)
    return loaded


def read_beside(loaded: LoadedConfig, name: str, usual: str) -> str:
    """Text of a file beside the configuration; empty where ``usual`` is not there.

    Raises ConfigError when a file that the configuration names is missing, or is no text.
    """
    file = loaded.root / name
    if file.exists() or name != usual:
        return _text(file, name)
    return ""


def _text(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{name}: expected text in UTF-8, found the byte {error.object[error.start]:#04x} in "
            f"line {line}.",
            hint="Save it as UTF-8.",
        ) from None
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}.") from None


def convert_table(data: dict[str, Any], table: type[Table], where: str) -> Table:
    """A TOML table as its Struct. ``where`` starts the error: ``soundmark.toml: suite[0]``."""
    try:
        return msgspec.convert(data, table)
    except msgspec.ValidationError as error:
        problem = _named(in_words(str(error)), data, table)
        raise ConfigError(_explain(problem, data, table, where)) from None


def suite_tables(loaded: LoadedConfig) -> tuple[tuple[str, dict[str, Any], str], ...]:
    """(suite name, its own options, where they stand) of every ``[[suite]]`` table."""
    found = []
    for position, table in enumerate(loaded.values.suite):
        where = f"{loaded.name}: suite[{position}]"
        use = table.get("use")
        if not isinstance(use, str) or not use:
            raise ConfigError(f'{where}: expected `use = "NAME"` with the name of a suite.')
        near = suites.meant(use)
        if near:
            raise ConfigError(
                f'{where}.use: there is no suite called "{use}". Did you mean "{near}"?',
                hint="A suite of another package whose name is much like it has to be installed "
                "here too, or be named as module:Class.",
            )
        found.append((use, {key: value for key, value in table.items() if key != "use"}, where))
    return tuple(found)


def suite_order(loaded: LoadedConfig) -> tuple[str, ...]:
    """Names of the suites as the configuration lists them: the order in which pages show them."""
    named = (str(options.get("name", use)) for use, options, _ in suite_tables(loaded))
    return tuple(dict.fromkeys(named))


def _check(loaded: LoadedConfig) -> None:
    """Check values that would otherwise fail only when numbers are judged."""
    suite_tables(loaded)
    for key, number in msgspec.structs.asdict(loaded.values.history.limits).items():
        if not 1 <= number < 2**53:
            raise ConfigError(
                f"{loaded.name}: history.limits.{key}: expected a number above zero, "
                f"found {number}."
            )
    _check_site(loaded.values.site, f"{loaded.name}: site")
    _check_detector(loaded.values.detection, f"{loaded.name}: detection.detector")
    _ = loaded.drift, loaded.size_limit_bytes, loaded.targets, loaded.thresholds
    for metric, table in loaded.values.metrics.items():
        base = units.canonical(table.unit).base
        if base != table.unit:
            raise ConfigError(
                f"{loaded.name}: metrics.{metric}.unit: expected a base unit, found"
                f' "{table.unit}".',
                hint=f'Values are kept in "{base}": write that here, and the unit beside every '
                "number that has another one.",
            )


def _check_site(table: tables.SiteTable, where: str) -> None:
    days = table.stale_after_days
    if not (isfinite(days) and days > 0):
        raise ConfigError(f"{where}.stale_after_days: expected days above zero, found {days}.")
    for key, address in (("url", table.url), ("repository", table.repository)):
        if address and re.fullmatch(r"https?://[^\s\"'<>`{}|\\^]+", address) is None:
            raise ConfigError(
                f"{where}.{key}: expected a web address such as https://example.org/bench, "
                f'found "{address}".'
            )


def _check_detector(table: tables.DetectionTable, where: str) -> None:
    if table == tables.DetectionTable():
        return  # other packages are searched only for names that are not ours
    from history.detect.registry import DETECTORS

    try:
        DETECTORS.target(table.detector)
    except UsageError as error:
        known = ", ".join(DETECTORS.names())
        raise ConfigError(f"{where}: {error.message}", hint=f"Known detectors: {known}.") from None


def _explain(problem: str, data: dict[str, Any], table: type[msgspec.Struct], where: str) -> str:
    """Turn msgspec's message into one with file, key path and what to do."""
    message, _, path = problem.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    place = f"{where}: {path}" if path else where
    if message == "Invalid RFC3339 encoded date":
        return f"{place}: expected a date without quotes, such as 2026-03-31."
    wrong = re.search(r"invalid enum value (.+)", message, re.IGNORECASE)
    if wrong is not None:
        found, choices = wrong.group(1), _choices(table, path)
        near = difflib.get_close_matches(found.strip("'"), choices, n=1)
        advice = f' Did you mean "{near[0]}"?' if near else ""
        listed = ", ".join(f'"{choice}"' for choice in choices)
        return f"{place}: expected one of {listed}, found {found}.{advice}"
    missing = re.search(r"missing required field `(.+)`", message)
    if missing is not None:
        return f'{place}: the key "{missing.group(1)}" is missing.'
    unknown = re.search(r"unknown field `(.+)`", message)
    if unknown is None:
        found = "" if ", got `" in message else _found_at(data, path)
        return f"{place}: {message[:1].lower()}{message[1:]}{found}."
    fields = _fields_at(table, path)
    key = unknown.group(1)
    near = difflib.get_close_matches(key, fields, n=1)
    advice = f'Did you mean "{near[0]}"?' if near else f"Known keys: {', '.join(sorted(fields))}."
    return f'{place}: unknown key "{key}". {advice}'


def _found_at(data: dict[str, Any], path: str) -> str:
    """``, found 3``: the text or number at a key path such as ``target[0].metric``, else empty."""
    here: Any = data
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        if isinstance(here, dict):
            here = here.get(name)
        else:
            here = here[int(number)] if isinstance(here, list) and number else None
    if isinstance(here, str) and here:
        return f', found "{here}"'
    return f", found {here}" if isinstance(here, int | float) else ""


def _named(problem: str, data: dict[str, Any], table: type[msgspec.Struct]) -> str:
    """The message with the key in place of ``[...]``, which stands for any key of a table."""
    _, _, path = problem.partition(" - at `$")
    before, mark, after = path.rstrip("`").partition("[...]")
    if not mark:
        return problem
    here: Any = data
    for name in before.strip(".").split("."):
        here = here.get(name, {}) if isinstance(here, dict) else {}
    for key, value in here.items() if isinstance(here, dict) else ():
        alone: Any = {key: value}
        for name in reversed(before.strip(".").split(".")):
            alone = {name: alone}
        try:
            msgspec.convert(alone, table)
        except msgspec.ValidationError as error:
            if in_words(str(error)) == problem:
                return problem.replace(f"{before}[...]{after}", f"{before}.{key}{after}")
    return problem


def _choices(table: type[msgspec.Struct], path: str) -> list[str]:
    """The allowed words at a key path; empty when it takes other values."""
    above, _, last = path.rpartition(".")
    struct = _struct_at(table, above)
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(struct or table)}
    found = _words(fields.get(re.sub(r"\[.*?\]", "", last)))
    return found or (_choices(table, above) if above else [])  # a key of the file's own choice


def _words(annotation: Any) -> list[str]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in _words(part)]


def _fields_at(table: type[msgspec.Struct], path: str) -> list[str]:
    """Field names of the Struct that a key path such as ``target[0]`` leads to."""
    struct = _struct_at(table, path)
    return [field.encode_name for field in msgspec.structs.fields(struct)] if struct else []


def _struct_at(table: type[msgspec.Struct], path: str) -> type[msgspec.Struct] | None:
    """The Struct that a key path leads to; a key of a table of one's own is passed over."""
    here: type[msgspec.Struct] | None = table
    for name in re.findall(r"[^.]+", re.sub(r"\[.*?\]", "", path)):
        if here is None:
            return None
        fields = {field.name: field.type for field in msgspec.structs.fields(here)}
        here = _struct_in(fields[name]) if name in fields else here
    return here


def _struct_in(annotation: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    for part in get_args(annotation):
        found = _struct_in(part)
        if found is not None:
            return found
    return None
