"""docs/architecture.md names every room, and nothing that is not there."""

import re

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
HOUSES = ("collector", "history", "site_gen")


def named():
    """Every path of ours that the page writes as code."""
    paths = re.findall(r"`((?:collector|history|site_gen)/[\w./]*)`", TEXT)
    assert len(paths) > 50
    return set(paths)


def test_every_path_that_it_names_is_there():
    assert {path for path in named() if not (ROOT / path).exists()} == set()


def test_every_room_has_a_row():
    rooms = {
        f"{house}/{folder.name}/"
        for house in HOUSES
        for folder in (ROOT / house).iterdir()
        if folder.is_dir() and next(folder.rglob("*.*"), None) and folder.name != "__pycache__"
    }
    table = TEXT.partition("## Rooms")[2].partition("## ")[0]
    assert {room for room in rooms if f"| `{room}`" not in table} == set()
