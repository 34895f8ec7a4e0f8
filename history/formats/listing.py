"""List the import formats, with the contents of their files and required options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from history.formats import registry
from history.formats.interface import Brings, Describes
from history.formats.kinds_told import asks
from history.words.errors import BrokenEnvironmentError

if TYPE_CHECKING:
    from history.formats.interface import Importable

COLUMNS: Final = ("format", "metrics", "samples", "commit", "machine", "to_say")
NOT_READ: Final = {
    "profiles of CodSpeed's simulation": "they are Callgrind's; its service makes results of them",
    "a published page of asv (`graphs/`, `index.json`)": "it has neither intervals nor"
    " environments; import the folder `results` that it was made of",
    "traces of renacer, as whisper.apr captures them": "they list system calls without any time",
    "`reference_summary.json` of whisper.apr": "it describes arrays, and nothing was timed",
    "the `.summary.json` beside an alignment's JSON lines": "it is made of the lines",
    "logs of lifecycle programs": "they are text for people in no stated form; their JSON is read",
    "Triton's perf_analyzer and genai-perf": "no public sample of a speech model was found;"
    " `vllm-bench` reads what vLLM's own benchmark saves of one",
}
"""Formats that cannot be read, with the reason."""
_NOT_TOLD: Final = Brings("as the file says", samples="", commit="", machine="")


class Row(NamedTuple):
    """One format."""

    format: str
    summary: str
    metrics: str
    samples: str
    commit: str
    machine: str
    to_say: str
    """Options that supply what its files cannot."""


def rows() -> Iterator[Row]:
    """Every format that goes in, sorted by name; one that cannot be loaded says so."""
    for name in registry.names(registry.IMPORT):
        try:
            found = registry.find(name, registry.IMPORT)
        except BrokenEnvironmentError as error:
            yield Row(name, "", error.message, "", "", "", "")
            continue
        brings = found.brings if isinstance(found, Describes) else _NOT_TOLD
        yield Row(name, found.summary, *brings, ", ".join(_to_say(found, brings)))


def _to_say(format_: Importable, brings: Brings) -> Iterator[str]:
    if brings.commit != "yes":
        yield "--commit"
    if brings.machine != "yes":
        yield "--machine"
    yield from (f"--{what}" for what in ("unit", "direction") if asks(format_, what))
