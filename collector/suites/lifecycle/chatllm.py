"""Aligners and recognisers of chatllm.cpp as a subject, through its C library."""

from __future__ import annotations

import ctypes
import json
import os
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.suites.lifecycle.subject import Tell
from history.errors import BrokenDataError, BrokenEnvironmentError

LIBRARY: Final = "libchatllm.so"
_CHUNK: Final = 0
"""PRINT_CHAT_CHUNK of libchatllm.h: a piece of the answer."""
_ERRORS: Final = frozenset({2})
"""PRINTLN_ERROR."""
_SRT: Final = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{3})")

_PRINT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)
_END = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class ChatllmOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``chatllm`` in the table of the suite."""

    library: str = ""
    """The library, or the folder it was built into."""
    model: str = ""
    """A ``.bin`` file of chatllm.cpp."""
    audio: str = ""
    text: str = ""
    """Transcript to align, or a file with it; empty for recognisers."""
    language: str = "English"
    format: str = "json"
    """``json`` or ``srt``."""
    threads: int = 0
    """0 takes INFERENCE_THREADS, else 1."""
    context_length: int = 0
    """0 takes CONTEXT_LENGTH, else 4096."""


class Chatllm:
    """Load is creating a chat and reading the model, inference one request, reset its restart."""

    def __init__(self, options: ChatllmOptions) -> None:
        """Open the library. Raises FileNotFoundError that says how to get what is missing."""
        self._options = options
        self._threads = options.threads or int(os.environ.get("INFERENCE_THREADS", "1"))
        self._context = options.context_length or int(os.environ.get("CONTEXT_LENGTH", "4096"))
        path = library_path(options.library)
        model = Path(options.model)
        if not model.is_file():
            raise FileNotFoundError(f"there is no model {model.name or '(set chatllm.model)'}")
        self.size_bytes = model.stat().st_size
        self._model = model
        self._request = _request(options)
        self._library = _open(path)
        self._chat: int | None = None
        self._pieces: list[bytes] = []
        self._errors: list[str] = []
        self._tell: Tell | None = None
        # The library keeps these two for as long as a chat lives.
        self._print, self._end = _PRINT(self._printed), _END(lambda _user: None)

    def load(self) -> None:
        """Create and start. Raises BrokenEnvironmentError with what the library said."""
        library = self._library
        self._chat = library.chatllm_create()
        for part in self._arguments():
            library.chatllm_append_param(self._chat, part.encode())
        code = library.chatllm_start(self._chat, self._print, self._end, None)
        if code:
            raise BrokenEnvironmentError(
                f"chatllm_start ended with {code}: {'; '.join(self._errors) or 'no message'}."
            )

    def infer(self, first_token: Tell) -> str:
        """One request. The first token is told from inside the library's callback."""
        self._pieces.clear()
        self._tell = first_token
        code = self._library.chatllm_user_input(self._chat, self._request.encode())
        if code:
            raise BrokenDataError(f"chatllm_user_input ended with {code}: {self._errors[-1:]}.")
        text = b"".join(self._pieces).decode("utf-8", "replace")
        check(text, self._options.format)
        return text

    def reset(self) -> None:
        """``chatllm_restart``: forget the conversation, keep the model."""
        self._library.chatllm_restart(self._chat, None)

    def unload(self) -> None:
        """``chatllm_destroy``, which upstream's Python binding does not call."""
        self._library.chatllm_destroy(self._chat)
        self._chat = None

    def facts(self) -> dict[str, Any]:
        """What was asked of the library."""
        return {
            "library": LIBRARY,
            "weights": self._model.name,
            "threads": self._threads,
            "context length": self._context,
            "format": self._options.format,
        }

    def _arguments(self) -> list[str]:
        options = self._options
        found = ["-m", str(self._model), "-n", str(self._threads), "-c", str(self._context)]
        found += ["--multimedia_file_tags", "{{", "}}"]
        for key in ("language", "format"):
            found += ["--set", key, getattr(options, key)]
        return found

    def _printed(self, _user: int, kind: int, text: bytes | None) -> None:
        """Called by the library while it works."""
        if kind == _CHUNK and text:
            if self._tell is not None:
                self._tell()
                self._tell = None
            self._pieces.append(text)
        elif kind in _ERRORS and text:
            self._errors.append(text.decode("utf-8", "replace").strip())


def library_path(given: str) -> Path:
    """The library. Raises FileNotFoundError with what to do."""
    path = Path(given)
    path = path / LIBRARY if path.is_dir() else path
    if not given or not path.is_file():
        raise FileNotFoundError(
            f"Library not found: {LIBRARY}. Build it in chatllm.cpp with `cmake -B build &&"
            " cmake --build build --target libchatllm`, then set chatllm.library to the file or"
            " its folder"
        )
    return path


def check(text: str, form: str) -> int:
    """Number of words with times in the answer. Raises BrokenDataError when it is not that form."""
    if form == "srt":
        found = len(_SRT.findall(text))
        if not found:
            raise BrokenDataError(f"expected srt with times, found {text[:60]!r}.")
        return found
    try:
        words = json.loads(text)
        return sum(1 for word in words if word["end"] >= word["start"] and word["text"])
    except (ValueError, TypeError, KeyError):
        raise BrokenDataError(
            f"expected JSON words with start, end and text, found {text[:60]!r}."
        ) from None


def _request(options: ChatllmOptions) -> str:
    audio = Path(options.audio)
    if not audio.is_file():
        raise FileNotFoundError(f"there is no audio {audio.name or '(set chatllm.audio)'}")
    text = options.text
    if text and "\n" not in text and len(text) < 255 and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8").strip()
    return f"{{{{audio:{audio}}}}}{text}"


def _open(path: Path) -> Any:  # noqa: ANN401 - functions of a C library
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise BrokenEnvironmentError(f"{path.name} cannot be loaded: {error}.") from None
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "chatllm_create": (ctypes.c_void_p, []),
        "chatllm_append_param": (None, [ctypes.c_void_p, ctypes.c_char_p]),
        "chatllm_start": (ctypes.c_int, [ctypes.c_void_p, _PRINT, _END, ctypes.c_void_p]),
        "chatllm_user_input": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p]),
        "chatllm_restart": (None, [ctypes.c_void_p, ctypes.c_char_p]),
        "chatllm_destroy": (ctypes.c_int, [ctypes.c_void_p]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name, None)
        if function is None:
            raise BrokenEnvironmentError(f"{path.name} has no function {name}: it is too old.")
        function.restype, function.argtypes = result, arguments
    if hasattr(library, "chatllm_append_init_param"):
        # The compute backends lie beside the library.
        library.chatllm_append_init_param.argtypes = [ctypes.c_char_p]
        for part in ("--ggml_dir", str(path.parent)):
            library.chatllm_append_init_param(part.encode())
        library.chatllm_init()
    return library
