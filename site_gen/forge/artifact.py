"""Read one file of an untrusted artifact without unpacking it.

Size, number and names are checked before anything is read; reading is bounded, and nothing is
written. The file is a review, which ``history.report.review.codec`` reads strictly; Markdown is
made of it on this side.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from history.report.review import codec
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from history.report.review.result import Review

NAME: Final = "soundmark-report"
"""Name of the artifact."""
FILE: Final = "review.json"
"""Name of the file in it."""
MOST_BYTES: Final = 32 * 2**20
"""Largest zip: a review of at most 4 MiB, and the HTML file beside it."""
MOST_FILES: Final = 20
_ENTRY: Final = b"PK\x01\x02"
"""Signature of an entry in a zip's directory."""
_BY_CHANCE: Final = 100
"""Tolerated number of chance matches in packed data."""
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArtifactError(BrokenDataError):
    """An artifact that is not what `soundmark report` wrote; nothing of it is used."""

    def __init__(self, found: str) -> None:
        """Build the message from what was found."""
        super().__init__(
            f"the artifact is refused: {found}. Nothing of it was used.",
            hint=f"Upload the {FILE} that `soundmark report --format json -o {FILE}` wrote, and "
            "nothing but it and its HTML file.",
        )


def read(place: Path) -> Review:
    """The review in a folder or a zip. Raises ArtifactError, and ReviewError for what is in it."""
    try:
        if place.is_symlink():
            raise ArtifactError("a link in place of a folder or a zip")
        if place.is_dir():
            return codec.decode(_in_folder(place))
        if place.exists() and not place.is_file():
            raise ArtifactError("a pipe or a device in place of a folder or a zip")
        with place.open("rb") as stream:
            return of_zip(stream)
    except OSError as error:
        raise ArtifactError(f"it cannot be read: {error.strerror or error}") from None


def of_bytes(data: bytes) -> Review:
    """The review in a zip that was fetched."""
    return of_zip(BytesIO(data))


def of_zip(stream: IO[bytes]) -> Review:
    """The review in a zip."""
    size = stream.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise ArtifactError(f"expected at most {MOST_BYTES} bytes, found {size}")
    stream.seek(0)
    data = stream.read()
    # The library makes an object for each entry of the directory before anybody can count them.
    if data.count(_ENTRY) > MOST_FILES + _BY_CHANCE:
        raise ArtifactError(f"expected at most {MOST_FILES} files, found many more")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return codec.decode(_in_zip(archive))
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError
    ) as error:  # fmt: skip
        # The library's words may quote names in the archive.
        raise ArtifactError(
            f"expected a zip, found what is none ({type(error).__name__})"
        ) from None


def _in_zip(archive: zipfile.ZipFile) -> bytes:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise ArtifactError(f"expected at most {MOST_FILES} files, found {len(entries)}")
    names = [one.filename for one in entries]
    if len(set(names)) != len(names):
        raise ArtifactError("two files of one name")
    for one in entries:
        _check_entry(one)
    if FILE not in names:
        raise ArtifactError(f"there is no {FILE} in it")
    entry = archive.getinfo(FILE)
    if entry.file_size > codec.MOST_BYTES:
        raise ArtifactError(
            f"expected a {FILE} of at most {codec.MOST_BYTES} bytes, found {entry.file_size}"
        )
    with archive.open(entry) as file:  # ends where the size that it states ends
        return file.read(codec.MOST_BYTES + 1)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    if "\\" in name or ":" in name or name.startswith("/") or ".." in parts or "\0" in name:
        raise ArtifactError("a name that leads out of its folder")
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        raise ArtifactError("a link or a device among its files")
    if entry.flag_bits & 0x1:
        raise ArtifactError("a file that is encrypted")
    if entry.compress_type not in _METHODS:
        raise ArtifactError("a file that is packed in a way that no job of ours uses")


def _in_folder(folder: Path) -> bytes:
    with os.scandir(folder) as entries:
        for count, one in enumerate(entries, start=1):
            if count > MOST_FILES:
                raise ArtifactError(f"expected at most {MOST_FILES} files, found more")
            if one.is_symlink() or not (one.is_file(follow_symlinks=False) or one.is_dir()):
                raise ArtifactError("a link or a device among its files")
    file = folder / FILE
    if not file.is_file():
        raise ArtifactError(f"there is no {FILE} in it")

    def opener(path: str, flags: int) -> int:
        """Open without following links: a file swapped for a link gives an error."""
        return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))

    with open(file, "rb", opener=opener) as stream:
        return stream.read(codec.MOST_BYTES + 1)
