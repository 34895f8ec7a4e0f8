"""Where a build keeps what is alike for every project: compiled templates."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "SOUNDMARK_CACHE"
"""Names a folder that projects of one machine share, as tests of this one do."""


def folder(of_project: Path) -> Path:
    """The folder that ``SOUNDMARK_CACHE`` names, else the cache of the project.

    Everything in it is named by what it was made of, so neither versions nor projects get in each
    other's way.
    """
    shared = os.environ.get(VARIABLE)
    return Path(shared) if shared else of_project
