"""Aligners and recognisers of chatllm.cpp as a subject, through its own Python binding."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from collector.contract import NonNegativeInt
from collector.suites.lifecycle.subject import Report
from history.words.errors import BrokenDataError, BrokenEnvironmentError, ConfigError

LIBRARY: Final = "libchatllm.dylib" if sys.platform == "darwin" else "libchatllm.so"
BINDING: Final = "chatllm.py"
_SRT: Final = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{3})")


class ChatllmOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``chatllm`` in the table of the suite."""

    library: str = ""
    """The library, or the folder it was built into."""
    binding: str = ""
    """``chatllm.py`` of chatllm.cpp; empty looks beside the library."""
    model: str = ""
    """A ``.bin`` file of chatllm.cpp."""
    audio: str = ""
    text: str = ""
    """Transcript to align, or a file with it; empty for recognisers."""
    language: str = "English"
    format: Literal["json", "srt"] = "json"
    """Format of the answer."""
    threads: NonNegativeInt = 0
    """0 takes INFERENCE_THREADS, else 1."""
    context_length: NonNegativeInt = 0
    """0 takes CONTEXT_LENGTH, else 4096."""


class Chatllm:
    """Load creates a ``ChatLLM``, inference is one request, reset is its ``restart``."""

    def __init__(self, options: ChatllmOptions) -> None:
        """Load binding and library. Raises FileNotFoundError with how to get what is missing."""
        self._options = options
        self._threads = threads(options)
        self._context = options.context_length or _asked("CONTEXT_LENGTH", 4096)
        library = library_path(options.library)
        self._binding = binding_path(options.binding, library)
        model = Path(options.model)
        if not model.is_file():
            raise FileNotFoundError(f"there is no model {model.name or '(set chatllm.model)'}")
        self.size_bytes = model.stat().st_size
        self._model = model
        self.transcript = _transcript(options)
        self._request = _request(options)
        module = _imported(self._binding)
        try:
            self._library = module.LibChatLLM(str(library.parent))
        except (OSError, AttributeError, AssertionError) as error:
            raise BrokenEnvironmentError(
                f"{self._binding.name} cannot use {library.name}: {error or type(error).__name__}.",
                hint="Take both from the same state of chatllm.cpp.",
            ) from None
        self._listening = _listening(module.ChatLLM)
        self._chat: Any = None

    def load(self) -> None:
        """Create and start. Raises BrokenEnvironmentError with what the library said."""
        with _complaints() as said:
            try:
                self._chat = self._listening(self._library, self._arguments())
            except Exception as error:  # noqa: BLE001 - the binding raises nothing narrower
                raise BrokenEnvironmentError(_because(error, said)) from None

    def infer(self, first_token: Report) -> str:
        """One request. The first token is reported from the library's callback."""
        chat = self._chat
        chat.pieces.clear()
        chat.report = first_token
        with _complaints() as said:
            try:
                chat.chat(self._request)
            except Exception as error:  # noqa: BLE001 - as above
                raise BrokenDataError(_because(error, said)) from None
        text = "".join(chat.pieces)
        check_answer(text, self._options.format)
        return text

    def reset(self) -> None:
        """``restart``: forget the conversation, keep the model."""
        self._chat.restart()

    def unload(self) -> None:
        """``destroy``, by hand where the binding has none, and out of the binding's own tables."""
        chat, self._chat = self._chat, None
        if hasattr(chat, "destroy"):
            chat.destroy()
        else:
            destroy = self._library._lib.chatllm_destroy  # noqa: SLF001 - no other way to the library
            destroy.argtypes = [ctypes.c_void_p]
            destroy(chat._chat)  # noqa: SLF001 - as above
        tables = type(self._library)
        tables._id2obj.pop(tables._obj2id.pop(chat, None), None)  # noqa: SLF001 - else it stays alive

    def facts(self) -> dict[str, Any]:
        """What was asked of the library."""
        return {
            "library": LIBRARY,
            "binding": self._binding.name,
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


def threads(options: ChatllmOptions) -> int:
    """Threads from the table, else from INFERENCE_THREADS, else one. Raises ConfigError."""
    return options.threads or _asked("INFERENCE_THREADS", 1)


def _asked(variable: str, default: int) -> int:
    written = os.environ.get(variable, "").strip() or str(default)
    if not written.isdecimal() or int(written) == 0:
        raise ConfigError(f'{variable}: expected a whole number above 0, found "{written}".')
    return int(written)


def library_path(given: str) -> Path:
    """The library. Raises FileNotFoundError with what to do."""
    path = Path(given)
    path = (path if path.is_dir() else path.parent) / LIBRARY
    if not given or not path.is_file():
        raise FileNotFoundError(
            f"Library not found: {LIBRARY}. Build it in chatllm.cpp with `cmake -B build &&"
            " cmake --build build --target libchatllm`, then set chatllm.library to the file or"
            " its folder"
        )
    return path


def binding_path(given: str, library: Path) -> Path:
    """The binding that is named, else the one beside the library. Raises FileNotFoundError."""
    path = Path(given) if given else library.with_name(BINDING)
    if not path.is_file():
        raise FileNotFoundError(
            f"Binding not found: {path.name}. It is in the folder bindings of chatllm.cpp: set"
            " chatllm.binding to that file"
        )
    return path


def check_answer(text: str, form: str) -> None:
    """Raise BrokenDataError unless the answer has that form and at least one word with times."""
    if form == "srt":
        if not _SRT.search(text):
            raise BrokenDataError(f"expected srt with times, found {text[:60]!r}.")
        return
    try:
        words = json.loads(text)
        timed = [word for word in words if word["end"] >= word["start"] and word["text"]]
    except (ValueError, TypeError, KeyError):
        timed = []
    if not timed:
        raise BrokenDataError(f"expected JSON words with start, end and text, found {text[:60]!r}.")


def _imported(path: Path) -> Any:  # noqa: ANN401 - a module
    """The user's binding; what it imports itself lies beside it and in ``../scripts``."""
    folder = path.resolve().parent
    sys.path += [str(folder), str(folder.parent / "scripts")]
    spec = importlib.util.spec_from_file_location("chatllm", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _listening(base: Any) -> Any:  # noqa: ANN401 - ChatLLM of the binding
    """A ``ChatLLM`` that keeps its output and reports the first piece as it arrives."""

    class Listening(base):  # type: ignore[misc] # known only once it runs
        def __init__(self, library: Any, arguments: list[str]) -> None:  # noqa: ANN401
            self.pieces: list[str] = []
            self.report: Report | None = None
            super().__init__(library, arguments)

        def callback_print(self, text: str) -> None:
            if self.report is not None:
                self.report()
                self.report = None
            self.pieces.append(text)

        def callback_print_meta(self, text: str) -> None:
            pass

        def callback_print_log(self, text: str) -> None:
            pass

        def callback_end(self) -> None:
            pass

    return Listening


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect exceptions that the binding raises inside the library's callbacks."""
    said: list[str] = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda caught: said.append(str(caught.exc_value).strip())
    try:
        yield said
    finally:
        sys.unraisablehook = before


def _because(error: Exception, said: list[str]) -> str:
    return f"{error}: {'; '.join(said) or 'the library gave no reason'}."


def _transcript(options: ChatllmOptions) -> str:
    text = options.text
    if text and "\n" not in text and len(text) < 255 and Path(text).is_file():
        return Path(text).read_text(encoding="utf-8").strip()
    return text


def _request(options: ChatllmOptions) -> str:
    audio = Path(options.audio)
    if not audio.is_file():
        raise FileNotFoundError(f"there is no audio {audio.name or '(set chatllm.audio)'}")
    text = _transcript(options)
    return f"{{{{audio:{audio}}}}}{text}"
