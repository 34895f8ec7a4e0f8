"""The cache folder of builds, for compiled templates."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "SOUNDMARK_CACHE"
"""Names a folder that projects of one machine share, as tests of this one do."""


def folder(of_project: Path) -> Path:
    """The folder that ``SOUNDMARK_CACHE`` names, else the cache of the project.

    Names in it are hashes of inputs, so versions and projects do not conflict.
    """
    shared = os.environ.get(VARIABLE)
    return Path(shared) if shared else of_project
