"""The environment variables of a measuring child."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import collector
from collector.contract import Process

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)

# Waiting threads that spin cost 150 to 300 times the work on two busy cores (docs/method/
# measuring.md), so passive waiting is the rule and spinning is a variant a suite asks for.
_FIXED: Final = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
    "KMP_BLOCKTIME": "0",
    "OMP_DYNAMIC": "FALSE",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}

# These variables would change the result silently.
_REMOVED: Final = (
    "OMP_PROC_BIND",
    "OMP_PLACES",
    "OMP_SCHEDULE",
    "GOMP_CPU_AFFINITY",
    "KMP_AFFINITY",
    "LD_PRELOAD",
    "PYTHONSTARTUP",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONTRACEMALLOC",
    "PYTHONMALLOC",
    "MALLOC_ARENA_MAX",
    "MALLOC_CONF",
)


def asked(process: Process) -> dict[str, str]:
    """The variables that are set deliberately; stored with the run."""
    threads = dict.fromkeys(_THREAD_VARIABLES, str(process.threads))
    return threads | _FIXED | process.environment


def environment(process: Process, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of the child: inherited, cleaned, then set.

    A suite gets back a removed variable by naming it in ``Process.environment``.
    """
    base = dict(os.environ if inherited is None else inherited)
    for name in _REMOVED:
        base.pop(name, None)
    return base | _importable(base) | asked(process)


def removed(inherited: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Names of variables that are set here and removed for the child."""
    base = os.environ if inherited is None else inherited
    return tuple(name for name in _REMOVED if name in base)


def _importable(base: Mapping[str, str]) -> dict[str, str]:
    """Let a child find this package when it runs from a source tree or under another Python.

    An installed package is left alone: site-packages ahead of the standard library would shadow it.
    """
    root = Path(*collector.__path__).resolve().parent
    if "site-packages" in root.parts or "dist-packages" in root.parts:
        return {}
    inherited = base.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(root), *([inherited] if inherited else [])])}
