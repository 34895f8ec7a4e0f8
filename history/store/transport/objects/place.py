"""A bucket, server or folder as a store of objects: listed, read and added to.

Only this module knows fsspec. An object is whole or not there: object stores see to that by
themselves, anywhere else it is written under a name that begins with a dot, and then renamed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from history.store.transport.redaction import hidden, without_secret
from history.words import temporary
from history.words.errors import BrokenDataError, BrokenEnvironmentError, SoundmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEEPEST: Final = 3
"""Levels of folders that are looked into: ``runs``, year and month."""
_TOGETHER: Final = 500
"""Objects that are asked for at a time."""


class Found(NamedTuple):
    """An object as a listing tells of it."""

    size_bytes: int
    """-1 where the listing does not say."""
    is_regular: bool
    """Whether it is a plain file, not a link or a folder."""


def knows(address: str) -> bool:
    """Whether fsspec has heard of addresses that begin like this; the driver may be missing yet.

    Raises BrokenEnvironmentError when fsspec is not installed.
    """
    scheme = address.partition("://")[0]
    return scheme in _fsspec(without_secret(address)).available_protocols()


class Place:
    """One address, below which a record lies or will lie."""

    def __init__(self, address: str) -> None:
        """Nothing is created. Raises BrokenEnvironmentError when a driver is missing."""
        self.address = address
        self.shown = without_secret(address)
        fsspec = _fsspec(self.shown)
        try:
            with self._asking("reached"):
                self._files, root = fsspec.url_to_fs(address)
        except ImportError as error:
            raise BrokenEnvironmentError(
                f"{self.shown} needs a driver for fsspec: {hidden(str(error), address)}.",
                hint="`pip install 'soundmark[remote]'` brings the one for S3.",
            ) from None
        self._root = str(root).rstrip("/")

    def listed(self, folders: Sequence[str]) -> dict[str, Found]:
        """Path to what stands there, of everything in these folders, and of the others beside them.

        The folders are looked at in the order given, while others may write. Of one that is none of
        these only its name is known. A place that is not there yet holds nothing. Raises
        BrokenEnvironmentError when any of it cannot be listed: what is in there would seem gone.
        """
        with self._asking("listed"):
            self._files.invalidate_cache()
            beside = self._inside("", may_lack=True)
            found = {path: _found(about) for path, about in beside if path not in folders}
            for folder in folders:
                found |= self._below(folder, 1)
        return found

    def found(self, path: str) -> Found | None:
        """What stands there now; None if nothing does."""
        with self._asking("read"):
            self._files.invalidate_cache()
            try:
                return _found(self._files.info(self._at(path)))
            except FileNotFoundError:
                return None

    def _below(self, folder: str, depth: int) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for path, about in self._inside(folder, may_lack=depth == 1):
            if about["type"] == "directory" and depth < _DEEPEST:
                found |= self._below(path, depth + 1)
            else:
                found[path] = _found(about)
        return found

    def _inside(
        self, folder: str, *, may_lack: bool = False
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Path and facts of what a folder holds, but for what is being written into it."""
        place = self._at(folder)
        try:
            inside = self._files.ls(place, detail=True)
        except FileNotFoundError:
            if may_lack:
                return
            raise
        for about in inside:
            full = str(about["name"]).rstrip("/")
            name = full.rpartition("/")[2]
            is_marker = full.strip("/") == place.strip("/")  # a folder of a bucket lists itself
            if name and not is_marker and not name.startswith("."):
                yield (f"{folder}/{name}" if folder else name), about

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Path and content of each, in this order; several are asked for at a time if possible.

        Raises BrokenDataError when one is gone.
        """
        is_plain = not set("*?[") & set(self._root)  # or fsspec would take it for a pattern
        for start in range(0, len(paths), _TOGETHER):
            batch = paths[start : start + _TOGETHER]
            if self._files.async_impl and is_plain and len(batch) > 1:
                with self._asking("read"):
                    got = self._files.cat([self._at(path) for path in batch])
                yield from ((path, bytes(got[self._at(path)])) for path in batch)
            else:
                for path in batch:
                    yield path, self.get(path)

    def get(self, path: str) -> bytes:
        """The content of one object. Raises BrokenDataError when it is gone."""
        with self._asking("read"):
            try:
                return bytes(self._files.cat_file(self._at(path)))
            except FileNotFoundError:
                raise BrokenDataError(f"{path} is gone from {self.shown}.") from None

    def put(self, path: str, content: bytes) -> None:
        """Write an object, whatever stood there. Raises BrokenEnvironmentError if it cannot be."""
        target = self._at(path)
        with self._asking("written"):
            if self._files.async_impl:
                self._files.pipe_file(target, content)
            else:
                folder = target.rpartition("/")[0]
                beside = f"{folder}/{temporary.name(temporary.WRITING)}"
                self._files.makedirs(folder, exist_ok=True)
                self._files.pipe_file(beside, content)
                self._files.mv(beside, target)
            self._files.invalidate_cache()
            size_bytes = self._files.size(target)
        if size_bytes != len(content):
            raise BrokenEnvironmentError(
                f"{self.shown} kept {size_bytes} of the {len(content)} bytes of {path}.",
                hint="There may be no room; push again when there is.",
            )

    def delete(self, path: str) -> None:
        """Take an object away; one that is gone already is no error."""
        with self._asking("written"):
            try:
                self._files.rm_file(self._at(path))
            except FileNotFoundError:
                return

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Every driver has errors of its own: one sentence of ours, without what is secret."""
        try:
            yield
        except (SoundmarkError, ImportError):
            raise
        except Exception as error:  # noqa: BLE001 - see above
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            said = hidden((lines or [type(error).__name__])[0], self.address).rstrip(".")
            raise BrokenEnvironmentError(
                f"{self.shown} cannot be {what}: {said}.",
                hint="Check the address, the rights and the network.",
            ) from None


def _found(about: dict[str, Any]) -> Found:
    size_bytes = about.get("size")
    is_regular = about["type"] == "file" and not about.get("islink", False)
    return Found(-1 if size_bytes is None else int(size_bytes), is_regular)


def _fsspec(address: str) -> Any:  # noqa: ANN401 - the module, which has no types
    try:
        import fsspec
    except ImportError:
        raise BrokenEnvironmentError(
            f"{address} is no git remote; other places need fsspec, which is not installed.",
            hint="`pip install 'soundmark[remote]'` brings it.",
        ) from None
    return fsspec
