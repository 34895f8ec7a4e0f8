"""Name the files of an export: after texts of any kind and after variants, never two alike."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from history.words.records import VARIANT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.words.records import Variant


def plain(text: str) -> str:
    """The text as a part of a file name: ``a/b c`` is ``a_b_c``."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or "unknown"


def free(path: Path, ending: str, taken: set[Path]) -> Path:
    """The path with this ending, and before it a number where another has the name already.

    It is added to ``taken``.
    """
    numbers = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    paths = (path.with_name(f"{path.name}{number}{ending}") for number in numbers)
    found = next(one for one in paths if one not in taken)
    taken.add(found)
    return found


def of_variants(variants: Iterable[Variant], keys: Sequence[str]) -> dict[Variant, str]:
    """Variant -> its fields ``keys`` joined: ``torch-numpy-cpu-1t``.

    Variants that share such a name are named by all their fields.
    """
    short = {variant: _joined(variant, keys) for variant in variants}
    shared = Counter(short.values())
    taken: set[Path] = set()
    return {
        variant: free(
            Path(name if shared[name] == 1 else _joined(variant, VARIANT_KEYS)), "", taken
        ).name
        for variant, name in short.items()
    }


def _joined(variant: Variant, keys: Sequence[str]) -> str:
    fields = dict(variant.pairs())
    if "threads" in fields:
        fields["threads"] += "t"
    text = "-".join(fields[key] for key in keys if key in fields)
    return re.sub(r"[^\w.-]+", "-", text).strip(".") or "unnamed"  # never the folder above
