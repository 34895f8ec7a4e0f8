"""Find the requirements that this computer does not meet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from collector.onboarding.findings import Need

_FIND: Final = "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)"
_WAIT_S: Final = 20.0


def lacking(needs: tuple[Need, ...], folder: Path) -> tuple[Need, ...]:
    """The requirements that are not met here."""
    return tuple(need for need in needs if not _here(need, folder))


def _here(need: Need, folder: Path) -> bool:
    if need.kind == "program":
        return shutil.which(need.name) is not None
    if need.kind == "folder":
        return (folder / need.name).is_dir()
    python = shutil.which("python")
    if python is None:
        return False
    try:
        asked = subprocess.run(
            [python, "-c", _FIND, need.name], cwd=folder, capture_output=True, timeout=_WAIT_S,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0
